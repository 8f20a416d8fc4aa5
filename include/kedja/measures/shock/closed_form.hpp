/// @file
/// The risk index of one company at a time where losses only add up: columns of an inverse instead
/// of steps. Source of the columns: Sherman & Morrison, Ann. Math. Stat. 21 (1950),
/// doi:10.1214/aoms/1177729893 (a company whose loss is held is a change of one row).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/measures/common/productive_system.hpp>
#include <kedja/measures/shock/closed_circles.hpp>
#include <kedja/measures/shock/esri_result.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/scenarios.hpp>

namespace kedja::measures::detail {

/// Two inverses of n x n doubles are held.
inline constexpr vertex_id most_in_closed_form = 20'000;

/// Throws invalid_argument naming the company whose loss is not a sum of its partners' losses.
inline void check_linear(const loss_map& map, const char* amount) {
  const std::string way_out = "; use mode 'fixed_point'";
  for (vertex_id j = 0; j < map.rows(); ++j) {
    const std::uint64_t first = map.offset[j], last = map.offset[j + std::size_t{1}];
    double sum = 0;
    for (std::uint64_t k = first; k < last; ++k) {
      if (k > first && map.share[k] < 0)
        throw invalid_argument("mode 'closed_form' needs losses that add up, but company " +
                               std::to_string(j) + " is limited by the scarcest of several inputs" +
                               way_out);
      sum += std::abs(map.share[k]);
    }
    if (sum > 1 + static_cast<double>(last - first + 4) * 0x1p-52)
      throw invalid_argument(
          "mode 'closed_form' needs losses that add up, but the trade of company " +
          std::to_string(j) + " is " + std::to_string(sum) + " times its " + amount +
          ", so that its loss is capped" + way_out);
  }
}

/// One channel. With G = (I - Lambda)^-1, holding company f at loss s takes an inflow s / G_ff, and
/// company i then loses s G_if / G_ff <= s.
class linear_channel {
 public:
  linear_channel(loss_map map, const run_context& ctx) : n_(map.rows()), leader_(n_) {
    task job(stage(ctx, 0, 0.02));
    const closed_circles circles(map, job);  // without them I - Lambda has an inverse
    for (vertex_id v = 0; v < n_; ++v) leader_[v] = circles.leader(v);
    const sparse_flows rows = rows_of(map);
    const std::vector<double> ones(n_, 1.0);
    job.finish();
    const productive_system system(rows.view(), ones, false, {}, stage(ctx, 0.02, 0.2),
                                   productive_system::find::proof);
    solution found = system.inverse(stage(ctx, 0.2, 1));
    inverse_ = std::move(found.value);
    error_ = found.record.error_bound;
  }
  /// What a company loses when `of` loses all.
  [[nodiscard]] double loss(vertex_id company, vertex_id of) const {
    const std::size_t f = leader_[of];
    return inverse_[company * n_ + f] / inverse_[f * n_ + f];
  }
  /// No loss is farther from the exact one: G_ff >= 1 >= G_if / G_ff.
  [[nodiscard]] double error_bound() const {
    return error_ < 0.5 ? 2 * error_ / (1 - error_) + 0x1p-52
                        : std::numeric_limits<double>::infinity();
  }

 private:
  /// Each row's sources in ascending order, once.
  static sparse_flows rows_of(const loss_map& map) {
    sparse_flows made;
    made.offsets = {0};
    std::vector<std::pair<vertex_id, double>> row;
    for (vertex_id j = 0; j < map.rows(); ++j) {
      row.clear();
      for (std::uint64_t k = map.offset[j]; k < map.offset[j + std::size_t{1}]; ++k)
        row.emplace_back(map.source[k], std::abs(map.share[k]));
      std::ranges::stable_sort(row, {}, &std::pair<vertex_id, double>::first);
      for (std::size_t k = 0; k < row.size(); ++k) {
        if (k > 0 && row[k].first == row[k - 1].first) {
          made.values.back() += row[k].second;
        } else {
          made.columns.push_back(row[k].first);
          made.values.push_back(row[k].second);
        }
      }
      made.offsets.push_back(static_cast<std::int64_t>(made.columns.size()));
    }
    return made;
  }

  std::size_t n_;
  std::vector<vertex_id> leader_;
  std::vector<double> inverse_;
  double error_ = 0;
};

/// Fills values and bounds; a scenario hits at most one company. O(n^3), and O(n) per scenario.
inline void closed_form(const loss_map& down, const loss_map& up, const scenarios& given,
                        std::span<const double> weight, esri_result& result,
                        const run_context& ctx) {
  if (down.rows() > most_in_closed_form)
    throw invalid_argument(
        "mode 'closed_form' holds two inverses of all companies and takes at "
        "most " +
        std::to_string(most_in_closed_form) + " of them, not " + std::to_string(down.rows()) +
        "; use mode 'fixed_point'");
  check_linear(down, "cost");
  check_linear(up, "revenue");
  for (std::size_t i = 0; i < given.count(); ++i)
    if (given.of(i).size() > 1)
      throw invalid_argument("mode 'closed_form' is for shocks of one company, but scenario " +
                             std::to_string(i) + " hits " + std::to_string(given.of(i).size()) +
                             "; use mode 'fixed_point'");
  const linear_channel d(down, stage(ctx, 0, 0.45)), u(up, stage(ctx, 0.45, 0.9));
  const std::size_t n = down.rows();
  const double bound = d.error_bound() + u.error_bound() + static_cast<double>(n + 4) * 0x1p-52;
  constexpr std::size_t together = 16;  // scenarios that read a row of the inverses side by side
  task job(stage(ctx, 0.9, 1), static_cast<double>(given.count()));
  for_blocks(
      given.count(), together, job, [] { return 0; },
      [&](int&, std::size_t first, std::size_t last, std::size_t) {
        double both[together] = {}, of_down[together] = {}, of_up[together] = {};
        for (vertex_id v = 0; v < n; ++v)
          for (std::size_t i = first; i < last; ++i)
            for (const auto& [hit, remaining] : given.of(i)) {
              const double a = d.loss(v, hit), b = u.loss(v, hit);
              both[i - first] += weight[v] * std::max(a, b);
              of_down[i - first] += weight[v] * a;
              of_up[i - first] += weight[v] * b;
            }
        for (std::size_t i = first; i < last; ++i) {
          const double lost = given.of(i).empty() ? 0.0 : 1 - given.of(i)[0].remaining;
          result.esri[i] = lost * both[i - first];
          result.downstream[i] = lost * of_down[i - first];
          result.upstream[i] = lost * of_up[i - first];
          result.error_bound[i] = lost * bound;
        }
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
}

}  // namespace kedja::measures::detail
