// Group closeness and current-flow betweenness against brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/measures/centrality/current_flow_betweenness.hpp>
#include <kedja/measures/centrality/group_closeness.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

constexpr std::uint64_t far = 1000000;

/// Hops from u to v by Floyd and Warshall; `far` without a path.
std::vector<std::vector<std::uint64_t>> all_hops(const graph::csr_graph& g) {
  const vertex_id n = g.num_vertices();
  std::vector<std::vector<std::uint64_t>> hops(n, std::vector<std::uint64_t>(n, far));
  for (vertex_id u = 0; u < n; ++u) {
    for (const vertex_id v : g.successors(u)) hops[u][v] = 1;
    hops[u][u] = 0;
  }
  for (vertex_id k = 0; k < n; ++k)
    for (vertex_id u = 0; u < n; ++u)
      for (vertex_id v = 0; v < n; ++v) hops[u][v] = std::min(hops[u][v], hops[u][k] + hops[k][v]);
  return hops;
}

struct group_truth {
  double score = 0;
  vertex_id reached = 0;
  std::uint64_t cost = 0;  ///< what the greedy choice lowers: a missing path counts n
};

group_truth by_hand(const std::vector<std::vector<std::uint64_t>>& hops,
                    const std::vector<vertex_id>& group, path_direction direction) {
  const auto n = static_cast<vertex_id>(hops.size());
  group_truth truth;
  std::uint64_t sum = 0;
  for (vertex_id v = 0; v < n; ++v) {
    std::uint64_t best = far;
    for (const vertex_id s : group)
      best = std::min(best, direction == path_direction::upstream ? hops[v][s] : hops[s][v]);
    truth.cost += best >= far ? n : best;
    if (best == 0 || best >= far) continue;
    ++truth.reached, sum += best;
  }
  if (sum > 0) truth.score = static_cast<double>(n - group.size()) / static_cast<double>(sum);
  return truth;
}

TEST(GroupCloseness, OfGivenAndChosenGroups) {
  kedja::test::for_many_graphs(2000, [](const graph::csr_graph& g) {
    const vertex_id n = g.num_vertices();
    if (n == 0) return;
    const auto hops = all_hops(g);
    for (const auto direction : {path_direction::upstream, path_direction::downstream}) {
      const auto chosen =
          group_closeness(g, {.size = std::min<std::size_t>(n, 3), .direction = direction});
      std::vector<vertex_id> group;
      for (std::size_t i = 0; i < chosen.member.size(); ++i) {
        // Each member is the first of those that lower the sum of distances the most.
        std::uint64_t least = far * far;
        vertex_id first = 0;
        for (vertex_id v = 0; v < n; ++v) {
          if (std::find(group.begin(), group.end(), v) != group.end()) continue;
          group.push_back(v);
          const std::uint64_t cost = by_hand(hops, group, direction).cost;
          group.pop_back();
          if (cost < least) least = cost, first = v;
        }
        ASSERT_EQ(chosen.member[i], first);
        group.push_back(first);
        const group_truth truth = by_hand(hops, group, direction);
        EXPECT_DOUBLE_EQ(chosen.score[i], truth.score);
        EXPECT_EQ(chosen.reached[i], truth.reached);
      }
      const auto given = group_closeness(g, {.group = group, .direction = direction});
      EXPECT_EQ(given.score, chosen.score);
      EXPECT_EQ(given.reached, chosen.reached);
    }
  });
}

TEST(GroupCloseness, RefusesGroupsThatAreNone) {
  const auto g = kedja::test::from_pairs(3, {{0, 1}, {1, 2}}).graph(true);
  const std::vector<vertex_id> empty, twice = {1, 1}, outside = {3};
  EXPECT_THROW((void)group_closeness(g, {.group = empty}), invalid_argument);
  EXPECT_THROW((void)group_closeness(g, {.group = twice}), invalid_argument);
  EXPECT_THROW((void)group_closeness(g, {.group = outside}), invalid_argument);
  EXPECT_THROW((void)group_closeness(g, {.size = 0}), invalid_argument);
  EXPECT_THROW((void)group_closeness(g, {.size = 4}), invalid_argument);
}

using matrix = std::vector<std::vector<double>>;

/// Potentials of a unit current from s to t, whose potential is 0: Gauss and Jordan. None without a
/// path: then an equation is left without a pivot.
std::vector<double> potentials(const matrix& conducts, std::size_t s, std::size_t t) {
  const std::size_t n = conducts.size();
  matrix row(n, std::vector<double>(n + 1, 0.0));
  for (std::size_t u = 0; u < n; ++u) {
    for (std::size_t v = 0; v < n; ++v) row[u][v] -= conducts[u][v], row[u][u] += conducts[u][v];
    row[u][n] = u == s ? 1.0 : 0.0;
  }
  row[t].assign(n + 1, 0.0);
  row[t][t] = 1;
  std::vector<bool> used(n, false);
  std::vector<double> found(n, 0.0);
  std::vector<std::size_t> pivot_of(n, n);
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t best = n;
    for (std::size_t r = 0; r < n; ++r)
      if (!used[r] && (best == n || std::abs(row[r][c]) > std::abs(row[best][c]))) best = r;
    if (best == n || std::abs(row[best][c]) < 1e-9) continue;
    used[best] = true, pivot_of[c] = best;
    for (std::size_t r = 0; r < n; ++r) {
      const double times = row[r][c] / row[best][c];
      if (r != best && times != 0)
        for (std::size_t k = c; k <= n; ++k) row[r][k] -= times * row[best][k];
    }
  }
  for (std::size_t r = 0; r < n; ++r)
    if (!used[r] && std::abs(row[r][n]) > 1e-6) return {};
  for (std::size_t c = 0; c < n; ++c)
    if (pivot_of[c] < n) found[c] = row[pivot_of[c]][n] / row[pivot_of[c]][c];
  return found;
}

/// The definition: for every pair of others in v's component, half of the currents at v.
std::vector<double> flow_by_hand(const graph::csr_graph& g, bool weighted) {
  const std::size_t n = g.num_vertices();
  matrix conducts(n, std::vector<double>(n, 0.0));
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    const auto weight = g.successor_weights(u);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row[k] == u) continue;
      const double w = weighted ? weight[k] : 1.0;
      conducts[u][row[k]] += w;
      if (g.directed()) conducts[row[k]][u] += w;
    }
  }
  std::vector<double> score(n, 0.0);
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t t = s + 1; t < n; ++t) {
      const std::vector<double> potential = potentials(conducts, s, t);
      if (potential.empty()) continue;
      for (std::size_t v = 0; v < n; ++v) {
        if (v == s || v == t) continue;
        double through = 0;
        for (std::size_t w = 0; w < n; ++w)
          through += conducts[v][w] * std::abs(potential[v] - potential[w]);
        score[v] += through / 2;
      }
    }
  return score;
}

TEST(CurrentFlowBetweenness, IsTheCurrentThroughEachCompany) {
  kedja::test::for_many_graphs(2000, [](const graph::csr_graph& g) {
    for (const bool weighted : {false, true}) {
      const auto got =
          current_flow_betweenness(g, {.normalized = false, .weighted = weighted}, {.threads = 2});
      const auto truth = flow_by_hand(g, weighted);
      ASSERT_TRUE(got.converged);
      for (std::size_t v = 0; v < truth.size(); ++v) {
        ASSERT_NEAR(got.score[v], truth[v], 1e-8);
        bool alone = true;
        for (const vertex_id w : g.successors(static_cast<vertex_id>(v))) alone &= w == v;
        for (const vertex_id w : g.predecessors(static_cast<vertex_id>(v))) alone &= w == v;
        EXPECT_EQ(got.status[v] == value_status::isolated, alone);
      }
    }
  });
}

TEST(CurrentFlowBetweenness, EstimatesErrByLessThanEpsilon) {
  int missed = 0, runs = 0;
  kedja::test::for_many_graphs(1000, [&](const graph::csr_graph& g) {
    const auto exact = current_flow_betweenness(g);
    const auto guess = current_flow_betweenness(
        g, {.epsilon = 0.1, .delta = 0.1, .seed = static_cast<std::uint64_t>(runs)});
    bool outside = false;
    for (std::size_t v = 0; v < exact.score.size(); ++v)
      outside |= std::abs(exact.score[v] - guess.score[v]) > 0.1;
    missed += outside;
    ++runs;
  });
  EXPECT_LE(missed, runs / 10);
  const auto g = kedja::test::make_links(3).graph(false);
  EXPECT_THROW((void)current_flow_betweenness(g, {.epsilon = 1.5}), invalid_argument);
  EXPECT_THROW((void)current_flow_betweenness(g, {.epsilon = 0.1, .delta = 0}), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
