/// @file
/// An input-output table between groups (countries, clusters and the rest), and the parts of its
/// inverse that the decompositions of gross exports share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/status.hpp>
#include <kedja/measures/common/dense_lu.hpp>
#include <kedja/measures/common/dense_matrix.hpp>

namespace kedja::measures {

/// What a decomposition is computed from; row i sells, all values in money per period.
struct gvc_input {
  std::size_t sectors = 0, groups = 0;
  std::span<const double> flows;         ///< sectors x sectors, row-major; >= 0
  std::span<const double> demand;        ///< sectors x groups: final demand of each group
  std::span<const double> output;        ///< one per sector, >= 0
  std::span<const std::uint32_t> group;  ///< the group of each sector
};

/// The table with sectors sorted by group, A = flows / output of the buyer (0 where that is 0).
struct gvc_table {
  std::size_t sectors = 0, groups = 0;
  std::vector<std::size_t> first;   ///< groups + 1: group g has sectors [first[g], first[g + 1])
  std::vector<std::size_t> order;   ///< input position of each sector here
  std::vector<std::size_t> of;      ///< group of each sector here
  dense_matrix a;                   ///< inputs per unit of output
  dense_matrix demand;              ///< final demand by group
  dense_matrix inputs;              ///< inputs sold to each other group; 0 to the own
  std::vector<double> value_added;  ///< share of output that is not bought: v / x

  /// Throws invalid_argument naming the position of what is negative, not finite or missing.
  gvc_table(const gvc_input& in, task& job);

  [[nodiscard]] std::size_t size(std::size_t g) const { return first[g + 1] - first[g]; }
  /// Final goods sold to group r by sector i of another group; 0 to the own.
  [[nodiscard]] double final_exports(std::size_t i, std::size_t r) const {
    return of[i] == r ? 0.0 : demand(i, r);
  }
  /// Final goods that sector i sells to other groups.
  [[nodiscard]] double final_exports(std::size_t i) const;
  /// All that sector i sells to another group r.
  [[nodiscard]] double exports(std::size_t i, std::size_t r) const {
    return inputs(i, r) + final_exports(i, r);
  }
  /// All that sector i sells to other groups.
  [[nodiscard]] double total_exports(std::size_t i) const;
};

/// B = (I - A)^-1 as far as every decomposition needs it: one factorisation of the whole table, one
/// of each (I - A_ss), and one right-hand side per group. 2/3 n^3 + 2 G n^2 operations.
struct gvc_solution {
  dense_lu whole;
  std::vector<dense_lu> domestic;  ///< I - A_ss of each group; L_ss is its inverse
  dense_matrix content;            ///< groups x sectors: value added of t per unit of i, V_t B_ti
  std::vector<double> first_time;  ///< V_s L_ss per sector of s: own value added that never left
  std::vector<double> returned;    ///< sum over r != s of V_s B_sr A_rs: own value added come back
  std::vector<double> foreign;     ///< sum over t != s of V_t B_ts

  /// Throws not_productive with the input position.
  gvc_solution(const gvc_table& t, task& job);
};

/// For each j != skip: the sum of value[k] over k other than j and skip, without subtracting.
void sums_without(const double* value, std::size_t n, std::size_t skip, double* out);

/// -a b for the sectors of two groups: a = A_sr, rows of group s, times n_r x width values.
[[nodiscard]] dense_matrix minus_product(const dense_matrix& a, std::size_t row0, std::size_t rows,
                                         std::size_t column0, const dense_matrix& b);

}  // namespace kedja::measures
