#include <kedja/measures/common/laplacian.hpp>

#include <algorithm>
#include <functional>

namespace kedja::measures {

namespace {

constexpr std::size_t grain = 1 << 13;
constexpr std::size_t always_small = 64, at_most_small = 512, few_vertices = 4096;
constexpr double nearly_all = 0.9999;  // a whole pivot could be 0: the matrix is singular

}  // namespace

laplacian_solver::laplacian_solver(const symmetric_links& links, task& job)
    : component_(links.n(), no_vertex) {
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

  // Where the rest goes: vertices of large components, then those of small ones.
  std::vector<std::size_t> left_in(components_, 0);
  std::size_t num_rest = 0;
  for (std::size_t v = 0; v < n; ++v)
    if (!folded[v]) ++left_in[component_[v]], ++num_rest;
  const auto is_small = [&](std::size_t size) {
    return size <= always_small || (size <= at_most_small && num_rest <= few_vertices);
  };
  std::vector<std::size_t> group(components_, 0);
  for (vertex_id c = 0; c < components_; ++c)
    if (left_in[c] > 1 && is_small(left_in[c])) {
      group[c] = small_.size();
      small_.emplace_back().reserve(left_in[c]);
    }
  std::vector<vertex_id> place(n, no_vertex);
  rest_.reserve(num_rest);
  for (const bool small : {false, true}) {
    for (std::size_t v = 0; v < n; ++v) {
      const vertex_id c = component_[v];
      if (folded[v] || left_in[c] < 2 || is_small(left_in[c]) != small) continue;
      place[v] = static_cast<vertex_id>(rest_.size());
      if (small) small_[group[c]].push_back(place[v]);
      rest_.push_back(static_cast<vertex_id>(v));
    }
    if (!small) num_large_ = rest_.size();
  }
  const std::size_t half = links.neighbours.size() / 2 - leaves_.size();
  for (symmetric_links* part : {&earlier_, &later_}) {
    part->offsets.reserve(rest_.size() + 1);
    part->neighbours.reserve(half);
    part->weights.reserve(half);
  }
  pivot_.resize(num_large_);
  inverse_.resize(num_large_);
  diagonal_less_pivots_.resize(num_large_);
  for (std::size_t p = 0; p < rest_.size(); ++p) {
    const vertex_id v = rest_[p];
    // Every term is >= 0, as a pivot is at least the sum of its later weights.
    double pivot = 0, diagonal = 0;
    for (std::size_t e = links.offsets[v]; e < links.offsets[v + std::size_t{1}]; ++e) {
      const vertex_id q = place[links.neighbours[e]];
      if (q == no_vertex) continue;
      const double w = links.weights[e];
      symmetric_links& part = q < p ? earlier_ : later_;
      part.neighbours.push_back(q);
      part.weights.push_back(w);
      if (p >= num_large_) continue;
      diagonal += w;
      pivot += q < p ? w * (1 - nearly_all * (w * inverse_[q])) : w;
    }
    earlier_.offsets.push_back(earlier_.neighbours.size());
    later_.offsets.push_back(later_.neighbours.size());
    if (p < num_large_) {
      pivot_[p] = pivot;
      inverse_[p] = 1 / pivot;
      diagonal_less_pivots_[p] = diagonal - 2 * pivot;
    }
    if (p % grain == 0) job.checkpoint();
  }
}

void laplacian_solver::correct(std::span<double> b, std::span<double> x, double reduction,
                               int& iterations, task& job) const {
  for (const leaf& l : leaves_) b[l.root] += b[l.vertex];
  std::vector<double> right(rest_.size()), found(rest_.size(), 0.0);
  for (std::size_t p = 0; p < rest_.size(); ++p) right[p] = b[rest_[p]];
  for_blocks(small_.size(), 16, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t k = first; k < last; ++k) eliminate(small_[k], right, found);
  });
  if (num_large_ > 0) iterate(right, found, reduction, iterations, job);
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
    for (std::size_t e = later_.offsets[members[i]];
         e < later_.offsets[members[i] + std::size_t{1}]; ++e) {
      const auto at = std::ranges::lower_bound(members, later_.neighbours[e]);
      const auto j = static_cast<std::size_t>(at - members.begin());
      w[i * k + j] = w[j * k + i] = later_.weights[e];
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
  const std::size_t n = num_large_;
  // Conjugate gradients for (D - L)^-1 A (D - L')^-1, preconditioned with D^-1: r, p and q below
  // are of that system, `step` is (D - L')^-1 p. As A = (D - L) + (D - L') + (diagonal - 2 D),
  // q = step + (D - L)^-1 (p + (diagonal - 2 D) step).
  std::vector<double> r(n), p(n, 0.0), step(n), other(n);
  const auto near = [](const symmetric_links& part, std::size_t i, const double* value) {
    double sum = 0;
    for (edge_id e = part.offsets[i]; e < part.offsets[i + 1]; ++e)
      sum += part.weights[e] * value[part.neighbours[e]];
    return sum;
  };
  double size = 0;
  for (std::size_t i = 0; i < n; ++i) {
    r[i] = (b[i] + near(earlier_, i, r.data())) * inverse_[i];
    size += pivot_[i] * r[i] * r[i];
  }
  const double target = reduction * reduction * size;
  double again = 0;
  while (size > target && size > 0 && iterations > 0) {
    for (std::size_t i = n; i-- > 0;) {
      p[i] = pivot_[i] * r[i] + again * p[i];
      step[i] = (p[i] + near(later_, i, step.data())) * inverse_[i];
      if (i % grain == 0) job.checkpoint();
    }
    double curvature = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double right = p[i] + diagonal_less_pivots_[i] * step[i];
      other[i] = (right + near(earlier_, i, other.data())) * inverse_[i];
      curvature += p[i] * (step[i] + other[i]);
      if (i % grain == 0) job.checkpoint();
    }
    --iterations;
    if (!(curvature > 0)) return;
    const double length = size / curvature;
    const double next = ordered_reduce(
        n, grain, job, 0.0,
        [&](std::size_t first, std::size_t last) {
          double sum = 0;
          for (std::size_t i = first; i < last; ++i) {
            x[i] += length * step[i];
            r[i] -= length * (step[i] + other[i]);
            sum += pivot_[i] * r[i] * r[i];
          }
          return sum;
        },
        std::plus<>());
    again = next / size;
    size = next;
  }
}

}  // namespace kedja::measures
