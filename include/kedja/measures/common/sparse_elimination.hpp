/// @file
/// Solves (I - S T) u = r for compressed rows by elimination in an order that keeps them sparse.
/// For tables in which goods pass through long lines of sectors, where iterating takes as many
/// steps as the line has sectors. Source of the order: Tinney & Walker, Proc. IEEE 55 (1967),
/// doi:10.1109/PROC.1967.6011 (fewest links first).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/flow_matrix.hpp>

namespace kedja::measures {

/// Rows of T divided by x, taken out one sector after the other: next is always one whose row times
/// column is shortest, the lower position first. I - S T is an M-matrix when its spectral radius is
/// below 1; then every pivot on its diagonal is positive in any order, and none has to be sought.
class sparse_elimination {
 public:
  /// `z` has compressed rows that stand for T. Gives up where more than `most_entries` would have
  /// to be held or a pivot is not positive: then `done` is false.
  sparse_elimination(const flow_matrix& z, std::span<const double> x, std::size_t most_entries,
                     task& job);

  [[nodiscard]] bool done() const noexcept { return done_; }
  /// out = (I - S T)^-1 r, up to rounding. O(entries kept).
  void solve(std::span<const double> r, std::span<double> out) const;

 private:
  struct entry {
    std::uint32_t at;
    double share;
  };
  std::vector<std::uint32_t> order_;     // sectors as they were taken out
  std::vector<double> pivot_;            // by step
  std::vector<std::size_t> gets_, had_;  // by step: where its part of the next two begins
  std::vector<entry> passed_;            // who took over the sector's row, and what share of it
  std::vector<entry> rest_;              // the sector's row when it was taken out
  bool done_ = false;
};

}  // namespace kedja::measures
