/// @file
/// Brokerage between groups. Source: Gould & Fernandez, "Structures of mediation", Sociol.
/// Methodol. 19 (1989), doi:10.2307/270949.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>

namespace kedja::measures {

struct brokerage_result {
  std::vector<double> coordinator;     ///< all three in one group
  std::vector<double> itinerant;       ///< both ends in one group, the broker in another
  std::vector<double> representative;  ///< supplier and broker in one group, buyer in another
  std::vector<double> gatekeeper;      ///< broker and buyer in one group, supplier in another
  std::vector<double> liaison;         ///< three different groups
  std::vector<double> total;
  std::vector<value_status> status;
};

/// For each company i, the pairs a -> i -> b (a, i, b different) without a link a -> b, by the
/// groups of the three. Parallel links count once, self-links never. Shares make counts fractional:
/// each company stands in one of its groups with probability its share, independently. Only grouped
/// companies count as ends; a broker in no group has NaN and the status no_group. In an undirected
/// graph both orders of a and b count, as with two arcs. O(sum of squared out-degrees), O(n) memory
/// per thread, never n x n. Bit-identical for any number of threads.
template <graph::two_way_graph G>
[[nodiscard]] brokerage_result brokerage(const G& g, const graph::grouping& groups,
                                         const run_context& ctx = {}) {
  const vertex_id n = g.num_vertices();
  if (groups.num_vertices() != n)
    throw invalid_argument("the grouping has " + std::to_string(groups.num_vertices()) +
                           " companies, the graph " + std::to_string(n));
  const auto none = [n] { return std::vector<double>(n, std::nan("")); };
  brokerage_result result{none(),
                          none(),
                          none(),
                          none(),
                          none(),
                          none(),
                          std::vector<value_status>(n, value_status::ok)};
  struct workspace {
    std::vector<vertex_id> is_buyer;        // == i + 1: company buys from i
    std::vector<double> suppliers, buyers;  // shares by group
    std::vector<group_id> touched;
  };
  struct roles {
    double coordinator = 0, itinerant = 0, representative = 0, gatekeeper = 0, pairs = 0;
  };
  // Roles of one pair (a, b) around i, from their shares.
  const auto of_pair = [&](vertex_id a, vertex_id i, vertex_id b) {
    roles r{.pairs = 1};
    for (const auto& [x, ma] : groups.of(a)) {
      double mi = 0, mb = 0;
      for (const auto& [y, m] : groups.of(i))
        if (x == y) mi = m;
      for (const auto& [y, m] : groups.of(b))
        if (x == y) mb = m;
      r.coordinator += ma * mi * mb;
      r.itinerant += ma * mb * (1 - mi);
      r.representative += ma * mi * (1 - mb);
    }
    for (const auto& [x, mb] : groups.of(b)) {
      double mi = 0, ma = 0;
      for (const auto& [y, m] : groups.of(i))
        if (x == y) mi = m;
      for (const auto& [y, m] : groups.of(a))
        if (x == y) ma = m;
      r.gatekeeper += mi * mb * (1 - ma);
    }
    return r;
  };
  task job(ctx, n);
  for_blocks(
      n, 64, job,
      [&] {
        return workspace{std::vector<vertex_id>(n, 0),
                         std::vector<double>(groups.num_groups(), 0.0),
                         std::vector<double>(groups.num_groups(), 0.0),
                         {}};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t) {
        for (std::size_t at = first; at < last; ++at) {
          const auto i = static_cast<vertex_id>(at);
          if (groups.of(i).empty()) {
            result.status[i] = value_status::no_group;
            continue;
          }
          // All pairs of a supplier and a buyer, by sums of shares; then those that are linked
          // themselves, or are the same company, are taken away one by one.
          roles sum;
          double number_of_suppliers = 0, number_of_buyers = 0;
          const auto each = [&](std::span<const vertex_id> row, auto use) {
            for (std::size_t k = 0; k < row.size(); ++k)
              if (row[k] != i && !(k > 0 && row[k - 1] == row[k]) && !groups.of(row[k]).empty())
                use(row[k]);
          };
          each(g.predecessors(i), [&](vertex_id a) {
            ++number_of_suppliers;
            for (const auto& [x, m] : groups.of(a)) ws.suppliers[x] += m, ws.touched.push_back(x);
          });
          each(g.successors(i), [&](vertex_id b) {
            ++number_of_buyers;
            ws.is_buyer[b] = i + 1;
            for (const auto& [x, m] : groups.of(b)) ws.buyers[x] += m, ws.touched.push_back(x);
          });
          std::sort(ws.touched.begin(), ws.touched.end());
          ws.touched.erase(std::unique(ws.touched.begin(), ws.touched.end()), ws.touched.end());
          sum.pairs = number_of_suppliers * number_of_buyers;
          for (const group_id x : ws.touched) {
            double mi = 0;
            for (const auto& [y, m] : groups.of(i))
              if (x == y) mi = m;
            const double s = ws.suppliers[x], b = ws.buyers[x];
            sum.coordinator += s * mi * b;
            sum.itinerant += s * b * (1 - mi);
            sum.representative += mi * s * (number_of_buyers - b);
            sum.gatekeeper += mi * b * (number_of_suppliers - s);
            ws.suppliers[x] = ws.buyers[x] = 0;
          }
          ws.touched.clear();
          pacer pace(job);
          each(g.predecessors(i), [&](vertex_id a) {
            const auto take_away = [&](vertex_id b) {
              const roles r = of_pair(a, i, b);
              sum.pairs -= r.pairs;
              sum.coordinator -= r.coordinator;
              sum.itinerant -= r.itinerant;
              sum.representative -= r.representative;
              sum.gatekeeper -= r.gatekeeper;
            };
            if (ws.is_buyer[a] == i + 1) take_away(a);
            const auto row = g.successors(a);
            for (std::size_t k = 0; k < row.size(); ++k)
              if (row[k] != a && ws.is_buyer[row[k]] == i + 1 && !(k > 0 && row[k - 1] == row[k]))
                take_away(row[k]);
            pace(row.size());
          });
          result.coordinator[i] = sum.coordinator;
          result.itinerant[i] = sum.itinerant;
          result.representative[i] = sum.representative;
          result.gatekeeper[i] = sum.gatekeeper;
          result.liaison[i] =
              sum.pairs - sum.coordinator - sum.itinerant - sum.representative - sum.gatekeeper;
          result.total[i] = sum.pairs;
        }
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
  return result;
}

}  // namespace kedja::measures
