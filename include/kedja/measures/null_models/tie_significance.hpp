/// @file
/// Which pairs of groups are linked more, or less, than their companies' degrees explain.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/benjamini_hochberg.hpp>
#include <kedja/measures/null_models/configuration.hpp>
#include <kedja/measures/null_models/tail.hpp>

namespace kedja::measures {

struct tie_significance_options {
  tail side = tail::two_sided;
  configuration_options fit = {};
};

/// One row per pair of groups; ordered pairs (a the supplying side) for directed graphs, a <= b for
/// undirected ones.
struct tie_significance_result {
  std::vector<group_id> a, b;
  std::vector<double> observed, expected, variance, z, p, q;
  iteration_record iteration;
};

namespace detail {

inline void finish_ties(tie_significance_result& r, tail side) {
  r.z.resize(r.a.size()), r.p.resize(r.a.size());
  for (std::size_t i = 0; i < r.a.size(); ++i) {
    r.z[i] = r.variance[i] > 0 ? (r.observed[i] - r.expected[i]) / std::sqrt(r.variance[i])
                               : std::nan("");
    r.p[i] = r.variance[i] > 0 ? count_p_value(r.observed[i], r.expected[i], r.variance[i], side)
                               : std::nan("");
  }
  r.q = q_values(r.p);
}

}  // namespace detail

/// Links between groups against the configuration model, with exact first two moments:
/// E_ab = sum_{i != j} m_ia m_jb p_ij, and the variance of that sum of independent links. The graph
/// counts as simple (parallel links once, self-links not). p-values as in count_p_value, q-values
/// over all pairs with a variance. O(pairs of groups x (classes per group)^2 + m). Bit-identical
/// for any number of threads.
template <graph::two_way_graph G>
[[nodiscard]] tie_significance_result tie_significance(const G& g, const graph::grouping& groups,
                                                       const tie_significance_options& options = {},
                                                       const run_context& ctx = {}) {
  if (groups.num_vertices() != g.num_vertices())
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(g.num_vertices()));
  const configuration_model model = fit_configuration(g, options.fit, stage(ctx, 0.0, 0.5));
  const group_id count = groups.num_groups();
  task job(stage(ctx, 0.5, 1.0), count);
  pacer pace(job);
  // Per group and class: sums of shares and of squared shares.
  struct mass {
    std::uint32_t c;
    double share, square;
  };
  std::vector<std::map<std::uint32_t, std::pair<double, double>>> sums(count);
  // Companies in two groups: sums of m_ia m_ib and of its square, by class.
  std::map<std::pair<group_id, group_id>, std::map<std::uint32_t, std::pair<double, double>>> both;
  for (vertex_id v = 0; v < g.num_vertices(); ++v) {
    const auto c = model.class_of[v];
    for (const auto& [a, ma] : groups.of(v)) {
      pace(groups.of(v).size() + 1);
      sums[a][c].first += ma;
      sums[a][c].second += ma * ma;
      for (const auto& [b, mb] : groups.of(v)) {
        auto& [share, square] = both[{a, b}][c];
        share += ma * mb;
        square += ma * mb * ma * mb;
      }
    }
  }
  std::vector<std::vector<mass>> masses(count);
  for (group_id a = 0; a < count; ++a)
    for (const auto& [c, m] : sums[a]) masses[a].push_back({c, m.first, m.second});

  std::vector<double> observed(static_cast<std::size_t>(count) * count, 0.0);
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    pace(row.size());
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row[k] == u || (k > 0 && row[k - 1] == row[k])) continue;
      for (const auto& [a, ma] : groups.of(u))
        for (const auto& [b, mb] : groups.of(row[k]))
          observed[static_cast<std::size_t>(a) * count + b] += ma * mb;
    }
  }
  tie_significance_result result;
  result.iteration = model.iteration;
  std::vector<std::size_t> row_start(count + std::size_t{1}, 0);
  for (group_id a = 0; a < count; ++a) {
    for (group_id b = g.directed() ? 0 : a; b < count; ++b)
      result.a.push_back(a), result.b.push_back(b);
    row_start[a + std::size_t{1}] = result.a.size();
  }
  for (auto* column : {&result.observed, &result.expected, &result.variance})
    column->resize(result.a.size());
  const auto of_pair = [&](std::size_t at, pacer& slow) {
    const group_id a = result.a[at], b = result.b[at];
    double expected = 0, variance = 0;
    for (const mass& i : masses[a]) {
      slow(masses[b].size());
      for (const mass& j : masses[b]) {
        const double p = model.probability(i.c, j.c);
        expected += i.share * j.share * p;
        variance += i.square * j.square * p * (1 - p);
      }
    }
    if (const auto common = both.find({a, b}); common != both.end()) {
      for (const auto& [c, m] : common->second) {  // a company is not linked with itself
        const double p = model.probability(c, c);
        expected -= m.first * p;
        variance -= m.second * p * (1 - p);
      }
      // An undirected link between two companies that are both in a and b counts both ways.
      if (!g.directed() && a != b)
        for (const auto& [c, m] : common->second) {
          slow(common->second.size());
          for (const auto& [d, k] : common->second) {
            const double p = model.probability(c, d);
            variance += (m.first * k.first - (c == d ? m.second : 0.0)) * p * (1 - p);
          }
        }
    }
    const double half = !g.directed() && a == b ? 0.5 : 1.0;
    result.observed[at] = half * observed[static_cast<std::size_t>(a) * count + b];
    result.expected[at] = half * expected;
    result.variance[at] = half * variance;  // each pair once, with its full coefficient
  };
  for_blocks(count, 1, job, [&](std::size_t a, std::size_t, std::size_t) {
    pacer slow(job);
    for (std::size_t at = row_start[a]; at < row_start[a + 1]; ++at) of_pair(at, slow);
    job.advance(1);
  });
  detail::finish_ties(result, options.side);
  job.finish();
  return result;
}

}  // namespace kedja::measures
