/// @file
/// Communities by modularity. Sources: Traag, Waltman & van Eck, "From Louvain to Leiden:
/// guaranteeing well-connected communities", Sci. Rep. 9 (2019) 5233,
/// doi:10.1038/s41598-019-41695-z; Blondel et al., J. Stat. Mech. (2008) P10008,
/// doi:10.1088/1742-5468/2008/10/P10008.
#pragma once

#include <algorithm>
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
#include <kedja/measures/common/hub_order.hpp>
#include <kedja/measures/common/joined_links.hpp>
#include <kedja/measures/structure/community_level.hpp>
#include <kedja/measures/structure/community_moves.hpp>

namespace kedja::measures {

enum class community_method { leiden, louvain };

struct communities_options {
  community_method method = community_method::leiden;
  double resolution = 1.0;  ///< > 0; larger values give more and smaller communities
  std::uint64_t seed = 0;   ///< decides the order in which vertices are looked at
  bool weighted = true;
  int max_iterations = 2;  ///< runs up from the vertices and down, each from the last one's result
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

/// Looks per vertex of a large level on the way up, where aggregation moves many at once, on the
/// way down, where what is left stays, and at the ground where another iteration follows.
constexpr double looks_up = 4.0 / 3, looks_down = 4.0, looks_between = 1.0;

/// Splits communities that hang together by no link of positive value, if asked to; returns the
/// summed value of the links between different communities, which no split changes.
inline double split_and_sum_between(const joined_links& links, bool split,
                                    std::vector<vertex_id>& community, task& job) {
  const vertex_id n = links.num_vertices();
  std::vector<vertex_id> parent(n);
  std::iota(parent.begin(), parent.end(), vertex_id{0});
  const auto root = [&parent](vertex_id v) {
    while (parent[v] != v) v = parent[v] = parent[parent[v]];
    return v;
  };
  double between = 0;
  for (vertex_id v = 0; v < n; ++v) {
    if ((v & 0xFFF) == 0) job.checkpoint();
    const auto row = links.of(v);
    const auto value = links.values(v);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row[k] > v) continue;
      if (community[row[k]] != community[v]) {
        between += value[k];
      } else if (value[k] > 0 && parent[row[k]] != parent[v]) {
        const vertex_id a = root(row[k]), b = root(v);
        parent[std::max(a, b)] = std::min(a, b);
      }
    }
  }
  if (split)
    for (vertex_id v = 0; v < n; ++v) community[v] = root(v);
  return between;
}

/// One iteration from the given communities of the ground's vertices: up by levels that are each
/// made of the one below, moving on every new level, and down again, moving on every level in the
/// communities of the one above (multilevel refinement: Rotta & Noack, ACM J. Exp. Algorithmics 16
/// (2011), doi:10.1145/1963190.1970376). Returns whether anything moved; if not, no vertex of the
/// ground and no community gains by a move.
template <class Strength>
bool move_on_all_levels(const community_level<Strength>& ground, std::vector<vertex_id>& community,
                        const communities_options& options, double per_chance, bool last,
                        std::uint64_t& stream, task& job) {
  struct stored {
    std::vector<vertex_id> part;  ///< of the vertices one level below: vertices of `level`
    community_level<Strength> level;
  };
  std::vector<stored> above;
  const auto top = [&]() -> const community_level<Strength>& {
    return above.empty() ? ground : above.back().level;
  };
  bool moved = false;
  for (;;) {
    const community_level<Strength>& level = top();
    const vertex_id communities = number_by_appearance(community);
    if (communities == level.size()) break;
    std::vector<vertex_id> part = community;
    vertex_id parts = communities;
    if (options.method == community_method::leiden) {
      random_stream random(options.seed, stream++);
      part = refine(level, community, per_chance, random, job);
      parts = number_by_appearance(part);
      if (parts == level.size()) break;  // nothing can be put together
    }
    std::vector<vertex_id> community_above(parts);
    for (vertex_id v = 0; v < level.size(); ++v) community_above[part[v]] = community[v];
    community_level<Strength> made = aggregate(level, part, parts, job);
    above.push_back({std::move(part), std::move(made)});
    community = std::move(community_above);
    random_stream random(options.seed, stream++);
    moved |= move_vertices(top(), community, per_chance, looks_up, random, job);
  }
  for (;;) {
    random_stream random(options.seed, stream++);
    const double looks = above.empty() && !last ? looks_between : looks_down;
    moved |= move_vertices(top(), community, per_chance, looks, random, job);
    if (above.empty()) return moved;
    std::vector<vertex_id> below(above.back().part.size());
    for (std::size_t v = 0; v < below.size(); ++v) below[v] = community[above.back().part[v]];
    community = std::move(below);
    above.pop_back();
    (void)number_by_appearance(community);
  }
}

template <class Strength, graph::two_way_graph G>
communities_result find_communities(const G& g, const communities_options& options, task& job) {
  const vertex_id n = g.num_vertices();
  const bool weighted = options.weighted && g.weighted();
  const hub_order order = order_by_degree(n, [&g](vertex_id v) {
    return g.successors(v).size() + (g.directed() ? g.predecessors(v).size() : 0);
  });
  community_level<Strength> ground;
  ground.links = join_links(
      g, weighted, job, [](const joined_neighbour& v) { return v.to + v.from; }, order);
  ground.strength.resize(n);
  double total = 0;
  for (vertex_id v = 0; v < n; ++v) {
    const auto sum = [&](std::span<const vertex_id> row, std::span<const double> value) {
      if (!weighted) return static_cast<double>(row.size());
      return std::accumulate(value.begin(), value.end(), 0.0);
    };
    if ((v & 0xFFF) == 0) job.checkpoint();
    const double out = sum(g.successors(v), g.successor_weights(v));
    total += out;
    if constexpr (std::is_same_v<Strength, directed_strength>)
      ground.strength[order.number[v]] = {out, sum(g.predecessors(v), g.predecessor_weights(v))};
    else
      ground.strength[order.number[v]] = {out};
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
  std::vector<vertex_id> community = result.community;  // of the ground's vertices
  random_stream random(options.seed, stream++);
  (void)move_vertices(ground, community, per_chance, looks_up, random, job);
  while (result.iterations < options.max_iterations && !result.converged) {
    ++result.iterations;
    result.converged =
        !move_on_all_levels(ground, community, options, per_chance,
                            result.iterations == options.max_iterations, stream, job);
    job.advance(1);
  }
  const double between = split_and_sum_between(
      ground.links, options.method == community_method::leiden, community, job);
  for (vertex_id v = 0; v < n; ++v) result.community[v] = community[order.number[v]];
  result.count = number_by_appearance(result.community);

  std::vector<Strength> sum(result.count);
  double expected = 0;
  for (vertex_id v = 0; v < n; ++v) sum[result.community[v]] += ground.strength[order.number[v]];
  for (const Strength& s : sum) expected += chance(s, s);
  if constexpr (std::is_same_v<Strength, directed_strength>) expected /= 2;  // out in + in out
  const double inside = total - (g.directed() ? between : 2 * between);
  result.modularity = inside / total - options.resolution * expected / (total * total);
  return result;
}

}  // namespace detail

/// Communities that nearly maximise modularity (of directed graphs in Leicht & Newman's form), by
/// moving vertices, refining and aggregating, and by moving again on every level on the way down.
/// Every community of the Leiden method is connected; the Louvain method leaves out refinement and
/// does not promise that.
/// Deterministic: the seed decides, and neither threads nor the order of rows do. Parallel links
/// add up; self-links count for strength. Throws invalid_argument for a resolution that is not
/// positive and finite or for less than one iteration. About O(m) per level; about
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
