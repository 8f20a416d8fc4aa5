/// @file
/// How far a solution of a Laplacian system can be off: a proof from its residual and one tree.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/laplacian.hpp>

namespace kedja::measures {

/// A spanning tree of each component, of links as heavy as can be had to a factor of sixteen.
/// Vertices stand after their parents; a root is its own parent.
struct heavy_forest {
  std::vector<vertex_id> order, parent;
  std::vector<double> resistance;  ///< 1 / weight of the link to the parent; 0 for a root
};

/// By falling weight in classes of a factor of sixteen (Kruskal): a pass over the links for each
/// class that there is.
[[nodiscard]] inline heavy_forest heavy_spanning_forest(const symmetric_links& links, task& job) {
  struct link {
    vertex_id a, b;
    double weight;
  };
  const std::size_t n = links.n();
  const auto class_of = [](double w) { return 511 - (std::bit_cast<std::uint64_t>(w) >> 54); };
  std::vector<char> there(512, 0);
  for (const double w : links.weights) there[class_of(w)] = 1;
  std::vector<vertex_id> up(n);
  std::iota(up.begin(), up.end(), vertex_id{0});
  const auto root = [&](vertex_id v) {
    while (up[v] != v) v = up[v] = up[up[v]];
    return v;
  };
  std::vector<link> kept;
  kept.reserve(n);
  for (std::size_t now = 0; now < there.size(); ++now) {
    if (there[now] == 0) continue;
    for (vertex_id v = 0; v < n; ++v) {
      for (std::size_t e = links.offsets[v]; e < links.offsets[v + std::size_t{1}]; ++e) {
        const vertex_id w = links.neighbours[e];
        if (w < v || class_of(links.weights[e]) != now) continue;
        const vertex_id a = root(v), b = root(w);
        if (a == b) continue;
        up[std::max(a, b)] = std::min(a, b);
        kept.push_back({v, w, links.weights[e]});
      }
      if (v % (1 << 13) == 0) job.checkpoint();
    }
  }
  std::vector<std::size_t> offset(n + 1, 0);
  for (const link& l : kept) ++offset[l.a + std::size_t{1}], ++offset[l.b + std::size_t{1}];
  std::partial_sum(offset.begin(), offset.end(), offset.begin());
  std::vector<std::size_t> put(offset.begin(), offset.end() - 1);
  std::vector<std::uint32_t> beside(offset.back());
  for (std::size_t k = 0; k < kept.size(); ++k)
    for (const vertex_id v : {kept[k].a, kept[k].b})
      beside[put[v]++] = static_cast<std::uint32_t>(k);

  heavy_forest made{{}, std::vector<vertex_id>(n, no_vertex), std::vector<double>(n, 0.0)};
  made.order.reserve(n);
  for (vertex_id s = 0; s < n; ++s) {
    if (made.parent[s] != no_vertex) continue;
    made.parent[s] = s;
    made.order.push_back(s);
    for (std::size_t head = made.order.size() - 1; head < made.order.size(); ++head) {
      const vertex_id v = made.order[head];
      for (std::size_t e = offset[v]; e < offset[v + std::size_t{1}]; ++e) {
        const link& l = kept[beside[e]];
        const vertex_id w = l.a == v ? l.b : l.a;
        if (made.parent[w] != no_vertex) continue;
        made.parent[w] = v;
        made.resistance[w] = 1 / l.weight;
        made.order.push_back(w);
        if (made.order.size() % (1 << 16) == 0) job.checkpoint();
      }
    }
  }
  return made;
}

/// At least max e - min e within any component, for Lambda e = r with the Laplacian Lambda of links
/// that hold the forest's, and any r that sums to 0 over every component and differs from
/// `residual` by at most `slack`.
///
/// Read r as currents put in at the vertices: the potentials e spend the least power of all flows
/// that carry r off (Thomson), so e' Lambda e is at most what the flow along the tree spends; and
/// (e_i - e_j)^2 is at most that power times the resistance between i and j, which is at most that
/// of the tree's path (Rayleigh). O(n).
[[nodiscard]] inline double potential_range(const heavy_forest& forest,
                                            std::span<const double> residual,
                                            std::span<const double> slack) {
  constexpr double eps = std::numeric_limits<double>::epsilon();
  const std::size_t n = residual.size();
  std::vector<double> sum(residual.begin(), residual.end()), off(slack.begin(), slack.end());
  std::vector<double> power(n, 0.0), deep(n, 0.0), wide(n, 0.0);
  double most = 0;
  for (std::size_t k = n; k-- > 0;) {
    const vertex_id v = forest.order[k], p = forest.parent[v];
    if (p == v) {
      most = std::max(most, power[v] * wide[v]);
      continue;
    }
    const double flow = std::abs(sum[v]) + off[v], length = deep[v] + forest.resistance[v];
    power[p] += power[v] + flow * flow * forest.resistance[v];
    sum[p] += sum[v];
    off[p] += off[v] + eps * std::abs(sum[p]);
    wide[p] = std::max({wide[p], wide[v], deep[p] + length});
    deep[p] = std::max(deep[p], length);
  }
  // What rounding the sums of positive terms above can take away, at most n of them.
  return std::sqrt(most) * (1 + 8 * static_cast<double>(n + 4) * eps);
}

}  // namespace kedja::measures
