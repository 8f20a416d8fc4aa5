/// @file
/// Distances by length from sixteen sources at once. Sources: Yen, "An algorithm for finding
/// shortest routes from all source nodes to a given destination in general networks", Quart. Appl.
/// Math. 27 (1970), doi:10.1090/qam/253822, for sweeps in alternating order; Then et al., "The more
/// the merrier", PVLDB 8(4), 2014, doi:10.14778/2735496.2735507, for searching together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/distance_sorted_graph.hpp>

namespace kedja::measures {

/// One search after another over the same graph; 130 bytes per vertex. No queue: a vertex looks
/// again at the links behind it when the far end of one has come nearer, in sweeps from the back to
/// the front and from the front to the back. In a distance_sorted_graph a few sweeps do, and a link
/// is looked at for all sources with a handful of instructions.
///
/// Distances are those of Dijkstra's algorithm to the last bit: adding a length is monotone in
/// floating point, so that the least over all paths, summed from the source on, is one number.
class multi_source_lengths {
 public:
  static constexpr std::size_t lanes = 16;
  struct alignas(64) values {
    double lane[lanes];
  };

  /// Vectors as wide as a register: the compiler takes wider ones apart into single numbers.
  template <std::size_t Bytes>
  struct vectors {
    typedef double wide __attribute__((vector_size(Bytes), may_alias));
    typedef std::int64_t mask __attribute__((vector_size(Bytes)));
    static constexpr std::size_t parts = sizeof(values) / Bytes;
    static constexpr std::size_t width = Bytes / sizeof(double);
  };
  template <std::size_t Bytes, class Values>
  [[gnu::always_inline]] static inline auto as_vectors(Values& x) {
    using wide = typename vectors<Bytes>::wide;
    using pointer = std::conditional_t<std::is_const_v<Values>, const wide*, wide*>;
    return reinterpret_cast<pointer>(&x);
  }
  template <class Mask>
  [[gnu::always_inline]] static inline std::uint64_t joined(const Mask& x) {
    std::uint64_t all = 0;
    for (std::size_t k = 0; k < sizeof(Mask) / sizeof(all); ++k)
      all |= static_cast<std::uint64_t>(x[k]);
    return all;
  }

  explicit multi_source_lengths(vertex_id n)
      : distance_(n), from_later_(n, 0), from_earlier_(n, 0) {}

  /// Distances from each of at most sixteen sources (numbers of `g`). False when looking at
  /// `patience` times the links was not enough; distances are then too long. `with` may be any set
  /// that the processor has; it changes no bit.
  [[nodiscard]] bool run(const distance_sorted_graph& g, std::span<const vertex_id> sources,
                         task& job, std::size_t patience = 64,
                         instruction_set with = best_instruction_set()) {
    if (with != instruction_set::baseline) return run_avx2(g, sources, job, patience);
    return search<16>(g, sources, job, patience);
  }

  /// From source k to v in lane k; infinite where there is no path.
  [[nodiscard]] const values& distance(vertex_id v) const noexcept { return distance_[v]; }

 private:
  KEDJA_TARGET("avx2")
  bool run_avx2(const distance_sorted_graph& g, std::span<const vertex_id> sources, task& job,
                std::size_t patience) {
    return search<32>(g, sources, job, patience);
  }

  template <std::size_t Bytes>
  [[gnu::always_inline]] inline bool search(const distance_sorted_graph& g,
                                            std::span<const vertex_id> sources, task& job,
                                            std::size_t patience) {
    using simd = vectors<Bytes>;
    using wide = typename simd::wide;
    const vertex_id n = g.num_vertices(), inner = g.first_end();
    for (values& d : distance_)
      for (double& lane : d.lane) lane = std::numeric_limits<double>::infinity();
    std::memset(from_later_.data(), 0, n);
    std::memset(from_earlier_.data(), 0, n);
    bool again = false;
    const auto came_nearer = [&](vertex_id v) __attribute__((always_inline)) {
      for (const vertex_id w : g.ahead_before(v)) from_later_[w] = 1, again = true;
      for (const vertex_id w : g.ahead_after(v)) from_earlier_[w] = 1;
    };
    for (std::size_t k = 0; k < sources.size(); ++k) {
      distance_[sources[k]].lane[k] = 0;
      came_nearer(sources[k]);
    }
    std::size_t arcs = 0, looked_at = 0;
    const vertex_id* const from = g.from();
    const double* const length = g.length();
    const auto look = [&](vertex_id v, distance_sorted_graph::range links)
        __attribute__((always_inline)) {
      auto* const mine = as_vectors<Bytes>(distance_[v]);
      wide least[simd::parts];
      for (std::size_t p = 0; p < simd::parts; ++p) least[p] = mine[p];
      for (std::size_t a = links.first; a < links.last; ++a) {
        const auto* const before = as_vectors<Bytes>(std::as_const(distance_[from[a]]));
        for (std::size_t p = 0; p < simd::parts; ++p) {
          const wide through = before[p] + length[a];
          least[p] = through < least[p] ? through : least[p];
        }
      }
      arcs += links.last - links.first;
      if (arcs > (1u << 14)) {
        looked_at += arcs, arcs = 0;
        job.checkpoint();
      }
      typename simd::mask nearer = {};
      for (std::size_t p = 0; p < simd::parts; ++p) nearer |= least[p] < mine[p];
      if (joined(nearer) == 0) return;
      for (std::size_t p = 0; p < simd::parts; ++p) mine[p] = least[p];
      came_nearer(v);
    };
    do {
      if (looked_at / patience > g.num_arcs()) return false;
      for (vertex_id v = inner; v-- > 0;)
        if (from_later_[v] != 0) from_later_[v] = 0, look(v, g.behind_after(v));
      again = false;
      for (vertex_id v = 0; v < inner; ++v)
        if (from_earlier_[v] != 0) from_earlier_[v] = 0, look(v, g.behind_before(v));
    } while (again);
    for (vertex_id v = inner; v < n; ++v) look(v, g.behind_range(v));
    return true;
  }

  std::vector<values> distance_;
  /// Vertices with a link behind whose far end, later or earlier in the order, came nearer.
  std::vector<std::uint8_t> from_later_, from_earlier_;
};

}  // namespace kedja::measures
