/// @file
/// How concentrated a company's supply is: Herfindahl-Hirschman indices over suppliers, within each
/// type of input and over all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/common/input_types.hpp>

namespace kedja::measures {

struct sourcing_result {
  std::vector<double> hhi;                  ///< in (0, 1], within types, weighted by type
  std::vector<double> hhi_all_suppliers;    ///< in (0, 1]
  std::vector<double> effective_suppliers;  ///< 1 / hhi_all_suppliers
  std::vector<double> single_source_share;  ///< in [0, 1]
  std::vector<value_status> status;         ///< isolated: no inputs, values are NaN
};

/// With w_gkj the share of supplier g in j's inputs of type k (the supplier's sector) and alpha_kj
/// the share of type k in j's inputs: hhi_j = sum_k alpha_kj sum_g w_gkj^2, and the single-source
/// share is the sum of alpha_kj over types of which one supplier delivers more than `theta` (1:
/// over types that have one supplier). Links from the same supplier are added up; self-links count
/// as supply. O(m log d). Throws invalid_argument naming the argument.
template <graph::two_way_graph G>
[[nodiscard]] sourcing_result sourcing(const G& g, std::span<const std::uint32_t> sector,
                                       double theta = 0.8, const run_context& ctx = {}) {
  const std::size_t n = g.num_vertices();
  if (sector.size() != n)
    throw invalid_argument("sector must have one entry per company (" + std::to_string(n) +
                           "), not " + std::to_string(sector.size()));
  if (!(theta >= 0 && theta <= 1))
    throw invalid_argument("theta must lie in [0, 1], not " + std::to_string(theta));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  sourcing_result result{std::vector<double>(n, nan), std::vector<double>(n, nan),
                         std::vector<double>(n, nan), std::vector<double>(n, nan),
                         std::vector<value_status>(n, value_status::isolated)};
  task job(ctx, static_cast<double>(n));
  for_blocks(
      n, 1 << 12, job, [&] { return input_types(sector); },
      [&](input_types& inputs, std::size_t begin, std::size_t end, std::size_t) {
        for (std::size_t v = begin; v < end; ++v) {
          const double all = inputs.read(g, static_cast<vertex_id>(v));
          if (!(all > 0)) continue;
          double within = 0, over_all = 0, single = 0;
          for (const input_type& t : inputs.types()) {
            over_all += t.squares;
            if (!(t.bought > 0)) continue;
            within += t.squares / (t.bought / all);  // alpha * sum of (share / alpha)^2
            if (t.single_sourced(theta)) single += t.bought / all;
          }
          result.hhi[v] = within;
          result.hhi_all_suppliers[v] = over_all;
          result.effective_suppliers[v] = 1 / over_all;
          result.single_source_share[v] = single;
          result.status[v] = value_status::ok;
        }
        job.advance(static_cast<double>(end - begin));
      });
  job.finish();
  return result;
}

}  // namespace kedja::measures
