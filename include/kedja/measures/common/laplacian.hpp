/// @file
/// Solves Laplacian systems of undirected weighted links, component by component.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

/// Neighbours of each vertex, sorted, without itself and without repeats, and weights > 0; every
/// link stands in both rows.
struct symmetric_links {
  std::vector<edge_id> offsets = {0};
  std::vector<vertex_id> neighbours = {};
  std::vector<double> weights = {};

  [[nodiscard]] std::size_t n() const noexcept { return offsets.size() - 1; }
};

/// (diag(row sums) - W) x = b, where b sums to 0 over every component; x is fixed up to a constant
/// per component.
///
/// Trees that hang from the rest are folded into it exactly, from the leaves on. What remains is
/// solved per component by elimination without subtraction (Grassmann, Taksar & Heyman 1985, exact
/// to rounding whatever the range of the weights) where it is small, else by conjugate gradients
/// preconditioned with (D - L) D^-1 (D - L'), L the weights to earlier vertices and D the pivots of
/// elimination without fill. One product with the preconditioned matrix then costs no more than one
/// with the matrix itself (Eisenstat 1981, doi:10.1137/0902001). O(m) per iteration. Bit-identical
/// for any number of threads.
class laplacian_solver {
 public:
  laplacian_solver(const symmetric_links& links, task& job);

  [[nodiscard]] vertex_id num_components() const noexcept { return components_; }
  [[nodiscard]] std::span<const vertex_id> component() const noexcept { return component_; }

  /// Adds to x a correction that shrinks the residual b to `reduction` of itself (or uses up
  /// `iterations`, which is counted down); b is overwritten.
  void correct(std::span<double> b, std::span<double> x, double reduction, int& iterations,
               task& job) const;

 private:
  struct leaf {
    vertex_id vertex, root;
    double weight;
  };
  void eliminate(std::span<const vertex_id> members, std::span<const double> b,
                 std::span<double> x) const;
  void iterate(std::span<const double> b, std::span<double> x, double reduction, int& iterations,
               task& job) const;

  std::vector<vertex_id> component_;
  vertex_id components_ = 0;
  std::vector<leaf> leaves_;  // in the order in which they were folded
  // The vertices that are not folded, by place: those of large components come first.
  std::vector<vertex_id> rest_;
  std::size_t num_large_ = 0;                  // places below are in large components
  std::vector<std::vector<vertex_id>> small_;  // places of small components
  symmetric_links earlier_, later_;            // links to places before and after
  std::vector<double> pivot_, inverse_, diagonal_less_pivots_;  // D, 1 / D, diagonal - 2 D
};

}  // namespace kedja::measures
