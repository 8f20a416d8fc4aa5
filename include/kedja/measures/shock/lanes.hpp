/// @file
/// Includes the cascades once for each set of vector instructions, into a namespace of its own:
/// the compiler splits vectors when it reads a function, so each set needs its own text. Every set
/// gives the same bits.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>
#include <vector>

#include <kedja/core/instruction_set.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/shock/amplification.hpp>
#include <kedja/measures/shock/esri_result.hpp>
#include <kedja/measures/shock/hub_first_map.hpp>
#include <kedja/measures/shock/linear_push.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/market_table.hpp>
#include <kedja/measures/shock/row_set.hpp>
#include <kedja/measures/shock/scenarios.hpp>

namespace kedja::measures::detail {

struct synchronous_setting {
  const scenarios& down_given;  ///< the same scenarios for both channels, maybe on other companies
  const scenarios& up_given;
  std::span<const double> weight;  ///< sums to 1
  const esri_options& options;
  double eps;
  const potential& down;  ///< of unit changes, where it exists
  const potential& up;
  bool replaces = false;  ///< there are markets
};

}  // namespace kedja::measures::detail

#define KEDJA_LANES baseline
#define KEDJA_LANE_BYTES 16
#include <kedja/measures/shock/fading_cascade.hpp>
#include <kedja/measures/shock/synchronous_cascade.hpp>
#undef KEDJA_LANES
#undef KEDJA_LANE_BYTES

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2")
#define KEDJA_LANES avx2
#define KEDJA_LANE_BYTES 32
#include <kedja/measures/shock/fading_cascade.hpp>
#include <kedja/measures/shock/synchronous_cascade.hpp>
#undef KEDJA_LANES
#undef KEDJA_LANE_BYTES
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx2")
#define KEDJA_LANES avx512
#define KEDJA_LANE_BYTES 64
#include <kedja/measures/shock/fading_cascade.hpp>
#include <kedja/measures/shock/synchronous_cascade.hpp>
#undef KEDJA_LANES
#undef KEDJA_LANE_BYTES
#pragma GCC pop_options
#else
namespace kedja::measures::detail {
namespace avx2 = baseline;
namespace avx512 = baseline;
}  // namespace kedja::measures::detail
#endif
