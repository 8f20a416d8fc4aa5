/// @file
/// The k companies with the largest closeness or harmonic closeness, without the scores of all.
/// Source: Bergamini, Borassi, Crescenzi, Marino & Meyerhenke, "Computing top-k closeness
/// centrality faster in unweighted graphs", ACM Trans. Knowl. Discov. Data 13 (2019),
/// doi:10.1145/3344719.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/centrality/closeness.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/distance_sums.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>
#include <kedja/measures/common/level_search.hpp>

namespace kedja::measures {

/// All companies that score at least as much as the k-th best, best first, ties by vertex: more
/// than k when others tie with the k-th. Scores are those of the whole measure to the last bit.
struct best_closeness_result {
  std::vector<vertex_id> vertex;
  std::vector<double> score;
  std::vector<vertex_id> reached;
};

namespace detail {

/// How often all links may be looked at before the scores of all are cheaper, for which 512
/// searches share a look. Measured: about n / 160.
[[nodiscard]] inline double looks_worth(vertex_id n) { return std::max(n / 256.0, 16.0); }

/// Whether the k searches that no bound can end, a quarter of the links or more each, leave time
/// for others.
[[nodiscard]] inline bool worth_trying(std::size_t k, vertex_id n) {
  return k <= n / 16 && static_cast<double>(k) <= 2 * looks_worth(n);
}

/// score(so_far) of a finished search and most(so_far), which no score of a search that goes on
/// from there exceeds. Candidates are searched by falling bound, 64 at a time, each until its bound
/// falls below the k-th best score. Empty as soon as that seems to take too long: scores are then
/// so even that all together are cheaper.
template <class Score, class Most>
[[nodiscard]] best_closeness_result best_by_hops(const hub_sorted_graph& g,
                                                 path_direction direction, std::uint32_t max_hops,
                                                 std::size_t k, Score score, Most most, task& job) {
  const vertex_id n = g.num_vertices();
  const auto ahead = [&](vertex_id v) {
    return direction == path_direction::upstream ? g.predecessors(v) : g.successors(v);
  };
  // Rounding must not lose a company that ties.
  const auto bound = [&](const hops_so_far& x) { return most(x) * (1 + 1e-12); };
  const std::vector<vertex_id> others = most_reached(g, direction, job);
  struct candidate {
    double bound;
    vertex_id vertex;
  };
  std::vector<candidate> candidates(n);
  for (vertex_id v = 0; v < n; ++v) {
    hops_so_far x{.reached = static_cast<vertex_id>(ahead(v).size()), .level = 1};
    x.others = others[v];
    x.total = x.reached;
    x.harmonic = (decltype(x.harmonic){1} << 64) * x.reached;
    for (const vertex_id u : ahead(v)) x.links_ahead += ahead(u).size();
    candidates[v] = {bound(x), v};
    if (v % 4096 == 0) job.checkpoint();
  }
  std::sort(candidates.begin(), candidates.end(), [](const candidate& a, const candidate& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.vertex < b.vertex;
  });
  struct finished {
    double score;
    vertex_id vertex, reached;
    std::size_t looked_at;
  };
  std::vector<finished> best;
  double kth = -1;
  const double patience = static_cast<double>(g.num_arcs()) * looks_worth(n);
  double looked_at = 0;
  std::size_t first = 0, count = std::min<std::size_t>(k, 64);
  for (; first < n && candidates[first].bound >= kth; first += count, count = 64) {
    count = std::min(count, n - first);
    const double before = looked_at, bar = kth;
    std::vector<finished> found(count, finished{-1, 0, 0, 0});
    for_blocks(
        count, 1, job, [n] { return level_search(n); },
        [&](level_search& search, std::size_t i, std::size_t, std::size_t) {
          const auto [limit, v] = candidates[first + i];
          if (limit < kth) return;
          hops_so_far x{.others = others[v]};
          const bool whole = search.run(g, v, direction, max_hops, x, job,
                                        [&](const auto& now) { return bound(now) >= kth; });
          found[i] = {whole ? score(x) : -1.0, g.original[v], x.reached, x.looked_at};
        });
    for (const finished& f : found) {
      looked_at += static_cast<double>(f.looked_at);
      if (f.score >= std::max(kth, 0.0)) best.push_back(f);
    }
    std::sort(best.begin(), best.end(), [](const finished& a, const finished& b) {
      return a.score != b.score ? a.score > b.score : a.vertex < b.vertex;
    });
    if (best.size() >= k) {
      kth = best[k - 1].score;
      while (best.back().score < kth) best.pop_back();
    }
    job.advance(static_cast<double>(count));
    // As many as may still win, each like those just searched; those to come cost somewhat less.
    std::size_t left = 0;
    while (first + count + left < n && candidates[first + count + left].bound >= kth) ++left;
    const double each = (looked_at - before) / static_cast<double>(count);
    if (bar >= 0 && looked_at + 0.8 * each * static_cast<double>(left) > patience) return {};
  }
  best_closeness_result result;
  for (const finished& f : best) {
    result.vertex.push_back(f.vertex);
    result.score.push_back(f.score);
    result.reached.push_back(f.reached);
  }
  return result;
}

/// The same from the scores of all.
[[nodiscard]] inline best_closeness_result best_of(const std::vector<double>& score,
                                                   const std::vector<vertex_id>& reached,
                                                   std::size_t k) {
  std::vector<vertex_id> order(score.size());
  std::iota(order.begin(), order.end(), vertex_id{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](vertex_id a, vertex_id b) { return score[a] > score[b]; });
  best_closeness_result result;
  for (const vertex_id v : order) {
    if (result.vertex.size() >= k && score[v] < result.score[k - 1]) break;
    result.vertex.push_back(v);
    result.score.push_back(score[v]);
    result.reached.push_back(reached[v]);
  }
  return result;
}

inline void check_k(std::size_t k) {
  if (k == 0) throw invalid_argument("k must be at least 1");
}

}  // namespace detail

/// The best k by harmonic_closeness, with the same options. A search of a company ends when the
/// levels still to come cannot lift it to the k-th best. By lengths, for k above 32 and n / 128,
/// and where scores turn out too even for that, all scores are computed. Bit-identical for any
/// number of threads. Throws as harmonic_closeness, and invalid_argument for k = 0.
template <graph::two_way_graph G>
[[nodiscard]] best_closeness_result best_harmonic_closeness(
    const G& given, std::size_t k, const harmonic_closeness_options& options = {},
    const run_context& ctx = {}) {
  detail::check_k(k);
  const vertex_id n = given.num_vertices();
  if (options.length == link_length::hops && detail::worth_trying(k, n)) {
    task job(stage(ctx, 0, 0.5), n);
    const hub_sorted_graph g(given, job);
    const double scale = options.normalized && n > 1 ? n - 1 : 1;
    auto best = detail::best_by_hops(
        g, options.direction, options.max_hops, k,
        [&](const hops_so_far& x) {
          return std::ldexp(static_cast<double>(x.harmonic), -64) / scale;
        },
        [&](const hops_so_far& x) {
          double sum = std::ldexp(static_cast<double>(x.harmonic), -64);
          const double rest = x.others - x.reached;
          const double next = std::min(static_cast<double>(x.links_ahead), rest);
          if (x.level < options.max_hops) sum += next / (x.level + 1.0);
          if (x.links_ahead > 0 && x.level + 1 < options.max_hops)
            sum += (rest - next) / (x.level + 2.0);
          return sum / scale;
        },
        job);
    if (!best.vertex.empty()) {
      job.finish();
      if (ctx.on_progress) ctx.on_progress(1.0);
      return best;
    }
  }
  const auto all = harmonic_closeness(given, options, stage(ctx, 0.5, 1));
  return detail::best_of(all.score, all.reached, k);
}

/// The best k by closeness, with the same options; as best_harmonic_closeness. Without wf_improved,
/// where small components score high, all scores are computed.
template <graph::two_way_graph G>
[[nodiscard]] best_closeness_result best_closeness(const G& given, std::size_t k,
                                                   const closeness_options& options = {},
                                                   const run_context& ctx = {}) {
  detail::check_k(k);
  const vertex_id n = given.num_vertices();
  if (options.length == link_length::hops && options.wf_improved && detail::worth_trying(k, n)) {
    task job(stage(ctx, 0, 0.5), n);
    const hub_sorted_graph g(given, job);
    auto best = detail::best_by_hops(
        g, options.direction, any_hops, k,
        [&](const hops_so_far& x) {
          if (x.reached == 0) return 0.0;
          double score = x.reached / static_cast<double>(x.total);
          score *= x.reached / (n - 1.0);
          return score;
        },
        [&](const hops_so_far& x) {
          // r^2 / (least sum of distances) is convex in r between the ends of each piece.
          const double links = static_cast<double>(x.links_ahead);
          const auto at = [&](double r) {
            const double more = r - x.reached, next = std::min(more, links);
            const double least = static_cast<double>(x.total) + next * (x.level + 1.0) +
                                 (more - next) * (x.level + 2.0);
            return least > 0 ? r / least * (r / (n - 1.0)) : 0.0;
          };
          const double last = x.links_ahead > 0 ? x.others : x.reached;
          return std::max({at(x.reached), at(std::min(x.reached + links, last)), at(last)});
        },
        job);
    if (!best.vertex.empty()) {
      job.finish();
      if (ctx.on_progress) ctx.on_progress(1.0);
      return best;
    }
  }
  const auto all = closeness(given, options, stage(ctx, 0.5, 1));
  return detail::best_of(all.score, all.reached, k);
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template best_closeness_result best_harmonic_closeness(const graph::csr_graph&, std::size_t,
                                                              const harmonic_closeness_options&,
                                                              const run_context&);
extern template best_closeness_result best_harmonic_closeness(const graph::csr_view&, std::size_t,
                                                              const harmonic_closeness_options&,
                                                              const run_context&);
extern template best_closeness_result best_closeness(const graph::csr_graph&, std::size_t,
                                                     const closeness_options&, const run_context&);
extern template best_closeness_result best_closeness(const graph::csr_view&, std::size_t,
                                                     const closeness_options&, const run_context&);
#endif

}  // namespace kedja::measures
