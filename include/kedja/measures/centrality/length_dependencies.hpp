/// @file
/// Brandes' algorithm by lengths for sixteen sources at a time: distances together, then the links
/// that lie on shortest paths, then each source's dependencies from the ends of its paths back.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/centrality/dependency_sums.hpp>
#include <kedja/measures/common/distance_sorted_graph.hpp>
#include <kedja/measures/common/multi_source_lengths.hpp>

namespace kedja::measures::detail {

/// One batch after another over the same graph; about 180 bytes per vertex, and 64 per link that
/// lies on shortest paths from all sources.
class length_dependencies {
 public:
  static constexpr std::size_t lanes = multi_source_lengths::lanes;

  explicit length_dependencies(const distance_sorted_graph& g)
      : graph_(g),
        search_(g.num_vertices()),
        reached_(g.num_vertices(), 0),
        steps_ahead_(g.num_vertices(), 0),
        before_(g.num_vertices()),
        first_(g.num_vertices()),
        below_(g.num_vertices(), 0.0),
        paths_(g.num_vertices(), 0.0) {
    for (auto& list : steps_)  // untouched memory costs nothing
      list = std::make_unique_for_overwrite<std::uint32_t[]>(g.num_arcs() + 1);
  }

  /// Adds to sum.vertex[v] the dependency of each of at most sixteen sources on v, and to
  /// sum.link[a], unless it is empty, that on the link that stands at a in the given graph;
  /// vertices are the sorted graph's. False, and nothing added, when the search gives up or a
  /// length is so small that it may change no distance.
  [[nodiscard]] bool run(std::span<const vertex_id> sources, std::span<const double> credit,
                         dependency_sums& sum, task& job) {
    if (!search_.run(graph_, sources, job) || !every_length_counts()) return false;
    if (best_instruction_set() == instruction_set::baseline)
      find_steps<16>(sources, job);
    else
      find_steps_avx2(sources, job);
    for (std::size_t k = 0; k < sources.size(); ++k) {
      if (is_tree_[k])
        add_tree(sources[k], k, credit, sum);
      else
        add(sources[k], k, credit, sum);
      job.checkpoint();
    }
    return true;
  }

 private:
  /// Marks the first of the steps that lead to a vertex.
  static constexpr std::uint32_t opens = 0x80000000u;

  [[nodiscard]] bool every_length_counts() const {
    double longest = 0;
    for (vertex_id v = 0; v < graph_.num_vertices(); ++v)
      for (const double d : search_.distance(v).lane)
        if (d < std::numeric_limits<double>::infinity() && d > longest) longest = d;
    return graph_.least_length() > longest * 0x1p-52;
  }

  KEDJA_TARGET("avx2")
  void find_steps_avx2(std::span<const vertex_id> sources, task& job) {
    find_steps<32>(sources, job);
  }
  /// Steps of shortest paths: for every lane, by the vertex they lead to, positions in the row of
  /// links behind it. Ties are exact equalities of doubles.
  template <std::size_t Bytes>
  [[gnu::always_inline]] inline void find_steps(std::span<const vertex_id> sources, task& job) {
    using simd = multi_source_lengths::vectors<Bytes>;
    typename simd::mask bit[simd::parts];
    for (std::size_t k = 0; k < lanes; ++k)
      bit[k / simd::width][k % simd::width] = std::int64_t{1} << k;
    std::uint32_t* end[lanes];
    std::size_t vertices[lanes] = {};
    for (std::size_t k = 0; k < lanes; ++k) end[k] = steps_[k].get();
    std::size_t arcs = 0;
    for (vertex_id v = 0; v < graph_.num_vertices(); ++v) {
      const auto* const mine = multi_source_lengths::as_vectors<Bytes>(search_.distance(v));
      typename simd::mask finite[simd::parts], any = {};
      for (std::size_t p = 0; p < simd::parts; ++p) {
        finite[p] = (mine[p] < std::numeric_limits<double>::infinity()) & bit[p];
        any |= finite[p];
      }
      reached_[v] = static_cast<std::uint16_t>(multi_source_lengths::joined(any));
      if (reached_[v] == 0) continue;
      const auto row = graph_.behind_range(v);
      std::uint64_t seen = 0;
      for (std::size_t a = row.first; a < row.last; ++a) {
        const auto* const before =
            multi_source_lengths::as_vectors<Bytes>(search_.distance(graph_.from()[a]));
        typename simd::mask steps = {};
        for (std::size_t p = 0; p < simd::parts; ++p)
          steps |= (before[p] + graph_.length()[a] == mine[p]) & finite[p];
        const std::uint64_t all = multi_source_lengths::joined(steps);
        const auto at = static_cast<std::uint32_t>(a - row.first);
        for (std::uint64_t on = all; on != 0; on &= on - 1) {
          const int k = std::countr_zero(on);
          *end[k]++ = at | ((seen >> k & 1) != 0 ? 0 : opens);
        }
        seen |= all;
      }
      if ((arcs += row.last - row.first) > (1u << 14)) arcs = 0, job.checkpoint();
    }
    for (std::size_t k = 0; k < sources.size(); ++k)
      reached_[sources[k]] &= static_cast<std::uint16_t>(~(1u << k));
    for (const std::uint16_t who : reached_)
      for (std::size_t k = 0; k < lanes; ++k) vertices[k] += who >> k & 1;
    for (std::size_t k = 0; k < lanes; ++k)
      is_tree_[k] = vertices[k] == static_cast<std::size_t>(end[k] - steps_[k].get());
    for (std::size_t k = 0; k < sources.size(); ++k)  // where the last vertex's steps end
      if (!is_tree_[k]) *end[k] = opens;
  }

  /// One path to every vertex: a vertex is done when all that follow it are.
  void add_tree(vertex_id source, std::size_t lane, std::span<const double> credit,
                dependency_sums& sum) {
    const vertex_id n = graph_.num_vertices();
    const std::uint32_t* step = steps_[lane].get();
    for (vertex_id v = 0; v < n; ++v) {
      if ((reached_[v] >> lane & 1) == 0) continue;
      first_[v] = graph_.behind_range(v).first + (*step++ & ~opens);
      before_[v] = graph_.from()[first_[v]];
      ++steps_ahead_[before_[v]];
    }
    double* const of_link = sum.link.empty() ? nullptr : sum.link.data();
    for (vertex_id v = n; v-- > 0;) {
      if (steps_ahead_[v] != 0 || (reached_[v] >> lane & 1) == 0) continue;
      // Whoever stands before v in the order is met later; others are taken up here.
      for (vertex_id u = v;;) {
        const vertex_id before = before_[u];
        const double dependency = below_[u], share = credit[u] + dependency;
        below_[u] = 0;
        sum.vertex[u] += dependency;
        below_[before] += share;
        if (of_link != nullptr) of_link[graph_.arc()[first_[u]]] += share;
        if (--steps_ahead_[before] != 0 || before < v || before == source) break;
        u = before;
      }
    }
    below_[source] = 0;
  }

  void add(vertex_id source, std::size_t lane, std::span<const double> credit,
           dependency_sums& sum) {
    const std::uint32_t* const step = steps_[lane].get();
    const auto for_each_step_to = [&](vertex_id v, auto visit) {
      if (v == source) return;
      const std::size_t row = graph_.behind_range(v).first;
      std::size_t i = first_[v];
      do visit(row + (step[i] & ~opens));
      while ((step[++i] & opens) == 0);
    };
    const auto is_reached = [&](vertex_id v) { return (reached_[v] >> lane & 1) != 0; };
    std::size_t i = 0;
    for (vertex_id v = 0; v < graph_.num_vertices(); ++v) {
      if (!is_reached(v)) continue;
      first_[v] = i;
      for_each_step_to(v, [&](std::size_t a) { ++steps_ahead_[graph_.from()[a]], ++i; });
    }
    // Farthest first: a vertex follows when all steps ahead of it were taken back.
    order_.clear();
    for (vertex_id v = graph_.num_vertices(); v-- > 0;)
      if (is_reached(v) && steps_ahead_[v] == 0) order_.push_back(v);
    for (std::size_t head = 0; head < order_.size(); ++head)
      for_each_step_to(order_[head], [&](std::size_t a) {
        if (--steps_ahead_[graph_.from()[a]] == 0) order_.push_back(graph_.from()[a]);
      });
    paths_[source] = 1;
    for (std::size_t at = order_.size(); at-- > 0;) {
      double count = 0;
      for_each_step_to(order_[at], [&](std::size_t a) { count += paths_[graph_.from()[a]]; });
      if (order_[at] != source) paths_[order_[at]] = count;
      if (!std::isfinite(count)) throw invalid_argument(too_many_paths);
    }
    double* const of_link = sum.link.empty() ? nullptr : sum.link.data();
    for (const vertex_id v : order_) {
      if (v == source) continue;
      const double dependency = below_[v] * paths_[v];
      const double share = (credit[v] + dependency) / paths_[v];
      below_[v] = 0;
      sum.vertex[v] += dependency;
      for_each_step_to(v, [&](std::size_t a) {
        const vertex_id u = graph_.from()[a];
        below_[u] += share;
        if (of_link != nullptr) of_link[graph_.arc()[a]] += paths_[u] * share;
      });
    }
    below_[source] = 0;
  }

  const distance_sorted_graph& graph_;
  multi_source_lengths search_;
  std::vector<std::uint16_t> reached_;  ///< lanes that reach the vertex; not the source's own
  std::unique_ptr<std::uint32_t[]> steps_[lanes];
  bool is_tree_[lanes] = {};
  // Of the lane at hand:
  std::vector<std::uint32_t> steps_ahead_;  ///< zero between lanes
  std::vector<vertex_id> before_, order_;
  std::vector<std::size_t> first_;
  std::vector<double> below_, paths_;
};

}  // namespace kedja::measures::detail
