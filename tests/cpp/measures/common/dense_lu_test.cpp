#include <kedja/measures/common/dense_lu.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include <support/productive_tables.hpp>

namespace kedja::measures {
namespace {

dense_matrix random_matrix(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  random_stream random(seed, 0);
  dense_matrix m(rows, columns);
  for (double& x : m.value) x = random.uniform() - 0.25;
  return m;
}

TEST(SubtractProduct, GivesTheBitsOfTheDefinitionOnEveryInstructionSet) {
  for (const std::size_t m : {1u, 2u, 7u, 8u, 17u})
    for (const std::size_t width : {1u, 15u, 16u, 17u, 40u})
      for (const std::size_t depth : {1u, 3u, 96u}) {
        const auto a = random_matrix(m, depth, 1), b = random_matrix(depth, width, 2);
        auto expected = random_matrix(m, width, 3);
        const auto start = expected;
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t j = 0; j < width; ++j) {
              const volatile double product = a(i, k) * b(k, j);  // volatile: no fused rounding
              expected(i, j) -= product;
            }
        packed_rows packed;
        packed.pack(b.row(0), width, depth, width);
        std::vector<instruction_set> sets = {instruction_set::baseline};
        if (best_instruction_set() != instruction_set::baseline)
          sets.push_back(instruction_set::avx2);
        if (best_instruction_set() == instruction_set::avx512)
          sets.push_back(instruction_set::avx512);
        for (const auto set : sets) {
          auto c = start;
          subtract_product(c.row(0), width, a.row(0), depth, m, packed, set);
          EXPECT_EQ(std::memcmp(c.value.data(), expected.value.data(), m * width * 8), 0)
              << m << " x " << depth << " x " << width << ", set " << static_cast<int>(set);
        }
      }
}

TEST(DenseLu, SolvesFromBothSidesAndFindsBlocksOfTheInverse) {
  for (const std::size_t n : {1u, 2u, 5u, 95u, 96u, 97u, 200u}) {
    SCOPED_TRACE(n);
    const auto m = test::identity_minus(test::productive(n, n));
    const auto inverse = test::inverse(m);
    const run_context ctx{.threads = 2};
    task job(ctx);
    const dense_lu lu(m, job);
    auto x = random_matrix(n, 3, 4), left = random_matrix(3, n, 5);
    const auto b = x, c = left;
    lu.solve(x, job);
    lu.solve_left(left, job);
    for (std::size_t k = 0; k < 3; ++k)
      for (std::size_t i = 0; i < n; ++i) {
        double right_side = 0, left_side = 0;
        for (std::size_t j = 0; j < n; ++j) {
          right_side += m(i, j) * x(j, k);
          left_side += left(k, j) * m(j, i);
        }
        EXPECT_NEAR(right_side, b(i, k), 1e-13);
        EXPECT_NEAR(left_side, c(k, i), 1e-13);
      }
    for (const std::size_t first : {std::size_t{0}, n / 3, n - 1}) {
      const std::size_t last = std::min(n, first + 40);
      const auto block = lu.inverse_block(first, last, job);
      ASSERT_EQ(block.rows, last - first);
      for (std::size_t i = first; i < last; ++i)
        for (std::size_t j = first; j < last; ++j)
          EXPECT_NEAR(block(i - first, j - first), inverse(i, j), 1e-13);
    }
  }
}

TEST(DenseLu, SameBitsForAnyNumberOfThreads) {
  const auto m = test::identity_minus(test::productive(300, 9));
  dense_matrix one;
  for (const unsigned threads : {1u, 2u, 3u, 4u}) {
    const run_context ctx{.threads = threads};
    task job(ctx);
    auto x = random_matrix(300, 130, 6);
    dense_lu(m, job).solve(x, job);
    if (threads == 1) one = x;
    EXPECT_EQ(std::memcmp(one.value.data(), x.value.data(), x.value.size() * 8), 0);
  }
}

TEST(DenseLu, RefusesATableThatUsesUpAllItMakes) {
  task job(run_context{});
  auto closed = test::productive(120, 3);
  for (std::size_t j = 0; j < 120; ++j) {  // every column of A adds up to 1
    double sum = 0;
    for (std::size_t i = 0; i < 120; ++i) sum += closed(i, j);
    for (std::size_t i = 0; i < 120; ++i) closed(i, j) /= sum;
  }
  EXPECT_THROW(dense_lu(test::identity_minus(closed), job), not_productive);
  auto greedy = test::productive(10, 3);
  greedy(4, 4) = 1.5;
  try {
    const dense_lu lu(test::identity_minus(greedy), job);
    FAIL() << "not refused";
  } catch (const not_productive& e) {
    EXPECT_EQ(e.position(), 4u);
    EXPECT_NE(std::string(e.what()).find("position 4"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace kedja::measures
