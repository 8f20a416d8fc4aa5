/// @file
/// Scores of pairs that share neighbours. Sources: Adamic & Adar, "Friends and neighbors on the
/// Web", Social Networks 25 (2003), doi:10.1016/S0378-8733(03)00009-1; Zhou, Lu & Zhang,
/// "Predicting missing links via local information", Eur. Phys. J. B 71 (2009),
/// doi:10.1140/epjb/e2009-00335-8.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/simple_neighbours.hpp>

namespace kedja::measures {

/// What a pair has in common; every score is a function of these and of both degrees.
struct shared_neighbours {
  vertex_id other;
  std::uint32_t count = 0;         ///< common neighbours
  double adamic_adar = 0;          ///< sum of 1 / log(degree of the common neighbour)
  double resource_allocation = 0;  ///< sum of 1 / degree of the common neighbour
};

enum class two_hop_score { common_neighbours, adamic_adar, resource_allocation, jaccard, cosine };

[[nodiscard]] inline double score_of(two_hop_score score, const shared_neighbours& s,
                                     std::size_t degree_u, std::size_t degree_v) noexcept {
  const auto common = static_cast<double>(s.count);
  const auto du = static_cast<double>(degree_u), dv = static_cast<double>(degree_v);
  switch (score) {
    case two_hop_score::common_neighbours:
      return common;
    case two_hop_score::adamic_adar:
      return s.adamic_adar;
    case two_hop_score::resource_allocation:
      return s.resource_allocation;
    case two_hop_score::jaccard:
      return common > 0 ? common / (du + dv - common) : 0.0;
    case two_hop_score::cosine:
      return common > 0 ? common / std::sqrt(du * dv) : 0.0;
  }
  return 0;
}

/// Scratch space for one search at a time; O(n).
class two_hop_workspace {
 public:
  explicit two_hop_workspace(vertex_id n) : sum_(n) {}

  /// Calls found(shared_neighbours) for each vertex two links from u and not next to it, in order
  /// of vertices; sums run over common neighbours in order. O(sum of u's neighbours' degrees).
  template <class Found>
  void search(const simple_neighbours& next_to, vertex_id u, Found found) {
    for (const vertex_id w : next_to.of(u)) {
      const auto degree = static_cast<double>(next_to.degree(w));
      const double aa = 1.0 / std::log(degree), ra = 1.0 / degree;
      for (const vertex_id v : next_to.of(w)) {
        shared_neighbours& s = sum_[v];
        if (s.count++ == 0) touched_.push_back(v);
        if (degree > 1) s.adamic_adar += aa;  // degree 1: w's only neighbour is u itself
        s.resource_allocation += ra;
      }
    }
    std::ranges::sort(touched_);
    for (const vertex_id v : touched_) {
      shared_neighbours s = sum_[v];
      sum_[v] = {};
      if (v == u || next_to.adjacent(u, v)) continue;
      s.other = v;
      found(s);
    }
    touched_.clear();
  }

 private:
  std::vector<shared_neighbours> sum_;
  std::vector<vertex_id> touched_;
};

struct scored_pair {
  vertex_id source, target;
  double score;
  /// Best first; equal scores in order of vertices, so that the order is always the same.
  friend bool operator<(const scored_pair& a, const scored_pair& b) noexcept {
    return std::tuple(-a.score, a.source, a.target) < std::tuple(-b.score, b.source, b.target);
  }
};

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

[[nodiscard]] inline double score_of_sum(two_hop_score score, double sum, std::size_t degree_u,
                                         std::size_t degree_v) noexcept {
  const auto du = static_cast<double>(degree_u), dv = static_cast<double>(degree_v);
  if (score == two_hop_score::jaccard) return sum / (du + dv - sum);
  if (score == two_hop_score::cosine) return sum / std::sqrt(du * dv);
  return sum;
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

 private:
  std::size_t k_;
  std::vector<scored_pair> kept_;
};

/// Vertices by falling bound on the score of any pair they are in, found a piece at a time: hubs
/// first, and most vertices never.
class bounded_order {
 public:
  bounded_order(const simple_neighbours& next_to, two_hop_score score, std::span<const double> term)
      : bound_(next_to.num_vertices()), order_(next_to.num_vertices()) {
    const bool ratio = score == two_hop_score::jaccard || score == two_hop_score::cosine;
    constexpr double eps = std::numeric_limits<double>::epsilon();
    for (vertex_id u = 0; u < bound_.size(); ++u) {
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
                     std::size_t ranks)
      : offset(next_to.num_vertices() + std::size_t{2}, 0) {
    for (std::size_t r = 0; r < ranks; ++r)
      for (const vertex_id w : next_to.of(order.at(r))) ++offset[w + std::size_t{2}];
    for (std::size_t w = 2; w < offset.size(); ++w) offset[w] += offset[w - 1];
    rank.resize(offset.back());
    for (std::size_t r = 0; r < ranks; ++r)
      for (const vertex_id w : next_to.of(order.at(r)))
        rank[offset[w + std::size_t{1}]++] = static_cast<std::uint32_t>(r);
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
  detail::bounded_order order(next_to, score, term);
  job.checkpoint();

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
    const detail::leading_neighbours leading(next_to, order, last_rank);
    job.checkpoint();
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
                  detail::score_of_sum(score, sum, next_to.degree(u), next_to.degree(v))};
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
/// ends. O(sum over vertices of their neighbours' degrees) time, O(n k) memory.
[[nodiscard]] inline std::vector<scored_pair> best_two_hop_per_vertex(
    const simple_neighbours& next_to, two_hop_score score, std::size_t k,
    const run_context& ctx = {}) {
  const vertex_id n = next_to.num_vertices();
  std::vector<std::vector<scored_pair>> best(n);
  task job(ctx, n);
  for_blocks(
      n, 256, job, [n] { return two_hop_workspace(n); },
      [&](two_hop_workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        for (auto u = static_cast<vertex_id>(first); u < last; ++u) {
          auto& mine = best[u];
          ws.search(next_to, u, [&](const shared_neighbours& s) {
            mine.push_back(
                {u, s.other, score_of(score, s, next_to.degree(u), next_to.degree(s.other))});
          });
          const auto kept = static_cast<std::ptrdiff_t>(std::min(k, mine.size()));
          std::partial_sort(mine.begin(), mine.begin() + kept, mine.end());
          mine.resize(static_cast<std::size_t>(kept));
          mine.shrink_to_fit();
        }
        job.advance(static_cast<double>(last - first));
        job.checkpoint();
      });
  std::vector<scored_pair> all;
  for (const auto& part : best) all.insert(all.end(), part.begin(), part.end());
  job.finish();
  return all;
}

/// Scores of given pairs, adjacent or not; 0 for a pair without a common neighbour and for a vertex
/// with itself. O(sum of degrees).
[[nodiscard]] inline std::vector<double> two_hop_scores(const simple_neighbours& next_to,
                                                        two_hop_score score,
                                                        std::span<const vertex_id> source,
                                                        std::span<const vertex_id> target,
                                                        const run_context& ctx = {}) {
  std::vector<double> result(source.size(), 0.0);
  task job(ctx, static_cast<double>(source.size()));
  for_blocks(source.size(), 1024, job, [&](std::size_t first, std::size_t last, std::size_t) {
    for (std::size_t i = first; i < last; ++i) {
      const vertex_id u = source[i], v = target[i];
      if (u == v) continue;
      const auto a = next_to.of(u), b = next_to.of(v);
      shared_neighbours s{v};
      for (std::size_t x = 0, y = 0; x < a.size() && y < b.size();) {
        if (a[x] < b[y]) {
          ++x;
        } else if (b[y] < a[x]) {
          ++y;
        } else {
          const auto degree = static_cast<double>(next_to.degree(a[x]));
          ++s.count;
          s.adamic_adar += 1.0 / std::log(degree);
          s.resource_allocation += 1.0 / degree;
          ++x, ++y;
        }
      }
      result[i] = score_of(score, s, a.size(), b.size());
    }
    job.advance(static_cast<double>(last - first));
  });
  job.finish();
  return result;
}

}  // namespace kedja::measures
