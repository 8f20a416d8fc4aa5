/// Whether the bands hold: clusters are drawn from a known truth, and the share of bands that
/// contain it is set against the 90 per cent that they promise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/gap/capability.hpp>
#include <kedja/measures/gap/coverage.hpp>
#include <kedja/measures/gap/fragility.hpp>
#include <kedja/measures/gap/reach.hpp>

namespace {

using kedja::random_stream;
using kedja::vertex_id;
using kedja::graph::csr_graph;
using kedja::graph::grouping;
using namespace kedja::measures;
using u32s = std::vector<std::uint32_t>;

constexpr int runs = 400;  // a share of 0.9 has a standard deviation of 0.015
constexpr double least = 0.86;

/// A world in which members have capability k with chance p_k, while c_k have it everywhere. With
/// `alike`, members are of two kinds, one of which has all that it has twice as often.
struct world {
  std::vector<double> p, c;
  bool alike = false;

  [[nodiscard]] double truth() const {
    double gap = 0;
    for (std::size_t k = 0; k < p.size(); ++k) gap += (1 - std::min(1.0, p[k] / c[k]));
    return gap / static_cast<double>(p.size());
  }
  /// Share of bands that hold the truth, and of plain bootstrap bands that do.
  [[nodiscard]] std::pair<double, double> covered(std::uint32_t members) const {
    const auto wide = static_cast<std::uint32_t>(p.size());
    int held = 0, plain_held = 0;
    for (int run = 0; run < runs; ++run) {
      random_stream random(77, static_cast<std::uint64_t>(run));
      u32s vertex, group(members, 0), row, column;
      for (std::uint32_t i = 0; i < members; ++i) {
        vertex.push_back(i);
        const double times = !alike ? 1.0 : random.uniform() < 0.5 ? 0.0 : 2.0;
        for (std::uint32_t k = 0; k < wide; ++k)
          if (random.uniform() < times * p[k]) row.push_back(i), column.push_back(k);
      }
      const grouping groups(members, 1, vertex, group);
      const sparse_table has(members, wide, row, column);
      auto profile = profile_of(groups, has, std::vector<double>(wide, 1.0));
      profile.common = c;
      const auto r = capability_gap(profile, groups, has, u32s{0},
                                    {.draws = 200, .seed = static_cast<std::uint64_t>(run)});
      held += r.whole[0].low <= truth() + 1e-12 && truth() <= r.whole[0].high + 1e-12;
      // The plain bootstrap: members drawn with replacement.
      std::vector<double> gaps(200);
      for (double& gap : gaps) {
        std::vector<double> count(wide, 0.0);
        for (std::uint32_t i = 0; i < members; ++i)
          for (const auto& e : has.row(static_cast<std::uint32_t>(random.below(members))))
            count[e.column] += 1.0 / members;
        gap = 0;
        for (std::uint32_t k = 0; k < wide; ++k) gap += (1 - std::min(1.0, count[k] / c[k])) / wide;
      }
      plain_held += quantile(gaps, 0.05) <= truth() && truth() <= quantile(gaps, 0.95);
    }
    return {held / double{runs}, plain_held / double{runs}};
  }
};

TEST(Bands, OfTheCapabilityGapHold) {
  const world clearly{{0.1, 0.15, 0.2, 0.1}, {0.4, 0.5, 0.5, 0.4}};
  const world rare{{0.02, 0.01, 0.03, 0.02, 0.01}, {0.1, 0.1, 0.1, 0.1, 0.1}};
  const world alike{{0.1, 0.15, 0.2, 0.1, 0.12, 0.2}, {0.4, 0.5, 0.5, 0.4, 0.3, 0.6}, true};
  for (const world& w : {clearly, rare, alike})
    for (const std::uint32_t members : {15u, 60u}) {
      const double held = w.covered(members).first;
      RecordProperty("covered_" + std::to_string(w.p.size()) + "_" + std::to_string(members),
                     std::to_string(held));
      EXPECT_GE(held, least) << members << " members, truth " << w.truth();
      EXPECT_LE(held, 0.999);  // nor are they the whole of [0, 1]
    }
}

TEST(Bands, HoldWhereAPlainBootstrapDoesNot) {
  // Every share is as large as everywhere: nothing is missing, but every draw says that some is.
  const world bend{std::vector<double>(12, 0.3), std::vector<double>(12, 0.3)};
  const auto [held, plain] = bend.covered(40);
  EXPECT_GE(held, least);
  EXPECT_LE(plain, 0.05);
  RecordProperty("covered", std::to_string(held));
  RecordProperty("plain", std::to_string(plain));
}

TEST(Bands, OfCoverageHoldTheWholeCluster) {
  constexpr std::uint32_t members = 40, answer = 15, wide = 10;
  const std::vector<double> need(wide, 1.0),
      chance = {0.3, 0.2, 0.1, 0.08, 0.05, 0.04, 0.03, 0.02, 0.02, 0.01};
  int held = 0, below = 0;
  for (int run = 0; run < runs; ++run) {
    random_stream random(5, static_cast<std::uint64_t>(run));
    u32s vertex, group(members, 0), row, column;
    for (std::uint32_t i = 0; i < members; ++i) {
      vertex.push_back(i);
      for (std::uint32_t q = 0; q < wide; ++q)
        if (random.uniform() < chance[q]) row.push_back(i), column.push_back(q);
    }
    const grouping groups(members, 1, vertex, group);
    const sparse_table level(members, wide, row, column);
    std::vector<char> all(members, 1), some(members, 0);
    for (std::uint32_t i = 0; i < answer; ++i) some[i] = 1;  // members are exchangeable
    const double truth = coverage_gap(groups, level, need, all).gap[0].value;
    const auto r = coverage_gap(groups, level, need, some,
                                {.draws = 200, .seed = static_cast<std::uint64_t>(run)});
    held += r.gap[0].low <= truth + 1e-12 && truth <= r.gap[0].high + 1e-12;
    below += r.gap[0].low < r.gap[0].value;
  }
  RecordProperty("covered", std::to_string(held / double{runs}));
  EXPECT_GE(held / double{runs}, least);
  EXPECT_EQ(below, runs);
}

TEST(Bands, OfReachHoldThoughTiesOfAMemberAreAlike) {
  // 20 members, each with a home region of its own to which half of its ties go; one vertex stands
  // for each region. The truth is the mean entropy over many such clusters.
  constexpr std::uint32_t members = 20, regions = 12;
  const auto cluster = [&](std::uint64_t run, u32s& source, u32s& target) {
    random_stream random(11, run);
    source.clear(), target.clear();
    for (std::uint32_t i = 0; i < members; ++i) {
      const auto place = [&] {
        return static_cast<std::uint32_t>(regions * random.uniform() * random.uniform());
      };
      const std::uint32_t home = place();
      const std::uint64_t ties = 1 + random.below(8);
      for (std::uint64_t t = 0; t < ties; ++t) {
        source.push_back(i);
        target.push_back(members + (random.uniform() < 0.5 ? home : place()));
      }
    }
  };
  u32s region(members + regions, no_region), source, target;
  for (std::uint32_t r = 0; r < regions; ++r) region[members + r] = r;
  std::vector<vertex_id> all;
  for (vertex_id i = 0; i < members; ++i) all.push_back(i);
  const std::vector<double> even(regions, 1.0 / regions);
  std::vector<double> entropy, sd;
  for (std::uint64_t run = 0; run < runs; ++run) {
    cluster(run, source, target);
    const csr_graph g(members + regions, std::span<const std::uint32_t>(source),
                      std::span<const std::uint32_t>(target), {}, {.directed = false});
    const csr_graph* const graphs[] = {&g};
    tie_counter<csr_graph> counter(graphs, region, regions);
    counter.open(all);
    for (const vertex_id i : all) counter.add(i);
    const std::vector<double> count = counter.count;
    entropy.push_back(entropy_of(count));
    random_stream random(12, run);
    sd.push_back(detail::entropy_sd(count, static_cast<double>(source.size()), even, all, counter,
                                    200, random));
  }
  double truth = 0;
  for (const double h : entropy) truth += h / runs;
  int held = 0;
  for (std::size_t run = 0; run < runs; ++run)
    held += std::abs(entropy[run] - truth) <= 1.6448536269514722 * sd[run];
  RecordProperty("covered", std::to_string(held / double{runs}));
  EXPECT_GE(held / double{runs}, least);
  EXPECT_LE(held / double{runs}, 0.99);
}

TEST(Bands, OfFragilityHoldTheMean) {
  constexpr std::uint32_t members = 12;
  int held = 0;
  for (int run = 0; run < runs; ++run) {
    random_stream random(21, static_cast<std::uint64_t>(run));
    single_source_result sources;
    u32s vertex, group(members, 0);
    for (std::uint32_t i = 0; i < members; ++i) {
      vertex.push_back(i);
      const double u = random.uniform();  // none, half or all of the inputs; mean 0.3
      sources.dependence.push_back(u < 0.6 ? 0.0 : u < 0.8 ? 0.5 : 1.0);
    }
    const grouping groups(members, 1, vertex, group);
    const auto row = fragility(sources, groups, {}, u32s{0},
                               {.draws = 200, .seed = static_cast<std::uint64_t>(run)})[0];
    held += row.whole.low <= 0.3 && 0.3 <= row.whole.high;
  }
  RecordProperty("covered", std::to_string(held / double{runs}));
  EXPECT_GE(held / double{runs}, least);
}

}  // namespace
