/// @file
/// How a company's loss reaches the companies that trade with it: one step of a cascade as sparse
/// rows. Source: Diem, Borsos, Reisch, Kertesz & Thurner, "Quantifying firm-level economic systemic
/// risk from nation-wide supply networks", Sci. Rep. 12 (2022), doi:10.1038/s41598-022-11522-z.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>

namespace kedja::measures {

/// What a supply network is besides its links. An empty span means the stated default.
struct production {
  std::span<const std::uint32_t> sector = {};  ///< of each company; none: all in sector 0
  std::uint32_t num_sectors = 1;
  /// num_sectors^2 entries, supplying sector times num_sectors plus buying sector: 2 essential,
  /// 1 non-essential, 0 negligible. None: all non-essential.
  std::span<const std::uint8_t> essential = {};
  std::span<const std::uint32_t> market = {};  ///< whose sellers replace each other; none: nobody's
  std::uint32_t num_markets = 0;
  std::span<const double> revenue = {};  ///< none: sales to the network are all revenue
  std::span<const double> cost = {};     ///< none: purchases from the network are all costs
  std::span<const double> weight = {};   ///< of a company in the index; none: its sales
};

namespace detail {

/// Row j holds the companies whose losses j feels, in groups: within a group losses add up, and j
/// loses the largest of its groups' sums (its output is limited by the scarcest input). The first
/// entry of a group has a negative share; shares are > 0 in size, so the largest partial sum of all
/// is the largest group's sum.
struct loss_map {
  std::vector<std::uint64_t> offset;
  std::vector<vertex_id> source;
  std::vector<double> share;
  bool grouped = false;  ///< some row has several groups; told by find_dependents
  // Who feels a company's loss: the rows that name it.
  std::vector<std::uint64_t> felt_offset;
  std::vector<vertex_id> felt_by;

  [[nodiscard]] vertex_id rows() const noexcept {
    return static_cast<vertex_id>(offset.size() - 1);
  }
  [[nodiscard]] std::span<const vertex_id> dependents(vertex_id v) const noexcept {
    return {felt_by.data() + felt_offset[v], felt_by.data() + felt_offset[v + std::size_t{1}]};
  }
  void find_dependents() {
    const std::size_t n = offset.size() - 1;
    felt_offset.assign(n + 1, 0);
    felt_by.resize(source.size());
    for (const vertex_id s : source) ++felt_offset[s + std::size_t{1}];
    for (std::size_t v = 0; v < n; ++v) felt_offset[v + 1] += felt_offset[v];
    std::vector<std::uint64_t> at(felt_offset.begin(), felt_offset.end() - 1);
    for (std::size_t j = 0; j < n; ++j)
      for (std::uint64_t k = offset[j]; k < offset[j + 1]; ++k) {
        felt_by[at[source[k]]++] = static_cast<vertex_id>(j);
        grouped = grouped || (k > offset[j] && share[k] < 0);
      }
  }
};

inline void check_amounts(const char* name, std::span<const double> values, std::size_t n) {
  if (values.empty() && n > 0) return;
  if (values.size() != n)
    throw invalid_argument(std::string(name) + " must have one entry per company (" +
                           std::to_string(n) + "), not " + std::to_string(values.size()));
  for (std::size_t v = 0; v < n; ++v)
    if (!std::isfinite(values[v]) || values[v] < 0)
      throw invalid_argument(std::string(name) + " of company " + std::to_string(v) + " is " +
                             std::to_string(values[v]) + ", not a finite number >= 0");
}

inline void check_labels(const char* name, std::span<const std::uint32_t> labels,
                         std::uint32_t count, std::size_t n) {
  if (labels.empty()) return;
  if (labels.size() != n)
    throw invalid_argument(std::string(name) + " must have one entry per company (" +
                           std::to_string(n) + "), not " + std::to_string(labels.size()));
  for (std::size_t v = 0; v < n; ++v)
    if (labels[v] >= count)
      throw invalid_argument(std::string(name) + " " + std::to_string(labels[v]) + " of company " +
                             std::to_string(v) + " does not exist");
}

/// Throws invalid_argument naming the argument and the company. Shares outside the network's own
/// accounts (revenue below sales) are allowed; zero revenue or cost with trade is not.
template <graph::two_way_graph G>
void check(const G& g, const production& p) {
  const std::size_t n = g.num_vertices();
  if (!g.directed())
    throw invalid_argument("shocks need a directed graph: links run from supplier to buyer");
  check_labels("sector", p.sector, p.num_sectors, n);
  check_labels("market", p.market, p.num_markets, n);
  if (!p.essential.empty()) {
    const std::size_t cells = std::size_t{p.num_sectors} * p.num_sectors;
    if (p.essential.size() != cells)
      throw invalid_argument("essential must have one row and one column per sector (" +
                             std::to_string(cells) + " cells), not " +
                             std::to_string(p.essential.size()) + " cells");
    for (std::size_t i = 0; i < cells; ++i)
      if (p.essential[i] > 2)
        throw invalid_argument("essential: supplying sector " + std::to_string(i / p.num_sectors) +
                               ", buying sector " + std::to_string(i % p.num_sectors) + " is " +
                               std::to_string(p.essential[i]) +
                               "; 2 is essential, 1 non-essential, 0 negligible");
  }
  check_amounts("revenue", p.revenue, p.revenue.empty() ? 0 : n);
  check_amounts("cost", p.cost, p.cost.empty() ? 0 : n);
  check_amounts("weight", p.weight, p.weight.empty() ? 0 : n);
}

[[nodiscard]] inline double sum_of(std::span<const double> weights, std::size_t links) {
  if (weights.empty()) return static_cast<double>(links);
  double sum = 0;
  for (const double w : weights) sum += w;
  return sum;
}

/// What each company sells inside the network.
template <graph::two_way_graph G>
[[nodiscard]] std::vector<double> sales(const G& g) {
  std::vector<double> made(g.num_vertices());
  for (vertex_id v = 0; v < g.num_vertices(); ++v)
    made[v] = sum_of(g.successor_weights(v), g.successors(v).size());
  return made;
}

inline double divisor(const char* name, const char* trade, std::span<const double> amounts,
                      vertex_id v, double traded) {
  if (amounts.empty()) return traded;
  if (traded > 0 && !(amounts[v] > 0))
    throw invalid_argument(std::string(name) + " of company " + std::to_string(v) +
                           " is 0, but it " + trade + " " + std::to_string(traded));
  return amounts[v];
}

/// Row j: j's suppliers. Non-essential inputs are one group, with shares W_ij / cost_j; essential
/// ones are a group per sector, with shares W_ij / (inputs from that sector) times inputs / cost.
template <graph::two_way_graph G>
[[nodiscard]] loss_map downstream_map(const G& g, const production& p) {
  const vertex_id n = g.num_vertices();
  struct input {
    std::uint64_t group;  // 0 non-essential, else 1 + sector
    vertex_id supplier;
    double value;
  };
  std::vector<input> inputs;
  loss_map map;
  map.offset.assign(n + std::size_t{1}, 0);
  map.source.reserve(g.num_arcs());
  map.share.reserve(g.num_arcs());
  for (vertex_id j = 0; j < n; ++j) {
    const auto row = g.predecessors(j);
    const auto weights = g.predecessor_weights(j);
    const double bought = sum_of(weights, row.size());
    const double cost = divisor("cost", "buys", p.cost, j, bought);
    inputs.clear();
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double value = weights.empty() ? 1.0 : weights[k];
      if (!(value > 0)) continue;
      const std::uint64_t from = p.sector.empty() ? 0 : p.sector[row[k]];
      const std::uint64_t to = p.sector.empty() ? 0 : p.sector[j];
      const int kind = p.essential.empty() ? 1 : p.essential[from * p.num_sectors + to];
      if (kind > 0) inputs.push_back({kind == 2 ? 1 + from : 0, row[k], value});
    }
    std::stable_sort(inputs.begin(), inputs.end(),
                     [](const input& a, const input& b) { return a.group < b.group; });
    for (std::size_t first = 0; first < inputs.size();) {
      std::size_t last = first;
      double sum = 0;
      for (; last < inputs.size() && inputs[last].group == inputs[first].group; ++last)
        sum += inputs[last].value;
      const double scale = inputs[first].group == 0 ? 1 / cost : bought / cost / sum;
      for (std::size_t k = first; k < last; ++k) {
        const double share = inputs[k].value * scale;
        map.source.push_back(inputs[k].supplier);
        map.share.push_back(k == first ? -share : share);
      }
      first = last;
    }
    map.offset[j + std::size_t{1}] = map.source.size();
  }
  map.find_dependents();
  return map;
}

/// Row i: i's buyers, one group, with shares W_ij / revenue_i.
template <graph::two_way_graph G>
[[nodiscard]] loss_map upstream_map(const G& g, const production& p) {
  const vertex_id n = g.num_vertices();
  loss_map map;
  map.offset.assign(n + std::size_t{1}, 0);
  map.source.reserve(g.num_arcs());
  map.share.reserve(g.num_arcs());
  for (vertex_id i = 0; i < n; ++i) {
    const auto row = g.successors(i);
    const auto weights = g.successor_weights(i);
    const double revenue = divisor("revenue", "sells", p.revenue, i, sum_of(weights, row.size()));
    bool first = true;
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double share = (weights.empty() ? 1.0 : weights[k]) / revenue;
      if (!(share > 0)) continue;
      map.source.push_back(row[k]);
      map.share.push_back(std::exchange(first, false) ? -share : share);
    }
    map.offset[i + std::size_t{1}] = map.source.size();
  }
  map.find_dependents();
  return map;
}

}  // namespace detail
}  // namespace kedja::measures
