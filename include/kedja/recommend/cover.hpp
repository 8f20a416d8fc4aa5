/// @file
/// The best k of many offers under budgets, where each covers part of what is needed.
/// Sources: Nemhauser, Wolsey & Fisher, "An analysis of approximations for maximizing submodular
/// set functions", Math. Programming 14 (1978) 265, doi:10.1007/BF01588971; Fisher, Nemhauser &
/// Wolsey, part II, Math. Programming Study 8 (1978) 73, doi:10.1007/BFb0121195 (budgets); Minoux,
/// "Accelerated greedy algorithms" (1978), doi:10.1007/BFb0006528 (lazy evaluation); Leskovec et
/// al., KDD 2007, doi:10.1145/1281192.1281239 (bound from the data).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::recommend {

/// One kind of budget: offer i draws on account[i], which allows `limit` offers.
struct cover_budget {
  std::vector<std::uint32_t> account;
  std::uint32_t limit;
};

struct cover_result {
  std::vector<std::uint32_t> chosen;  ///< offers in the order chosen
  std::vector<double> gain;           ///< what each added
  double value = 0;                   ///< what all cover together
  double bound = 0;                   ///< no choice of k offers covers more
};

/// Chooses at most k offers (rows of `covers`) one after the other, each time the one that adds
/// most to F(S) = sum over items t of worth[t] * min(needed[t], sum over S of covers(offer, t)), as
/// long as every budget holds; equal gains go to the first offer. F is monotone and submodular, so
/// the value is at least (1 - 1/e) of the best without budgets and at least 1 / (1 + budgets) of
/// the best within them. `bound` is the least, over the steps, of F plus the k largest gains then
/// left. O(k * offers * row) at worst, in practice near O(offers * row + k log). Throws
/// invalid_argument for sizes that do not match and for a worth or need that is negative or not
/// finite.
[[nodiscard]] inline cover_result best_cover(const measures::sparse_table& covers,
                                             std::span<const double> worth,
                                             std::span<const double> needed, std::size_t k,
                                             std::span<const cover_budget> budgets = {},
                                             const run_context& ctx = {}) {
  const std::uint32_t offers = covers.rows();
  if (worth.size() != covers.columns() || needed.size() != covers.columns())
    throw invalid_argument("worth and needed must have one entry per item");
  for (std::size_t t = 0; t < worth.size(); ++t)
    if (!(worth[t] >= 0 && needed[t] >= 0) || !std::isfinite(worth[t]) || !std::isfinite(needed[t]))
      throw invalid_argument("item " + std::to_string(t) +
                             ": worth and need must be finite numbers >= 0");
  std::vector<std::vector<std::uint32_t>> left;
  for (const cover_budget& b : budgets) {
    if (b.account.size() != offers)
      throw invalid_argument("a budget must name an account per offer");
    const std::uint32_t accounts = offers == 0 ? 0 : *std::ranges::max_element(b.account) + 1;
    left.emplace_back(accounts, b.limit);
  }
  std::vector<double> covered(worth.size(), 0.0);
  const auto gain_of = [&](std::uint32_t offer) {
    double gain = 0;
    for (const auto& e : covers.row(offer))
      gain += worth[e.column] * (std::min(needed[e.column], covered[e.column] + e.value) -
                                 std::min(needed[e.column], covered[e.column]));
    return gain;
  };
  const auto allowed = [&](std::uint32_t offer) {
    for (std::size_t b = 0; b < budgets.size(); ++b)
      if (left[b][budgets[b].account[offer]] == 0) return false;
    return true;
  };
  std::vector<char> taken(offers, 0);
  cover_result result;
  result.bound = std::numeric_limits<double>::infinity();
  // F of any k offers is at most F(S) plus the k largest gains on top of S.
  const auto tighten = [&] {
    std::vector<double> gains;
    for (std::uint32_t o = 0; o < offers; ++o)
      if (taken[o] == 0) gains.push_back(gain_of(o));
    const std::size_t top = std::min(k, gains.size());
    std::partial_sort(gains.begin(), gains.begin() + static_cast<std::ptrdiff_t>(top), gains.end(),
                      std::greater<>());
    double sum = result.value;
    for (std::size_t i = 0; i < top; ++i) sum += gains[i];
    result.bound = std::min(result.bound, sum);
  };

  struct entry {
    double gain;
    std::uint32_t offer;
    std::size_t round;
    bool operator<(const entry& other) const {
      return std::tuple(gain, other.offer) < std::tuple(other.gain, offer);
    }
  };
  std::priority_queue<entry> queue;
  for (std::uint32_t o = 0; o < offers; ++o) queue.push({gain_of(o), o, 0});
  task job(ctx, static_cast<double>(std::max<std::size_t>(k, 1)));
  tighten();
  while (result.chosen.size() < k && !queue.empty()) {
    entry best = queue.top();
    queue.pop();
    if (!allowed(best.offer)) continue;  // budgets only shrink: never allowed again
    if (best.round != result.chosen.size()) {
      queue.push({gain_of(best.offer), best.offer, result.chosen.size()});
      continue;
    }
    if (best.gain <= 0) break;
    taken[best.offer] = 1;
    for (std::size_t b = 0; b < budgets.size(); ++b) --left[b][budgets[b].account[best.offer]];
    for (const auto& e : covers.row(best.offer)) covered[e.column] += e.value;
    result.chosen.push_back(best.offer);
    result.gain.push_back(best.gain);
    result.value += best.gain;
    tighten();
    job.advance(1);
    job.checkpoint();
  }
  job.finish();
  return result;
}

}  // namespace kedja::recommend
