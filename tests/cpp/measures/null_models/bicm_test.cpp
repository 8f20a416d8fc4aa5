// The bipartite model against its constraints, tails against convolution one trial at a time.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/null_models/bicm.hpp>

namespace kedja::measures {
namespace {

sparse_table make(std::uint64_t seed, std::uint32_t rows, std::uint32_t columns) {
  random_stream random(seed, 15);
  std::vector<double> pull(rows), ease(columns);
  for (double& v : pull) v = random.uniform();
  for (double& v : ease) v = random.uniform();
  std::vector<std::uint32_t> row, column;
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < columns; ++c)
      if (random.uniform() < 2 * pull[r] * ease[c]) row.push_back(r), column.push_back(c);
  return {rows, columns, row, column};
}

TEST(FitBipartite, ExpectsTheObservedDegrees) {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 16);
    const sparse_table m = make(seed, static_cast<std::uint32_t>(random.below(30)),
                                static_cast<std::uint32_t>(random.below(30)));
    const auto model = fit_bipartite(m, {}, {.threads = 2});
    ASSERT_TRUE(model.iteration.converged);
    const sparse_table back = m.transposed();
    for (std::uint32_t r = 0; r < m.rows(); ++r) {
      double sum = 0;
      for (std::uint32_t c = 0; c < m.columns(); ++c) sum += model.probability(r, c);
      EXPECT_NEAR(sum, static_cast<double>(m.row(r).size()), 1e-8);
    }
    for (std::uint32_t c = 0; c < m.columns(); ++c) {
      double sum = 0;
      for (std::uint32_t r = 0; r < m.rows(); ++r) sum += model.probability(r, c);
      EXPECT_NEAR(sum, static_cast<double>(back.row(c).size()), 1e-8);
    }
  }
}

TEST(FitBipartite, SaysWhenItStopsEarly) {
  const auto model = fit_bipartite(make(3, 40, 30), {.max_iterations = 0});
  EXPECT_FALSE(model.iteration.converged);
  EXPECT_GT(model.iteration.error_bound, 1e-9);
}

TEST(SharedColumns, TailsAreThoseOfIndependentTrials) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const sparse_table m = make(seed, 25, 90);
    const auto model = fit_bipartite(m);
    const auto r = shared_columns(m, model, {.threads = 3});
    std::size_t at = 0;
    for (std::uint32_t a = 0; a < m.rows(); ++a)
      for (std::uint32_t b = a + 1; b < m.rows(); ++b, ++at) {
        std::uint32_t shared = 0;
        for (const auto& x : m.row(a))
          for (const auto& y : m.row(b)) shared += x.column == y.column;
        ASSERT_EQ(r.shared[at], shared);
        std::vector<long double> mass(m.columns() + 2, 0.0L);
        mass[0] = 1;
        for (std::uint32_t c = 0; c < m.columns(); ++c) {
          const long double q =
              static_cast<long double>(model.probability(a, c)) * model.probability(b, c);
          for (std::size_t s = c + 1; s > 0; --s) mass[s] = mass[s] * (1 - q) + mass[s - 1] * q;
          mass[0] *= 1 - q;
        }
        long double tail = 0;
        for (std::size_t s = mass.size(); s-- > shared;) tail += mass[s];
        EXPECT_NEAR(r.p[at] / static_cast<double>(tail), 1, 1e-11);
      }
    EXPECT_EQ(at, r.p.size());
  }
}

TEST(DrawBipartite, RepeatsItselfAndDiffersBetweenDraws) {
  const auto model = fit_bipartite(make(2, 20, 30));
  const auto cells = [](const sparse_table& t) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t r = 0; r < t.rows(); ++r) {
      for (const auto& e : t.row(r)) all.push_back(e.column);
      all.push_back(0xffffffffu);
    }
    return all;
  };
  EXPECT_EQ(cells(draw_bipartite(model, 1, 5)), cells(draw_bipartite(model, 1, 5)));
  EXPECT_NE(cells(draw_bipartite(model, 1, 5)), cells(draw_bipartite(model, 1, 6)));
  EXPECT_NE(cells(draw_bipartite(model, 1, 5)), cells(draw_bipartite(model, 2, 5)));
}

TEST(BipartiteModel, CanBeCancelled) {
  const sparse_table m = make(2, 30, 30);
  const run_context stop{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)fit_bipartite(m, {}, stop), cancelled);
  EXPECT_THROW((void)shared_columns(m, fit_bipartite(m), stop), cancelled);
}

}  // namespace
}  // namespace kedja::measures
