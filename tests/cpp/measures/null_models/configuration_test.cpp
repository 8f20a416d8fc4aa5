// The configuration model and its ties, against sums over all pairs of companies.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/measures/null_models/tie_significance.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

/// A graph of n vertices in which every pair is linked with a probability of its own.
test::random_links heterogeneous(std::uint64_t seed, vertex_id n) {
  random_stream random(seed, 3);
  test::random_links made;
  made.n = n;
  std::vector<double> pull(n);
  for (double& p : pull) p = random.uniform();
  for (vertex_id u = 0; u < n; ++u)
    for (vertex_id v = 0; v < n; ++v)
      if (u != v && random.uniform() < 0.6 * pull[u] * pull[v]) {
        made.source.push_back(u);
        made.target.push_back(v);
        made.value.push_back(1);
      }
  return made;
}

/// p_ij of the fitted model for every ordered pair, 0 on the diagonal.
std::vector<double> probabilities(const configuration_model& model) {
  const std::size_t n = model.class_of.size();
  std::vector<double> p(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (i != j) p[i * n + j] = model.probability(model.class_of[i], model.class_of[j]);
  return p;
}

/// The largest difference between expected and simple degrees.
double degree_error(const graph::csr_graph& g, const configuration_model& model) {
  const vertex_id n = g.num_vertices();
  const auto p = probabilities(model);
  std::vector<char> linked(p.size(), 0);
  for (vertex_id u = 0; u < n; ++u)
    for (const vertex_id v : g.successors(u))
      if (u != v) linked[std::size_t{u} * n + v] = 1;
  double worst = 0;
  for (vertex_id u = 0; u < n; ++u) {
    double out = 0, in = 0;
    for (vertex_id v = 0; v < n; ++v) {
      out += p[std::size_t{u} * n + v] - linked[std::size_t{u} * n + v];
      in += p[std::size_t{v} * n + u] - linked[std::size_t{v} * n + u];
    }
    worst = std::max({worst, std::abs(out), std::abs(in)});
  }
  return worst;
}

TEST(ConfigurationModel, ExpectedDegreesAreTheObservedOnes) {
  for (const bool directed : {true, false})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto g = heterogeneous(seed, 40).graph(directed);
      const auto model = fit_configuration(g);
      ASSERT_TRUE(model.iteration.converged);
      EXPECT_LT(degree_error(g, model), 1e-9);
    }
}

TEST(ConfigurationModel, TheErrorItReportsIsTheErrorItHas) {
  // Small graphs with loops, parallel links and companies linked with all others, whose fitness is
  // infinite: a few steps only come near, and must say how near; enough steps come as near as
  // asked.
  int unfinished = 0;
  test::for_many_graphs(1000, [&](const graph::csr_graph& g) {
    const auto model = fit_configuration(g, {.max_iterations = 2});
    if (g.num_vertices() == 0) return;
    EXPECT_EQ(model.iteration.converged, model.iteration.error_bound <= 1e-10);
    unfinished += !model.iteration.converged;
    EXPECT_NEAR(degree_error(g, model), model.iteration.error_bound, 1e-9);
    const auto whole = fit_configuration(g);
    EXPECT_TRUE(whole.iteration.converged);
    EXPECT_LT(degree_error(g, whole), 1e-9);
  });
  EXPECT_GT(unfinished, 0);
}

TEST(ConfigurationModel, UnlinkedCompaniesHaveNoProbability) {
  const std::vector<vertex_id> source = {0, 1}, target = {1, 2};
  const auto g = test::random_links{4, source, target, {}}.graph(true);
  const auto model = fit_configuration(g, {.max_iterations = 50});
  const auto p = probabilities(model);
  for (std::size_t other = 0; other < 3; ++other) {
    EXPECT_EQ(p[3 * 4 + other], 0.0);
    EXPECT_EQ(p[other * 4 + 3], 0.0);
  }
}

void expect_moments(const graph::csr_graph& g, const graph::grouping& m) {
  const vertex_id n = g.num_vertices();
  const group_id groups = m.num_groups();
  std::vector<double> share(std::size_t{n} * groups, 0.0);
  for (vertex_id v = 0; v < n; ++v)
    for (const auto& [a, value] : m.of(v)) share[std::size_t{v} * groups + a] = value;
  const auto s = [&](vertex_id v, group_id a) { return share[std::size_t{v} * groups + a]; };
  const auto p = probabilities(fit_configuration(g));
  const auto got = tie_significance(g, m, {}, {.threads = 2});
  std::size_t row = 0;
  for (group_id a = 0; a < groups; ++a)
    for (group_id b = g.directed() ? 0 : a; b < groups; ++b, ++row) {
      ASSERT_EQ(got.a[row], a);
      ASSERT_EQ(got.b[row], b);
      double observed = 0, expected = 0, variance = 0;
      for (vertex_id u = 0; u < n; ++u)
        for (vertex_id v = g.directed() ? 0 : u + 1; v < n; ++v) {
          if (u == v) continue;
          double c = s(u, a) * s(v, b);
          if (!g.directed() && a != b) c += s(v, a) * s(u, b);
          const auto out = g.successors(u);
          if (std::find(out.begin(), out.end(), v) != out.end()) observed += c;
          const double q = p[std::size_t{u} * n + v];
          expected += c * q;
          variance += c * c * q * (1 - q);
        }
      EXPECT_NEAR(got.observed[row], observed, 1e-12);
      EXPECT_NEAR(got.expected[row], expected, 1e-9);
      EXPECT_NEAR(got.variance[row], variance, 1e-9);
      if (variance > 1e-9) {
        EXPECT_NEAR(got.z[row], (observed - expected) / std::sqrt(variance), 1e-6);
        EXPECT_DOUBLE_EQ(got.p[row], count_p_value(got.observed[row], got.expected[row],
                                                   got.variance[row], tail::two_sided));
      }
    }
  EXPECT_EQ(row, got.a.size());
}

TEST(TieSignificance, MomentsAreSumsOverAllPairs) {
  for (const bool directed : {true, false})
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      // Of none, one or two groups each.
      expect_moments(heterogeneous(seed, 25).graph(directed), test::make_groups(seed, 25, 3));
    }
  std::uint64_t number = 0;
  test::for_many_graphs(1000, [&](const graph::csr_graph& g) {
    SCOPED_TRACE("graph " + std::to_string(number));
    expect_moments(g, test::make_groups(number++, g.num_vertices(), 3));
  });
}

TEST(TieSignificance, SameBitsForAnyNumberOfThreads) {
  const auto g = heterogeneous(7, 200).graph(true);
  const auto m = test::make_groups(7, 200, 5);
  const auto one = tie_significance(g, m, {}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto other = tie_significance(g, m, {}, {.threads = threads});
    EXPECT_EQ(one.expected, other.expected);
    EXPECT_EQ(one.variance, other.variance);
    EXPECT_EQ(one.q, other.q);
  }
}

TEST(TieSignificance, AGroupWithoutLinksIsNotTested) {
  const std::vector<vertex_id> source = {0}, target = {1};
  const auto g = test::random_links{3, source, target, {}}.graph(false);
  const std::vector<vertex_id> company = {0, 1, 2};
  const std::vector<group_id> group = {0, 0, 1};
  const auto got = tie_significance(g, graph::grouping(3, 2, company, group));
  for (std::size_t i = 0; i < got.a.size(); ++i)
    if (got.b[i] == 1) {
      EXPECT_EQ(got.expected[i], 0.0);
      EXPECT_TRUE(std::isnan(got.z[i]));
      EXPECT_TRUE(std::isnan(got.q[i]));
    }
}

TEST(TieSignificance, MustFitTheGraph) {
  const std::vector<vertex_id> none;
  const auto g = test::random_links{3, none, none, {}}.graph(false);
  const std::vector<group_id> group;
  EXPECT_THROW((void)tie_significance(g, graph::grouping(2, 1, none, group)), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
