/// @file
/// Integer arithmetic that reports overflow instead of wrapping.
#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <utility>

#include <kedja/core/error.hpp>

namespace kedja {

/// a + b; throws invalid_argument naming `what` when the sum does not fit. O(1).
template <std::integral T>
[[nodiscard]] constexpr T checked_add(T a, T b, const char* what) {
  T sum{};
  if (__builtin_add_overflow(a, b, &sum))
    throw invalid_argument(std::string(what) + ": " + std::to_string(a) + " + " +
                           std::to_string(b) + " does not fit in " + std::to_string(8 * sizeof(T)) +
                           " bits");
  return sum;
}

/// a * b; throws invalid_argument naming `what` when the product does not fit. O(1).
template <std::integral T>
[[nodiscard]] constexpr T checked_mul(T a, T b, const char* what) {
  T product{};
  if (__builtin_mul_overflow(a, b, &product))
    throw invalid_argument(std::string(what) + ": " + std::to_string(a) + " * " +
                           std::to_string(b) + " does not fit in " + std::to_string(8 * sizeof(T)) +
                           " bits");
  return product;
}

/// value as To; throws invalid_argument naming `what` when it is out of range. O(1).
template <std::integral To, std::integral From>
[[nodiscard]] constexpr To checked_cast(From value, const char* what) {
  if (!std::in_range<To>(value))
    throw invalid_argument(std::string(what) + ": " + std::to_string(value) + " is outside [" +
                           std::to_string(std::numeric_limits<To>::min()) + ", " +
                           std::to_string(std::numeric_limits<To>::max()) + "]");
  return static_cast<To>(value);
}

}  // namespace kedja
