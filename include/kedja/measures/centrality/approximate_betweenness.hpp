/// @file
/// Betweenness by sampling shortest paths, with a proved bound. Source: Riondato & Kornaropoulos,
/// "Fast approximation of betweenness centrality through sampling", Data Min. Knowl. Disc. 30
/// (2016), doi:10.1007/s10618-015-0423-0 (theorem 1 and lemma 2 for the sample size).
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/shortest_paths.hpp>

namespace kedja::measures {

struct approximate_betweenness_options {
  double epsilon = 0.01;  ///< largest error of the normalized score, in (0, 1)
  double delta = 0.1;     ///< probability that any score errs by more, in (0, 1)
  std::uint64_t seed = 0;
};

struct approximate_betweenness_result {
  std::vector<double> score;  ///< normalized
  std::uint64_t samples = 0;
  std::uint64_t diameter_bound = 0;  ///< bound on the number of vertices of a shortest path
};

namespace detail {

/// Grows two searches towards each other, always the one with fewer links ahead, until they meet;
/// then draws one of the shortest paths with equal probability.
class path_sampler {
 public:
  explicit path_sampler(vertex_id n) : side_{side(n), side(n)} {}

  /// Calls inner(v) for the vertices strictly between s and t on a random shortest path.
  template <graph::two_way_graph G, class Inner>
  void sample(const G& g, vertex_id s, vertex_id t, random_stream& random, task& job, Inner inner) {
    for (side& x : side_) x.clear();
    side_[0].start(s);
    side_[1].start(t);
    for (;;) {
      if (side_[0].frontier.empty() || side_[1].frontier.empty()) return;  // no path
      const int now = work_ahead(g, 0) <= work_ahead(g, 1) ? 0 : 1;
      if (expand(g, now)) {
        walk(g, now, random, inner);
        return;
      }
      job.checkpoint();
    }
  }

 private:
  static constexpr std::uint32_t unseen = 0xFFFFFFFFu;

  struct side {
    explicit side(vertex_id n) : level(n, unseen), paths(n, 0.0) {}
    void clear() {
      for (const vertex_id v : seen) level[v] = unseen, paths[v] = 0.0;
      seen.clear();
      frontier.clear();
    }
    void start(vertex_id v) {
      level[v] = 0, paths[v] = 1.0;
      seen.push_back(v);
      frontier.push_back(v);
    }
    std::vector<std::uint32_t> level;
    std::vector<double> paths;
    std::vector<vertex_id> seen, frontier, next;
  };

  /// Side 0 walks downstream from the source, side 1 upstream from the target.
  static path_direction way(int which) {
    return which == 0 ? path_direction::downstream : path_direction::upstream;
  }
  template <class G>
  std::size_t work_ahead(const G& g, int which) const {
    std::size_t arcs = 0;
    for (const vertex_id v : side_[which].frontier) arcs += step(g, v, way(which)).size();
    return arcs;
  }

  /// One level further; true when links to the other side were met (all of them shortest).
  template <class G>
  bool expand(const G& g, int which) {
    side& mine = side_[which];
    const side& other = side_[1 - which];
    meeting_.clear();
    mine.next.clear();
    for (const vertex_id u : mine.frontier) {
      const auto row = step(g, u, way(which));
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id v = row[k];
        if (v == u || (k > 0 && row[k - 1] == v)) continue;
        if (other.level[v] != unseen) {
          meeting_.push_back({u, v, mine.paths[u] * other.paths[v]});
          continue;
        }
        if (mine.level[v] == unseen) {
          mine.level[v] = mine.level[u] + 1;
          mine.seen.push_back(v);
          mine.next.push_back(v);
        }
        if (mine.level[v] == mine.level[u] + 1) mine.paths[v] += mine.paths[u];
      }
    }
    std::swap(mine.frontier, mine.next);
    return !meeting_.empty();
  }

  template <class G, class Inner>
  void walk(const G& g, int which, random_stream& random, Inner inner) {
    double total = 0;
    for (const meeting& m : meeting_) total += m.paths;
    double left = random.uniform() * total;
    const meeting* chosen = &meeting_.back();
    for (const meeting& m : meeting_)
      if ((left -= m.paths) < 0) {
        chosen = &m;
        break;
      }
    back(g, which, chosen->mine, random, inner);
    back(g, 1 - which, chosen->other, random, inner);
  }

  /// From v back to its side's start, each step with probability proportional to its paths.
  template <class G, class Inner>
  void back(const G& g, int which, vertex_id v, random_stream& random, Inner inner) {
    const side& mine = side_[which];
    while (mine.level[v] > 0) {
      inner(v);
      const auto row = step(g, v, opposite(way(which)));
      double left = random.uniform() * mine.paths[v];
      vertex_id chosen = no_vertex;
      for (std::size_t k = 0; k < row.size(); ++k) {
        const vertex_id u = row[k];
        if ((k > 0 && row[k - 1] == u) || mine.level[u] == unseen ||
            mine.level[u] + 1 != mine.level[v])
          continue;
        chosen = u;
        if ((left -= mine.paths[u]) < 0) break;
      }
      v = chosen;
    }
  }

  struct meeting {
    vertex_id mine, other;
    double paths;
  };
  side side_[2];
  std::vector<meeting> meeting_;
};

/// Bound on the vertices of a shortest path. Undirected: twice the height of a search tree in each
/// component. Directed: the size of the largest component, since a tree bounds nothing there.
template <graph::two_way_graph G>
[[nodiscard]] std::uint64_t vertex_diameter_bound(const G& g, task& job) {
  std::uint64_t bound = 0;
  std::vector<bool> seen(g.num_vertices(), false);
  std::vector<std::pair<vertex_id, std::uint32_t>> queue;
  for (vertex_id root = 0; root < g.num_vertices(); ++root) {
    if (seen[root]) continue;
    queue.assign(1, {root, 0});
    seen[root] = true;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const auto [u, level] = queue[head];
      for (const auto direction : {path_direction::upstream, path_direction::downstream})
        for (const vertex_id v : step(g, u, direction))
          if (!seen[v]) seen[v] = true, queue.emplace_back(v, level + 1);
      if (head % 4096 == 0) job.checkpoint();
    }
    bound = std::max<std::uint64_t>(
        bound, g.directed() ? queue.size() : 2 * std::uint64_t{queue.back().second} + 1);
  }
  return bound;
}

}  // namespace detail

/// Normalized betweenness by hops with |estimate - exact| <= epsilon for every company at once,
/// with probability at least 1 - delta. A path between a random pair is drawn r times, with r =
/// (floor(log2(VD - 2)) + 1 + ln(1/delta)) / (2 epsilon^2) for vertex diameter VD. Sample i has a
/// random stream of its own, so threads change nothing. Throws invalid_argument for epsilon or
/// delta outside (0, 1), and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] approximate_betweenness_result approximate_betweenness(
    const G& g, const approximate_betweenness_options& options = {}, const run_context& ctx = {}) {
  for (const auto& [name, value] :
       {std::pair{"epsilon", options.epsilon}, std::pair{"delta", options.delta}})
    if (!(value > 0 && value < 1))
      throw invalid_argument(std::string(name) + " must lie in (0, 1), not " +
                             std::to_string(value));
  const vertex_id n = g.num_vertices();
  approximate_betweenness_result result;
  result.score.assign(n, 0.0);
  if (n < 3) return result;
  // The theorem bounds the share of all n (n - 1) pairs; scores are per (n - 1)(n - 2).
  const double epsilon = options.epsilon * (n - 2.0) / n;
  double samples = 0;
  {
    task bounding(run_context{.stop = ctx.stop, .deadline = ctx.deadline});
    result.diameter_bound = detail::vertex_diameter_bound(g, bounding);
    const auto inner = result.diameter_bound > 2 ? result.diameter_bound - 2 : 1;
    samples = std::ceil((static_cast<double>(std::bit_width(inner)) + std::log(1 / options.delta)) /
                        (2 * epsilon * epsilon));
  }
  result.samples = static_cast<std::uint64_t>(samples);
  task job(ctx, samples);
  std::vector<std::atomic<std::uint64_t>> count(n);
  for_blocks(
      result.samples, 64, job, [n] { return detail::path_sampler(n); },
      [&](detail::path_sampler& sampler, std::size_t first, std::size_t last, std::size_t) {
        for (std::size_t i = first; i < last; ++i) {
          random_stream random(options.seed, i);
          const auto s = static_cast<vertex_id>(random.below(n));
          auto t = static_cast<vertex_id>(random.below(n - 1));
          t += t >= s;
          sampler.sample(g, s, t, random, job,
                         [&](vertex_id v) { count[v].fetch_add(1, std::memory_order_relaxed); });
        }
        job.advance(static_cast<double>(last - first));
      });
  // The fraction of paths through v estimates the sum over ordered pairs / (n (n - 1)).
  const double scale = static_cast<double>(n) / (n - 2.0) / samples;
  for (vertex_id v = 0; v < n; ++v) result.score[v] = static_cast<double>(count[v]) * scale;
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
