// The solver against elimination in a wider format, and its error bound against the true error.
#include <kedja/measures/common/productive_system.hpp>
#include <kedja/measures/common/sparse_elimination.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <kedja/core/rng.hpp>

namespace kedja::measures {
namespace {

struct table {
  std::size_t n = 0;
  std::vector<double> z, x;

  [[nodiscard]] flow_matrix view() const { return {n, z, {}, {}, {}}; }
};

/// Any share of cells, a loop through all sectors, sectors without output, outputs over six orders
/// of magnitude; spectral radius below 1 because every row of Z sums to less than x.
table make_table(std::uint64_t seed, std::size_t n, bool empty = true) {
  random_stream random(seed, 7);
  table made{n, std::vector<double>(n * n, 0.0), std::vector<double>(n, 0.0)};
  const double share = 0.1 + 0.8 * random.uniform(), left = std::pow(10, -3 * random.uniform());
  for (std::size_t i = 0; i < n; ++i) {
    const double size = std::pow(10, 6 * random.uniform());
    double sold = 0;
    for (std::size_t j = 0; j < n; ++j)
      if (random.uniform() < share) sold += made.z[i * n + j] = size * random.uniform();
    made.x[i] = sold * (1 + left) + size * 0.01 * left;
  }
  if (empty && n > 2 && seed % 4 == 0) {
    const std::size_t gone = random.below(static_cast<std::uint32_t>(n));
    for (std::size_t j = 0; j < n; ++j) made.z[gone * n + j] = made.z[j * n + gone] = 0;
    made.x[gone] = 0;
  }
  return made;
}

// Four times the digits where the compiler has them, so that the oracle's own error is out of
// sight.
#ifdef __SIZEOF_FLOAT128__
__extension__ using wide = __float128;
constexpr double oracle_eps = 1e-33;
#else
using wide = long double;
constexpr double oracle_eps = 1e-19;
#endif
wide size_of(wide v) { return v < 0 ? -v : v; }

/// Solves diag(x) u - T u = diag(x) b, or = b, by elimination with row exchanges.
std::vector<wide> oracle(const table& t, bool transpose, const std::vector<double>& b,
                         bool times_output = true) {
  const std::size_t n = t.n;
  std::vector<std::vector<wide>> a(n, std::vector<wide>(n + 1, 0));
  for (std::size_t i = 0; i < n; ++i) {
    const wide d = t.x[i] > 0 ? static_cast<wide>(t.x[i]) : wide{1};
    for (std::size_t j = 0; j < n && t.x[i] > 0; ++j)
      a[i][j] -= static_cast<wide>(transpose ? t.z[j * n + i] : t.z[i * n + j]);
    a[i][i] += d;
    a[i][n] = (times_output ? d : wide{1}) * static_cast<wide>(b[i]);
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (size_of(a[i][k]) > size_of(a[best][k])) best = i;
    std::swap(a[k], a[best]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const wide factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j <= n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  std::vector<wide> u(n);
  for (std::size_t i = n; i-- > 0;) {
    wide sum = a[i][n];
    for (std::size_t j = i + 1; j < n; ++j) sum -= a[i][j] * u[j];
    u[i] = sum / a[i][i];
  }
  return u;
}

double distance(const std::vector<double>& got, const std::vector<wide>& exact) {
  wide most = 0;
  for (std::size_t i = 0; i < got.size(); ++i)
    most = std::max(most, size_of(static_cast<wide>(got[i]) - exact[i]));
  return static_cast<double>(most);
}

TEST(ProductiveSystem, ErrorBoundHoldsAndIsTight) {
  int cases = 0, tight = 0;
  for (std::uint64_t seed = 0; seed < 250; ++seed)
    for (const bool transpose : {false, true})
      for (const solver method : {solver::direct, solver::iterative}) {
        const table t = make_table(seed, 2 + seed % 23);
        random_stream random(seed, 9);
        std::vector<double> b(t.n);
        for (double& v : b) v = random.uniform() * 2 - 0.5;
        solve_options options;
        options.method = method;
        std::unique_ptr<productive_system> system;
        try {
          system = std::make_unique<productive_system>(t.view(), t.x, transpose, options);
        } catch (const radius_error&) {  // columns may sum above output
          ASSERT_TRUE(transpose) << seed;
          continue;
        }
        for (const bool given : {false, true}) {
          const solution got = given ? system->solve(b) : system->ones();
          const auto exact = oracle(t, transpose, given ? b : std::vector<double>(t.n, 1.0));
          const double error = distance(got.value, exact);
          wide size = 1;
          for (const wide v : exact) size = std::max(size, size_of(v));
          const double of_oracle =
              1e6 * oracle_eps * system->condition() * static_cast<double>(size);
          EXPECT_LE(error, got.record.error_bound + of_oracle) << seed << transpose << given;
          EXPECT_TRUE(got.record.converged) << seed;
          ++cases;
          tight += got.record.error_bound <= 100 * error || error <= 1e-20;
        }
      }
  EXPECT_GE(cases, 1000);
  EXPECT_GE(tight, cases * 9 / 10);
}

TEST(ProductiveSystem, OtherSideAndInverseHoldTheirBoundsToo) {
  for (std::uint64_t seed = 0; seed < 120; ++seed)
    for (const solver method : {solver::direct, solver::iterative}) {
      const table t = make_table(seed, 2 + seed % 17);
      solve_options options;
      options.method = method;
      const productive_system system(t.view(), t.x, false, options);
      random_stream random(seed, 11);
      std::vector<double> b(t.n);
      for (double& v : b) v = 1e3 * (random.uniform() - 0.3);
      // (I - Z S) u = b: u = x t where (x - Z) t = b; without output u = b + Z t.
      const solution u = system.solve_other_side(b);
      std::vector<wide> exact = oracle(t, false, b, false);
      std::vector<wide> passed(t.n, 0);
      for (std::size_t i = 0; i < t.n; ++i)
        for (std::size_t j = 0; j < t.n; ++j)
          if (t.x[j] > 0) passed[i] += static_cast<wide>(t.z[i * t.n + j]) * exact[j];
      for (std::size_t i = 0; i < t.n; ++i)
        exact[i] =
            t.x[i] > 0 ? static_cast<wide>(t.x[i]) * exact[i] : static_cast<wide>(b[i]) + passed[i];
      EXPECT_LE(distance(u.value, exact), u.record.error_bound) << seed;

      const solution whole = system.inverse();
      const solution diagonal = system.inverse_diagonal();
      for (std::size_t c = 0; c < t.n; ++c) {
        std::vector<double> unit(t.n, 0.0), column(t.n);
        unit[c] = 1;
        for (std::size_t i = 0; i < t.n; ++i) column[i] = whole.value[i * t.n + c];
        const auto exact_column = oracle(t, false, unit);
        EXPECT_LE(distance(column, exact_column), whole.record.error_bound) << seed;
        EXPECT_LE(distance({diagonal.value[c]}, {exact_column[c]}), diagonal.record.error_bound);
      }
    }
}

TEST(ProductiveSystem, CompressedRowsGiveTheSameAnswer) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const table t = make_table(seed, 3 + seed % 20);
    const sparse_flows rows = compressed(t.view());
    solve_options options;
    options.method = solver::iterative;
    for (const bool transpose : {false, true}) try {
        const productive_system full(t.view(), t.x, transpose, options);
        const productive_system sparse(rows.view(), t.x, transpose, options);
        for (std::size_t i = 0; i < t.n; ++i)
          EXPECT_NEAR(full.ones().value[i], sparse.ones().value[i],
                      full.ones().record.error_bound + sparse.ones().record.error_bound);
        EXPECT_NEAR(full.condition() / sparse.condition(), 1.0, 1e-12);
        const solution a = full.inverse_diagonal(), b = sparse.inverse_diagonal();
        for (std::size_t i = 0; i < t.n; ++i)
          EXPECT_NEAR(a.value[i], b.value[i], a.record.error_bound + b.record.error_bound) << seed;
      } catch (const radius_error&) {
        EXPECT_TRUE(transpose);
      }
  }
}

TEST(ProductiveSystem, AProofFromFewStepsGivesTheSameAnswers) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const table t = make_table(seed, 3 + seed % 20);
    const sparse_flows rows = compressed(t.view());
    for (const solver method : {solver::direct, solver::iterative})
      for (const flow_matrix& z : {t.view(), rows.view()})
        for (const bool transpose : {false, true}) {
          solve_options options;
          options.method = method;
          const auto make = [&](productive_system::find what) {
            return productive_system(z, t.x, transpose, options, {}, what);
          };
          try {
            const productive_system whole = make(productive_system::find::ones);
            const productive_system rough = make(productive_system::find::proof);
            EXPECT_GE(rough.condition(), whole.condition() * (1 - 1e-9));
            EXPECT_LT(rough.radius_bound(), 1);
            const std::vector<double> b(t.n, 2.5);
            for (const bool other : {false, true}) {
              const solution a = other ? whole.solve_other_side(b) : whole.solve(b);
              const solution c = other ? rough.solve_other_side(b) : rough.solve(b);
              EXPECT_TRUE(c.record.converged);
              for (std::size_t i = 0; i < t.n; ++i)
                EXPECT_NEAR(a.value[i], c.value[i], a.record.error_bound + c.record.error_bound);
            }
          } catch (const radius_error&) {
            EXPECT_TRUE(transpose);
            EXPECT_THROW((void)make(productive_system::find::proof), radius_error);
          }
        }
  }
}

TEST(ProductiveSystem, RadiusIsBoundedFromAboveOrRefusedFromBelow) {
  // [[a, b], [c, d]] with outputs 1 has a known radius.
  for (int k = 1; k <= 40; ++k) {
    const double a = 0.03 * k, b = 0.4, c = 0.1 + 0.005 * k, d = 0.2;
    const double radius = (a + d) / 2 + std::sqrt((a - d) * (a - d) / 4 + b * c);
    const std::vector<double> z{a, b, c, d}, x{1, 1};
    for (const solver method : {solver::direct, solver::iterative}) {
      solve_options options;
      options.method = method;
      try {
        const productive_system system({2, z, {}, {}, {}}, x, false, options);
        EXPECT_LT(radius, 1) << k;
        EXPECT_GE(system.radius_bound(), radius * (1 - 1e-14));
        EXPECT_LT(system.radius_bound(), 1);
      } catch (const radius_error& e) {
        EXPECT_GE(radius, 1) << k;
        EXPECT_LE(e.low(), radius * (1 + 1e-9));
        EXPECT_GE(e.high(), radius * (1 - 1e-9));
        EXPECT_EQ(e.component(), (std::vector<std::uint32_t>{0, 1}));
      }
    }
  }
}

TEST(ProductiveSystem, AClosedComponentIsNamed) {
  //  0 -> 1 -> 2 -> 0 keep everything among themselves; 3 sells to 4 and beyond.
  std::vector<double> z(25, 0.0), x{5, 5, 5, 3, 4};
  z[0 * 5 + 1] = z[1 * 5 + 2] = z[2 * 5 + 0] = 5;
  z[3 * 5 + 4] = 2;
  z[3 * 5 + 0] = 1;
  try {
    const productive_system system({5, z, {}, {}, {}}, x, false);
    FAIL() << "not refused";
  } catch (const radius_error& e) {
    EXPECT_EQ(e.component(), (std::vector<std::uint32_t>{0, 1, 2}));
    EXPECT_NEAR(e.low(), 1, 1e-9);
    EXPECT_NE(std::string(e.what()).find("1.000"), std::string::npos) << e.what();
  }
}

TEST(ProductiveSystem, AClosedPairOfManySectorsIsNamedAtOnce) {
  // A line of companies that sell half of their output on, its end to a pair; the pair sells all
  // its output to each other. Told before iterating: one step would not find it out.
  const std::uint32_t n = 20'000;
  sparse_flows rows;
  rows.offsets = {0};
  std::vector<double> x(n + std::size_t{2}, 2.0);
  x[n] = x[n + std::size_t{1}] = 3.0;
  for (std::uint32_t i = 0; i < n + 2; ++i) {
    rows.columns.push_back(i == n + 1 ? n : i + 1);
    rows.values.push_back(i < n ? 1.0 : 3.0);
    rows.offsets.push_back(static_cast<std::int64_t>(rows.columns.size()));
  }
  for (const bool transpose : {false, true})
    for (const auto what : {productive_system::find::ones, productive_system::find::proof}) {
      try {
        const productive_system system(rows.view(), x, transpose, {.max_iterations = 1}, {}, what);
        FAIL() << "not refused";
      } catch (const radius_error& e) {
        EXPECT_EQ(e.component(), (std::vector<std::uint32_t>{n, n + 1}));
        EXPECT_NEAR(e.low(), 1, 1e-9);
      }
    }
}

TEST(ProductiveSystem, ATableWithoutCyclesTakesOnePass) {
  const std::size_t n = 5000;
  sparse_flows rows;
  rows.offsets = {0};
  for (std::size_t i = 0; i < n; ++i) {
    if (i + 1 < n)
      rows.columns.push_back(static_cast<std::uint32_t>(i + 1)), rows.values.push_back(1);
    rows.offsets.push_back(static_cast<std::int64_t>(rows.columns.size()));
  }
  const std::vector<double> x(n, 2.0);
  const productive_system system(rows.view(), x, false);
  EXPECT_FALSE(system.is_direct());
  EXPECT_LE(system.ones().record.iterations, 8);
  EXPECT_DOUBLE_EQ(system.ones().value[0], 2.0);
  EXPECT_DOUBLE_EQ(system.ones().value[n - 1], 1.0);
}

TEST(ProductiveSystem, LongLinesOfSectorsAreEliminated) {
  // Every sector sells half to either neighbour, the last all to the one before, and the first half
  // to final demand: a walk from j = i + 1 to 0 that turns back at n takes j (2 n - j) steps. With
  // radius 1 - 1e-8 and as many steps as sectors, no iteration settles.
  for (const std::uint32_t n : {6'000U, 10'000U}) {
    sparse_flows rows;
    rows.offsets = {0};
    for (std::uint32_t i = 0; i < n; ++i) {
      if (i > 0) rows.columns.push_back(i - 1), rows.values.push_back(i + 1 < n ? 0.5 : 1.0);
      if (i + 1 < n) rows.columns.push_back(i + 1), rows.values.push_back(0.5);
      rows.offsets.push_back(static_cast<std::int64_t>(rows.columns.size()));
    }
    const std::vector<double> x(n, 1.0);
    const productive_system system(rows.view(), x, false, {.max_iterations = 300});
    EXPECT_TRUE(system.is_direct());
    const solution& got = system.ones();
    EXPECT_TRUE(got.record.converged);
    for (std::uint32_t i = 0; i < n; ++i) {
      const double j = i + 1.0, exact = j * (2.0 * n - j);
      ASSERT_NEAR(got.value[i], exact, 1e-9 * exact) << i;
      ASSERT_LE(std::abs(got.value[i] - exact), got.record.error_bound);
    }
    EXPECT_LT(got.record.error_bound, 1e-5 * got.value[n - 1]);
    EXPECT_THROW(productive_system(rows.view(), x, false,
                                   {.method = solver::iterative, .max_iterations = 300}),
                 radius_error);
  }
}

TEST(SparseElimination, AgreesWithFullElimination) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    random_stream random(seed, 21);
    const auto n = static_cast<std::uint32_t>(1 + random.below(30));
    sparse_flows rows;
    rows.offsets = {0};
    std::vector<double> x(n, 0.0);
    for (std::uint32_t i = 0; i < n; ++i) {
      for (std::uint64_t k = random.below(5); k > 0; --k) {  // loops and repeats too
        rows.columns.push_back(static_cast<std::uint32_t>(random.below(n)));
        rows.values.push_back(random.uniform());
        x[i] += 1.1 * rows.values.back();
      }
      if (random.below(8) == 0) x[i] = 0;
      rows.offsets.push_back(static_cast<std::int64_t>(rows.columns.size()));
    }
    run_context ctx;
    task job(ctx);
    const sparse_elimination system(rows.view(), x, 100'000, job);
    ASSERT_TRUE(system.done());
    bool linked = false;  // somebody buys from somebody else
    for (std::uint32_t i = 0; i < n; ++i)
      for (auto k = rows.offsets[i]; k < rows.offsets[i + 1]; ++k)
        linked = linked || (x[i] > 0 && rows.columns[static_cast<std::size_t>(k)] != i);
    std::vector<double> want(n), r(n), got(n);
    for (double& v : want) v = random.uniform() - 0.5;
    for (std::uint32_t i = 0; i < n; ++i) {  // r = (I - S T) want, whose answer is known
      r[i] = want[i];
      if (x[i] > 0)
        for (auto k = rows.offsets[i]; k < rows.offsets[i + 1]; ++k) {
          const auto at = static_cast<std::size_t>(k);
          r[i] -= rows.values[at] / x[i] * want[rows.columns[at]];
        }
    }
    EXPECT_EQ(sparse_elimination(rows.view(), x, 0, job).done(), n == 1 || !linked);
    system.solve(r, got);
    for (std::uint32_t i = 0; i < n; ++i) EXPECT_NEAR(got[i], want[i], 1e-12) << seed;
  }
}

TEST(ProductiveSystem, EmptyAndBadInput) {
  const productive_system none({}, {}, false);
  EXPECT_TRUE(none.ones().value.empty());
  EXPECT_EQ(none.radius_bound(), 0);
  const std::vector<double> z{0.0};
  for (const double x : {-1.0, 1e200, 1e-200, std::nan("")}) {
    const std::vector<double> output{x};
    EXPECT_THROW(productive_system({1, z, {}, {}, {}}, output, false), invalid_argument) << x;
  }
  EXPECT_THROW(productive_system({1, z, {}, {}, {}}, {}, false), invalid_argument);
  const std::vector<double> one{1.0};
  const productive_system single({1, z, {}, {}, {}}, one, false);
  EXPECT_THROW((void)single.solve({}), invalid_argument);
  run_context stopped;
  stopped.on_progress = [](double) { return false; };
  EXPECT_THROW(productive_system({1, z, {}, {}, {}}, one, false, {}, stopped), cancelled);
}

TEST(ExactSum, KeepsWhatRoundingLoses) {
  double_pair sum;
  add(sum, 1.0);
  add(sum, 1e-30);
  add(sum, -1.0);
  EXPECT_EQ(sum.hi + sum.lo, 1e-30);
  const double_pair p = two_product(1 + 0x1p-30, 1 - 0x1p-30);
  EXPECT_EQ(p.hi, 1.0);
  EXPECT_EQ(p.lo, -0x1p-60);
}

TEST(FlowMatrix, ProductsAgreeWithPlainLoops) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const table t = make_table(seed, 1 + seed % 40);
    const sparse_flows rows = compressed(t.view());
    const sparse_flows columns = transposed(rows.view());
    task job(run_context{.threads = 1 + static_cast<unsigned>(seed % 3)});
    for (const bool transpose : {false, true}) {
      std::vector<double> plain(t.n), other(t.n);
      std::vector<double_pair> exact(t.n), exact_other(t.n);
      multiply(t.view(), transpose, t.x, plain, job);
      multiply(rows.view(), transpose, t.x, other, job);
      multiply_exactly(t.view(), transpose, t.x, exact, job);
      multiply_exactly(columns.view(), !transpose, t.x, exact_other, job);
      for (std::size_t i = 0; i < t.n; ++i) {
        wide expected = 0;
        for (std::size_t j = 0; j < t.n; ++j)
          expected += static_cast<wide>(transpose ? t.z[j * t.n + i] : t.z[i * t.n + j]) *
                      static_cast<wide>(t.x[j]);
        const double near = 1e-13 * static_cast<double>(expected);
        EXPECT_NEAR(plain[i], static_cast<double>(expected), near);
        EXPECT_NEAR(other[i], static_cast<double>(expected), near);
        const wide sum = static_cast<wide>(exact[i].hi) + exact[i].lo;
        EXPECT_LE(static_cast<double>(size_of(sum - expected)),
                  1e-18 * static_cast<double>(expected));
        EXPECT_EQ(exact[i].hi + exact[i].lo, exact_other[i].hi + exact_other[i].lo);
      }
    }
  }
}

}  // namespace
}  // namespace kedja::measures
