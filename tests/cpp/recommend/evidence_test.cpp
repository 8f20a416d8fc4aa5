#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/recommend/cover.hpp>
#include <kedja/recommend/logistic.hpp>
#include <kedja/recommend/sampling.hpp>
#include <kedja/recommend/walks.hpp>

namespace {

using kedja::vertex_id;
using kedja::measures::sparse_table;
using namespace kedja::recommend;
using u32s = std::vector<std::uint32_t>;
using doubles = std::vector<double>;

TEST(Walks, TwoCompaniesAtOneThing) {
  // 0 and 1 share thing 0; 2 has thing 1 alone; 3 has nothing.
  const sparse_table has(4, 2, u32s{0, 1, 2}, u32s{0, 0, 1});
  const walk_table walks(has);
  EXPECT_EQ(walks.weight(3), 0.0);
  EXPECT_EQ(walks.scarcity(3), 0.0);
  walk_table::workspace ws;
  std::vector<walk_table::lane> third;
  walks.follow(u32s{0, 3}, 3, ws, [&](std::size_t s) { return s == 3 ? &third : nullptr; });
  EXPECT_FLOAT_EQ(third[0][0], 0.5F);  // half of the walks from 0 and from 1 stand at 0
  EXPECT_FLOAT_EQ(third[1][0], 0.5F);
  EXPECT_EQ(third[2][0], 0.0F);
  EXPECT_EQ(third[3][1], 0.0F);  // nothing leads to 3
  EXPECT_EQ(walks.num_things(), 2u);
  EXPECT_DOUBLE_EQ(walks.scarcity(0), 3.0);  // a third of all weight: lift 0.5 * 3
  EXPECT_THROW(walks.follow(std::vector<vertex_id>(17, 0), 1, ws,
                            [](std::size_t) -> std::vector<walk_table::lane>* { return nullptr; }),
               kedja::invalid_argument);
}

TEST(Walks, EveryInstructionSetAndBlockGivesTheSameBits) {
  kedja::random_stream random(5, 0);
  u32s row, column;
  doubles value;
  for (int i = 0; i < 2000; ++i) {
    row.push_back(static_cast<std::uint32_t>(random.below(150)));
    column.push_back(static_cast<std::uint32_t>(random.below(90)));
    value.push_back(random.uniform());
  }
  const walk_table walks(sparse_table(150, 100, row, column, value));  // ten things of nobody
  const auto stands = [&](const u32s& source, kedja::instruction_set with) {
    walk_table::workspace ws;
    std::vector<walk_table::lane> after;
    const auto last = [&](std::size_t s) { return s == 6 ? &after : nullptr; };
    walks.follow(source, 6, ws, last, with);
    return after;
  };
  u32s many(walk_table::lanes);
  std::iota(many.begin(), many.end(), 40u);
  const auto plain = stands(many, kedja::instruction_set::baseline);
  for (const auto with : {kedja::instruction_set::avx2, kedja::instruction_set::avx512}) {
    if (with > kedja::best_instruction_set()) continue;  // this processor lacks it
    const auto wide = stands(many, with);
    for (std::size_t u = 0; u < 150; ++u) EXPECT_EQ(plain[u].at, wide[u].at);
  }
  const auto alone = stands(u32s{47}, kedja::best_instruction_set());  // in lane 0, not 7
  for (std::size_t u = 0; u < 150; ++u) EXPECT_EQ(alone[u][0], plain[u][7]);
}

TEST(Sampling, DrawsEveryFreePairAndStops) {
  const std::vector<company_pair> taken = {{0, 1}, {2, 3}};
  const auto drawn = permuted_pairs(u32s{0, 1, 2, 3}, taken, 100, 1);
  EXPECT_EQ(drawn, (std::vector<company_pair>{{0, 2}, {0, 3}, {1, 2}, {1, 3}}));
  EXPECT_TRUE(permuted_pairs(u32s{4}, taken, 3, 1).empty());
  EXPECT_TRUE(permuted_pairs(u32s{4, 4}, taken, 3, 1).empty());
  const std::vector<company_pair> unsorted = {{2, 3}, {0, 1}};
  EXPECT_THROW((void)permuted_pairs(u32s{0, 1}, unsorted, 1, 1), kedja::invalid_argument);
}

TEST(Sampling, EndsAreAsFrequentAsGiven) {
  u32s ends;  // vertex 0 makes a quarter of the ends
  for (std::uint32_t i = 0; i < 300; ++i) ends.push_back(i < 75 ? 0 : i);
  const auto drawn = permuted_pairs(ends, {}, 150, 3);
  ASSERT_EQ(drawn.size(), 150u);
  double zero = 0;
  for (const auto& [u, v] : drawn) zero += u == 0;
  EXPECT_NEAR(zero / 150.0, 75.0 / 150.0, 0.12);  // distinct pairs: self-pairs are lost
}

TEST(Logistic, OneBinaryFeatureHasAKnownAnswer) {
  // Without a ridge, the odds are those of the two groups: 1:3 and 3:1.
  const doubles x = {0, 0, 0, 0, 1, 1, 1, 1}, y = {1, 0, 0, 0, 1, 1, 1, 0}, w(8, 1.0);
  const auto m = fit_logistic(x, 1, y, w, u32s{0, 1, 2, 3, 4, 5, 6, 7}, {.ridge = 0});
  EXPECT_TRUE(m.converged);
  EXPECT_NEAR(m.log_odds(doubles{0}), std::log(1.0 / 3.0), 1e-7);
  EXPECT_NEAR(m.log_odds(doubles{1}), std::log(3.0), 1e-7);
  // Robust variance of a group's log odds: 1 / (n p (1 - p)) here, as the model is saturated.
  EXPECT_NEAR(m.error(doubles{1}), std::sqrt(1.0 / (4 * 0.75 * 0.25)), 1e-6);
}

TEST(Logistic, ConstantColumnsCountNothing) {
  const doubles x = {5, 0, 5, 1, 5, 0, 5, 1}, y = {0, 1, 1, 0}, w(4, 1.0);
  const auto m = fit_logistic(x, 2, y, w, u32s{0, 1, 2, 3});
  EXPECT_EQ(m.scale[0], 0.0);
  EXPECT_NEAR(m.coefficients[1], 0.0, 1e-12);
  EXPECT_NEAR(m.log_odds(doubles{5, 0}), m.log_odds(doubles{-9, 0}), 1e-12);
  EXPECT_THROW((void)fit_logistic(x, 2, doubles{1, 1, 1, 1}, w, u32s{0, 1, 2, 3}),
               kedja::invalid_argument);
}

TEST(Logistic, ALineMayBend) {
  // Odds of the three values 0, 1, 2 are 1:3, 3:1 and 1:1; two slopes say so, one cannot.
  const doubles x = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}, y = {1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 0},
                w(12, 1.0);
  const u32s alone = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const auto m = fit_logistic(x, 1, y, w, alone, {.ridge = 0, .bends = {0.5}});
  ASSERT_EQ(m.num_terms(), 2u);
  EXPECT_EQ(m.knot[1], 1.0);
  EXPECT_NEAR(m.log_odds(doubles{0}), std::log(1.0 / 3.0), 1e-7);
  EXPECT_NEAR(m.log_odds(doubles{1}), std::log(3.0), 1e-7);
  EXPECT_NEAR(m.log_odds(doubles{2}), 0.0, 1e-7);
  EXPECT_NEAR(m.log_odds(doubles{1.5}), std::log(3.0) / 2, 1e-7);
  EXPECT_NEAR(m.error(doubles{1}), std::sqrt(1.0 / (4 * 0.75 * 0.25)), 1e-6);
  // A quantile at either end of the values is no place to bend.
  EXPECT_EQ(fit_logistic(x, 1, y, w, alone, {.bends = {0.1, 0.9}}).num_terms(), 1u);
  EXPECT_THROW((void)fit_logistic(x, 1, y, w, alone, {.bends = {0.5, 0.5}}),
               kedja::invalid_argument);
}

/// The best F over all sets of at most k offers within the budgets, by trying them all.
double best_by_hand(const sparse_table& covers, const doubles& worth, const doubles& needed,
                    std::size_t k, std::span<const cover_budget> budgets) {
  double best = 0;
  for (std::uint32_t set = 0; set < (1u << covers.rows()); ++set) {
    if (static_cast<std::size_t>(std::popcount(set)) > k) continue;
    doubles covered(worth.size(), 0.0);
    bool fits = true;
    for (const cover_budget& b : budgets) {
      std::vector<std::uint32_t> used(covers.rows() + 1, 0);
      for (std::uint32_t o = 0; o < covers.rows(); ++o)
        if (set >> o & 1 && ++used[b.account[o]] > b.limit) fits = false;
    }
    if (!fits) continue;
    for (std::uint32_t o = 0; o < covers.rows(); ++o)
      if (set >> o & 1)
        for (const auto& e : covers.row(o)) covered[e.column] += e.value;
    double value = 0;
    for (std::size_t t = 0; t < worth.size(); ++t)
      value += worth[t] * std::min(needed[t], covered[t]);
    best = std::max(best, value);
  }
  return best;
}

TEST(Cover, KeepsItsGuaranteeAndItsBoundOnRandomCases) {
  kedja::random_stream random(11, 0);
  for (int trial = 0; trial < 60; ++trial) {
    u32s row, column;
    doubles amount, worth(5), needed(5);
    for (int i = 0; i < 22; ++i) {
      row.push_back(static_cast<std::uint32_t>(random.below(9)));
      column.push_back(static_cast<std::uint32_t>(random.below(5)));
      amount.push_back(random.uniform());
    }
    for (std::size_t t = 0; t < 5; ++t) worth[t] = random.uniform(), needed[t] = random.uniform();
    const sparse_table covers(9, 5, row, column, amount);
    const std::vector<cover_budget> budgets = {{{0, 0, 0, 1, 1, 1, 2, 2, 2}, 1}};
    const auto free = best_cover(covers, worth, needed, 3);
    const double best = best_by_hand(covers, worth, needed, 3, {});
    EXPECT_GE(free.value, (1 - 1 / std::numbers::e) * best - 1e-12);
    EXPECT_LE(free.value, best + 1e-12);
    EXPECT_GE(free.bound, best - 1e-12);
    const auto held = best_cover(covers, worth, needed, 3, budgets);
    const double within = best_by_hand(covers, worth, needed, 3, budgets);
    EXPECT_GE(held.value, within / 2 - 1e-12);
    EXPECT_LE(held.value, within + 1e-12);
    EXPECT_GE(held.bound, within - 1e-12);
    double sum = 0;
    for (const double g : free.gain) sum += g;
    EXPECT_NEAR(sum, free.value, 1e-12);
  }
}

TEST(Cover, StopsWhenNothingIsLeftToGain) {
  const sparse_table covers(3, 1, u32s{0, 1, 2}, u32s{0, 0, 0});
  const auto r = best_cover(covers, doubles{2}, doubles{1}, 3);
  EXPECT_EQ(r.chosen, u32s{0});
  EXPECT_EQ(r.value, 2.0);
  EXPECT_EQ(r.bound, 2.0);
  EXPECT_THROW((void)best_cover(covers, doubles{-1}, doubles{1}, 3), kedja::invalid_argument);
  EXPECT_THROW((void)best_cover(covers, doubles{1, 1}, doubles{1}, 3), kedja::invalid_argument);
}

}  // namespace
