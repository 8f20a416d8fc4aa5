/// @file
/// Fitnesses of maximum-entropy models whose links are independent: one solver for bipartite,
/// directed and undirected degrees, with or without the number of links inside groups.
#pragma once

#include <cstdint>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/iteration.hpp>

namespace kedja::measures {

inline constexpr std::uint32_t no_class_group = 0xffffffffu;

/// Rows and columns in classes of equal degree. A pair of a row of class r and a column of class c
/// is linked with probability p_rc = x_r y_c f_rc / (1 + x_r y_c f_rc), f = `within` for classes of
/// the same group and else 1.
struct degree_problem {
  std::vector<double> row_size, row_degree;  ///< members per class and the degree of each of them
  std::vector<double> column_size, column_degree;
  bool one_side = false;  ///< rows and columns are the same vertices, none linked with itself
  /// Group of each class, rising, the same for rows and columns (one_side); no_class_group: none.
  /// Empty: no groups at all.
  std::vector<std::uint32_t> group = {};
  double within_links = 0;  ///< links inside groups that are expected
  bool no_within = false;   ///< pairs of the same group are left out
};

struct degree_fit_options {
  double tolerance = 1e-10;  ///< largest error of an expected degree
  int max_iterations = 200;  ///< Newton steps
};

struct degree_fit {
  std::vector<double> x, y;
  double within = 1;
  iteration_record iteration;  ///< error_bound: the largest error of an expected degree
};

/// Finds the fitnesses for which expected degrees are the given ones: Newton's method on the
/// concave likelihood in log x, log y, its steps by conjugate gradients with the diagonal as
/// preconditioner, so that no matrix is kept. Degree 0 has fitness 0. Where a degree can only be
/// reached with probabilities of 0 and 1, fitnesses grow until the error is below the tolerance.
/// Compare Vallarano et al., "Fast and scalable likelihood maximization for exponential random
/// graph models", Sci. Rep. 11 (2021), doi:10.1038/s41598-021-93830-4. O(row classes x column
/// classes) per product, some tens of products per step. Bit-identical for any number of threads.
[[nodiscard]] degree_fit fit_degrees(const degree_problem& problem,
                                     const degree_fit_options& options, task& job);

}  // namespace kedja::measures
