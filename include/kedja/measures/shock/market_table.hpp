/// @file
/// Companies by the market that they sell in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/types.hpp>

namespace kedja::measures::detail {

/// Companies that sell in the same market replace each other: a failing supplier's customers lose
/// only the part that its remaining competitors cannot take over,
/// sigma_i = min(1, sales_i / sum of what the market's sellers still sell), and 1 in a market
/// without sellers, whatever the currency unit.
struct market_table {
  std::span<const std::uint32_t> market;  ///< of each company
  std::span<const double> sales;
  std::vector<std::uint64_t> offset;
  std::vector<vertex_id> member;

  market_table(std::span<const std::uint32_t> of, std::uint32_t count, std::span<const double> sold)
      : market(of), sales(sold), offset(count + std::size_t{1}, 0), member(of.size()) {
    for (const std::uint32_t m : of) ++offset[m + std::size_t{1}];
    for (std::size_t m = 0; m < count; ++m) offset[m + 1] += offset[m];
    std::vector<std::uint64_t> at(offset.begin(), offset.end() - 1);
    for (std::size_t v = 0; v < of.size(); ++v) member[at[of[v]]++] = static_cast<vertex_id>(v);
  }
};

}  // namespace kedja::measures::detail
