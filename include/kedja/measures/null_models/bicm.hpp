/// @file
/// The bipartite configuration model and what two rows would have in common by chance. Sources:
/// Saracco, Di Clemente, Gabrielli & Squartini, "Randomizing bipartite networks", Sci. Rep. 5
/// (2015), doi:10.1038/srep10595; Saracco et al., "Inferring monopartite projections of bipartite
/// networks", New J. Phys. 19 (2017), doi:10.1088/1367-2630/aa6b38.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/measures/common/iteration.hpp>
#include <kedja/measures/common/sparse_table.hpp>
#include <kedja/measures/null_models/degree_fit.hpp>

namespace kedja::measures {

/// Rows of equal degree share a class, and so do columns; probabilities are per pair of classes.
struct bipartite_model {
  std::vector<std::uint32_t> row_class, column_class;
  std::vector<std::uint32_t> row_size, column_size;  ///< members per class
  std::vector<double> probability_of;                ///< row classes x column classes
  iteration_record iteration;

  [[nodiscard]] std::size_t row_classes() const noexcept { return row_size.size(); }
  [[nodiscard]] std::size_t column_classes() const noexcept { return column_size.size(); }
  [[nodiscard]] double probability(std::uint32_t row, std::uint32_t column) const noexcept {
    return probability_of[row_class[row] * column_classes() + column_class[column]];
  }
  /// The same model with rows and columns exchanged.
  [[nodiscard]] bipartite_model transposed() const;
};

/// p_ck = x_c y_k / (1 + x_c y_k) with the degrees of a 0/1 table as expectations. Rows and columns
/// that are empty or full have p = 0 or 1 and are taken out first, over and over, as taking one out
/// can empty or fill another. O(row classes x column classes) per product, see fit_degrees.
[[nodiscard]] bipartite_model fit_bipartite(const sparse_table& binary,
                                            const degree_fit_options& options = {},
                                            const run_context& ctx = {});

/// A 0/1 table drawn from the model; draw `number` of `seed` is always the same.
/// O(ones + rows x column classes).
[[nodiscard]] sparse_table draw_bipartite(const bipartite_model& model, std::uint64_t seed,
                                          std::uint64_t number);

/// All pairs of rows a < b, a after a: pair (a, b) stands at a (2 n - a - 1) / 2 + b - a - 1.
struct shared_columns_result {
  std::vector<std::uint32_t> shared;  ///< columns that both have
  std::vector<double> p;              ///< P(at least as many) under the model
};

/// The number of columns that two rows share is a sum of independent trials with p_ak p_bk, so its
/// upper tail is exact: trials are multiplied up class by class for eight classes of b at a time,
/// on the part of the distribution that can matter, see trial_sums (relative errors stay below
/// 1e-12 for 10,000 columns). O(pairs of
/// row classes x columns x width), width some tens of standard deviations; pairs that share nothing
/// have p = 1. Bit-identical for any number of threads and any instruction set. Throws
/// invalid_argument above 2^31 pairs.
[[nodiscard]] shared_columns_result shared_columns(const sparse_table& binary,
                                                   const bipartite_model& model,
                                                   const run_context& ctx = {});

}  // namespace kedja::measures
