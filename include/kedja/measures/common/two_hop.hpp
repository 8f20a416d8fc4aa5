/// @file
/// Scores of pairs that share neighbours. Sources: Adamic & Adar, "Friends and neighbors on the
/// Web", Social Networks 25 (2003), doi:10.1016/S0378-8733(03)00009-1; Zhou, Lu & Zhang,
/// "Predicting missing links via local information", Eur. Phys. J. B 71 (2009),
/// doi:10.1140/epjb/e2009-00335-8.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <tuple>
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

/// A score from the sum of what common neighbours add: 1 each for counts and ratios.
[[nodiscard]] inline double score_of_sum(two_hop_score score, double sum, std::size_t degree_u,
                                         std::size_t degree_v) noexcept {
  const auto du = static_cast<double>(degree_u), dv = static_cast<double>(degree_v);
  if (score == two_hop_score::jaccard) return sum > 0 ? sum / (du + dv - sum) : 0.0;
  if (score == two_hop_score::cosine) return sum > 0 ? sum / std::sqrt(du * dv) : 0.0;
  return sum;
}

[[nodiscard]] inline double score_of(two_hop_score score, const shared_neighbours& s,
                                     std::size_t degree_u, std::size_t degree_v) noexcept {
  const double sum = score == two_hop_score::adamic_adar           ? s.adamic_adar
                     : score == two_hop_score::resource_allocation ? s.resource_allocation
                                                                   : static_cast<double>(s.count);
  return score_of_sum(score, sum, degree_u, degree_v);
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
