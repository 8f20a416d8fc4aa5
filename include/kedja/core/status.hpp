/// @file
/// Why a value is what it is: `ok`, or the reason it is undefined or set by convention.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kedja {

enum class value_status : std::uint8_t {
  ok,
  isolated,         ///< no links of the kind that the value needs
  undefined,        ///< the definition divides zero by zero here
  no_group,         ///< the company is in no group
  no_data,          ///< the input that the value needs is missing
  too_small,        ///< too few items for the statistic
  not_converged,    ///< the iteration stopped before its tolerance
  not_significant,  ///< tested, and not distinguishable from the null model
  undecided,        ///< the data cannot tell; see the evidence column
  inferred,         ///< rests on inferred, not observed, data
  no_sellers,       ///< a market has lost every seller
};

inline constexpr std::array<std::string_view, 11> value_status_names = {
    "ok",        "isolated",  "undefined",     "no_group",
    "no_data",   "too_small", "not_converged", "not_significant",
    "undecided", "inferred",  "no_sellers"};

[[nodiscard]] constexpr std::string_view to_string(value_status s) noexcept {
  return value_status_names[static_cast<std::size_t>(s)];
}

}  // namespace kedja
