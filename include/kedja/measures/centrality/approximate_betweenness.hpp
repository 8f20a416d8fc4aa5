/// @file
/// Betweenness by sampling shortest paths until a proved bound is small enough. Sources: Borassi &
/// Natale, "KADABRA is an adaptive algorithm for betweenness via random approximation", ACM J. Exp.
/// Algorithmics 24 (2019), doi:10.1145/3284359; Pellegrina & Vandin, "SILVAN", ACM Trans. Knowl.
/// Discov. Data 18 (2023), doi:10.1145/3628601.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/centrality/path_sampler.hpp>
#include <kedja/measures/centrality/sampling_bound.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures {

struct approximate_betweenness_options {
  double epsilon = 0.01;  ///< largest error of the normalized score, in (0, 1)
  double delta = 0.1;     ///< probability that any score errs by more, in (0, 1)
  std::uint64_t seed = 0;
  std::size_t top_k = 0;  ///< find the k best only; 0: estimate all
};

struct approximate_betweenness_result {
  std::vector<double> score;         ///< normalized
  std::vector<double> lower, upper;  ///< bounds on it, all at once with probability 1 - delta
  std::vector<value_status> status;  ///< with top_k: undecided whether among the k best, else ok
  std::uint64_t samples = 0;         ///< paths drawn, the pilot's included
  std::uint64_t diameter_bound = 0;  ///< bound on the number of vertices of a shortest path
  double error_bound = 0;            ///< of all scores; at most epsilon unless top_k is given
};

namespace detail {

/// Bound on the vertices of a shortest path. Undirected: twice the height of a search tree in each
/// component. Directed: the size of the largest component, since a tree bounds nothing there.
[[nodiscard]] inline std::uint64_t vertex_diameter_bound(const hub_sorted_graph& g, task& job) {
  std::uint64_t bound = 0;
  std::vector<bool> seen(g.num_vertices(), false);
  std::vector<std::pair<vertex_id, std::uint32_t>> queue;
  for (vertex_id root = 0; root < g.num_vertices(); ++root) {
    if (seen[root]) continue;
    queue.assign(1, {root, 0});
    seen[root] = true;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const auto [u, level] = queue[head];
      for (const auto row : {g.successors(u), g.predecessors(u)})
        for (const vertex_id v : row)
          if (!seen[v]) seen[v] = true, queue.emplace_back(v, level + 1);
      if (head % 4096 == 0) job.checkpoint();
    }
    bound = std::max<std::uint64_t>(
        bound, g.directed() ? queue.size() : 2 * std::uint64_t{queue.back().second} + 1);
  }
  return bound;
}

/// Adds to count[v] how many of the paths number first .. last - 1 pass v. Path i has a random
/// stream of its own, so threads change nothing.
inline void draw_paths(const hub_sorted_graph& g, std::uint64_t seed, std::uint64_t first,
                       std::uint64_t last, std::vector<std::atomic<std::uint32_t>>& count,
                       task& job) {
  const vertex_id n = g.num_vertices();
  for_blocks(
      last - first, 64, job, [&] { return path_sampler(g); },
      [&](path_sampler& sampler, std::size_t begin, std::size_t end, std::size_t) {
        for (std::uint64_t i = first + begin; i < first + end; ++i) {
          random_stream random(seed, i);
          const auto s = static_cast<vertex_id>(random.below(n));
          auto t = static_cast<vertex_id>(random.below(n - 1));
          t += t >= s;
          sampler.sample(s, t, random, job,
                         [&](vertex_id v) { count[v].fetch_add(1, std::memory_order_relaxed); });
        }
        job.advance(static_cast<double>(end - begin));
      });
}

[[nodiscard]] inline std::vector<std::uint32_t> counted(
    const std::vector<std::atomic<std::uint32_t>>& count) {
  std::vector<std::uint32_t> copy(count.size());
  for (std::size_t v = 0; v < count.size(); ++v) copy[v] = count[v].load();
  return copy;
}

}  // namespace detail

/// Normalized betweenness by hops with |estimate - exact| <= epsilon for every company at once,
/// with probability at least 1 - delta. Shortest paths between random pairs are drawn; the share
/// that passes a company estimates its score.
///
/// With top_k it stops as soon as every company is proved to be among the k best, proved not to be,
/// or known within epsilon. Whoever is not among the k largest estimates then has a score of at
/// most the k-th estimate plus epsilon, or than k others.
///
/// A twentieth of delta is kept for a number of draws that is enough on any graph with this vertex
/// diameter. A pilot of 8 / epsilon draws says how the rest of delta is best shared among companies
/// and when to look first; from then on a check follows whenever the draws have grown by a quarter.
/// Throws invalid_argument for epsilon or delta outside (0, 1), and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] approximate_betweenness_result approximate_betweenness(
    const G& given, const approximate_betweenness_options& options = {},
    const run_context& ctx = {}) {
  for (const auto& [name, value] :
       {std::pair{"epsilon", options.epsilon}, std::pair{"delta", options.delta}})
    if (!(value > 0 && value < 1))
      throw invalid_argument(std::string(name) + " must lie in (0, 1), not " +
                             std::to_string(value));
  const vertex_id n = given.num_vertices();
  approximate_betweenness_result result;
  for (auto* values : {&result.score, &result.lower, &result.upper}) values->assign(n, 0.0);
  if (options.top_k > 0) result.status.assign(n, value_status::ok);
  if (n < 3) return result;
  // Bounds are for the share of all n (n - 1) pairs; scores are per (n - 1)(n - 2).
  const double scale = n / (n - 2.0), epsilon = options.epsilon / scale;
  task preparing(stage(ctx, 0, 0.1));
  const hub_sorted_graph g(given, preparing);
  result.diameter_bound = detail::vertex_diameter_bound(g, preparing);
  const auto inner = static_cast<double>(std::max<std::uint64_t>(result.diameter_bound, 3) - 2);
  const double most = detail::draws_at_most(n, inner, epsilon, options.delta / 20);
  const auto pilot = static_cast<std::uint64_t>(std::ceil(std::min(8 / epsilon, most / 16)));
  std::vector<std::atomic<std::uint32_t>> count(n);
  detail::draw_paths(g, options.seed, 0, pilot, count, preparing);
  const detail::sampling_bound bound(detail::counted(count), static_cast<double>(pilot), epsilon,
                                     options.delta * 0.95, options.top_k);
  preparing.finish();

  for (auto& c : count) c.store(0);
  double draws = 0, next = std::ceil(std::min(1.1 * bound.expected(), most));
  task job(stage(ctx, 0.1, 1), next);
  for (int check = 0;; ++check) {
    detail::draw_paths(g, options.seed, pilot + static_cast<std::uint64_t>(draws),
                       pilot + static_cast<std::uint64_t>(next), count, job);
    draws = next;
    const auto now = detail::counted(count);
    std::vector<detail::interval> found = bound.intervals(now, draws, check);
    if (draws >= most)
      for (vertex_id v = 0; v < n; ++v) found[v].narrow(now[v] / draws, epsilon);
    const detail::best_of_intervals best(found, options.top_k);
    bool done = true;
    double error = 0;
    for (vertex_id v = 0; v < n; ++v) {
      const double mine = found[v].error(now[v] / draws);
      error = std::max(error, mine);
      done &= mine <= epsilon || best.decides(found[v]);
    }
    if (!done && draws < most) {
      next = std::ceil(std::min(1.25 * draws, most));
      continue;
    }
    result.samples = pilot + static_cast<std::uint64_t>(draws);
    result.error_bound = error * scale;
    if (options.top_k == 0) result.error_bound = std::min(result.error_bound, options.epsilon);
    for (vertex_id v = 0; v < n; ++v) {
      const vertex_id to = g.original[v];
      result.score[to] = now[v] / draws * scale;
      result.lower[to] = found[v].lower * scale;
      result.upper[to] = std::min(found[v].upper * scale, 1.0);
      if (options.top_k > 0 && options.top_k < n && !best.decides(found[v]))
        result.status[to] = value_status::undecided;
    }
    break;
  }
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template approximate_betweenness_result approximate_betweenness(
    const graph::csr_graph&, const approximate_betweenness_options&, const run_context&);
extern template approximate_betweenness_result approximate_betweenness(
    const graph::csr_view&, const approximate_betweenness_options&, const run_context&);
#endif

}  // namespace kedja::measures
