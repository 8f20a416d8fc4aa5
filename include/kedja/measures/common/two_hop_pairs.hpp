/// @file
/// The best pairs of a whole graph by what they share, without looking at all of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/simple_neighbours.hpp>
#include <kedja/measures/common/two_hop.hpp>

namespace kedja::measures {

namespace detail {

/// What a common neighbour adds, by its degree; ratios count common neighbours first.
[[nodiscard]] inline std::vector<double> term_by_degree(const simple_neighbours& next_to,
                                                        two_hop_score score) {
  std::size_t largest = 0;
  for (vertex_id v = 0; v < next_to.num_vertices(); ++v)
    largest = std::max(largest, next_to.degree(v));
  std::vector<double> term(largest + 1, 1.0);
  for (std::size_t d = 2; d <= largest; ++d) {
    if (score == two_hop_score::adamic_adar) term[d] = 1.0 / std::log(static_cast<double>(d));
    if (score == two_hop_score::resource_allocation) term[d] = 1.0 / static_cast<double>(d);
  }
  term[0] = 0.0;
  if (largest > 0) term[1] = 0.0;  // its only neighbour has nobody to share it with
  return term;
}

/// The k best pairs seen so far.
class pair_heap {
 public:
  explicit pair_heap(std::size_t k) : k_(k) {}
  [[nodiscard]] bool wants(const scored_pair& pair) const noexcept {
    return kept_.size() < k_ || (k_ > 0 && pair < kept_.front());
  }
  void add(const scored_pair& pair) {
    if (!wants(pair)) return;
    if (kept_.size() == k_) std::pop_heap(kept_.begin(), kept_.end()), kept_.pop_back();
    kept_.push_back(pair);
    std::push_heap(kept_.begin(), kept_.end());  // the worst kept pair stands first
  }
  /// A pair below this is not among the k best.
  [[nodiscard]] double threshold() const noexcept {
    return kept_.size() < k_ || k_ == 0 ? 0.0 : kept_.front().score;
  }
  [[nodiscard]] const std::vector<scored_pair>& pairs() const noexcept { return kept_; }
  void clear() noexcept { kept_.clear(); }

 private:
  std::size_t k_;
  std::vector<scored_pair> kept_;
};

/// Vertices by falling bound on the score of any pair they are in, found a piece at a time: hubs
/// first, and most vertices never.
class bounded_order {
 public:
  bounded_order(const simple_neighbours& next_to, two_hop_score score, std::span<const double> term,
                task& job)
      : bound_(next_to.num_vertices()), order_(next_to.num_vertices()) {
    const bool ratio = score == two_hop_score::jaccard || score == two_hop_score::cosine;
    constexpr double eps = std::numeric_limits<double>::epsilon();
    pacer pace(job);
    for (vertex_id u = 0; u < bound_.size(); ++u) {
      pace(next_to.degree(u) + 1);
      order_[u] = u;
      double sum = 0;
      for (const vertex_id w : next_to.of(u)) sum += term[next_to.degree(w)];
      // A pair's sum, rounded in another order, may pass this by a rounding error per term.
      sum *= 1 + 2 * eps * static_cast<double>(next_to.degree(u) + 2);
      bound_[u] = ratio ? std::min(sum, 1.0) : sum;
    }
  }
  [[nodiscard]] vertex_id at(std::size_t rank) const noexcept { return order_[rank]; }
  [[nodiscard]] double bound(std::size_t rank) const noexcept { return bound_[order_[rank]]; }

  /// Makes ranks [first, last) known; those before `first` are.
  void settle(std::size_t first, std::size_t last) {
    const auto before = [this](vertex_id a, vertex_id b) {
      return bound_[a] != bound_[b] ? bound_[a] > bound_[b] : a < b;
    };
    const auto begin = order_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(last);
    if (end != order_.end()) std::nth_element(begin, end, order_.end(), before);
    std::sort(begin, end, before);
  }

 private:
  std::vector<double> bound_;
  std::vector<vertex_id> order_;
};

/// For each vertex, the ranks below `ranks` of its neighbours, rising.
struct leading_neighbours {
  std::vector<std::size_t> offset;
  std::vector<std::uint32_t> rank;

  leading_neighbours(const simple_neighbours& next_to, const bounded_order& order,
                     std::size_t ranks, task& job)
      : offset(next_to.num_vertices() + std::size_t{2}, 0) {
    pacer pace(job);
    for (std::size_t r = 0; r < ranks; ++r)
      for (const vertex_id w : next_to.of(order.at(r))) ++offset[w + std::size_t{2}], pace();
    for (std::size_t w = 2; w < offset.size(); ++w) offset[w] += offset[w - 1];
    rank.resize(offset.back());
    for (std::size_t r = 0; r < ranks; ++r)
      for (const vertex_id w : next_to.of(order.at(r)))
        rank[offset[w + std::size_t{1}]++] = static_cast<std::uint32_t>(r), pace();
  }
  [[nodiscard]] std::span<const std::uint32_t> of(vertex_id w) const noexcept {
    return {rank.data() + offset[w], rank.data() + offset[w + std::size_t{1}]};
  }
};

}  // namespace detail

/// The k best pairs source < target that are not adjacent and share a neighbour, best first.
///
/// No pair scores more than either end's own bound: the sum of what all its neighbours could add.
/// Vertices are taken by falling bound, each is paired with those taken before it, and the search
/// ends where the bound falls below the k-th best pair: exact, and few vertices of a network with
/// hubs are ever looked at. (Ratios are bounded by 1, so all vertices are looked at.) At worst,
/// with k as large as the number of pairs, O(sum of squared degrees) time. O(n + m) memory, and O(n
/// + k) per thread. Bit-identical for any number of threads.
[[nodiscard]] inline std::vector<scored_pair> best_two_hop_pairs(const simple_neighbours& next_to,
                                                                 two_hop_score score, std::size_t k,
                                                                 const run_context& ctx = {}) {
  const vertex_id n = next_to.num_vertices();
  task job(ctx, n);
  detail::pair_heap best(k);
  if (k == 0 || n == 0) return job.finish(), best.pairs();
  const std::vector<double> term = detail::term_by_degree(next_to, score);
  detail::bounded_order order(next_to, score, term, job);

  struct workspace {
    std::vector<double> sum;  // by rank; 0 between vertices
    std::vector<std::uint32_t> touched;
    detail::pair_heap* best;
  };
  std::vector<std::unique_ptr<detail::pair_heap>> heaps;  // the best of both do not depend on who
  std::mutex adding;                                      // found them: pairs have a total order
  std::atomic<double> threshold = 0.0;
  std::size_t known = 0;
  for (std::size_t upto = 1024; known < n; upto *= 4) {
    const std::size_t last_rank = std::min<std::size_t>(n, upto);
    order.settle(known, last_rank);
    if (order.bound(known) < threshold.load()) break;
    const detail::leading_neighbours leading(next_to, order, last_rank, job);
    for_blocks(
        last_rank - known, 64, job,
        [&] {
          auto mine = std::make_unique<detail::pair_heap>(k);
          workspace made{std::vector<double>(last_rank, 0.0), {}, mine.get()};
          const std::scoped_lock lock(adding);
          heaps.push_back(std::move(mine));
          return made;
        },
        [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
          std::size_t steps = 0;
          for (std::size_t r = known + first; r < known + last; ++r) {
            if (order.bound(r) < threshold.load(std::memory_order_relaxed)) break;
            const vertex_id u = order.at(r);
            for (const vertex_id w : next_to.of(u)) {
              const double add = term[next_to.degree(w)];
              const auto before = leading.of(w);
              steps += before.size() + 1;
              for (const std::uint32_t other : before) {
                if (other >= r) break;
                if (ws.sum[other] == 0) ws.touched.push_back(other);
                ws.sum[other] += add;
              }
              if (steps > (1u << 16)) steps = 0, job.checkpoint();
            }
            for (const std::uint32_t other : ws.touched) {
              const vertex_id v = order.at(other);
              const double sum = std::exchange(ws.sum[other], 0.0);
              const scored_pair pair{
                  std::min(u, v), std::max(u, v),
                  score_of_sum(score, sum, next_to.degree(u), next_to.degree(v))};
              if (ws.best->wants(pair) && !next_to.adjacent(u, v)) ws.best->add(pair);
            }
            ws.touched.clear();
            double seen = threshold.load(std::memory_order_relaxed);
            while (seen < ws.best->threshold() &&
                   !threshold.compare_exchange_weak(seen, ws.best->threshold())) {
            }
          }
          job.advance(static_cast<double>(last - first));
        });
    known = last_rank;
  }
  for (const auto& heap : heaps)
    for (const scored_pair& pair : heap->pairs()) best.add(pair);
  std::vector<scored_pair> all = best.pairs();
  std::sort(all.begin(), all.end());
  job.finish();
  return all;
}

/// The k best for every vertex: by vertex, then best first. A pair may stand under both of its
/// ends. O(sum over vertices of their neighbours' degrees) time, O(n k) memory, and O(n) per
/// thread. Bit-identical for any number of threads.
[[nodiscard]] inline std::vector<scored_pair> best_two_hop_per_vertex(
    const simple_neighbours& next_to, two_hop_score score, std::size_t k,
    const run_context& ctx = {}) {
  const vertex_id n = next_to.num_vertices();
  const std::vector<double> term = detail::term_by_degree(next_to, score);
  std::vector<std::vector<scored_pair>> best(n);
  task job(ctx, n);
  struct workspace {
    std::vector<double> sum;  // 0 between vertices
    std::vector<vertex_id> touched;
    detail::pair_heap heap;
  };
  for_blocks(
      n, 256, job,
      [n, k] {
        return workspace{std::vector<double>(n, 0.0), {}, detail::pair_heap(k)};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        pacer pace(job);
        for (auto u = static_cast<vertex_id>(first); u < last; ++u) {
          for (const vertex_id w : next_to.of(u)) {
            const auto row = next_to.of(w);
            if (row.size() < 2) continue;  // w is next to u alone
            const double add = term[row.size()];
            for (const vertex_id v : row) {
              if (ws.sum[v] == 0) ws.touched.push_back(v);
              ws.sum[v] += add;
            }
            pace(row.size());
          }
          for (const vertex_id v : ws.touched) {
            const double sum = std::exchange(ws.sum[v], 0.0);
            if (v == u) continue;
            const scored_pair pair{u, v,
                                   score_of_sum(score, sum, next_to.degree(u), next_to.degree(v))};
            if (ws.heap.wants(pair) && !next_to.adjacent(u, v)) ws.heap.add(pair);
          }
          ws.touched.clear();
          best[u] = ws.heap.pairs();
          ws.heap.clear();
          std::sort(best[u].begin(), best[u].end());
        }
        job.advance(static_cast<double>(last - first));
      });
  std::vector<scored_pair> all;
  for (const auto& part : best) all.insert(all.end(), part.begin(), part.end());
  job.finish();
  return all;
}

}  // namespace kedja::measures
