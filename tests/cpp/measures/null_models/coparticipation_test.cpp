// Shared projects between groups: expectations over every possible deal, variances within the
// error of the draws, and shuffled data that must not look significant.
#include <kedja/measures/null_models/coparticipation.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <support/random_graphs.hpp>

namespace kedja::measures {
namespace {

struct projects {
  std::vector<vertex_id> company;
  std::vector<std::uint32_t> project, stratum;
};

/// Meetings of groups a, b by a loop over all pairs of participations.
double meetings(const projects& p, const std::vector<vertex_id>& who, const graph::grouping& m,
                group_id a, group_id b) {
  const auto share = [&](vertex_id v, group_id g) {
    for (const auto& [group, value] : m.of(v))
      if (group == g) return value;
    return 0.0;
  };
  double sum = 0;
  for (std::size_t i = 0; i < who.size(); ++i)
    for (std::size_t j = i + 1; j < who.size(); ++j)
      if (p.project[i] == p.project[j] && p.stratum[i] == p.stratum[j] && who[i] != who[j]) {
        sum += share(who[i], a) * share(who[j], b);
        if (a != b) sum += share(who[i], b) * share(who[j], a);
      }
  return sum;
}

constexpr group_id groups = 3;

/// One stratum of 4 and one of 3 participations: 24 x 6 deals.
projects small(std::uint64_t seed) {
  random_stream random(seed, 9);
  projects p;
  const auto add = [&](std::uint32_t project, std::uint32_t stratum) {
    for (;;) {  // a company stands once in a project
      const auto v = static_cast<vertex_id>(random.below(5));
      bool there = false;
      for (std::size_t i = 0; i < p.company.size(); ++i)
        there |= p.company[i] == v && p.project[i] == project;
      if (there) continue;
      p.company.push_back(v), p.project.push_back(project), p.stratum.push_back(stratum);
      return;
    }
  };
  for (const std::uint32_t project : {0u, 0u, 0u, 1u}) add(project, 0);
  for (const std::uint32_t project : {2u, 2u, 3u}) add(project, 1);
  return p;
}

TEST(Coparticipation, ExpectationIsTheMeanOfAllDeals) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const projects p = small(seed);
    const auto m = test::make_groups(seed, 5, groups);
    const auto got = coparticipation_significance(m, p.company, p.project, p.stratum,
                                                  {.draws = 4000, .seed = seed});
    std::vector<double> sum(got.a.size(), 0.0), square(got.a.size(), 0.0);
    double deals = 0;
    std::vector<std::size_t> first = {0, 1, 2, 3}, second = {4, 5, 6};
    do {
      do {
        std::vector<vertex_id> who;
        for (const auto i : first) who.push_back(p.company[i]);
        for (const auto i : second) who.push_back(p.company[i]);
        for (std::size_t row = 0; row < got.a.size(); ++row) {
          const double met = meetings(p, who, m, got.a[row], got.b[row]);
          sum[row] += met;
          square[row] += met * met;
        }
        ++deals;
      } while (std::next_permutation(second.begin(), second.end()));
    } while (std::next_permutation(first.begin(), first.end()));
    ASSERT_EQ(deals, 144);
    for (std::size_t row = 0; row < got.a.size(); ++row) {
      const double mean = sum[row] / deals;
      const double variance = std::max(square[row] / deals - mean * mean, mean);
      EXPECT_NEAR(got.observed[row], meetings(p, p.company, m, got.a[row], got.b[row]), 1e-12);
      EXPECT_NEAR(got.expected[row], mean, 1e-12);
      EXPECT_NEAR(got.variance[row], variance, 0.12 * variance + 1e-12);  // 4000 draws: 5 errors
    }
  }
}

TEST(Coparticipation, RowsMayBeRepeatedAndInAnyOrder) {
  const projects p = small(1);
  const auto m = test::make_groups(1, 5, groups);
  const auto plain = coparticipation_significance(m, p.company, p.project, p.stratum);
  projects twice;
  for (std::size_t k = 0; k < 2; ++k)
    for (std::size_t i = p.company.size(); i-- > 0;) {
      twice.company.push_back(p.company[i]);
      twice.project.push_back(p.project[i]);
      twice.stratum.push_back(p.stratum[i]);
    }
  const auto other = coparticipation_significance(m, twice.company, twice.project, twice.stratum);
  EXPECT_EQ(plain.observed, other.observed);
  EXPECT_EQ(plain.expected, other.expected);
  EXPECT_EQ(plain.variance, other.variance);
}

/// 60 companies in 6 groups over 80 projects of 5 in 4 strata, dealt at random.
projects dealt(std::uint64_t seed) {
  random_stream random(seed, 11);
  projects p;
  for (std::uint32_t project = 0; project < 80; ++project) {
    std::vector<vertex_id> all(60);
    std::iota(all.begin(), all.end(), vertex_id{0});
    std::span<vertex_id> some(all);
    shuffle(some, random);
    for (std::size_t k = 0; k < 5; ++k) {
      p.company.push_back(all[k]);
      p.project.push_back(project);
      p.stratum.push_back(project % 4);
    }
  }
  return p;
}

TEST(Coparticipation, ShuffledDataAreRarelySignificant) {
  std::vector<vertex_id> company(60);
  std::vector<group_id> group(60);
  for (vertex_id v = 0; v < 60; ++v) company[v] = v, group[v] = v % 6;
  const graph::grouping m(60, 6, company, group);
  double flagged = 0, tests = 0, found = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const projects p = dealt(seed);
    const auto got =
        coparticipation_significance(m, p.company, p.project, p.stratum, {.seed = seed});
    for (std::size_t row = 0; row < got.p.size(); ++row) {
      flagged += got.p[row] <= 0.05;
      found += got.q[row] <= 0.05;
      ++tests;
    }
  }
  EXPECT_LE(flagged / tests, 0.05);  // 1260 tests: the tails are conservative
  EXPECT_LE(found / tests, 0.005);
}

TEST(Coparticipation, SameBitsForAnyNumberOfThreads) {
  const projects p = dealt(3);
  const auto m = test::make_groups(3, 60, 6);
  const auto one =
      coparticipation_significance(m, p.company, p.project, p.stratum, {.seed = 5}, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto other = coparticipation_significance(m, p.company, p.project, p.stratum, {.seed = 5},
                                                    {.threads = threads});
    EXPECT_EQ(one.variance, other.variance);
    EXPECT_EQ(one.q, other.q);
  }
}

TEST(Coparticipation, OneLargeProjectSpreadsCountsAsTheSeedDecides) {
  projects p;  // twelve meet in one project, thirty work alone
  for (std::uint32_t i = 0; i < 42; ++i) {
    p.company.push_back(i);
    p.project.push_back(i < 12 ? 0 : i);
    p.stratum.push_back(0);
  }
  const auto m = test::make_groups(3, 42, 4);
  const auto variance = [&](std::uint64_t seed) {
    return coparticipation_significance(m, p.company, p.project, p.stratum, {.seed = seed})
        .variance;
  };
  const auto first = coparticipation_significance(m, p.company, p.project, p.stratum);
  EXPECT_GT(first.variance[0], first.expected[0]);
  EXPECT_EQ(variance(5), variance(5));
  EXPECT_NE(variance(5), variance(6));
}

TEST(Coparticipation, RefusesWhatDoesNotFit) {
  const auto m = test::make_groups(1, 5, groups);
  const std::vector<vertex_id> company = {0, 7};
  const std::vector<std::uint32_t> project = {0, 0}, one = {0};
  EXPECT_THROW((void)coparticipation_significance(m, company, project, project), invalid_argument);
  EXPECT_THROW((void)coparticipation_significance(m, company, project, one), invalid_argument);
  const std::vector<vertex_id> good = {0, 1};
  EXPECT_THROW((void)coparticipation_significance(m, good, project, project, {.draws = 19}),
               invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
