/// @file
/// Partners in other clusters, in a first honest form: named evidence, ranked, no probability.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/simple_neighbours.hpp>
#include <kedja/measures/common/sparse_table.hpp>
#include <kedja/measures/common/two_hop.hpp>

namespace kedja::recommend {

struct partner_options {
  std::size_t k = 10;
  std::size_t per_source = 2;  ///< suggestions for one company when several ask
};

/// What is known of a pair that is not linked yet.
struct partner_evidence {
  vertex_id source, target;
  std::uint32_t common_neighbours;
  double adamic_adar, resource_allocation;
  double preferential_attachment;  ///< product of the degrees
  double similarity;               ///< cosine of what both can do; 0 when one has nothing
  double complementarity;          ///< share of the target's capabilities that the source lacks
  bool same_country;
  double score = 0;  ///< mean rank in (0, 1] over the scored features among all candidates
};

struct partner_result {
  std::vector<partner_evidence> best;  ///< by falling score, then source and target
  std::size_t candidates = 0;
};

/// Everything by company: who may be suggested, which country (empty text as code -1).
struct partner_facts {
  std::span<const char> eligible;         ///< 1: may ask and be suggested
  std::span<const std::int32_t> country;  ///< -1: unknown
};

namespace detail {

/// Ranks in (0, 1], equal values sharing their mean rank.
inline std::vector<double> mean_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(values[i], i); });
  std::vector<double> rank(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    const double mean = static_cast<double>(first + 1 + last) / 2.0;
    for (; first < last; ++first) rank[order[first]] = mean / static_cast<double>(values.size());
  }
  return rank;
}

/// Capabilities that both have.
inline std::size_t in_common(std::span<const measures::sparse_table::entry> a,
                             std::span<const measures::sparse_table::entry> b) {
  std::size_t both = 0;
  for (std::size_t x = 0, y = 0; x < a.size() && y < b.size();) {
    if (a[x].column == b[y].column) ++both;
    const bool step_x = a[x].column <= b[y].column, step_y = b[y].column <= a[x].column;
    x += step_x, y += step_y;
  }
  return both;
}

inline bool share_a_group(const graph::grouping& groups, vertex_id u, vertex_id v) {
  const auto theirs = groups.of(v);
  return std::ranges::any_of(groups.of(u), [&](const auto& mine) {
    return std::ranges::any_of(theirs, [&](const auto& t) { return t.group == mine.group; });
  });
}

}  // namespace detail

/// Candidates are the eligible companies two links from a source that are not linked with it, are
/// in no group of it and are no source themselves. The score is the mean rank over Adamic-Adar,
/// resource allocation, similarity and complementarity. Each target is suggested once. `has` is
/// companies by capabilities. O(sum of the sources' neighbours' degrees + candidates log).
/// Throws invalid_argument for sizes that do not match, a source that does not exist and k = 0.
[[nodiscard]] inline partner_result partners(const measures::simple_neighbours& next_to,
                                             const graph::grouping& groups,
                                             const measures::sparse_table& has,
                                             const partner_facts& facts,
                                             std::span<const vertex_id> sources,
                                             const partner_options& options = {},
                                             const run_context& ctx = {}) {
  const vertex_id n = next_to.num_vertices();
  if (options.k == 0) throw invalid_argument("k must be at least 1");
  if (groups.num_vertices() != n || has.rows() != n || facts.eligible.size() != n ||
      facts.country.size() != n)
    throw invalid_argument("groups, capabilities and facts must have one entry per company");
  std::vector<char> asks(n, 0);
  for (const vertex_id s : sources) {
    if (s >= n) throw invalid_argument("company " + std::to_string(s) + " does not exist");
    asks[s] = 1;
  }
  std::vector<std::vector<partner_evidence>> found(sources.size());
  task job(ctx, static_cast<double>(sources.size()));
  for_blocks(
      sources.size(), 1, job, [n] { return measures::two_hop_workspace(n); },
      [&](measures::two_hop_workspace& ws, std::size_t row, std::size_t, std::size_t) {
        const vertex_id u = sources[row];
        if (facts.eligible[u] == 0) return;
        const auto mine = has.row(u);
        ws.search(next_to, u, [&](const measures::shared_neighbours& s) {
          const vertex_id v = s.other;
          if (facts.eligible[v] == 0 || asks[v] != 0 || detail::share_a_group(groups, u, v)) return;
          const auto theirs = has.row(v);
          const auto both = static_cast<double>(detail::in_common(mine, theirs));
          const auto size = static_cast<double>(theirs.size());
          const double norm = std::sqrt(static_cast<double>(mine.size()) * size);
          found[row].push_back(
              {u, v, s.count, s.adamic_adar, s.resource_allocation,
               static_cast<double>(next_to.degree(u)) * static_cast<double>(next_to.degree(v)),
               norm > 0 ? both / norm : 0.0, size > 0 ? (size - both) / size : 0.0,
               facts.country[u] >= 0 && facts.country[u] == facts.country[v]});
        });
        job.advance(1);
      });
  std::vector<partner_evidence> all;
  for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
  constexpr std::array scored = {&partner_evidence::adamic_adar,
                                 &partner_evidence::resource_allocation,
                                 &partner_evidence::similarity, &partner_evidence::complementarity};
  for (const auto feature : scored) {
    std::vector<double> values(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) values[i] = all[i].*feature;
    const auto rank = detail::mean_ranks(values);
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i].score += rank[i] / static_cast<double>(scored.size());
  }
  std::ranges::sort(
      all, {}, [](const partner_evidence& e) { return std::tuple(-e.score, e.source, e.target); });
  partner_result result;
  result.candidates = all.size();
  std::set<vertex_id> suggested;
  std::map<vertex_id, std::size_t> asked;
  for (const partner_evidence& e : all) {
    if (result.best.size() == options.k) break;
    if (sources.size() > 1 && asked[e.source] >= options.per_source) continue;
    if (!suggested.insert(e.target).second) continue;
    ++asked[e.source];
    result.best.push_back(e);
  }
  job.finish();
  return result;
}

}  // namespace kedja::recommend
