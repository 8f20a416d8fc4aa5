#include <kedja/measures/shock/closed_form.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <kedja/measures/shock/esri.hpp>

namespace kedja::measures {
namespace {

const esri_options closed{.mode = esri_mode::closed_form};

graph::csr_graph links(vertex_id n, const std::vector<vertex_id>& source,
                       const std::vector<vertex_id>& target) {
  return graph::csr_graph(n, std::span<const vertex_id>(source),
                          std::span<const vertex_id>(target));
}

TEST(ClosedForm, ACircleThatTradesHalfOutside) {
  // 0 -> 1 -> 2 -> 0, half of every purchase and sale outside: half of a loss is passed on, and
  // what comes round to the failed company adds nothing.
  const auto g = links(3, {0, 1, 2}, {1, 2, 0});
  const std::vector<double> twice = {2, 2, 2}, weight = {1, 1, 1};
  const auto got = esri(g, {.revenue = twice, .cost = twice, .weight = weight},
                        scenarios::each_company(3), closed);
  for (int v = 0; v < 3; ++v) {
    EXPECT_NEAR(got.downstream[v], (1 + 0.5 + 0.25) / 3, 1e-15);
    EXPECT_NEAR(got.upstream[v], (1 + 0.5 + 0.25) / 3, 1e-15);
    EXPECT_NEAR(got.esri[v], (1 + 0.5 + 0.5) / 3, 1e-15);
    EXPECT_LE(got.error_bound[v], 1e-13);
    EXPECT_EQ(got.iterations[v], 0);
    EXPECT_EQ(got.status[v], value_status::ok);
  }
}

TEST(ClosedForm, EmptyScenariosAndIsolatedCompanies) {
  const auto g = links(3, {0}, {1});
  scenarios given;
  given.close();
  given.add({2, 0.0});
  given.close();
  const auto got = esri(g, {}, given, closed);
  EXPECT_EQ(got.esri, (std::vector<double>{0, 0}));
  EXPECT_EQ(got.status[0], value_status::ok);
  EXPECT_EQ(got.status[1], value_status::isolated);
}

TEST(ClosedForm, ProgressRisesAndCanStopIt) {
  const auto g = links(40, {0, 1, 2, 3}, {1, 2, 3, 0});
  double last = -1;
  run_context ctx;
  ctx.on_progress = [&](double done) {
    EXPECT_GE(done, last);
    last = done;
    return true;
  };
  (void)esri(g, {}, scenarios::each_company(40), closed, ctx);
  EXPECT_EQ(last, 1);
  ctx.on_progress = [](double done) { return done < 0.5; };
  EXPECT_THROW((void)esri(g, {}, scenarios::each_company(40), closed, ctx), cancelled);
}

}  // namespace
}  // namespace kedja::measures
