/// @file
/// How concentrated a company's supply is: Herfindahl-Hirschman indices over suppliers, within each
/// type of input and over all.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>

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
/// share is the sum of alpha_kj over types of which one supplier delivers more than `theta`. Links
/// from the same supplier are added up; self-links count as supply. O(m log d). Throws
/// invalid_argument naming the argument.
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
  struct input {
    std::uint32_t type;
    vertex_id supplier;
    double value;
  };
  task job(ctx, static_cast<double>(n));
  for_blocks(
      n, 1 << 12, job, [] { return std::vector<input>(); },
      [&](std::vector<input>& inputs, std::size_t begin, std::size_t end, std::size_t) {
        for (std::size_t v = begin; v < end; ++v) {
          const auto j = static_cast<vertex_id>(v);
          const auto row = g.predecessors(j);
          const auto weights = g.predecessor_weights(j);
          inputs.clear();
          double all = 0;
          for (std::size_t k = 0; k < row.size(); ++k) {
            const double value = weights.empty() ? 1.0 : weights[k];
            if (!inputs.empty() && inputs.back().supplier == row[k])
              inputs.back().value += value;  // rows are sorted: parallel links stand together
            else
              inputs.push_back({sector[row[k]], row[k], value});
            all += value;
          }
          if (!(all > 0)) continue;
          std::sort(inputs.begin(), inputs.end(), [](const input& a, const input& b) {
            return std::tuple(a.type, a.supplier) < std::tuple(b.type, b.supplier);
          });
          double within = 0, over_all = 0, single = 0;
          for (std::size_t first = 0; first < inputs.size();) {
            std::size_t last = first;
            double sum = 0, squares = 0, most = 0;
            for (; last < inputs.size() && inputs[last].type == inputs[first].type; ++last) {
              const double share = inputs[last].value / all;
              sum += inputs[last].value;
              squares += share * share;
              most = std::max(most, inputs[last].value);
            }
            over_all += squares;
            if (sum > 0) within += squares / (sum / all);  // alpha * sum of (share / alpha)^2
            if (most > theta * sum) single += sum / all;
            first = last;
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
