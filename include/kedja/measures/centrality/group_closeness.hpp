/// @file
/// How near a group of companies is to all others, and which group is nearest. Sources: Everett &
/// Borgatti, "The centrality of groups and classes", J. Math. Sociol. 23 (1999),
/// doi:10.1080/0022250X.1999.9990219; Bergamini, Gonser & Meyerhenke, "Scaling up group closeness
/// maximization", ALENEX 2018, doi:10.1137/1.9781611975055.18; Minoux, "Accelerated greedy
/// algorithms for maximizing submodular set functions" (1978), doi:10.1007/BFb0006528.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/distance_sums.hpp>

namespace kedja::measures {

struct group_closeness_options {
  /// The group to score; none: find the best of `size` members.
  std::optional<std::span<const vertex_id>> group = {};
  std::size_t size = 1;
  path_direction direction = path_direction::upstream;
};

struct group_closeness_result {
  std::vector<vertex_id> member;   ///< as given, or in the order chosen
  std::vector<double> score;       ///< [i]: closeness of the group of members 0..i
  std::vector<vertex_id> reached;  ///< [i]: how many others have a path
};

namespace detail {

/// Distances of every company to the nearest member so far; those without a path count n.
class group_distances {
 public:
  explicit group_distances(vertex_id n) : distance_(n, n), seen_(n, 0) {}

  /// How much all distances together fall when v joins, without letting it join. A search from v
  /// need not pass a company that is no nearer to v than to the group.
  template <graph::two_way_graph G>
  std::uint64_t gain(const G& g, vertex_id v, path_direction direction, task& job) {
    return search(g, v, direction, job, [](vertex_id, std::uint32_t) {});
  }
  template <graph::two_way_graph G>
  void join(const G& g, vertex_id v, path_direction direction, task& job) {
    (void)search(g, v, direction, job,
                 [this](vertex_id u, std::uint32_t hops) { distance_[u] = hops; });
  }
  /// (others with a path, sum of their distances)
  [[nodiscard]] std::pair<vertex_id, std::uint64_t> sums() const {
    std::pair<vertex_id, std::uint64_t> made{0, 0};
    for (const std::uint64_t d : distance_)
      if (d > 0 && d < distance_.size()) ++made.first, made.second += d;
    return made;
  }

 private:
  template <class G, class Nearer>
  std::uint64_t search(const G& g, vertex_id v, path_direction direction, task& job,
                       Nearer nearer) {
    if (distance_[v] == 0) return 0;
    ++round_;
    std::uint64_t saved = distance_[v];
    seen_[v] = round_;
    frontier_.assign(1, v);
    nearer(v, 0);
    pacer pace(job);
    for (std::uint32_t hops = 1; !frontier_.empty(); ++hops) {
      next_.clear();
      for (const vertex_id u : frontier_) {
        const auto row = step(g, u, direction);
        for (const vertex_id w : row) {
          if (seen_[w] == round_ || distance_[w] <= hops) continue;
          seen_[w] = round_;
          saved += distance_[w] - hops;
          next_.push_back(w);
          nearer(w, hops);
        }
        pace(row.size());
      }
      std::swap(frontier_, next_);
    }
    return saved;
  }

  std::vector<std::uint64_t> distance_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
  std::vector<vertex_id> frontier_, next_;
};

}  // namespace detail

/// Closeness of a group S: (n - |S|) / (sum of distances from each other company to (upstream), or
/// from (downstream), the nearest member), by hops. NetworkX's definition: companies without a path
/// add nothing to the sum, so look at `reached` beside the score; no path at all scores 0.
///
/// Without a group the greedy choice of `size` members: each lowers the sum of distances the most,
/// a missing path counting n, ties to the first company. That sum falls by at least 1 - 1/e = 63
/// per cent of what the best group of this size would achieve, since its fall is submodular
/// (Nemhauser, Wolsey & Fisher 1978). O(n m / 512) word operations for the first member; later ones
/// look again only at companies that may still win. Throws invalid_argument for a group that is
/// empty, repeats a member or names one outside, for a size outside [1, n], and cancelled.
template <graph::two_way_graph G>
[[nodiscard]] group_closeness_result group_closeness(const G& g,
                                                     const group_closeness_options& options = {},
                                                     const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  group_closeness_result result;
  detail::group_distances distances(n);
  // Paths that end in a member are searched from it against the links.
  const auto add = [&](vertex_id v, task& job) {
    distances.join(g, v, options.direction, job);
    result.member.push_back(v);
    const auto [reached, sum] = distances.sums();
    result.reached.push_back(reached);
    result.score.push_back(
        sum == 0 ? 0.0 : static_cast<double>(n - result.member.size()) / static_cast<double>(sum));
  };
  if (options.group) {
    if (options.group->empty()) throw invalid_argument("group must have at least one member");
    std::vector<bool> seen(n, false);
    for (const vertex_id v : *options.group) {
      if (v >= n)
        throw invalid_argument("group: vertex " + std::to_string(v) + " is outside [0, " +
                               std::to_string(n) + ")");
      if (seen[v])
        throw invalid_argument("group: vertex " + std::to_string(v) + " appears more than once");
      seen[v] = true;
    }
    task job(ctx, static_cast<double>(options.group->size()));
    for (const vertex_id v : *options.group) add(v, job), job.advance(1);
    job.finish();
    return result;
  }
  if (options.size < 1 || options.size > n)
    throw invalid_argument("the group's size must lie in [1, " + std::to_string(n) + "], not " +
                           std::to_string(options.size));
  task job(ctx, n + static_cast<double>(options.size));
  // What each company would save at most: first exactly, later what it saved some members ago,
  // which can only have fallen.
  struct candidate {
    std::uint64_t gain;
    vertex_id vertex;
    std::size_t members;  ///< members when the gain was found
    bool operator<(const candidate& other) const {
      return std::pair(gain, other.vertex) < std::pair(other.gain, vertex);
    }
  };
  const distance_sums sums = sum_distances(g, options.direction, link_length::hops, any_hops, job);
  std::vector<candidate> first;
  for (vertex_id v = 0; v < n; ++v) {
    const std::uint64_t reached = sums.reached[v];
    first.push_back({n + n * reached - static_cast<std::uint64_t>(sums.total[v]), v, 0});
  }
  std::priority_queue<candidate> queue(std::less<candidate>{}, std::move(first));
  while (result.member.size() < options.size) {
    candidate best = queue.top();
    queue.pop();
    if (best.members == result.member.size()) {
      add(best.vertex, job);
      job.advance(1);
    } else {
      best.gain = distances.gain(g, best.vertex, options.direction, job);
      best.members = result.member.size();
      queue.push(best);
      job.checkpoint();  // a search near the group is short: thousands may not count enough links
    }
  }
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template group_closeness_result group_closeness(const graph::csr_graph&,
                                                       const group_closeness_options&,
                                                       const run_context&);
extern template group_closeness_result group_closeness(const graph::csr_view&,
                                                       const group_closeness_options&,
                                                       const run_context&);
#endif

}  // namespace kedja::measures
