/// @file
/// What a company buys, by type of input: the one reading of supply rows that sourcing and
/// fragility share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>

namespace kedja::measures {

/// One type of input (a sector of suppliers) of one buyer.
struct input_type {
  std::uint32_t type;
  vertex_id top;   ///< the largest supplier of it, the first of equals
  double bought;   ///< of this type
  double most;     ///< of it from `top`
  double squares;  ///< sum over its suppliers of (value / all inputs)^2

  /// One supplier delivers more than theta of it; theta = 1: it has one supplier.
  [[nodiscard]] bool single_sourced(double theta) const {
    if (theta == 1) return bought > 0 && most == bought;
    // 1e-12: a share that is theta but for rounding is not above it.
    return most > (theta + 1e-12) * bought;
  }
};

/// Reads the inputs of one buyer at a time; keeps its tables between buyers. A link without value
/// counts 1, parallel links of one supplier add up, a self-link counts as supply.
class input_types {
 public:
  explicit input_types(std::span<const std::uint32_t> sector) : sector_(sector) {}

  /// Everything that j buys; 0 where it has no inputs or all are 0. O(d log d).
  template <graph::two_way_graph G>
  double read(const G& g, vertex_id j) {
    const auto suppliers = g.predecessors(j);
    const auto value = g.predecessor_weights(j);
    bought_.clear(), types_.clear();
    double all = 0;
    for (std::size_t e = 0; e < suppliers.size(); ++e) {
      const double x = value.empty() ? 1.0 : value[e];
      if (!bought_.empty() && bought_.back().supplier == suppliers[e])
        bought_.back().value += x;  // rows are sorted: parallel links stand together
      else
        bought_.push_back({sector_[suppliers[e]], suppliers[e], x});
      all += x;
    }
    if (!(all > 0)) return 0;
    std::sort(bought_.begin(), bought_.end(), [](const purchase& a, const purchase& b) {
      return std::tuple(a.type, a.supplier) < std::tuple(b.type, b.supplier);
    });
    for (const purchase& p : bought_) {
      if (types_.empty() || types_.back().type != p.type)
        types_.push_back({p.type, p.supplier, 0, -1, 0});
      input_type& t = types_.back();
      t.bought += p.value;
      t.squares += (p.value / all) * (p.value / all);
      if (p.value > t.most) t.most = p.value, t.top = p.supplier;
    }
    return all;
  }
  /// By type, of the buyer read last.
  [[nodiscard]] std::span<const input_type> types() const { return types_; }

 private:
  struct purchase {
    std::uint32_t type;
    vertex_id supplier;
    double value;
  };
  std::span<const std::uint32_t> sector_;
  std::vector<purchase> bought_;
  std::vector<input_type> types_;
};

}  // namespace kedja::measures
