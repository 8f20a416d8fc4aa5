// The configuration model with values, against its equations and against gamma tails by other
// means.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/measures/null_models/gamma_tail.hpp>
#include <kedja/measures/null_models/weighted_configuration.hpp>
#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

/// Sparse enough that no company is linked with all others, with skewed values.
graph::csr_graph valued(std::uint64_t seed, vertex_id n, bool directed) {
  random_stream random(seed, 21);
  test::random_links made;
  made.n = n;
  for (vertex_id u = 0; u < n; ++u)
    for (vertex_id v = directed ? 0 : u + 1; v < n; ++v)
      if (u != v && random.uniform() < 0.2) {
        made.source.push_back(u);
        made.target.push_back(v);
        made.value.push_back(std::exp(2 * random.uniform()));
      }
  return made.graph(directed, true);
}

TEST(WeightedConfiguration, ExpectedStrengthsAreTheObservedOnes) {
  int converged = 0;
  for (const bool directed : {true, false})
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const vertex_id n = seed < 15 ? 30 : 8;
      const auto g = valued(seed, n, directed);
      const strengths wanted = strengths_of(g);
      const auto model = fit_values(fit_configuration(g), wanted);
      // Where degrees leave a pair no choice, a link of no chance may have to bear a value: the
      // rates then come near slowly, and say so.
      bool free = true;
      for (vertex_id i = 0; i < n; ++i)
        for (vertex_id j = 0; j < n; ++j)
          if (const double p = model.probability(i, j); p > 0) free &= p > 1e-4 && p < 1 - 1e-4;
      if (free) {
        ASSERT_TRUE(model.iteration.converged);
      }
      if (!model.iteration.converged) {
        EXPECT_GT(model.iteration.error_bound, 1e-10);
        continue;
      }
      ++converged;
      for (vertex_id i = 0; i < n; ++i) {
        double out = 0, in = 0;
        for (vertex_id j = 0; j < n; ++j) {
          if (model.probability(i, j) > 0) out += model.probability(i, j) * model.mean_value(i, j);
          if (model.probability(j, i) > 0) in += model.probability(j, i) * model.mean_value(j, i);
        }
        EXPECT_NEAR(out, wanted.out[i], 1e-6 * (1 + wanted.out[i]));
        EXPECT_NEAR(in, wanted.in[i], 1e-6 * (1 + wanted.in[i]));
      }
    }
  EXPECT_GT(converged, 1900);  // of 2000
}

TEST(WeightedConfiguration, EqualCompaniesAreSolvedOnceWhateverTheirPlace) {
  // Two circles of ten with values 1 and 2, and two hubs linked with all of one circle.
  test::random_links made;
  made.n = 22;
  for (vertex_id v = 0; v < 20; ++v) {
    const vertex_id next = v / 10 * 10 + (v + 1) % 10;
    made.source.insert(made.source.end(), {v, v});
    made.target.insert(made.target.end(), {next, 20 + v / 10});
    made.value.insert(made.value.end(), {v < 10 ? 1.0 : 2.0, 3.0});
  }
  const auto g = made.graph(false, true);
  const strengths wanted = strengths_of(g);
  const auto model = fit_values(fit_configuration(g), wanted);
  ASSERT_TRUE(model.iteration.converged);
  for (vertex_id v = 0; v < 22; ++v) {
    double out = 0;
    for (vertex_id u = 0; u < 22; ++u)
      if (u != v) out += model.probability(v, u) * model.mean_value(v, u);
    EXPECT_NEAR(out, wanted.out[v], 1e-8 * wanted.out[v]);
    EXPECT_EQ(model.out_rate[v], model.out_rate[v < 20 ? v / 10 * 10 : v]);
  }
}

TEST(WeightedConfiguration, MomentsBetweenGroupsAreSumsOverPairs) {
  const auto g = valued(4, 24, true);
  const auto model = fit_values(fit_configuration(g), strengths_of(g));
  std::vector<vertex_id> vertex;
  std::vector<group_id> group;
  for (vertex_id v = 0; v < 24; ++v)
    if (v % 5 != 0) vertex.push_back(v), group.push_back(v % 3);  // some are in none
  const graph::grouping groups(24, 3, vertex, group);
  const auto r = weighted_significance(model, groups, values_between(g, groups), tail::greater);
  ASSERT_EQ(r.a.size(), 9u);
  for (std::size_t k = 0; k < r.a.size(); ++k) {
    double mean = 0, variance = 0, seen = 0, log_none = 0;
    for (vertex_id i = 0; i < 24; ++i)
      for (vertex_id j = 0; j < 24; ++j) {
        if (i == j || i % 5 == 0 || j % 5 == 0 || i % 3 != r.a[k] || j % 3 != r.b[k]) continue;
        const double p = model.probability(i, j);
        if (!(p > 0)) continue;
        const double value = model.mean_value(i, j);
        mean += p * value;
        variance += 2 * p * value * value - p * p * value * value;  // E X^2 = 2 p / rate^2
        log_none += std::log1p(-p);
      }
    for (vertex_id i = 0; i < 24; ++i) {
      const auto row = g.successors(i);
      for (std::size_t e = 0; e < row.size(); ++e)
        if (i % 5 != 0 && row[e] % 5 != 0 && i % 3 == r.a[k] && row[e] % 3 == r.b[k])
          seen += g.successor_weights(i)[e];
    }
    EXPECT_NEAR(r.observed[k], seen, 1e-9);
    EXPECT_NEAR(r.expected[k], mean, 1e-9 * (1 + mean));
    EXPECT_NEAR(r.z[k], (seen - mean) / std::sqrt(variance), 1e-8);
    EXPECT_NEAR(r.p[k], value_p_value(seen, mean, variance, log_none, tail::greater), 1e-9);
  }
}

TEST(WeightedConfiguration, ThreadsChangeNoBitAndLinksNeedValues) {
  const auto g = valued(2, 40, true);
  const auto one = fit_values(fit_configuration(g), strengths_of(g), {}, {.threads = 1});
  const auto four = fit_values(fit_configuration(g), strengths_of(g), {}, {.threads = 4});
  EXPECT_EQ(one.out_rate, four.out_rate);
  EXPECT_EQ(one.in_rate, four.in_rate);
  strengths none = strengths_of(g);
  none.out[7] = 0;
  EXPECT_THROW((void)fit_values(fit_configuration(g), none), invalid_argument);
}

TEST(GammaTail, OfWholeShapesIsThatOfPoisson) {
  // A gamma variable of whole shape k is above x when a Poisson variable of mean x is below k.
  for (const int shape : {1, 2, 5, 20, 100})
    for (const double x : {0.01, 0.5, 1.0, 4.0, 19.0, 21.0, 90.0, 130.0}) {
      double below = 0;
      for (int j = 0; j < shape; ++j) below += std::exp(j * std::log(x) - x - std::lgamma(j + 1.0));
      const gamma_tails t = gamma_distribution(shape, x);
      EXPECT_NEAR(t.at_least, below, 1e-12);
      EXPECT_NEAR(t.at_most, 1 - below, 1e-12);
    }
  EXPECT_EQ(gamma_distribution(2, 0).at_least, 1.0);
  EXPECT_TRUE(std::isnan(value_p_value(1, 0, 1, -1, tail::less)));
}

TEST(ValuePValue, IsExactForOnePossibleLink) {
  // There with probability p, then exponential of mean 3.
  for (const double p : {1e-6, 0.1, 0.7, 1.0})
    for (const double x : {0.0, 0.5, 4.0, 20.0}) {
      const double mean = 3 * p, variance = p * (2 - p) * 9, none = std::log1p(-p);
      const double above = x > 0 ? p * std::exp(-x / 3) : 1.0;
      const double below = 1 - p * std::exp(-x / 3);
      EXPECT_NEAR(value_p_value(x, mean, variance, none, tail::greater), above, 1e-13 * above);
      EXPECT_NEAR(value_p_value(x, mean, variance, none, tail::less), below, 1e-13);
      EXPECT_NEAR(value_p_value(x, mean, variance, none, tail::two_sided),
                  std::min(1.0, 2 * std::min(above, below)), 1e-12);
    }
  // Shape 1/2 is the square of a normal variable: P(X <= x) = erf(sqrt x).
  for (const double x : {0.1, 1.0, 3.0}) {
    EXPECT_NEAR(gamma_distribution(0.5, x).at_most, std::erf(std::sqrt(x)), 1e-13);
  }
}

}  // namespace
}  // namespace kedja::measures
