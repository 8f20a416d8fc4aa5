/// @file
/// Burt's measures of structural holes. Source: Burt, "Structural Holes", Harvard University Press
/// (1992), doi:10.4159/9780674029095, chapter 2.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/joined_links.hpp>

namespace kedja::measures {

struct structural_holes_options {
  bool weighted = true;  ///< link values are strengths; else a link is there or not
};

struct structural_holes_result {
  std::vector<double> constraint;      ///< sum of what each contact constrains
  std::vector<double> effective_size;  ///< contacts less their redundancy, in (0, contacts]
  std::vector<double> efficiency;      ///< effective_size / contacts
  std::vector<double> hierarchy;       ///< how much one contact holds of the constraint, in [0, 1]
  std::vector<value_status> status;
};

/// With s_ij = a_ij + a_ji (parallel links added, self-links left out), S_i = sum_j s_ij,
/// M_i = max_j s_ij and p_ij = s_ij / S_i over the contacts j of i:
///   c_ij = (p_ij + sum_q p_iq p_qj)^2, constraint_i = sum_j c_ij,
///   effective_size_i = sum_j (1 - sum_q p_iq s_jq / M_j),
///   hierarchy_i = sum_j r_ij ln(r_ij) / (N ln N), r_ij = c_ij / (constraint_i / N), N contacts;
/// a single contact holds everything: hierarchy 1. Without contacts all four are NaN (isolated);
/// with links of value 0 only, NaN as well (undefined).
/// Every term is a sum over common neighbours of a linked pair, and both ends share it:
/// O(sum over pairs of the smaller degree), at most O(m sqrt(m)). 26 bytes per arc and 17 n bytes
/// per thread. Bit-identical for any number of threads.
template <graph::two_way_graph G>
[[nodiscard]] structural_holes_result structural_holes(const G& g,
                                                       const structural_holes_options& options = {},
                                                       const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  task job(ctx, n);
  const joined_links links =
      join_links(g, options.weighted, job, [&](const joined_neighbour& v) -> double {
        if (options.weighted) return v.to + v.from;
        return static_cast<double>(v.links_to > 0) + static_cast<double>(v.links_from > 0);
      });
  std::vector<double> total(n, 0.0), inverse(n, 0.0), inverse_largest(n, 0.0);
  for (vertex_id i = 0; i < n; ++i) {
    double largest = 0;
    for (const double s : links.values(i)) total[i] += s, largest = std::max(largest, s);
    if (total[i] > 0) inverse[i] = 1 / total[i], inverse_largest[i] = 1 / largest;
  }
  const common_neighbour_sums sums = sum_over_common_neighbours(links, inverse, job);

  const auto none = [n] { return std::vector<double>(n, std::nan("")); };
  structural_holes_result result{std::vector<double>(n, 0.0), none(), none(), none(),
                                 std::vector<value_status>(n, value_status::ok)};
  std::vector<double> redundancy(n, 0.0), entropy(n, 0.0);
  for (vertex_id i = 0; i < n; ++i) {
    for (std::size_t pair = sums.offset[i]; pair < sums.offset[i + std::size_t{1}]; ++pair) {
      const double invested = sums.value[pair] + sums.scaled[pair];  // S_i (p_ij + sum p_iq p_qj)
      const double log_invested = std::log(invested);                // one for both ends
      const auto add = [&](vertex_id end, vertex_id contact) {
        const double share = invested * inverse[end], c = share * share;
        result.constraint[end] += c;
        if (c > 0) entropy[end] += c * log_invested;
        redundancy[end] += sums.plain[pair] * inverse_largest[contact];
      };
      add(i, sums.other[pair]);
      add(sums.other[pair], i);
    }
    if ((i & 0xFFFF) == 0) job.checkpoint();
  }
  for (vertex_id i = 0; i < n; ++i) {
    const auto contacts = static_cast<double>(links.degree(i));
    if (!(total[i] > 0)) {
      result.status[i] = contacts > 0 ? value_status::undefined : value_status::isolated;
      result.constraint[i] = std::nan("");
      continue;
    }
    const double c = result.constraint[i];
    result.effective_size[i] = contacts - redundancy[i] * inverse[i];
    result.efficiency[i] = result.effective_size[i] / contacts;
    // sum_j r ln r / (N ln N) with r = c_ij N / c and c_ij = (invested / S_i)^2, written so that
    // one pass over the links and one logarithm per link are enough
    result.hierarchy[i] =
        contacts > 1
            ? std::max(0.0, (2 * (entropy[i] / c - std::log(total[i])) + std::log(contacts / c)) /
                                std::log(contacts))
            : 1.0;
  }
  job.finish();
  return result;
}

#ifdef KEDJA_EXTERN_TEMPLATES
extern template structural_holes_result structural_holes(const graph::csr_graph&,
                                                         const structural_holes_options&,
                                                         const run_context&);
extern template structural_holes_result structural_holes(const graph::csr_view&,
                                                         const structural_holes_options&,
                                                         const run_context&);
#endif

}  // namespace kedja::measures
