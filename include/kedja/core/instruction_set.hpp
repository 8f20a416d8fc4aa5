/// @file
/// Which vector instructions this processor has, for kernels that are compiled several times. Every
/// version of a kernel gives the same bits; only the speed differs.
#pragma once

#include <cstdlib>
#include <string_view>

namespace kedja {

enum class instruction_set { baseline, avx2, avx512 };

#if defined(__x86_64__) && defined(__GNUC__)
#define KEDJA_TARGET(set) __attribute__((target(set)))
#else
#define KEDJA_TARGET(set)
#endif

/// What the processor can do, or less when KEDJA_INSTRUCTIONS says "baseline" or "avx2". Read once.
[[nodiscard]] inline instruction_set best_instruction_set() {
#if defined(__x86_64__) && defined(__GNUC__)
  static const instruction_set best = [] {
    const char* asked = std::getenv("KEDJA_INSTRUCTIONS");
    const std::string_view most = asked != nullptr ? asked : "";
    if (most == "baseline" || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
      return instruction_set::baseline;
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq");
    return most == "avx2" || !wide ? instruction_set::avx2 : instruction_set::avx512;
  }();
  return best;
#else
  return instruction_set::baseline;
#endif
}

}  // namespace kedja
