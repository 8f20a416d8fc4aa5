/// @file
/// Shared projects between groups against chance, inside each field and year. Shuffling inside a
/// stratum keeps what a plain configuration model would call significant merely because companies
/// of a field meet in that field's projects.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>

namespace kedja::measures {

struct coparticipation_options {
  tail side = tail::two_sided;
  std::uint32_t draws = 200;  ///< random deals from which variances are taken; at least 20
  std::uint64_t seed = 0;
};

/// Participation i: company[i] takes part in project[i] of stratum[i] (one stratum per project).
/// The statistic of groups a, b is the number of (pair of different companies, project) meetings,
/// weighted by shares. Null: within a stratum, participations are dealt at random over the places
/// in its projects, so that companies keep their numbers of participations and projects their
/// sizes. Two given participations meet with probability sum_p s_p (s_p - 1) / (S (S - 1)), which
/// gives the expectation exactly; variances come from `draws` seeded deals and are at least the
/// expectation. O(participations x draws + group pairs). Bit-identical for any number of threads.
/// Throws invalid_argument naming the row or option.
[[nodiscard]] inline tie_significance_result coparticipation_significance(
    const graph::grouping& groups, std::span<const vertex_id> company,
    std::span<const std::uint32_t> project, std::span<const std::uint32_t> stratum,
    const coparticipation_options& options = {}, const run_context& ctx = {}) {
  if (company.size() != project.size() || company.size() != stratum.size())
    throw invalid_argument("company, project and stratum must have one entry per participation");
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  const group_id count = groups.num_groups();
  struct place {
    std::uint32_t stratum, project;
    vertex_id company;
    auto operator<=>(const place&) const = default;
  };
  std::vector<place> places(company.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (company[i] >= groups.num_vertices())
      throw invalid_argument("participation " + std::to_string(i) + ": company " +
                             std::to_string(company[i]) + " does not exist");
    places[i] = {stratum[i], project[i], company[i]};
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());

  using square = std::vector<double>;  // count x count, a <= b
  const auto cell = [count](group_id a, group_id b) {
    return static_cast<std::size_t>(std::min(a, b)) * count + std::max(a, b);
  };
  /// Meetings in the projects, with companies dealt as `who` says.
  const auto meetings = [&](const std::vector<vertex_id>& who, square& sum,
                            std::vector<std::size_t>& touched) {
    for (std::size_t i = 0; i < places.size();) {
      std::size_t end = i;
      while (end < places.size() && places[end].stratum == places[i].stratum &&
             places[end].project == places[i].project)
        ++end;
      for (std::size_t j = i; j < end; ++j) {
        if (groups.of(who[j]).empty()) continue;
        for (std::size_t k = j + 1; k < end; ++k) {
          if (who[j] == who[k]) continue;
          for (const auto& [a, ma] : groups.of(who[j]))
            for (const auto& [b, mb] : groups.of(who[k])) {
              double& s = sum[cell(a, b)];
              if (s == 0) touched.push_back(cell(a, b));
              s += ma * mb;
            }
        }
      }
      i = end;
    }
  };
  std::vector<vertex_id> as_seen(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) as_seen[i] = places[i].company;
  square observed(static_cast<std::size_t>(count) * count, 0.0), expected = observed;
  std::vector<std::size_t> all_touched;
  meetings(as_seen, observed, all_touched);

  // Expectation: P_s (A_a A_b - sum_i d_i^2 m_ia m_ib) per stratum, where A_a = sum_i d_i m_ia.
  for (std::size_t i = 0; i < places.size();) {
    std::size_t end = i;
    double together = 0;
    std::map<vertex_id, double> times;
    while (end < places.size() && places[end].stratum == places[i].stratum) {
      std::size_t stop = end;
      while (stop < places.size() && places[stop].stratum == places[i].stratum &&
             places[stop].project == places[end].project)
        ++times[places[stop++].company];
      const auto size = static_cast<double>(stop - end);
      together += size * (size - 1);
      end = stop;
    }
    const auto total = static_cast<double>(end - i);
    if (total > 1 && together > 0) {
      const double meet = together / (total * (total - 1));
      std::map<group_id, double> mass;
      for (const auto& [v, d] : times)
        for (const auto& [a, ma] : groups.of(v)) mass[a] += d * ma;
      for (auto a = mass.begin(); a != mass.end(); ++a)
        for (auto b = a; b != mass.end(); ++b)
          expected[cell(a->first, b->first)] += meet * a->second * b->second * (a == b ? 0.5 : 1.0);
      for (const auto& [v, d] : times)
        for (const auto& [a, ma] : groups.of(v))
          for (const auto& [b, mb] : groups.of(v))
            if (a <= b) expected[cell(a, b)] -= meet * d * d * ma * mb * (a == b ? 0.5 : 1.0);
    }
    i = end;
  }

  task job(ctx, options.draws);
  // Draws are cut into blocks fixed by their number; sums of squares are added in block order.
  constexpr std::size_t grain = 25;
  const std::size_t blocks = (options.draws + grain - 1) / grain;
  std::vector<square> squares(blocks);
  struct workspace {
    std::vector<vertex_id> who;
    square sum;
    std::vector<std::size_t> touched;
  };
  for_blocks(
      options.draws, grain, job,
      [&] {
        return workspace{as_seen, square(observed.size(), 0.0), {}};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t block) {
        square& deviation = squares[block];
        deviation.assign(observed.size(), 0.0);
        for (std::size_t draw = first; draw < last; ++draw) {
          ws.who = as_seen;
          random_stream random(options.seed, draw);
          for (std::size_t i = 0; i < places.size();) {
            std::size_t end = i;
            while (end < places.size() && places[end].stratum == places[i].stratum) ++end;
            std::span<vertex_id> dealt(ws.who.data() + i, end - i);
            shuffle(dealt, random);
            i = end;
          }
          meetings(ws.who, ws.sum, ws.touched);
          // (x - e)^2 = e^2 for the cells nobody met in; only the others are visited.
          for (const std::size_t at : ws.touched) {
            if (ws.sum[at] == 0) continue;  // listed twice
            const double d = ws.sum[at] - expected[at];
            deviation[at] += d * d - expected[at] * expected[at];
            ws.sum[at] = 0;
          }
          ws.touched.clear();
          job.advance(1);
          job.checkpoint();
        }
      });
  tie_significance_result result;
  for (group_id a = 0; a < count; ++a)
    for (group_id b = a; b < count; ++b) {
      const std::size_t at = cell(a, b);
      const double mean = std::max(expected[at], 0.0);
      double sum = mean * mean * options.draws;
      for (const square& part : squares) sum += part[at];
      result.a.push_back(a);
      result.b.push_back(b);
      result.observed.push_back(observed[at]);
      result.expected.push_back(mean);
      // A variance from few draws can miss rare clumps; it is never taken below Poisson's.
      result.variance.push_back(std::max(sum / options.draws, mean));
    }
  result.iteration = {static_cast<int>(options.draws), 0, 0, true};
  detail::finish_ties(result, options.side);
  job.finish();
  return result;
}

}  // namespace kedja::measures
