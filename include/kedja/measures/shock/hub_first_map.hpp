/// @file
/// A loss_map for sweeps in single precision: companies that many feel come first, so that what is
/// read most lies together.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/measures/shock/loss_map.hpp>

namespace kedja::measures::detail {

/// Rows and sources are ranks: the number of companies that feel a company's loss, falling.
struct hub_first_map {
  struct entry {
    vertex_id source;
    float share;  ///< negative: first of a group
  };
  std::vector<vertex_id> rank, company;  ///< company -> rank and back
  std::vector<std::uint64_t> offset;
  std::vector<entry> entries;
  std::vector<std::uint64_t> felt_offset;
  std::vector<vertex_id> felt_by;  ///< ascending for each rank
  vertex_id live = 0;              ///< ranks from here on are felt by nobody
  bool grouped = false;            ///< some row has several groups

  explicit hub_first_map(const loss_map& map)
      : rank(map.rows()), company(map.rows()), offset(1, 0), felt_offset(1, 0) {
    const vertex_id n = map.rows();
    std::iota(company.begin(), company.end(), vertex_id{0});
    const auto felt = [&](vertex_id v) { return map.dependents(v).size(); };
    std::stable_sort(company.begin(), company.end(),
                     [&](vertex_id a, vertex_id b) { return felt(a) > felt(b); });
    for (vertex_id r = 0; r < n; ++r) rank[company[r]] = r;
    offset.reserve(n + std::size_t{1});
    felt_offset.reserve(n + std::size_t{1});
    entries.reserve(map.source.size());
    felt_by.reserve(map.felt_by.size());
    for (const vertex_id v : company) {
      for (std::uint64_t k = map.offset[v]; k < map.offset[v + std::size_t{1}]; ++k) {
        // A share that single precision cannot tell from 0 would lose its sign.
        const auto share = static_cast<float>(map.share[k]);
        constexpr float least = std::numeric_limits<float>::min();
        entries.push_back(
            {rank[map.source[k]], std::copysign(std::max(std::abs(share), least), share)});
        grouped = grouped || (k > map.offset[v] && map.share[k] < 0);
      }
      offset.push_back(entries.size());
      for (const vertex_id w : map.dependents(v)) felt_by.push_back(rank[w]);
      std::sort(felt_by.begin() + static_cast<std::ptrdiff_t>(felt_offset.back()), felt_by.end());
      if (felt(v) > 0) ++live;
      felt_offset.push_back(felt_by.size());
    }
  }
  [[nodiscard]] vertex_id rows() const noexcept { return static_cast<vertex_id>(rank.size()); }
  [[nodiscard]] std::span<const vertex_id> dependents(vertex_id r) const noexcept {
    return {felt_by.data() + felt_offset[r], felt_by.data() + felt_offset[r + std::size_t{1}]};
  }
  [[nodiscard]] std::span<const entry> row(vertex_id r) const noexcept {
    return {entries.data() + offset[r], entries.data() + offset[r + std::size_t{1}]};
  }
};

}  // namespace kedja::measures::detail
