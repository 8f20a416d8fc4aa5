/// @file
/// How much groups link outward. Source: Krackhardt & Stern, "Informal networks and organizational
/// crises", Soc. Psychol. Q. 51 (1988), doi:10.2307/2786835.
#pragma once

#include <cmath>
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

struct mixing_options {
  bool weighted = true;
};

struct mixing_result {
  std::vector<double> external;  ///< per group: links with one end in it, both directions
  std::vector<double> internal;  ///< per group: links with both ends in it, counted once
  std::vector<double> ei;        ///< (external - internal) / (external + internal), in [-1, 1]
  std::vector<double> expected_ei;
  std::vector<value_status> status;
  double whole_ei = std::nan("");           ///< of all links between grouped companies
  double whole_expected_ei = std::nan("");  ///< under the configuration model
  edge_id skipped_links = 0;
};

/// E-I index per group and whole, for many-to-many shares: a link i -> j of value w adds w m_ia
/// m_ja to the internal links of a, w m_ia (1 - m_ja) and w m_ja (1 - m_ia) to its external ones.
/// Expectation: ends are joined at random with the groups' strengths kept; with out-strength
/// K_a^out, in-strength K_a^in and total W, group a has K_a^out K_a^in / W internal links
/// (undirected: K_a^2 / 4W). A group without links is undefined. Links with an end in no group are
/// skipped and counted. O(m).
template <graph::two_way_graph G>
[[nodiscard]] mixing_result mixing(const G& g, const graph::grouping& groups,
                                   const mixing_options& options = {},
                                   const run_context& ctx = {}) {
  if (groups.num_vertices() != g.num_vertices())
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(g.num_vertices()));
  task job(ctx, g.num_vertices());
  pacer pace(job);
  const group_id count = groups.num_groups();
  mixing_result result{std::vector<double>(count, 0.0), std::vector<double>(count, 0.0),
                       std::vector<double>(count, std::nan("")),
                       std::vector<double>(count, std::nan("")),
                       std::vector<value_status>(count, value_status::ok)};
  std::vector<double> out(count, 0.0), in(count, 0.0);
  const bool weighted = options.weighted && g.weighted();
  const double per_arc = g.directed() ? 1.0 : 0.5;
  double total = 0, inside = 0;
  edge_id skipped = 0;
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    job.advance(1);
    pace(row.size());
    for (std::size_t k = 0; k < row.size(); ++k) {
      const auto from = groups.of(u), to = groups.of(row[k]);
      if (from.empty() || to.empty()) {
        ++skipped;
        continue;
      }
      const double w = per_arc * (weighted ? weight[k] : 1.0);
      total += w;
      for (const auto& [a, ma] : from) {
        out[a] += w * ma;
        double same = 0;
        for (const auto& [b, mb] : to)
          if (a == b) same = mb;
        result.internal[a] += w * ma * same;
        result.external[a] += w * ma * (1 - same);
        inside += w * ma * same;
      }
      for (const auto& [b, mb] : to) {
        in[b] += w * mb;
        double same = 0;
        for (const auto& [a, ma] : from)
          if (a == b) same = ma;
        result.external[b] += w * mb * (1 - same);
      }
    }
  }
  double expected_inside = 0;
  for (group_id a = 0; a < count; ++a) {
    const double links = result.external[a] + result.internal[a];
    if (!(links > 0)) {
      result.status[a] = value_status::isolated;
      continue;
    }
    result.ei[a] = (result.external[a] - result.internal[a]) / links;
    // Undirected arcs are halves: out = in = K_a / 2, so out in / W = K_a^2 / 4W.
    const double kept = out[a] * in[a] / total;
    expected_inside += kept;
    result.expected_ei[a] = (out[a] + in[a] - 3 * kept) / (out[a] + in[a] - kept);
  }
  if (total > 0) {
    result.whole_ei = (total - 2 * inside) / total;
    result.whole_expected_ei = (total - 2 * expected_inside) / total;
  }
  result.skipped_links = g.directed() ? skipped : skipped / 2;
  job.finish();
  return result;
}

struct modularity_options {
  double resolution = 1.0;  ///< > 0
  bool weighted = true;
};

/// Q = sum_a (L_a / W - resolution K_a^out K_a^in / W^2) for shares m: L_a = sum w_ij m_ia m_ja
/// (Newman 2006, doi:10.1073/pnas.0601602103; directed: Leicht & Newman 2008,
/// doi:10.1103/PhysRevLett.100.118703). Companies in no group count as groups of one would: their
/// links are in W only. NaN without links. O(m).
template <graph::two_way_graph G>
[[nodiscard]] double modularity(const G& g, const graph::grouping& groups,
                                const modularity_options& options = {},
                                const run_context& ctx = {}) {
  if (groups.num_vertices() != g.num_vertices())
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(g.num_vertices()));
  if (!(options.resolution > 0)) throw invalid_argument("resolution must be > 0");
  task job(ctx, g.num_vertices());
  pacer pace(job);
  const bool weighted = options.weighted && g.weighted();
  std::vector<double> out(groups.num_groups(), 0.0), in(groups.num_groups(), 0.0);
  double total = 0, inside = 0;
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    job.advance(1);
    pace(row.size());
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double w = weighted ? weight[k] : 1.0;
      total += w;
      for (const auto& [a, ma] : groups.of(u)) {
        out[a] += w * ma;
        for (const auto& [b, mb] : groups.of(row[k]))
          if (a == b) inside += w * ma * mb;
      }
      for (const auto& [b, mb] : groups.of(row[k])) in[b] += w * mb;
    }
  }
  job.finish();
  if (!(total > 0)) return std::nan("");
  double expected = 0;
  for (group_id a = 0; a < groups.num_groups(); ++a) expected += out[a] * in[a];
  return inside / total - options.resolution * expected / (total * total);
}

}  // namespace kedja::measures
