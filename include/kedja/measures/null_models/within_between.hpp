/// @file
/// Links between groups when companies keep their degrees and the graph its number of links inside
/// groups: groups keep to themselves nearly everywhere, and a null model that does not know it
/// calls nearly every other pair under-linked.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/null_models/degree_fit.hpp>
#include <kedja/measures/null_models/forced_pairs.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>

namespace kedja::measures {

/// p_ij = x_i y_j f / (1 + x_i y_j f), f = 1 unless i and j are in the same group; degrees and the
/// number of links inside groups are expectations. Groups must be a partition (companies may be in
/// none): throws invalid_argument else. Exact first two moments, graph simple, as tie_significance.
/// Pairs that are linked or not in every such graph have p = 1 or 0 (forced_pairs). Without
/// convergence expected, z, p and q are NaN.
/// O(classes^2) for classes of equal group and degrees.
template <graph::two_way_graph G>
[[nodiscard]] tie_significance_result within_between_significance(
    const G& g, const graph::grouping& groups, const tie_significance_options& options = {},
    const run_context& ctx = {}) {
  if (groups.num_vertices() != g.num_vertices())
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(g.num_vertices()));
  if (!groups.is_partition())
    throw invalid_argument("the null 'within_between' needs each company in at most one group");
  const vertex_id n = g.num_vertices();
  const group_id count = groups.num_groups();
  const auto group_of = [&](vertex_id v) {
    return groups.of(v).empty() ? no_class_group : groups.of(v)[0].group;
  };
  const auto simple = [](std::span<const vertex_id> row, vertex_id self, auto call) {
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != self && !(k > 0 && row[k - 1] == row[k])) call(row[k]);
  };
  using degrees = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // group, out, in
  std::map<degrees, std::uint32_t> size;
  std::vector<double> observed(static_cast<std::size_t>(count) * count, 0.0);
  double within = 0;
  for (vertex_id v = 0; v < n; ++v) {
    const std::uint32_t own = group_of(v);
    std::uint32_t out = 0, in = 0;
    simple(g.successors(v), v, [&](vertex_id w) {
      ++out;
      const std::uint32_t other = group_of(w);
      if (own == no_class_group || other == no_class_group) return;
      observed[static_cast<std::size_t>(own) * count + other] += 1;
      within += own == other;
    });
    simple(g.predecessors(v), v, [&](vertex_id) { ++in; });
    ++size[{own, out, in}];
  }
  degree_problem problem;
  problem.one_side = true;
  problem.within_links = within;
  for (const auto& [key, members] : size) {
    problem.group.push_back(std::get<0>(key));
    problem.row_degree.push_back(std::get<1>(key));
    problem.column_degree.push_back(std::get<2>(key));
    problem.row_size.push_back(members), problem.column_size.push_back(members);
  }
  const forced_pairs forced(problem);
  task job(stage(ctx, 0.0, 0.8), 10);
  const degree_fit fit =
      fit_degrees(problem, {.tolerance = std::max(options.fit.tolerance, 1e-10)}, job);
  job.finish();

  std::vector<double> expected(observed.size(), 0.0), variance = expected;
  const std::size_t classes = problem.group.size();
  task sum(stage(ctx, 0.8, 1.0), static_cast<double>(classes));
  for (std::size_t r = 0; r < classes; ++r) {
    const std::uint32_t a = problem.group[r];
    if (a == no_class_group) break;  // these come last
    for (std::size_t c = 0; c < classes && problem.group[c] != no_class_group; ++c) {
      const std::uint32_t b = problem.group[c];
      const double odds = fit.x[r] * fit.y[c] * (a == b ? fit.within : 1.0);
      const double p = forced.probability(r, c, odds / (1 + odds));
      const double pairs = problem.row_size[r] * (problem.row_size[c] - (r == c ? 1.0 : 0.0));
      expected[static_cast<std::size_t>(a) * count + b] += pairs * p;
      variance[static_cast<std::size_t>(a) * count + b] += pairs * p * (1 - p);
    }
    sum.advance(1);
    if ((r & 63) == 0) sum.checkpoint();
  }
  tie_significance_result result;
  result.iteration = fit.iteration;
  for (group_id a = 0; a < count; ++a)
    for (group_id b = g.directed() ? 0 : a; b < count; ++b) {
      const std::size_t at = static_cast<std::size_t>(a) * count + b;
      const double half = !g.directed() && a == b ? 0.5 : 1.0;
      result.a.push_back(a), result.b.push_back(b);
      result.observed.push_back(half * observed[at]);
      result.expected.push_back(half * expected[at]);
      result.variance.push_back(half * variance[at]);
    }
  // Expected links of a fit that is off would be no expectation.
  if (!fit.iteration.converged)
    for (auto* column : {&result.expected, &result.variance})
      std::fill(column->begin(), column->end(), std::nan(""));
  detail::finish_ties(result, options.side);
  sum.finish();
  return result;
}

}  // namespace kedja::measures
