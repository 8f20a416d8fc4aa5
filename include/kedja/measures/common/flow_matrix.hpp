/// @file
/// A square table of money flows as the solvers read it: a full array or compressed rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/exact_sum.hpp>

namespace kedja::measures {

/// Borrowed; the caller keeps the arrays alive. Entries are finite and >= 0.
struct flow_matrix {
  std::size_t n = 0;
  std::span<const double> dense = {};          ///< n * n values, row by row; empty: compressed rows
  std::span<const std::int64_t> offsets = {};  ///< n + 1
  std::span<const std::uint32_t> columns = {};
  std::span<const double> values = {};

  [[nodiscard]] bool is_dense() const noexcept { return offsets.empty(); }
};

/// Compressed rows that own their arrays.
struct sparse_flows {
  std::vector<std::int64_t> offsets = {};
  std::vector<std::uint32_t> columns = {};
  std::vector<double> values = {};

  [[nodiscard]] flow_matrix view() const noexcept {
    return {offsets.size() - 1, {}, offsets, columns, values};
  }
};

/// The entries of a full table that are not zero. O(n^2).
[[nodiscard]] sparse_flows compressed(const flow_matrix& z);
/// Rows become columns. O(n + m) for compressed rows only.
[[nodiscard]] sparse_flows transposed(const flow_matrix& z);

/// Sums of rows and of columns, each in twice the working precision and rounded once.
struct margins {
  std::vector<double> row, column;
};
[[nodiscard]] margins margins_of(const flow_matrix& z, task& job);

/// y = Z x, or Z' x. Bit-identical for any number of threads.
void multiply(const flow_matrix& z, bool transpose, std::span<const double> x, std::span<double> y,
              task& job);
/// The same in twice the working precision.
void multiply_exactly(const flow_matrix& z, bool transpose, std::span<const double> x,
                      std::span<double_pair> y, task& job);

}  // namespace kedja::measures
