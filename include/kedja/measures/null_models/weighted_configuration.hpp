/// @file
/// The configuration model with values: which links there are by degrees, how strong they are by
/// strengths. Source: Parisi, Squartini & Garlaschelli, "A faster horse on a safer trail:
/// generalized inference for the efficient reconstruction of weighted networks", New J. Phys. 22
/// (2020), doi:10.1088/1367-2630/ab74a7 (CReM).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/null_models/configuration.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>

namespace kedja::measures {

/// A link i -> j exists with the probability of `links` and then has an exponentially distributed
/// value of mean 1 / (out_rate_i + in_rate_j).
struct weighted_configuration_model {
  configuration_model links;
  std::vector<double> out_rate, in_rate;  ///< per vertex; 0 where it has no such links
  iteration_record iteration;             ///< of the rates; error_bound relative to strengths

  [[nodiscard]] double probability(vertex_id i, vertex_id j) const noexcept {
    return i == j ? 0.0 : links.probability(links.class_of[i], links.class_of[j]);
  }
  /// Expected value of a link that exists.
  [[nodiscard]] double mean_value(vertex_id i, vertex_id j) const noexcept {
    return 1.0 / (out_rate[i] + in_rate[j]);
  }
};

struct strengths {
  std::vector<double> out, in;
};
/// Sums of link values by vertex, self-links left out; without values every link counts 1.
template <graph::two_way_graph G>
[[nodiscard]] strengths strengths_of(const G& g) {
  strengths s{std::vector<double>(g.num_vertices(), 0.0),
              std::vector<double>(g.num_vertices(), 0.0)};
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != u) {
        const double w = weight.empty() ? 1.0 : weight[k];
        s.out[u] += w, s.in[row[k]] += w;
      }
  }
  return s;
}

/// Rates for which expected strengths are the given ones, in turn for all senders and for all
/// receivers, each an equation of its own. Throws invalid_argument, naming the vertex, where links
/// have no value. Vertices of equal degrees and strengths are solved once: O(classes^2) per round.
[[nodiscard]] weighted_configuration_model fit_values(configuration_model links,
                                                      const strengths& wanted,
                                                      const configuration_options& options = {},
                                                      const run_context& ctx = {});

/// The value between groups against this model: exact first two moments and chance of no link,
/// tails of the gamma distribution with these where there is any (value_p_value). Groups must be a
/// partition (companies may be in none). O(n^2).
[[nodiscard]] tie_significance_result weighted_significance(
    const weighted_configuration_model& model, const graph::grouping& groups,
    std::vector<double> observed, tail side, const run_context& ctx = {});

/// Values of links from group a to group b: [a * groups + b], both ways where undirected.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<double> values_between(const G& g, const graph::grouping& groups) {
  const group_id count = groups.num_groups();
  std::vector<double> sum(static_cast<std::size_t>(count) * count, 0.0);
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != u)
        for (const auto& [a, ma] : groups.of(u))
          for (const auto& [b, mb] : groups.of(row[k]))
            sum[static_cast<std::size_t>(a) * count + b] +=
                ma * mb * (weight.empty() ? 1.0 : weight[k]);
  }
  return sum;
}

}  // namespace kedja::measures
