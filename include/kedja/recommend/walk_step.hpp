/// @file
/// Half a step of sixteen walks side by side. Read once for each set of vector instructions (see
/// walks.hpp): the compiler splits vectors when it reads a function. Every set gives the same bits,
/// since each walk keeps to its own lane.
// No #pragma once: included several times on purpose.
#ifndef KEDJA_LANES
#include <kedja/recommend/walks.hpp>
#else

namespace kedja::recommend::detail::KEDJA_LANES {

/// into[r] = sum over the entries e of row r of share[e] * from[to[e]], in the order of entries.
inline void gather(const walk_half& rows, const std::vector<walk_lane>& from,
                   std::vector<walk_lane>& into) {
  using part = float __attribute__((vector_size(KEDJA_LANE_BYTES), may_alias));
  constexpr std::size_t parts = sizeof(walk_lane) / sizeof(part);
  const std::size_t n = rows.offset.size() - 1;
  for (std::size_t r = 0; r < n; ++r) {
    part sum[parts] = {};
    for (std::size_t e = rows.offset[r]; e < rows.offset[r + 1]; ++e) {
      const auto* x = reinterpret_cast<const part*>(&from[rows.to[e]]);
      for (std::size_t i = 0; i < parts; ++i) sum[i] += rows.share[e] * x[i];
    }
    auto* out = reinterpret_cast<part*>(&into[r]);
    for (std::size_t i = 0; i < parts; ++i) out[i] = sum[i];
  }
}

}  // namespace kedja::recommend::detail::KEDJA_LANES

#endif
