#include <kedja/measures/value_chain/inferred_links.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>

namespace kedja::measures {
namespace {

/// Random companies in four sectors, the last of which buys nothing and sells to nobody.
struct country {
  std::size_t n, sectors = 4, places;
  std::vector<std::uint32_t> sector, place;
  std::vector<double> output, inputs, sold_share, nearness;

  explicit country(std::uint64_t seed, std::size_t n_ = 30, std::size_t places_ = 0)
      : n(n_), places(places_), inputs(16), sold_share{0.7, 0.4, 0.5, 0.0} {
    random_stream random(seed, 3);
    for (std::size_t i = 0; i < n; ++i) {
      sector.push_back(static_cast<std::uint32_t>(random.below(sectors)));
      output.push_back(1 + double(random.below(20)));  // with ties
      if (places > 0) place.push_back(static_cast<std::uint32_t>(random.below(places)));
    }
    for (std::size_t g = 0; g < 3; ++g)
      for (std::size_t h = 0; h < 3; ++h) inputs[g * 4 + h] = random.uniform() * 0.3;
    inputs[1 * 4 + 0] = 0;
    nearness.resize(places * places);
    for (std::size_t p = 0; p < places; ++p)
      for (std::size_t q = 0; q <= p; ++q)
        nearness[p * places + q] = nearness[q * places + p] = p == q ? 1 : random.uniform();
  }
  [[nodiscard]] inferred_links_input input() const {
    inferred_links_input in{sector, output, sectors, inputs, sold_share};
    if (places > 0) in.place = place, in.places = places, in.nearness = nearness;
    return in;
  }
  [[nodiscard]] double need(std::size_t g, std::size_t j) const {
    return inputs[g * 4 + sector[j]] * output[j];
  }
};

using pair = std::pair<vertex_id, vertex_id>;

TEST(InferredLinks, ProbabilityAndValueAreThoseOfTheModel) {
  const country c(1);
  inferred_links model(c.input());
  const auto found = model.calibrate(40);
  EXPECT_EQ(found.standard_error, 0);
  double links = 0, candidates = 0;
  for (vertex_id j = 0; j < c.n; ++j) {
    std::vector<double> got(c.sectors, 0.0), others(c.sectors, 0.0);
    for (vertex_id i = 0; i < c.n; ++i)
      if (i != j) others[c.sector[i]] += c.sold_share[c.sector[i]] * c.output[i];
    for (vertex_id i = 0; i < c.n; ++i) {
      const std::size_t g = c.sector[i];
      const double sold = c.sold_share[g] * c.output[i];
      const double t = i == j ? 0 : found.z * sold * c.need(g, j);
      EXPECT_NEAR(model.probability(i, j), t / (1 + t), 1e-14);
      const double value = t > 0 ? c.need(g, j) * sold / others[g] : 0;
      EXPECT_NEAR(model.expected_value(i, j), value, 1e-13);
      got[g] += model.expected_value(i, j);
      links += model.probability(i, j);
      candidates += t > 0;
    }
    for (std::size_t g = 0; g < c.sectors; ++g) {
      EXPECT_NEAR(got[g], others[g] > 0 ? c.need(g, j) : 0, 1e-12);
    }
  }
  EXPECT_NEAR(links, 40, 1e-9);
  EXPECT_NEAR(found.expected_links, 40, 1e-9);
  EXPECT_EQ(model.candidates(), candidates);
}

TEST(InferredLinks, NeedsAndSalesByPlaceSurviveDistance) {
  const country c(2, 60, 5);
  const inferred_links model(c.input());
  for (std::size_t g = 0; g < 3; ++g) {
    // Value that companies of g at p sell to q, a company's sales to itself included.
    std::vector<double> sold(5, 0.0), bought(5, 0.0), sales(5, 0.0), needs(5, 0.0);
    double all_sales = 0, all_needs = 0;
    for (vertex_id k = 0; k < c.n; ++k) {
      needs[c.place[k]] += c.need(g, k);
      all_needs += c.need(g, k);
      if (c.sector[k] != g) continue;
      sales[c.place[k]] += c.sold_share[g] * c.output[k];
      all_sales += c.sold_share[g] * c.output[k];
    }
    for (vertex_id j = 0; j < c.n; ++j) {
      if (c.sector[j] == g) continue;  // their expected values leave themselves out
      double sum = 0;
      for (vertex_id i = 0; i < c.n; ++i)
        if (c.sector[i] == g) sum += model.expected_value(i, j);
      EXPECT_NEAR(sum, c.need(g, j), 1e-10);
    }
    inferred_links with_z(c.input());
    with_z.set_z(1e-9);  // so small that p is t, and t / (z s_i s_jg) is D
    for (vertex_id i = 0; i < c.n; ++i) {
      if (c.sector[i] != g) continue;
      double row = 0;
      for (vertex_id j = 0; j < c.n; ++j) {
        if (!(c.need(g, j) > 0)) continue;
        // A company at the same place stands in for the company itself.
        vertex_id stand_in = i;
        if (i == j)
          for (vertex_id k = 0; k < c.n; ++k)
            if (k != j && c.sector[k] == g && c.place[k] == c.place[i]) stand_in = k;
        if (stand_in == j) {
          row = -1;
          break;
        }
        const double s = c.sold_share[g] * c.output[stand_in];
        const double p = with_z.probability(stand_in, j);
        row += p / (1 - p) / 1e-9 / s;  // D times need
      }
      if (row >= 0) {
        EXPECT_NEAR(row, all_needs, 1e-9 * all_needs);
      }
    }
    EXPECT_GT(all_sales, 0);
  }
}

TEST(InferredLinks, SamplesLinkEveryPairAsOftenAsItsProbabilitySays) {
  for (const std::size_t places : {std::size_t{0}, std::size_t{4}}) {
    const country c(5, 25, places);
    inferred_links model(c.input());
    model.calibrate(60);
    constexpr int draws = 4000;
    std::map<pair, int> times;
    double value = 0;
    for (std::uint32_t d = 0; d < draws; ++d)
      for (const auto& link : model.sample(7, d)) {
        ++times[{link.source, link.target}];
        EXPECT_EQ(link.probability, model.probability(link.source, link.target));
        EXPECT_DOUBLE_EQ(link.value * link.probability,
                         model.expected_value(link.source, link.target));
        value += link.value;
      }
    double expected_value = 0;
    for (vertex_id i = 0; i < c.n; ++i)
      for (vertex_id j = 0; j < c.n; ++j) {
        const double p = model.probability(i, j);
        expected_value += model.expected_value(i, j);
        const double spread = std::sqrt(draws * p * (1 - p));
        const int count = times[pair(i, j)];
        EXPECT_NEAR(count, draws * p, 5 * spread) << i << " -> " << j;
      }
    EXPECT_NEAR(value / draws, expected_value, 0.02 * expected_value);
  }
}

TEST(InferredLinks, SamplesAreTheSameForAnyNumberOfThreads) {
  const country c(6, 3000, 3);
  std::vector<std::tuple<vertex_id, vertex_id, double>> one;
  double z = 0;
  for (const unsigned threads : {1u, 2u, 3u, 4u}) {
    inferred_links model(c.input(), {.threads = threads});
    const auto found = model.calibrate(20000, {.threads = threads});
    std::vector<std::tuple<vertex_id, vertex_id, double>> links;
    for (const auto& x : model.sample(1, 2, {.threads = threads}))
      links.emplace_back(x.source, x.target, x.value);
    if (threads == 1) one = links, z = found.z;
    EXPECT_EQ(z, found.z);
    EXPECT_EQ(one, links);
    EXPECT_NEAR(static_cast<double>(links.size()), 20000, 800);
  }
}

TEST(InferredLinks, ASampledCalibrationMeetsTheExactNumber) {
  for (const std::size_t places : {std::size_t{0}, std::size_t{6}}) {
    const country c(8, 2500, places);
    inferred_links model(c.input());
    ASSERT_GT(model.candidates(), 1 << 20);
    const auto found = model.calibrate(12000);
    EXPECT_GT(found.standard_error, 0);
    double links = 0;
    for (vertex_id i = 0; i < c.n; ++i)
      for (vertex_id j = 0; j < c.n; ++j) links += model.probability(i, j);
    EXPECT_NEAR(links, 12000, 5 * found.standard_error);
    EXPECT_LT(found.standard_error, 24);
  }
}

TEST(InferredLinks, LikelyPartnersAreTheBestOfAllPairs) {
  for (const std::size_t places : {std::size_t{0}, std::size_t{4}})
    for (const std::size_t k : {1u, 3u, 100u}) {
      const country c(9, 40, places);
      inferred_links model(c.input());
      model.calibrate(80);
      const auto suppliers = model.likely_suppliers(k), buyers = model.likely_buyers(k);
      std::size_t at_supplier = 0, at_buyer = 0;
      for (vertex_id me = 0; me < c.n; ++me)
        for (const bool buys : {true, false}) {
          std::vector<double> p;
          for (vertex_id v = 0; v < c.n; ++v) {
            const double q = buys ? model.probability(v, me) : model.probability(me, v);
            if (q > 0) p.push_back(q);
          }
          std::sort(p.rbegin(), p.rend());
          p.resize(std::min(p.size(), k));
          for (const double expected : p) {
            const auto& got = buys ? suppliers.at(at_supplier++) : buyers.at(at_buyer++);
            EXPECT_EQ(buys ? got.target : got.source, me);
            EXPECT_NEAR(got.probability, expected, 1e-12);
            EXPECT_EQ(got.probability, model.probability(got.source, got.target));
          }
        }
      EXPECT_EQ(at_supplier, suppliers.size());
      EXPECT_EQ(at_buyer, buyers.size());
    }
}

TEST(InferredLinks, BadInputIsNamed) {
  const auto text = [](auto change) -> std::string {
    country c(1, 10, 2);
    try {
      inferred_links model(change(c));
      model.calibrate(1e9);
    } catch (const invalid_argument& e) {
      return e.what();
    }
    return "not refused";
  };
  EXPECT_EQ(text([](country& c) { return c.output[3] = 0, c.input(); }),
            "output[3] must be a finite number > 0");
  EXPECT_EQ(text([](country& c) { return c.sector[2] = 4, c.input(); }),
            "sector[2] must be less than 4");
  EXPECT_EQ(text([](country& c) { return c.inputs[5] = NAN, c.input(); }),
            "inputs[5] must be a finite number >= 0");
  EXPECT_EQ(text([](country& c) { return c.nearness[1] = 0, c.input(); }),
            "nearness[1] must be a finite number > 0");
  EXPECT_NE(
      text([](country& c) { return c.input(); }).find("the expected number of links must lie"),
      std::string::npos);
  EXPECT_THROW(inferred_links(country(1).input()).set_z(-1), invalid_argument);
  const country c(1);
  const inferred_links model(c.input());
  EXPECT_THROW((void)model.sample(0, 0, {.on_progress = [](double) { return false; }}), cancelled);
}

}  // namespace
}  // namespace kedja::measures
