/// @file
/// How a company's links spread over groups. Source: Guimera & Amaral, "Functional cartography of
/// complex metabolic networks", Nature 433 (2005), doi:10.1038/nature03288.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>

namespace kedja::measures {

enum class link_direction { both, upstream, downstream };

struct participation_options {
  link_direction direction = link_direction::both;  ///< undirected graphs have only one
  bool weighted = true;                             ///< link values are strengths
};

struct participation_result {
  std::vector<double> participation;    ///< in [0, 1)
  std::vector<double> within_module_z;  ///< NaN for companies in no group
  std::vector<value_status> status;
  edge_id skipped_links = 0;  ///< links with an end in no group
};

/// P_i = 1 - sum_a (s_ia / s_i)^2 with s_ia = sum_j w_ij m_ja, the strength of i's links to group
/// a. z_i = sum_a m_ia (s_ia - mean_a) / sd_a over the members of a (shares as weights, population
/// sd); a group where all are alike gives 0. A company without links to groups has P = 0 and the
/// status isolated. Self-links count like others. Links to companies in no group are skipped and
/// counted. O(sum over arcs of groups per company).
template <graph::two_way_graph G>
[[nodiscard]] participation_result participation(const G& g, const graph::grouping& groups,
                                                 const participation_options& options = {},
                                                 const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  if (groups.num_vertices() != n)
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(n));
  participation_result result{std::vector<double>(n, 0.0), std::vector<double>(n, std::nan("")),
                              std::vector<value_status>(n, value_status::ok), 0};
  task job(ctx, n);
  pacer pace(job);
  const bool weighted = options.weighted && g.weighted();
  std::vector<double> to_group(groups.num_groups(), 0.0);
  std::vector<group_id> touched;
  struct own {
    group_id group;
    double share, strength;
  };
  std::vector<std::vector<own>> inside(n);
  edge_id skipped_arcs = 0;
  const bool up = !g.directed() || options.direction != link_direction::downstream;
  const bool down = g.directed() && options.direction != link_direction::upstream;
  for (vertex_id v = 0; v < n; ++v) {
    const auto add = [&](std::span<const vertex_id> row, std::span<const double> weight) {
      pace(row.size());
      for (std::size_t k = 0; k < row.size(); ++k) {
        if (groups.of(row[k]).empty() || groups.of(v).empty()) ++skipped_arcs;
        const double w = weighted ? weight[k] : 1.0;
        for (const auto& [a, share] : groups.of(row[k])) {
          if (to_group[a] == 0.0) touched.push_back(a);
          to_group[a] += w * share;
        }
      }
    };
    if (up) add(g.predecessors(v), g.predecessor_weights(v));
    if (down) add(g.successors(v), g.successor_weights(v));
    double total = 0, squares = 0;
    std::sort(touched.begin(), touched.end());  // sums do not depend on the order of links
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const group_id a : touched) total += to_group[a];
    for (const group_id a : touched) squares += (to_group[a] / total) * (to_group[a] / total);
    if (total > 0)
      result.participation[v] = 1.0 - squares;
    else
      result.status[v] = value_status::isolated;
    for (const auto& [a, share] : groups.of(v)) inside[v].push_back({a, share, to_group[a]});
    for (const group_id a : touched) to_group[a] = 0.0;
    touched.clear();
    job.advance(1);
  }
  std::vector<double> size(groups.num_groups(), 0.0), mean(groups.num_groups(), 0.0),
      variance(groups.num_groups(), 0.0);
  for (const auto& list : inside)
    for (const own& o : list) size[o.group] += o.share, mean[o.group] += o.share * o.strength;
  for (group_id a = 0; a < groups.num_groups(); ++a)
    if (size[a] > 0) mean[a] /= size[a];
  pace(inside.size());
  for (const auto& list : inside)
    for (const own& o : list)
      variance[o.group] += o.share * (o.strength - mean[o.group]) * (o.strength - mean[o.group]);
  for (vertex_id v = 0; v < n; ++v) {
    if (inside[v].empty()) {
      if (result.status[v] == value_status::ok) result.status[v] = value_status::no_group;
      continue;
    }
    double z = 0;
    for (const own& o : inside[v]) {
      const double sd = std::sqrt(variance[o.group] / size[o.group]);
      // Rounding can leave a spread of about 1e-16 where all members are alike.
      if (sd > 1e-12 * std::abs(mean[o.group])) z += o.share * (o.strength - mean[o.group]) / sd;
    }
    result.within_module_z[v] = z;
  }
  result.skipped_links = up && down     ? skipped_arcs / 2
                         : g.directed() ? skipped_arcs
                                        : skipped_arcs / 2;
  job.finish();
  return result;
}

}  // namespace kedja::measures
