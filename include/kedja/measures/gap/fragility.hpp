/// @file
/// Fragility: inputs that come from a single supplier, and whether another cluster could deliver
/// them. After Diem et al. 2022, doi:10.1038/s41598-022-11522-z, and Barrot & Sauvagnat 2016,
/// doi:10.1093/qje/qjw018 (shocks to suppliers of specific inputs pass through).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/input_types.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>
#include <kedja/measures/gap/member_draws.hpp>

namespace kedja::measures {

/// A type of input of which one supplier delivers more than theta.
struct single_source {
  vertex_id buyer, supplier;
  std::uint32_t sector;  ///< of the supplier: the type of input
  double of_type;        ///< the supplier's share of the buyer's inputs of that type, max_g w_gkj
  double of_inputs;      ///< that type's share of all the buyer's inputs, alpha_kj
  double essential;      ///< its weight, in [0, 1]
  double value;          ///< what the supplier delivers of it
};

struct single_source_result {
  /// Per company: sum over types k of essential_k alpha_kj [max_g w_gkj > theta]; NaN without
  /// inputs.
  std::vector<double> dependence;
  std::vector<single_source> found;  ///< by buyer, then sector
};

/// What each company buys, by type of input (`sector` of the supplier). `essential` (sectors x
/// sectors, row supplying) weighs a type of input for a buyer's sector; none: 1. A self-link counts
/// as supply. O(m log d). Throws invalid_argument for sizes that do not match and for theta or a
/// weight outside [0, 1].
template <graph::two_way_graph G>
[[nodiscard]] single_source_result single_sources(const G& g, std::span<const std::uint32_t> sector,
                                                  std::uint32_t sectors,
                                                  std::span<const double> essential = {},
                                                  double theta = 0.8, const run_context& ctx = {}) {
  if (sector.size() != g.num_vertices())
    throw invalid_argument("there must be one sector per company");
  if (!essential.empty() && essential.size() != std::size_t{sectors} * sectors)
    throw invalid_argument("essential must be sectors x sectors");
  if (!(theta >= 0 && theta <= 1))
    throw invalid_argument("theta must lie in [0, 1], not " + std::to_string(theta));
  for (const double e : essential)
    if (!(e >= 0 && e <= 1)) throw invalid_argument("an essential weight lies outside [0, 1]");
  for (const std::uint32_t s : sector)
    if (s >= sectors) throw invalid_argument("sector " + std::to_string(s) + " does not exist");

  single_source_result r;
  r.dependence.assign(g.num_vertices(), std::nan(""));
  constexpr std::size_t grain = 4096;
  std::vector<std::vector<single_source>> part((g.num_vertices() + grain - 1) / grain);
  task job(ctx, static_cast<double>(g.num_vertices()));
  for_blocks(
      g.num_vertices(), grain, job, [&] { return input_types(sector); },
      [&](input_types& inputs, std::size_t first, std::size_t last, std::size_t block) {
        for (std::size_t v = first; v < last; ++v) {
          const auto j = static_cast<vertex_id>(v);
          const double all = inputs.read(g, j);
          if (!(all > 0)) continue;
          r.dependence[j] = 0;
          for (const input_type& t : inputs.types()) {
            const double weight =
                essential.empty() ? 1.0 : essential[std::size_t{t.type} * sectors + sector[j]];
            if (!(weight > 0) || !t.single_sourced(theta)) continue;
            r.dependence[j] += weight * t.bought / all;
            part[block].push_back(
                {j, t.top, t.type, t.most / t.bought, t.bought / all, weight, t.most});
          }
        }
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
  for (const auto& some : part) r.found.insert(r.found.end(), some.begin(), some.end());
  return r;
}

/// Who sells what outside its own cluster: spare_bk, by sector. Every sale to a company that is no
/// member of b counts as what b could deliver elsewhere.
class outside_sales {
 public:
  struct seller {
    group_id cluster;
    vertex_id company;
    double value;
  };

  /// O(m x clusters per company).
  template <graph::two_way_graph G>
  outside_sales(const G& g, const graph::grouping& groups, std::span<const std::uint32_t> sector,
                std::uint32_t sectors)
      : by_sector_(sectors) {
    for (vertex_id s = 0; s < g.num_vertices(); ++s) {
      const auto buyers = g.successors(s);
      const auto value = g.successor_weights(s);
      for (const auto& [b, share] : groups.of(s)) {
        double sold = 0;
        for (std::size_t e = 0; e < buyers.size(); ++e)
          if (!std::ranges::any_of(groups.of(buyers[e]),
                                   [b = b](const auto& o) { return o.group == b; }))
            sold += value.empty() ? 1.0 : value[e];
        if (sold > 0) by_sector_[sector[s]].push_back({b, s, sold});
      }
    }
    for (auto& sellers : by_sector_)
      std::sort(sellers.begin(), sellers.end(), [](const seller& x, const seller& y) {
        return std::tuple(-x.value, x.cluster, x.company) <
               std::tuple(-y.value, y.cluster, y.company);
      });
  }
  /// The largest seller in another cluster than a that is neither the present supplier nor a member
  /// of a; company no_vertex when there is none.
  [[nodiscard]] seller instead_of(std::uint32_t sector, vertex_id supplier, group_id a,
                                  const graph::grouping& groups) const {
    for (const seller& s : by_sector_[sector]) {
      if (s.cluster == a || s.company == supplier) continue;
      if (std::ranges::any_of(groups.of(s.company), [a](const auto& o) { return o.group == a; }))
        continue;
      return s;
    }
    return {0, no_vertex, 0.0};
  }

 private:
  std::vector<std::vector<seller>> by_sector_;
};

struct fragility_options {
  std::uint32_t draws = 200;
  std::uint64_t seed = 0;
};

struct fragility_row {
  gap_band whole;   ///< F_a = sum_j w_j dependence_j / sum_j w_j over members with inputs
  gap_band random;  ///< of as many companies with inputs drawn at random: 50, 2.5, 97.5 per cent
  std::uint32_t members = 0, buyers = 0;  ///< all, and those with inputs
};

/// One row per asked cluster. `weight` is w_j (none: 1 each). The band is 5 and 95 per cent of the
/// members' mean under member_draws, conservatively: no company's dependence leaves [0, 1].
/// O(clusters x draws x members). Same bits for any number of threads.
[[nodiscard]] inline std::vector<fragility_row> fragility(const single_source_result& sources,
                                                          const graph::grouping& groups,
                                                          std::span<const double> weight,
                                                          std::span<const group_id> clusters,
                                                          const fragility_options& options = {},
                                                          const run_context& ctx = {}) {
  const auto& f = sources.dependence;
  if (groups.num_vertices() != f.size() || (!weight.empty() && weight.size() != f.size()))
    throw invalid_argument("groups, weights and companies do not match in size");
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  for (const double w : weight)
    if (!std::isfinite(w) || w < 0) throw invalid_argument("a weight is not a finite number >= 0");
  const auto worth = [&](vertex_id j) { return weight.empty() ? 1.0 : weight[j]; };
  std::vector<vertex_id> pool;
  for (vertex_id j = 0; j < f.size(); ++j)
    if (!std::isnan(f[j]) && worth(j) > 0) pool.push_back(j);
  const graph::group_members members(groups);
  std::vector<fragility_row> rows(clusters.size());
  task job(ctx, static_cast<double>(clusters.size()));
  for_blocks(clusters.size(), 1, job, [&](std::size_t at, std::size_t, std::size_t) {
    const group_id a = clusters[at];
    if (a >= groups.num_groups())
      throw invalid_argument("cluster " + std::to_string(a) + " does not exist");
    fragility_row& row = rows[at];
    std::vector<vertex_id> buyers;
    double sum = 0, square = 0, dependent = 0;
    for (const auto& m : members.of(a)) {
      ++row.members;
      if (std::isnan(f[m.vertex]) || !(worth(m.vertex) > 0)) continue;
      buyers.push_back(m.vertex);
      const double w = worth(m.vertex);
      sum += w, square += w * w, dependent += w * f[m.vertex];
    }
    row.buyers = static_cast<std::uint32_t>(buyers.size());
    job.advance(1);
    if (buyers.empty()) return;
    row.whole.value = dependent / sum;
    const double effective = sum * sum / square;  // as many equal members are as sure
    random_stream random(options.seed, a);
    member_draws draws(buyers.size());
    std::vector<double> low(options.draws), high(options.draws);
    for (std::uint32_t d = 0; d < options.draws; ++d) {
      draws.next(random);
      double all = 0, part = 0;
      for (std::size_t i = 0; i < buyers.size(); ++i) {
        const double w = draws.weights()[i] * worth(buyers[i]);
        all += w, part += w * f[buyers[i]];
      }
      const double v = 1.0 - std::pow(1.0 - random.uniform(), 1.0 / effective);
      low[d] = (1 - v) * part / all, high[d] = (1 - v) * part / all + v;
    }
    row.whole.low = std::min(row.whole.value, quantile(low, 0.05));
    row.whole.high = std::max(row.whole.value, quantile(high, 0.95));
    std::vector<vertex_id> mine = pool;
    for (double& value : low) {
      double all = 0, part = 0;
      for (const vertex_id j : draw_front(mine, buyers.size(), random))
        all += worth(j), part += worth(j) * f[j];
      value = part / all;
    }
    row.random = {quantile(low, 0.5), quantile(low, 0.025), quantile(low, 0.975)};
  });
  job.finish();
  return rows;
}

}  // namespace kedja::measures
