/// @file
/// The best partners of each company out of all that come into question.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/recommend/candidate_finder.hpp>
#include <kedja/recommend/evidence.hpp>
#include <kedja/recommend/logistic.hpp>

namespace kedja::recommend {

struct candidate_options {
  std::size_t k = 10;        ///< kept per source
  std::size_t reach = 500;   ///< candidates per source, see candidate_finder
  bool other_groups = true;  ///< leave out companies that share a group with the source
};

/// One entry per suggestion, by source as given, then by falling odds, then by target.
struct candidate_result {
  std::vector<vertex_id> source, target;
  std::vector<double> log_odds, error;  ///< of the model's event, and its standard error
  std::vector<std::uint8_t> ways;       ///< by what it was found: a bit per entry of `ways`
  std::vector<float> features;          ///< num_features each, in the order of feature_names
  std::size_t considered = 0;           ///< candidates whose features were computed
};

namespace detail {

struct rated {
  double odds;
  vertex_id target;
  std::uint8_t ways;
  feature_row features;
};

struct candidate_workspace {
  candidate_workspace(const evidence_tables& known, const field_facts& facts,
                      std::size_t num_groups, std::size_t reach)
      : search(known, facts),
        finder(reach, known.joint.num_companies()),
        met(known.joint.num_companies(), 0),
        mine(num_groups, 0) {}

  evidence_search search;
  candidate_finder finder;
  std::vector<char> met;   ///< of the company in hand: itself and its partners
  std::vector<char> mine;  ///< and the groups that it is in
  std::vector<rated> ratings;

  void mark(const evidence_tables& known, const graph::grouping& groups, vertex_id u,
            bool with_groups, char as) {
    met[u] = as;
    for (const vertex_id v : known.next_to.of(u)) met[v] = as;
    if (with_groups)
      for (const auto& m : groups.of(u)) mine[m.group] = as;
  }
  [[nodiscard]] bool shares_group(const graph::grouping& groups, vertex_id v) const {
    return std::ranges::any_of(groups.of(v), [&](const auto& t) { return mine[t.group] != 0; });
  }
};

}  // namespace detail

/// Candidates of a source are the `reach` eligible companies that mixed walks of six steps reach
/// best (partners of partners up to three links away, the same fields, places and words), among
/// them up to a tenth each that fit its needs, its trade and its place best; nobody who is linked
/// with it already. O(sources * (walks + n + reach * features)) time, O(n) memory per
/// thread beside the answer: nothing of size n x n. Bit-identical for any number of threads. Throws
/// invalid_argument for a source that does not exist, sizes that do not match, and k = 0.
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
  if (model.num_columns() != num_features)
    throw invalid_argument("the model was fitted on other features");
  for (const vertex_id s : sources)
    if (s >= n) throw invalid_argument("company " + std::to_string(s) + " does not exist");

  const detail::field_facts facts(known);
  // Every source has room for `room` suggestions; what stays empty is closed up at the end, so that
  // the whole answer is held once.
  const std::size_t room = std::min({options.k, options.reach, std::size_t{n}});
  candidate_result result;
  for (auto* ends : {&result.source, &result.target}) ends->resize(sources.size() * room);
  for (auto* values : {&result.log_odds, &result.error}) values->resize(sources.size() * room);
  result.ways.resize(sources.size() * room);
  result.features.resize(sources.size() * room * num_features);
  std::vector<std::size_t> kept(sources.size(), 0), considered(sources.size(), 0);
  task job(ctx, static_cast<double>(sources.size()));
  for_blocks(
      sources.size(), walk_table::lanes, job,
      [&] { return detail::candidate_workspace(known, facts, groups.num_groups(), options.reach); },
      [&](detail::candidate_workspace& ws, std::size_t begin, std::size_t end, std::size_t) {
        evidence_search& search = ws.search;
        search.start(sources.subspan(begin, end - begin));
        for (std::size_t s = begin; s < end; ++s) {
          const vertex_id u = sources[s];
          search.choose(s - begin);
          ws.finder.start();
          ws.mark(known, groups, u, options.other_groups, 1);
          for (vertex_id v = 0; v < n; ++v)
            if (eligible[v] != 0 && ws.met[v] == 0)
              ws.finder.consider(search, v, [&](vertex_id w) {
                return !(options.other_groups && ws.shares_group(groups, w));
              });
          ws.mark(known, groups, u, options.other_groups, 0);
          const auto& chosen = ws.finder.choose();
          considered[s] = chosen.size();
          ws.ratings.clear();
          for (const found& c : chosen) {
            const feature_row f = search.row(c.vertex);
            ws.ratings.push_back({model.log_odds(f), c.vertex, c.ways, f});
          }
          std::ranges::sort(ws.ratings, {},
                            [](const detail::rated& r) { return std::pair(-r.odds, r.target); });
          kept[s] = std::min(room, chosen.size());
          for (std::size_t i = 0; i < kept[s]; ++i) {
            const std::size_t at = s * room + i;
            const detail::rated& r = ws.ratings[i];
            result.source[at] = u, result.target[at] = r.target;
            result.ways[at] = r.ways, result.log_odds[at] = r.odds,
            result.error[at] = model.error(r.features);
            for (std::size_t f = 0; f < num_features; ++f)
              result.features[at * num_features + f] = static_cast<float>(r.features[f]);
          }
          job.checkpoint();
        }
        job.advance(static_cast<double>(end - begin));
      });
  const auto close_up = [&](auto& values, std::size_t width) {
    auto into = values.begin();
    for (std::size_t s = 0; s < sources.size(); ++s) {
      const auto from = values.begin() + static_cast<std::ptrdiff_t>(s * room * width);
      into = std::copy(from, from + static_cast<std::ptrdiff_t>(kept[s] * width), into);
    }
    values.erase(into, values.end());
  };
  close_up(result.source, 1), close_up(result.target, 1);
  close_up(result.log_odds, 1), close_up(result.error, 1), close_up(result.ways, 1);
  close_up(result.features, num_features);
  for (const std::size_t c : considered) result.considered += c;
  job.finish();
  return result;
}

}  // namespace kedja::recommend
