/// @file
/// Do declared clusters hang together? After Delgado, Porter & Stern, "Defining clusters of related
/// industries", J. Econ. Geogr. 16 (2016), doi:10.1093/jeg/lbv017.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

struct cohesion_options {
  double quantile = 0.95;  ///< of the relatedness to other clusters
};

struct cohesion_result {
  std::vector<std::uint32_t> size;                     ///< items per cluster
  std::vector<double> within;                          ///< mean relatedness of its pairs of items
  std::vector<double> between_mean, between_quantile;  ///< over the other clusters
  std::vector<double> items_above_mean, items_above_quantile;  ///< shares of its items
  std::vector<value_status> status;
  /// Shares of clusters, and of items, whose relatedness inside exceeds that between; their mean.
  double clusters_above_mean = 0, clusters_above_quantile = 0;
  double all_items_above_mean = 0, all_items_above_quantile = 0;
  double validation_score = 0;
};

/// Relatedness within a cluster is the mean of near_ij over its pairs i != j (both directions),
/// between two clusters the mean over their pairs of different items. A cluster is held against the
/// mean and the quantile of its relatedness to each other cluster, an item likewise with its own
/// mean relatedness to the items of a cluster. The validation score is the mean of the four shares.
/// Clusters of one item have no pair: `too_small`, and they and their items are in no share; with
/// no other cluster `undefined`. O(items x clusters + non-zero near).
[[nodiscard]] inline cohesion_result cohesion(const sparse_table& near,
                                              const graph::grouping& clusters,
                                              const cohesion_options& options = {},
                                              const run_context& ctx = {}) {
  const std::uint32_t n = near.rows();
  if (near.columns() != n || clusters.num_vertices() != n)
    throw invalid_argument("near must be square, with one row per item of the clusters");
  if (!(options.quantile > 0 && options.quantile < 1))
    throw invalid_argument("quantile must be in (0, 1)");
  const group_id count = clusters.num_groups();
  const double nan = std::nan("");
  cohesion_result r;
  r.size.assign(count, 0);
  for (std::uint32_t i = 0; i < n; ++i)
    for (const auto& [c, share] : clusters.of(i)) ++r.size[c];
  const auto in = [&](std::uint32_t i, group_id c) {
    for (const auto& [own, share] : clusters.of(i))
      if (own == c) return true;
    return false;
  };

  // to[c]: near_ij + near_ji summed over the items j of c, for one item i at a time.
  const sparse_table back = near.transposed();
  std::vector<double> sum(static_cast<std::size_t>(count) * count, 0.0), pairs = sum;
  std::vector<double> to(count), other;
  r.items_above_mean.assign(count, 0.0), r.items_above_quantile = r.items_above_mean;
  double items = 0;
  task job(ctx, n);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (clusters.of(i).empty()) continue;
    std::fill(to.begin(), to.end(), 0.0);
    for (const auto* table : {&near, &back})
      for (const auto& e : table->row(i))
        if (e.column != i)
          for (const auto& [c, share] : clusters.of(e.column)) to[c] += e.value / 2;
    const auto others = [&](group_id c) { return r.size[c] - (in(i, c) ? 1.0 : 0.0); };
    for (const auto& [own, share] : clusters.of(i)) {
      other.clear();
      for (group_id c = 0; c < count; ++c) {
        sum[static_cast<std::size_t>(own) * count + c] += to[c];
        pairs[static_cast<std::size_t>(own) * count + c] += others(c);
        if (c != own && others(c) > 0) other.push_back(to[c] / others(c));
      }
      if (r.size[own] < 2 || other.empty()) continue;
      const double inside = to[own] / (r.size[own] - 1.0);
      double mean = 0;
      for (const double value : other) mean += value;
      mean /= static_cast<double>(other.size());
      ++items;
      r.items_above_mean[own] += inside > mean;
      r.items_above_quantile[own] += inside > quantile(other, options.quantile);
    }
    job.advance(1);
    job.checkpoint();
  }
  double judged = 0;
  for (group_id c = 0; c < count; ++c) {
    other.clear();
    for (group_id d = 0; d < count; ++d) {
      const std::size_t at = static_cast<std::size_t>(c) * count + d;
      if (d != c && pairs[at] > 0) other.push_back(sum[at] / pairs[at]);
    }
    const std::size_t own = static_cast<std::size_t>(c) * count + c;
    r.within.push_back(pairs[own] > 0 ? sum[own] / pairs[own] : nan);
    double mean = nan, high = nan;
    if (!other.empty()) {
      mean = 0;
      for (const double value : other) mean += value;
      mean /= static_cast<double>(other.size());
      high = quantile(other, options.quantile);
    }
    r.between_mean.push_back(mean), r.between_quantile.push_back(high);
    r.status.push_back(r.size[c] == 0  ? value_status::no_data
                       : r.size[c] < 2 ? value_status::too_small
                       : other.empty() ? value_status::undefined
                                       : value_status::ok);
    if (r.status.back() == value_status::ok) {
      ++judged;
      r.clusters_above_mean += r.within[c] > mean;
      r.clusters_above_quantile += r.within[c] > high;
      r.all_items_above_mean += r.items_above_mean[c];
      r.all_items_above_quantile += r.items_above_quantile[c];
      r.items_above_mean[c] /= r.size[c], r.items_above_quantile[c] /= r.size[c];
    } else {
      r.items_above_mean[c] = r.items_above_quantile[c] = nan;
    }
  }
  r.clusters_above_mean /= judged, r.clusters_above_quantile /= judged;  // NaN when none is judged
  r.all_items_above_mean /= items, r.all_items_above_quantile /= items;
  r.validation_score = (r.clusters_above_mean + r.clusters_above_quantile + r.all_items_above_mean +
                        r.all_items_above_quantile) /
                       4;
  job.finish();
  return r;
}

}  // namespace kedja::measures
