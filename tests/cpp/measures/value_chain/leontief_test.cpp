// Input-output measures on tables that can be solved by hand.
#include <kedja/measures/value_chain/influence.hpp>
#include <kedja/measures/value_chain/leontief.hpp>
#include <kedja/measures/value_chain/upstreamness.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace kedja::measures {
namespace {

// ore -> steel -> car, steel also to itself: A = [[0, .5, 0], [0, .2, .4], [0, 0, 0]].
const std::vector<double> z{0, 50, 0, 0, 20, 80, 0, 0, 0}, x{100, 100, 200};
const flow_table flows{{3, z, {}, {}, {}}, x};

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
}

TEST(Leontief, HandSolvedChain) {
  // L = [[1, .625, .25], [0, 1.25, .5], [0, 0, 1]].
  expect_near(leontief_inverse(flows).value, {1, .625, .25, 0, 1.25, .5, 0, 0, 1});
  const std::vector<double> y{0, 0, 8};
  expect_near(leontief(flows, y).value, {2, 4, 8});
  const std::vector<double> v{100, 30, 120};
  const multipliers_result m = multipliers(flows, v);
  expect_near(m.output, {1, 1.875, 1.75});
  expect_near(m.value_added, {1, 1, 1});
  // G = diag(1/x) L diag(x) = [[1, .625, .5], [0, 1.25, 1], [0, 0, 1]].
  expect_near(ghosh_inverse(flows).value, {1, .625, .5, 0, 1.25, 1, 0, 0, 1});
  expect_near(ghosh(flows, v).value, {100, 100, 200});
  const double mean_b = (1 + 1.875 + 1.75) / 3, mean_f = (2.125 + 2.25 + 1) / 3;
  const linkages_result link = linkages(flows);
  expect_near(link.backward, {1 / mean_b, 1.875 / mean_b, 1.75 / mean_b});
  expect_near(link.forward, {2.125 / mean_f, 2.25 / mean_f, 1 / mean_f});
  expect_near(extraction(flows).value, {100, 1.875 * 100 / 1.25, 1.75 * 200});
  expect_near(upstreamness(flows).value, {2.125, 2.25, 1});
  expect_near(downstreamness(flows).value, {1, 1.875, 1.75});
}

TEST(Influence, HandSolvedChain) {
  // W: steel buys 5/7 ore and 2/7 steel, car buys steel only, ore buys nothing.
  const double a = 0.5, steel = (a / 3 + 0.5 * a / 3) / (1 - 0.5 * 2 / 7);
  const sector_values got = influence(flows.z, a);
  expect_near(got.value, {a / 3 + 0.5 * 5 / 7 * steel, steel, a / 3});
  EXPECT_THROW((void)influence(flows.z, 0), invalid_argument);
  EXPECT_THROW((void)influence(flows.z, 1.01), invalid_argument);
  expect_near(influence(flows.z, 1).value, {1.0 / 3, 1.0 / 3, 1.0 / 3});
}

TEST(Leontief, StatusOfSectorsWithoutFlowsOrOutput) {
  const std::vector<double> one{0, 1, 0, 0, 0, 0, 0, 0, 0}, output{0, 5, 7};
  const sector_values got = upstreamness({{3, one, {}, {}, {}}, output});
  EXPECT_EQ(got.status,
            (std::vector{value_status::undefined, value_status::ok, value_status::isolated}));
  expect_near(got.value, {1, 1, 1});
}

TEST(Leontief, NamesAVectorOfTheWrongLength) {
  const std::vector<double> two{1, 2};
  EXPECT_THROW((void)leontief(flows, two), invalid_argument);
  const std::vector<double> bad{1, 2, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_THROW((void)multipliers(flows, bad), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
