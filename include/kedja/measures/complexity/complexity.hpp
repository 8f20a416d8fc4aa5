/// @file
/// Economic complexity of the rows and columns of a 0/1 table. Source: Hidalgo & Hausmann, "The
/// building blocks of economic complexity", PNAS 106 (2009), doi:10.1073/pnas.0900943106.
#pragma once

#include <cstdint>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/measures/common/iteration.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

enum class complexity_method { eigenvector, reflections };
enum class complexity_scale {
  rows,  ///< columns take the rows' mean and deviation: a row is the mean of its columns
  own    ///< rows and columns are standardised each by themselves
};

struct complexity_options {
  complexity_method method = complexity_method::eigenvector;
  complexity_scale scale = complexity_scale::rows;
  int ddof = 0;          ///< of the standard deviation, 0 or 1
  int reflections = 20;  ///< even; rows are read at level N - 2 and columns at level N - 1
  double tolerance = 1e-13;
};

/// Rows and columns that reach each other; complexity compares only within.
struct complexity_component {
  std::uint32_t rows = 0, columns = 0;
  double second = 0, third = 0;  ///< eigenvalues after the trivial 1 (0: there is none)
  [[nodiscard]] double gap() const noexcept { return second - third; }
};

inline constexpr std::uint32_t no_component = 0xffffffffu;

struct complexity_result {
  std::vector<double> eci, pci;
  std::vector<double> pci_unshifted;  ///< PCI on its scale, before the mean is taken off
  std::vector<value_status> row_status, column_status;
  std::vector<std::uint32_t> row_component, column_component;  ///< 0: the one with most cells
  std::vector<complexity_component> components;
  iteration_record iteration;
};

/// ECI: the second right eigenvector of D_c^-1 M D_k^-1 M'; PCI: that of D_k^-1 M' D_c^-1 M, so
/// that ECI_c is the mean of PCI over c's columns. Signed so that ECI rises with diversity (rows of
/// even diversity: so that the first row is not negative). Each connected component is solved and
/// standardised by itself. Empty rows and columns have status no_data; a component in which all
/// rows have the same columns is `undefined`; one whose second eigenvalue is multiple (gap below
/// 1e-9) is `undecided`, since any mixture would do: both NaN. Reflections average neighbours'
/// averages a fixed number of times instead. Lanczos on the symmetric form of the smaller side, the
/// known first vector left out: O(cells x products).
[[nodiscard]] complexity_result complexity(const sparse_table& binary,
                                           const complexity_options& options = {},
                                           const run_context& ctx = {});

}  // namespace kedja::measures
