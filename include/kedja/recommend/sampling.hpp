/// @file
/// Pairs that did not meet, drawn for fitting and for back-tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>

namespace kedja::recommend {

using company_pair = std::pair<vertex_id, vertex_id>;  ///< first < second

/// `count` distinct pairs of two different ends that are not in `taken` (sorted), in rising order.
/// Ends are drawn from `ends`; an end given several times is drawn as often, so that with the ends
/// of the pairs that met every company is as active among the drawn pairs as among those
/// (degree-matched: the ends are permuted). Fewer than `count` come back when `attempts` draws per
/// pair find no more. Same bits for the same seed.
[[nodiscard]] inline std::vector<company_pair> permuted_pairs(std::span<const vertex_id> ends,
                                                              std::span<const company_pair> taken,
                                                              std::size_t count, std::uint64_t seed,
                                                              std::size_t attempts = 50) {
  if (!std::ranges::is_sorted(taken)) throw invalid_argument("the taken pairs must be sorted");
  std::vector<vertex_id> order(ends.begin(), ends.end());
  std::set<company_pair> drawn;
  random_stream random(seed, 0);
  for (std::size_t tried = 0;
       order.size() >= 2 && drawn.size() < count && tried < attempts * count;) {
    shuffle(order, random);
    for (std::size_t i = 0; i + 1 < order.size() && drawn.size() < count; i += 2, ++tried) {
      const company_pair pair = std::minmax(order[i], order[i + 1]);
      if (pair.first != pair.second && !std::ranges::binary_search(taken, pair)) drawn.insert(pair);
    }
  }
  return {drawn.begin(), drawn.end()};
}

}  // namespace kedja::recommend
