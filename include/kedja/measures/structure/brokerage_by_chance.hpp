/// @file
/// Brokerage beside what chance gives. Source: Gould & Fernandez, "Structures of mediation",
/// Sociol. Methodol. 19 (1989), doi:10.2307/270949, appendix.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/measures/structure/brokerage.hpp>

namespace kedja::measures {

struct brokerage_by_chance_result {
  brokerage_result expected;
  brokerage_result z;  ///< (observed - expected) / standard deviation; NaN where that is 0
};

/// Expectation and z of observed roles when each of the N (N - 1) arcs between grouped companies is
/// there with probability d, the observed density, independently. With q = d^2 (1 - d) a role that
/// P pairs (a, b) can fill has the expectation q P and the variance q (1 - q) P + d^3 (1 - d)^3 S,
/// where S counts ordered pairs of such pairs that share their supplier or their buyer. Exact under
/// that null; both are functions of the group sizes only. Throws invalid_argument, naming the
/// company, when one is in several groups. O(m).
template <graph::two_way_graph G>
[[nodiscard]] brokerage_by_chance_result brokerage_by_chance(const G& g,
                                                             const graph::grouping& groups,
                                                             const brokerage_result& observed) {
  const vertex_id n = g.num_vertices();
  std::vector<double> size(groups.num_groups(), 0.0);
  double grouped = 0, arcs = 0;
  for (vertex_id v = 0; v < n; ++v) {
    if (groups.of(v).empty()) continue;
    if (groups.of(v).size() > 1)
      throw invalid_argument("company " + std::to_string(v) +
                             " is in several groups; the expected brokerage is defined for one "
                             "group per company");
    ++size[groups.of(v).front().group];
    ++grouped;
    const auto row = g.successors(v);
    for (std::size_t k = 0; k < row.size(); ++k)
      arcs += row[k] != v && !(k > 0 && row[k - 1] == row[k]) && !groups.of(row[k]).empty();
  }
  double squares = 0, cubes = 0;
  for (const double s : size) squares += s * s, cubes += s * s * s;
  const double d = grouped > 1 ? arcs / (grouped * (grouped - 1)) : 0.0;
  const double q = d * d * (1 - d), together = d * d * d * (1 - d) * (1 - d) * (1 - d);

  const auto none = [n] { return std::vector<double>(n, std::nan("")); };
  const auto empty = [&] {
    return brokerage_result{none(), none(), none(), none(), none(), none(), observed.status};
  };
  brokerage_by_chance_result result{empty(), empty()};
  for (vertex_id v = 0; v < n; ++v) {
    if (groups.of(v).empty()) continue;
    const double s = size[groups.of(v).front().group];
    const double own = s - 1, other = grouped - s;  // possible ends inside and outside the group
    const double other2 = squares - s * s, other3 = cubes - s * s * s;
    const auto put = [&](std::vector<double> brokerage_result::*role, double pairs, double shared) {
      // + 0: of one company there are (1 - 1) (1 - 2) = -0 pairs.
      const double mean = q * pairs + 0.0, variance = q * (1 - q) * pairs + together * shared;
      (result.expected.*role)[v] = mean;
      if (variance > 0) (result.z.*role)[v] = ((observed.*role)[v] - mean) / std::sqrt(variance);
    };
    put(&brokerage_result::coordinator, own * (own - 1), 2 * own * (own - 1) * (own - 2));
    put(&brokerage_result::itinerant, other2 - other, 2 * (other3 - 3 * other2 + 2 * other));
    const double mixed = own * other * (other - 1) + other * own * (own - 1);
    put(&brokerage_result::representative, own * other, mixed);
    put(&brokerage_result::gatekeeper, own * other, mixed);
    put(&brokerage_result::liaison, other * other - other2,
        2 * (other * other * other - 2 * other * other2 + other3 - other * other + other2));
    put(&brokerage_result::total, (grouped - 1) * (grouped - 2),
        2 * (grouped - 1) * (grouped - 2) * (grouped - 3));
  }
  return result;
}

}  // namespace kedja::measures
