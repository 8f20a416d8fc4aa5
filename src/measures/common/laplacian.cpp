#include <kedja/measures/common/laplacian.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kedja::measures {

namespace {

constexpr std::size_t grain = 1 << 13;
constexpr std::size_t always_small = 64, at_most_small = 512, few_vertices = 4096;

}  // namespace

laplacian_solver::laplacian_solver(const symmetric_links& links, task& job)
    : component_(links.n(), no_vertex), place_(links.n(), no_vertex) {
  const std::size_t n = links.n();
  const auto row = [&](std::size_t v) {
    return std::span(links.neighbours)
        .subspan(links.offsets[v], links.offsets[v + 1] - links.offsets[v]);
  };
  std::vector<vertex_id> queue;
  for (std::size_t v = 0; v < n; ++v) {  // components, numbered by their smallest vertex
    if (component_[v] != no_vertex) continue;
    component_[v] = components_;
    queue.assign(1, static_cast<vertex_id>(v));
    for (std::size_t k = 0; k < queue.size(); ++k)
      for (const vertex_id u : row(queue[k]))
        if (component_[u] == no_vertex) {
          component_[u] = components_;
          queue.push_back(u);
        }
    ++components_;
    if (v % grain == 0) job.checkpoint();
  }

  std::vector<std::size_t> left(n);
  std::vector<char> folded(n, 0);
  queue.clear();
  for (std::size_t v = 0; v < n; ++v) {
    left[v] = row(v).size();
    if (left[v] == 1) queue.push_back(static_cast<vertex_id>(v));
  }
  for (std::size_t k = 0; k < queue.size(); ++k) {
    const vertex_id v = queue[k];
    if (left[v] != 1) continue;  // the last of its tree
    for (std::size_t e = links.offsets[v]; e < links.offsets[v + 1]; ++e) {
      const vertex_id u = links.neighbours[e];
      if (folded[u]) continue;
      leaves_.push_back({v, u, links.weights[e]});
      folded[v] = 1;
      left[v] = 0;
      if (--left[u] == 1) queue.push_back(u);
      break;
    }
  }

  for (std::size_t v = 0; v < n; ++v)
    if (!folded[v]) {
      place_[v] = static_cast<vertex_id>(rest_.size());
      rest_.push_back(static_cast<vertex_id>(v));
    }
  degree_.assign(rest_.size(), 0.0);
  core_.neighbours.reserve(links.neighbours.size() - 2 * leaves_.size());
  core_.weights.reserve(core_.neighbours.capacity());
  std::vector<std::vector<vertex_id>> members(components_);
  for (std::size_t p = 0; p < rest_.size(); ++p) {
    const vertex_id v = rest_[p];
    for (std::size_t e = links.offsets[v]; e < links.offsets[v + 1]; ++e) {
      if (folded[links.neighbours[e]]) continue;
      core_.neighbours.push_back(place_[links.neighbours[e]]);
      core_.weights.push_back(links.weights[e]);
      degree_[p] += links.weights[e];
    }
    core_.offsets.push_back(core_.neighbours.size());
    members[component_[v]].push_back(static_cast<vertex_id>(p));
    if (p % grain == 0) job.checkpoint();
  }
  for (auto& places : members) {
    const std::size_t size = places.size();
    if (size <= always_small || (size <= at_most_small && rest_.size() <= few_vertices))
      small_.push_back(std::move(places));
    else
      large_.insert(large_.end(), places.begin(), places.end());
  }
  std::ranges::sort(large_);
}

void laplacian_solver::correct(std::span<double> b, std::span<double> x, double reduction,
                               int& iterations, task& job) const {
  for (const leaf& l : leaves_) b[l.root] += b[l.vertex];
  std::vector<double> right(rest_.size()), found(rest_.size(), 0.0);
  for (std::size_t p = 0; p < rest_.size(); ++p) right[p] = b[rest_[p]];
  for_blocks(small_.size(), 16, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t k = first; k < last; ++k) eliminate(small_[k], right, found);
  });
  if (!large_.empty()) iterate(right, found, reduction, iterations, job);
  std::vector<double> step(x.size(), 0.0);
  for (std::size_t p = 0; p < rest_.size(); ++p) step[rest_[p]] = found[p];
  for (std::size_t k = leaves_.size(); k-- > 0;) {
    const leaf& l = leaves_[k];
    step[l.vertex] = step[l.root] + b[l.vertex] / l.weight;
  }
  for (std::size_t v = 0; v < x.size(); ++v) x[v] += step[v];
}

void laplacian_solver::eliminate(std::span<const vertex_id> members, std::span<const double> b,
                                 std::span<double> x) const {
  const std::size_t k = members.size();
  if (k < 2) return;
  std::vector<double> w(k * k, 0.0), right(k), pivot(k, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    right[i] = b[members[i]];
    for (std::size_t e = core_.offsets[members[i]]; e < core_.offsets[members[i] + 1]; ++e) {
      const auto at = std::ranges::lower_bound(members, core_.neighbours[e]);
      w[i * k + static_cast<std::size_t>(at - members.begin())] = core_.weights[e];
    }
  }
  // Taking out the last vertex joins its neighbours; every number stays a sum of products.
  for (std::size_t t = k; t-- > 1;) {
    double sum = 0;
    for (std::size_t j = 0; j < t; ++j) sum += w[t * k + j];
    pivot[t] = sum;
    for (std::size_t i = 0; i < t; ++i) {
      const double share = w[i * k + t] / sum;
      if (share == 0) continue;
      for (std::size_t j = 0; j < t; ++j)
        if (j != i) w[i * k + j] += share * w[t * k + j];
      right[i] += share * right[t];
    }
  }
  x[members[0]] = 0.0;
  for (std::size_t t = 1; t < k; ++t) {
    double sum = right[t];
    for (std::size_t j = 0; j < t; ++j) sum += w[t * k + j] * x[members[j]];
    x[members[t]] = sum / pivot[t];
  }
}

void laplacian_solver::iterate(std::span<const double> b, std::span<double> x, double reduction,
                               int& iterations, task& job) const {
  const std::size_t n = large_.size();
  std::vector<double> r(rest_.size(), 0.0), p(rest_.size(), 0.0), q(rest_.size(), 0.0);
  using pair = std::array<double, 2>;
  const auto add = [](pair a, pair c) { return pair{a[0] + c[0], a[1] + c[1]}; };
  // r = b; p = z = r / degree. Sums: r z.
  double size = ordered_reduce(
      n, grain, job, pair{},
      [&](std::size_t first, std::size_t last) {
        pair sum{};
        for (std::size_t k = first; k < last; ++k) {
          const vertex_id i = large_[k];
          r[i] = b[i];
          p[i] = r[i] / degree_[i];
          sum[0] += r[i] * p[i];
        }
        return sum;
      },
      add)[0];
  const double target = reduction * reduction * size;
  while (size > target && size > 0 && iterations > 0) {
    const double curvature = ordered_reduce(
        n, grain, job, pair{},
        [&](std::size_t first, std::size_t last) {
          pair sum{};
          for (std::size_t k = first; k < last; ++k) {
            const vertex_id i = large_[k];
            double near = 0;
            for (std::size_t e = core_.offsets[i]; e < core_.offsets[i + 1]; ++e)
              near += core_.weights[e] * p[core_.neighbours[e]];
            q[i] = degree_[i] * p[i] - near;
            sum[0] += p[i] * q[i];
          }
          return sum;
        },
        add)[0];
    --iterations;
    if (!(curvature > 0)) return;
    const double step = size / curvature;
    const double next = ordered_reduce(
        n, grain, job, pair{},
        [&](std::size_t first, std::size_t last) {
          pair sum{};
          for (std::size_t k = first; k < last; ++k) {
            const vertex_id i = large_[k];
            x[i] += step * p[i];
            r[i] -= step * q[i];
            sum[0] += r[i] * (r[i] / degree_[i]);
          }
          return sum;
        },
        add)[0];
    const double again = next / size;
    size = next;
    for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (std::size_t k = first; k < last; ++k) {
        const vertex_id i = large_[k];
        p[i] = r[i] / degree_[i] + again * p[i];
      }
    });
  }
}

}  // namespace kedja::measures
