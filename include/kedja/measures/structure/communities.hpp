/// @file
/// Communities by modularity. Sources: Traag, Waltman & van Eck, "From Louvain to Leiden:
/// guaranteeing well-connected communities", Sci. Rep. 9 (2019) 5233,
/// doi:10.1038/s41598-019-41695-z; Blondel et al., J. Stat. Mech. (2008) P10008,
/// doi:10.1088/1742-5468/2008/10/P10008.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/structure/community_level.hpp>

namespace kedja::measures {

enum class community_method { leiden, louvain };

struct communities_options {
  community_method method = community_method::leiden;
  double resolution = 1.0;  ///< > 0; larger values give more and smaller communities
  std::uint64_t seed = 0;   ///< decides the order in which vertices are looked at
  bool weighted = true;
  int max_iterations = 3;  ///< runs from the vertices up, each from the last one's communities
};

struct communities_result {
  /// Community of each vertex, numbered by the smallest vertex in them: 0 holds vertex 0.
  std::vector<vertex_id> community;
  vertex_id count = 0;
  double modularity = std::nan("");  ///< at the resolution; NaN without links
  int iterations = 0;
  bool converged = false;  ///< the last iteration moved no vertex
};

namespace detail {

/// Joins nothing and splits what hangs together by no link of positive value.
inline void split_disconnected(const joined_links& links, std::vector<vertex_id>& community) {
  const vertex_id n = links.num_vertices();
  std::vector<vertex_id> found(n, no_vertex), open;
  for (vertex_id start = 0; start < n; ++start) {
    if (found[start] != no_vertex) continue;
    found[start] = start;
    open.push_back(start);
    while (!open.empty()) {
      const vertex_id u = open.back();
      open.pop_back();
      const auto row = links.of(u);
      const auto value = links.values(u);
      for (std::size_t k = 0; k < row.size(); ++k)
        if (found[row[k]] == no_vertex && value[k] > 0 && community[row[k]] == community[u])
          found[row[k]] = start, open.push_back(row[k]);
    }
  }
  community = std::move(found);
}

template <class Strength, graph::two_way_graph G>
communities_result find_communities(const G& g, const communities_options& options, task& job) {
  const vertex_id n = g.num_vertices();
  const bool weighted = options.weighted && g.weighted();
  community_level<Strength> ground;
  ground.links =
      join_links(g, weighted, job, [](const joined_neighbour& v) { return v.to + v.from; });
  ground.strength.resize(n);
  double total = 0;
  for (vertex_id v = 0; v < n; ++v) {
    const auto sum = [&](std::span<const vertex_id> row, std::span<const double> value) {
      if (!weighted) return static_cast<double>(row.size());
      return std::accumulate(value.begin(), value.end(), 0.0);
    };
    const double out = sum(g.successors(v), g.successor_weights(v));
    total += out;
    if constexpr (std::is_same_v<Strength, directed_strength>)
      ground.strength[v] = {out, sum(g.predecessors(v), g.predecessor_weights(v))};
    else
      ground.strength[v] = {out};
  }
  communities_result result;
  result.community.resize(n);
  std::iota(result.community.begin(), result.community.end(), vertex_id{0});
  result.count = n;
  if (!(total > 0)) {
    result.converged = true;
    return result;
  }
  const double per_chance = options.resolution / total;
  std::uint64_t stream = 0;
  while (result.iterations < options.max_iterations && !result.converged) {
    ++result.iterations;
    community_level<Strength> coarse;
    const community_level<Strength>* level = &ground;
    std::vector<vertex_id> community = std::move(result.community);  // of the level's vertices
    std::vector<vertex_id> place(n);  // of the ground's vertices in the level
    std::iota(place.begin(), place.end(), vertex_id{0});
    result.converged = true;
    for (;;) {
      random_stream random(options.seed, stream++);
      const bool moved = move_vertices(*level, community, per_chance, random, job);
      if (moved) result.converged = false;
      const vertex_id communities = number_by_appearance(community);
      if (communities == level->size()) break;
      std::vector<vertex_id> part = community;
      vertex_id parts = communities;
      if (options.method == community_method::leiden) {
        part = refine(*level, community, per_chance, random, job);
        parts = number_by_appearance(part);
        if (parts == level->size()) break;  // nothing can be put together
      }
      std::vector<vertex_id> above(parts);
      for (vertex_id v = 0; v < level->size(); ++v) above[part[v]] = community[v];
      coarse = aggregate(*level, part, parts, job);
      level = &coarse;
      for (vertex_id& p : place) p = part[p];
      community = std::move(above);
    }
    result.community.resize(n);
    for (vertex_id v = 0; v < n; ++v) result.community[v] = community[place[v]];
    job.advance(1);
  }
  if (options.method == community_method::leiden)
    split_disconnected(ground.links, result.community);
  result.count = number_by_appearance(result.community);

  std::vector<Strength> sum(result.count);
  double inside = 0, expected = 0;
  for (vertex_id v = 0; v < n; ++v) {
    const auto row = g.successors(v);
    const auto value = g.successor_weights(v);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (result.community[row[k]] == result.community[v]) inside += weighted ? value[k] : 1.0;
    sum[result.community[v]] += ground.strength[v];
  }
  for (const Strength& s : sum) expected += chance(s, s);
  if constexpr (std::is_same_v<Strength, directed_strength>) expected /= 2;  // out in + in out
  result.modularity = inside / total - options.resolution * expected / (total * total);
  return result;
}

}  // namespace detail

/// Communities that nearly maximise modularity (of directed graphs in Leicht & Newman's form), by
/// moving vertices, refining and aggregating until nothing moves. Every community of the Leiden
/// method is connected; the Louvain method leaves out refinement and does not promise that.
/// Deterministic: the seed decides, and neither threads nor the order of rows do. Parallel links
/// add up; self-links count for strength. Throws invalid_argument for a resolution that is not
/// positive and finite or for less than one iteration. About O(m) per level; at most
/// 40 bytes per arc, of which 12 stay for the whole run, and 60 per vertex.
template <graph::two_way_graph G>
[[nodiscard]] communities_result communities(const G& g, const communities_options& options = {},
                                             const run_context& ctx = {}) {
  if (!(options.resolution > 0) || !std::isfinite(options.resolution))
    throw invalid_argument("resolution must be positive and finite, not " +
                           std::to_string(options.resolution));
  if (options.max_iterations < 1)
    throw invalid_argument("max_iterations must be at least 1, not " +
                           std::to_string(options.max_iterations));
  task job(ctx, options.max_iterations);
  communities_result result =
      g.directed() ? detail::find_communities<detail::directed_strength>(g, options, job)
                   : detail::find_communities<detail::undirected_strength>(g, options, job);
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template communities_result communities(const graph::csr_graph&, const communities_options&,
                                               const run_context&);
extern template communities_result communities(const graph::csr_view&, const communities_options&,
                                               const run_context&);
#endif

}  // namespace kedja::measures
