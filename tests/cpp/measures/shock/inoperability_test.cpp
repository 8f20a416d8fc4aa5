#include <kedja/measures/shock/inoperability.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace kedja::measures {
namespace {

// ore sells half of its output to steel, steel a quarter of its output to ore:
//
//   q_ore   = 0.5  q_steel + c_ore
//   q_steel = 0.25 q_ore   + c_steel
//
// With c = (0, 0.35): q_ore (1 - 0.125) = 0.5 * 0.35, so q = (0.2, 0.4).
struct pair_of_sectors {
  std::vector<double> z{0, 50, 50, 0}, x{100, 200};
  [[nodiscard]] flow_table flows() const { return {{2, z}, x}; }
};

TEST(Inoperability, StaticStateByHand) {
  const pair_of_sectors t;
  const sector_values made = inoperability(t.flows(), std::vector<double>{0, 0.35});
  EXPECT_NEAR(made.value[0], 0.2, 1e-15);
  EXPECT_NEAR(made.value[1], 0.4, 1e-15);
  EXPECT_TRUE(made.facts.converged);
  EXPECT_LT(made.facts.error_bound, 1e-14);
  EXPECT_LT(made.facts.radius_bound, 1);
}

TEST(Inoperability, PathByHandEndsInTheStaticState) {
  const pair_of_sectors t;
  const std::vector<double> c{0, 0.35}, half{0.5, 0.5}, whole{1, 1}, none{0, 0};
  // From 0 by half the gap: (0, 0.175); then (0.5 * 0.0875, 0.175 + 0.5 * (0.35 - 0.175)).
  const std::vector<double> path = inoperability_path(t.flows(), c, half, none, 2);
  const std::vector<double> expected{0, 0, 0, 0.175, 0.04375, 0.2625};
  ASSERT_EQ(path.size(), expected.size());
  for (std::size_t k = 0; k < path.size(); ++k) EXPECT_NEAR(path[k], expected[k], 1e-16);
  const std::vector<double> long_path = inoperability_path(t.flows(), c, whole, none, 200);
  EXPECT_NEAR(long_path[400], 0.2, 1e-15);
  EXPECT_NEAR(long_path[401], 0.4, 1e-15);
}

TEST(Inoperability, ASectorWithoutOutputKeepsItsDisturbance) {
  const std::vector<double> z{0, 0, 0, 0}, x{0, 10}, c{0.25, 0.5}, ones{1, 1};
  const sector_values made = inoperability({{2, z}, x}, c);
  EXPECT_EQ(made.value, c);
  EXPECT_EQ(inoperability_path({{2, z}, x}, c, ones, c, 1),
            (std::vector<double>{.25, .5, .25, .5}));
  EXPECT_TRUE(inoperability({{0, {}}, {}}, {}).value.empty());
}

TEST(Inoperability, BadInputIsNamed) {
  const pair_of_sectors t;
  for (const double bad : {-0.1, 1.1, std::nan("")}) try {
      static_cast<void>(inoperability(t.flows(), std::vector<double>{0, bad}));
      FAIL() << bad;
    } catch (const invalid_argument& e) {
      EXPECT_NE(std::string(e.what()).find("disturbance at position 1"), std::string::npos);
    }
  EXPECT_THROW(static_cast<void>(inoperability(t.flows(), std::vector<double>{0})),
               invalid_argument);
  const std::vector<double> closed{0, 10, 10, 0}, x{10, 10};
  EXPECT_THROW(static_cast<void>(inoperability({{2, closed}, x}, x)), invalid_argument);
  EXPECT_THROW(static_cast<void>(inoperability({{2, closed}, x}, std::vector<double>{0, 0.5})),
               radius_error);
  const run_context stop{.threads = 1, .on_progress = [](double) { return false; }};
  EXPECT_THROW(static_cast<void>(inoperability(t.flows(), std::vector<double>{0, 0.5}, {}, stop)),
               cancelled);
}

}  // namespace
}  // namespace kedja::measures
