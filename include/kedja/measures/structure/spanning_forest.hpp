/// @file
/// Minimum spanning forest. Source: Kruskal, Proc. Am. Math. Soc. 7 (1956),
/// doi:10.1090/S0002-9939-1956-0078686-7.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/links.hpp>
#include <kedja/measures/common/length.hpp>

namespace kedja::measures {

struct spanning_forest_result {
  std::vector<vertex_id> source, target;  ///< links of the forest in the graph's order
  std::vector<double> length;
  double total = 0;  ///< sum of the lengths, the least possible
};

/// Links of least total length that join whatever the graph joins, direction ignored; of equally
/// long links the first in the graph's order. Self-links are never needed, and links that
/// cannot be walked (inverse_value of 0) join nothing. `length` says how a
/// link's value becomes its length: with inverse_value the forest keeps the strongest links.
/// O(m log m), 32 bytes per link. Throws invalid_argument as check_lengths does.
template <graph::two_way_graph G>
[[nodiscard]] spanning_forest_result spanning_forest(const G& g, link_length length,
                                                     const run_context& ctx = {}) {
  check_lengths(g, length);
  task job(ctx);
  struct link {
    double length;
    vertex_id source, target;
  };
  std::vector<link> links, kept;
  pacer pace(job);
  graph::for_each_link(g, [&](vertex_id u, vertex_id v, double value) {
    pace();
    const double l = length == link_length::hops ? 1.0 : length_of(value, length);
    if (u != v && std::isfinite(l)) links.push_back({l, u, v});
  });
  kedja::sort(
      links.begin(), links.end(),
      [](const link& a, const link& b) {
        return std::tuple(a.length, a.source, a.target) < std::tuple(b.length, b.source, b.target);
      },
      job);
  std::vector<vertex_id> parent(g.num_vertices());
  std::iota(parent.begin(), parent.end(), vertex_id{0});
  const auto root = [&parent](vertex_id v) {
    while (parent[v] != v) v = parent[v] = parent[parent[v]];  // halves the path on the way
    return v;
  };
  for (const link& l : links) {
    pace();
    const vertex_id a = root(l.source), b = root(l.target);
    if (a == b) continue;
    parent[std::max(a, b)] = std::min(a, b);
    kept.push_back(l);
  }
  spanning_forest_result result;
  for (const link& l : kept) result.total += l.length;  // in order of length
  kedja::sort(
      kept.begin(), kept.end(),
      [](const link& a, const link& b) {
        return std::tuple(a.source, a.target) < std::tuple(b.source, b.target);
      },
      job);
  for (const link& l : kept) {
    result.source.push_back(l.source);
    result.target.push_back(l.target);
    result.length.push_back(l.length);
  }
  job.finish();
  return result;
}

}  // namespace kedja::measures
