/// @file
/// Bow-tie of a directed graph. Sources: Broder et al., "Graph structure in the Web", Computer
/// Networks 33 (2000), doi:10.1016/S1389-1286(00)00083-9; Yang, King & Fanti, "Bow-tie
/// decomposition in directed graphs", FUSION 2011.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/structure/components.hpp>

namespace kedja::measures {

enum class bow_tie_part : std::uint8_t { core, in, out, tube, in_tendril, out_tendril, other };

inline constexpr std::array<std::string_view, 7> bow_tie_part_names = {
    "core", "in", "out", "tube", "in_tendril", "out_tendril", "other"};

namespace detail {

/// Marks whatever the marked vertices lead to (downstream) or come from (upstream). O(n + m).
template <graph::two_way_graph G>
void spread(const G& g, std::vector<char>& marked, bool downstream, task& job) {
  std::vector<vertex_id> open;
  for (vertex_id v = 0; v < g.num_vertices(); ++v)
    if (marked[v] != 0) open.push_back(v);
  while (!open.empty()) {
    const vertex_id u = open.back();
    open.pop_back();
    if ((u & 0xFFF) == 0) job.checkpoint();
    for (const vertex_id v : downstream ? g.successors(u) : g.predecessors(u))
      if (marked[v] == 0) marked[v] = 1, open.push_back(v);
  }
}

}  // namespace detail

/// Part of each vertex. The core is the largest strong component, of several the one with the
/// smallest vertex; `in` leads to it and `out` comes from it. Of the rest: what `in` leads to and
/// `out` comes from is a tube, with the first only an in-tendril, with the second only an
/// out-tendril, with neither other. O(n + m).
template <graph::two_way_graph G>
[[nodiscard]] std::vector<bow_tie_part> bow_tie(const G& g, const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  std::vector<bow_tie_part> part(n, bow_tie_part::other);
  // Numbered by their smallest vertices.
  const components_result strong = strong_components(g, stage(ctx, 0.0, 0.6));
  task job(stage(ctx, 0.6, 1.0));
  if (n == 0) {
    job.finish();
    return part;
  }
  std::vector<vertex_id> size(strong.count, 0);
  for (const vertex_id c : strong.component) ++size[c];
  const auto core =
      static_cast<vertex_id>(std::max_element(size.begin(), size.end()) - size.begin());

  std::vector<char> to_core(n), from_core(n), from_in(n, 0), to_out(n, 0);
  for (vertex_id v = 0; v < n; ++v) to_core[v] = from_core[v] = strong.component[v] == core;
  detail::spread(g, to_core, false, job);
  detail::spread(g, from_core, true, job);
  for (vertex_id v = 0; v < n; ++v) {
    from_in[v] = to_core[v] != 0 && from_core[v] == 0;
    to_out[v] = from_core[v] != 0 && to_core[v] == 0;
  }
  detail::spread(g, from_in, true, job);
  detail::spread(g, to_out, false, job);
  for (vertex_id v = 0; v < n; ++v) {
    const bool after_in = from_in[v] != 0, before_out = to_out[v] != 0;
    part[v] = to_core[v] != 0 && from_core[v] != 0 ? bow_tie_part::core
              : to_core[v] != 0                    ? bow_tie_part::in
              : from_core[v] != 0                  ? bow_tie_part::out
              : after_in && before_out             ? bow_tie_part::tube
              : after_in                           ? bow_tie_part::in_tendril
              : before_out                         ? bow_tie_part::out_tendril
                                                   : bow_tie_part::other;
  }
  job.finish();
  return part;
}

}  // namespace kedja::measures
