/// @file
/// Which sectors feed each other so much that nothing is left.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/flow_matrix.hpp>

namespace kedja::measures {

/// A strong component of S T and bounds of its spectral radius (Collatz-Wielandt).
struct radius_component {
  double low = 0.0, high = 0.0;
  std::vector<std::uint32_t> members = {};  ///< increasing
};

/// The strong component whose spectral radius is largest. Power iteration; O(m) per step.
[[nodiscard]] radius_component largest_component(const flow_matrix& z, std::span<const double> x,
                                                 bool transpose, task& job);

}  // namespace kedja::measures
