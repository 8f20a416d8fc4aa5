/// @file
/// The best partners of each company out of everything that walks reach from it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/recommend/evidence.hpp>
#include <kedja/recommend/logistic.hpp>

namespace kedja::recommend {

struct candidate_options {
  std::size_t k = 10;        ///< kept per source
  std::size_t reach = 500;   ///< candidates per source: those that mixed walks reach best
  bool other_groups = true;  ///< leave out companies that share a group with the source
};

struct candidate {
  vertex_id source, target;
  double log_odds, error;  ///< of the model's event, and its standard error
  feature_row features;
};

struct candidate_result {
  std::vector<candidate> best;  ///< by source as given, then by falling odds, then by target
  std::size_t considered = 0;   ///< candidates whose features were computed
};

/// Candidates of a source are the `reach` eligible companies that mixed walks of six steps reach
/// best (partners of partners up to three links away, the same fields, places and words) and that
/// are not linked with it yet. O(sources * (walks + n + reach * features)) time, O(n) memory per
/// thread: nothing of size n x n. Bit-identical for any number of threads. Throws invalid_argument
/// for a source that does not exist, sizes that do not match, and k = 0.
[[nodiscard]] inline candidate_result best_candidates(
    const evidence_tables& known, const graph::grouping& groups, std::span<const char> eligible,
    const logistic_model& model, std::span<const vertex_id> sources,
    const candidate_options& options = {}, const run_context& ctx = {}) {
  check(known);
  const vertex_id n = known.joint.num_companies();
  if (options.k == 0 || options.reach == 0)
    throw invalid_argument("k and reach must be at least 1");
  if (groups.num_vertices() != n || eligible.size() != n)
    throw invalid_argument("groups and eligible must have one entry per company");
  if (model.cap.size() != num_features || model.mean.size() != num_features ||
      model.scale.size() != num_features || model.coefficients.size() != num_features + 1)
    throw invalid_argument("the model was fitted on other features");
  for (const vertex_id s : sources)
    if (s >= n) throw invalid_argument("company " + std::to_string(s) + " does not exist");

  const detail::field_facts facts(known.fields);
  std::vector<std::vector<candidate>> found(sources.size());
  std::vector<std::size_t> considered(sources.size(), 0);
  task job(ctx, static_cast<double>(sources.size()));
  const auto share_a_group = [&](vertex_id u, vertex_id v) {
    const auto theirs = groups.of(v);
    return std::ranges::any_of(groups.of(u), [&](const auto& mine) {
      return std::ranges::any_of(theirs, [&](const auto& t) { return t.group == mine.group; });
    });
  };
  for_blocks(
      sources.size(), walk_table::lanes, job, [&] { return evidence_search(known, facts); },
      [&](evidence_search& search, std::size_t begin, std::size_t end, std::size_t) {
        search.start(sources.subspan(begin, end - begin));
        std::vector<std::pair<double, vertex_id>> near;  // by falling reach, then vertex
        for (std::size_t s = begin; s < end; ++s) {
          const vertex_id u = sources[s];
          near.clear();
          for (vertex_id v = 0; v < n; ++v) {
            if (v == u || eligible[v] == 0) continue;
            const double reach = search.reach(s - begin, v);
            if (reach > 0 && !known.next_to.adjacent(u, v) &&
                !(options.other_groups && share_a_group(u, v)))
              near.emplace_back(-reach, v);
          }
          const std::size_t kept = std::min(options.reach, near.size());
          std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(kept),
                           near.end());
          near.resize(kept);
          search.choose(s - begin);
          auto& mine = found[s];
          for (const auto& [reach, v] : near) {
            const feature_row f = search.row(v);
            const auto [odds, error] = model.log_odds(f);
            mine.push_back({u, v, odds, error, f});
          }
          considered[s] = mine.size();
          std::ranges::sort(mine, {},
                            [](const candidate& c) { return std::tuple(-c.log_odds, c.target); });
          if (mine.size() > options.k)
            mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(options.k), mine.end());
          mine.shrink_to_fit();
          job.checkpoint();
        }
        job.advance(static_cast<double>(end - begin));
      });
  candidate_result result;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    result.best.insert(result.best.end(), found[s].begin(), found[s].end());
    result.considered += considered[s];
  }
  job.finish();
  return result;
}

}  // namespace kedja::recommend
