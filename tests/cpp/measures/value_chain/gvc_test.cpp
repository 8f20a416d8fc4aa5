#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/measures/value_chain/gvc_borin_mancini.hpp>
#include <kedja/measures/value_chain/gvc_kww.hpp>
#include <kedja/measures/value_chain/gvc_wwz.hpp>
#include <support/productive_tables.hpp>

namespace kedja::measures {
namespace {

/// A balanced world of `groups` groups with unequal numbers of sectors in mixed order. Sector 1
/// makes nothing; sector 2 draws down stocks (negative final demand).
struct world {
  std::size_t n, groups;
  std::vector<double> flows, demand, output;
  std::vector<std::uint32_t> group;

  world(std::size_t n_, std::size_t g_, std::uint64_t seed)
      : n(n_), groups(g_), flows(n * n), demand(n * groups), output(n, 0.0), group(n) {
    random_stream random(seed, 2);
    for (std::size_t i = 0; i < n; ++i)
      group[i] = static_cast<std::uint32_t>(i < 2 * groups ? i % groups : random.below(groups));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j)
        if (i != 1 && j != 1) flows[i * n + j] = random.uniform();
      for (std::size_t r = 0; r < groups; ++r)
        if (i != 1) demand[i * groups + r] = (0.5 + random.uniform()) * double(n) / double(groups);
    }
    if (n > 2) demand[2 * groups] = -0.25;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) output[i] += flows[i * n + j];
      for (std::size_t r = 0; r < groups; ++r) output[i] += demand[i * groups + r];
    }
  }
  [[nodiscard]] gvc_input input() const { return {n, groups, flows, demand, output, group}; }
};

/// The formulas as they are written in the papers, from the full inverses.
struct by_definition {
  world w;
  dense_matrix a, b;
  std::vector<double> v;

  explicit by_definition(const world& given) : w(given), a(w.n, w.n), v(w.n) {
    for (std::size_t j = 0; j < w.n; ++j) {
      double bought = 0;
      for (std::size_t i = 0; i < w.n; ++i) {
        a(i, j) = w.output[j] > 0 ? w.flows[i * w.n + j] / w.output[j] : 0;
        bought += w.flows[i * w.n + j];
      }
      v[j] = w.output[j] > 0 ? (w.output[j] - bought) / w.output[j] : 0;
    }
    b = test::inverse(test::identity_minus(a));
  }
  /// The inverse where group s sells no inputs to others (all: nobody sells to any other group).
  [[nodiscard]] dense_matrix inverse_without(std::size_t s, bool all = false) const {
    dense_matrix cut = a;
    for (std::size_t i = 0; i < w.n; ++i)
      for (std::size_t j = 0; j < w.n; ++j)
        if ((all || w.group[i] == s) && w.group[j] != w.group[i]) cut(i, j) = 0;
    return test::inverse(test::identity_minus(cut));
  }
  [[nodiscard]] double y(std::size_t i, std::size_t r) const { return w.demand[i * w.groups + r]; }
  [[nodiscard]] double exports(std::size_t i, std::size_t r) const {
    if (w.group[i] == r) return 0;
    double sum = y(i, r);
    for (std::size_t j = 0; j < w.n; ++j)
      if (w.group[j] == r) sum += w.flows[i * w.n + j];
    return sum;
  }
};

TEST(Gvc, KwwTermsAreThoseOfThePaper) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    const by_definition d(world(8 + seed % 5, 2 + seed % 3, seed));
    const auto& w = d.w;
    const auto l = d.inverse_without(0, true);
    const auto got = gvc_kww(w.input());
    for (std::size_t s = 0; s < w.groups; ++s) {
      std::array<double, 9> t{};
      double total = 0;
      const auto in = [&](std::size_t i, std::size_t g) { return w.group[i] == g; };
      for (std::size_t i = 0; i < w.n; ++i)
        for (std::size_t r = 0; r < w.groups; ++r) {
          if (!in(i, s) || r == s) continue;
          total += d.exports(i, r);
          for (std::size_t j = 0; j < w.n; ++j) {
            if (in(j, s)) t[0] += d.v[i] * d.b(i, j) * d.y(j, r);
            if (!in(j, r)) continue;
            t[1] += d.v[i] * d.b(i, j) * d.y(j, r);
            for (std::size_t u = 0; u < w.groups; ++u)
              if (u != s && u != r) t[2] += d.v[i] * d.b(i, j) * d.y(j, u);
            t[3] += d.v[i] * d.b(i, j) * d.y(j, s);
            for (std::size_t p = 0; p < w.n; ++p)
              for (std::size_t q = 0; q < w.n; ++q) {
                if (!in(p, s) || !in(q, s)) continue;
                double abroad = 0;
                for (std::size_t u = 0; u < w.groups; ++u) abroad += d.exports(q, u);
                t[4] += d.v[i] * d.b(i, j) * d.a(j, p) * l(p, q) * d.y(q, s);
                t[5] += d.v[i] * d.b(i, j) * d.a(j, p) * l(p, q) * abroad;
              }
          }
          for (std::size_t f = 0; f < w.n; ++f) {  // foreign origin f, exporter's sector i
            if (in(f, s)) continue;
            const double content = d.v[f] * d.b(f, i);
            t[6] += content * d.y(i, r);
            for (std::size_t j = 0; j < w.n; ++j)
              for (std::size_t q = 0; q < w.n; ++q) {
                if (!in(j, r) || !in(q, r)) continue;
                double abroad = 0;
                for (std::size_t u = 0; u < w.groups; ++u) abroad += d.exports(q, u);
                t[7] += content * d.a(i, j) * l(j, q) * d.y(q, r);
                t[8] += content * d.a(i, j) * l(j, q) * abroad;
              }
          }
        }
      double sum = 0;
      for (std::size_t k = 0; k < 9; ++k) {
        EXPECT_NEAR(got.term[k][s], t[k], 1e-11 * total) << "T" << k + 1;
        sum += t[k];
      }
      EXPECT_NEAR(sum, total, 1e-11 * total);
      EXPECT_NEAR(got.exports[s], total, 1e-12 * total);
      EXPECT_NEAR(got.vax[s], t[0] + t[1] + t[2], 1e-11 * total);
      EXPECT_NEAR(got.backward[s], (t[6] + t[7] + t[8]) / total, 1e-11);
      EXPECT_NEAR(got.forward[s], (t[2] + t[3] + t[4] + t[5]) / total, 1e-11);
    }
  }
}

TEST(Gvc, WwzTermsAddUpToExportsAndToKww) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    const world w(10 + seed, 2 + seed % 4, seed);
    const auto wwz = gvc_wwz(w.input());
    const auto kww = gvc_kww(w.input());
    const by_definition d(w);
    std::vector<std::array<double, 16>> sum(w.groups);
    for (std::size_t i = 0; i < w.n; ++i)
      for (std::size_t r = 0; r < w.groups; ++r) {
        double row = 0;
        for (std::size_t k = 0; k < 16; ++k) {
          row += wwz.term[k](i, r);
          sum[w.group[i]][k] += wwz.term[k](i, r);
        }
        EXPECT_NEAR(row, d.exports(i, r), 1e-11 * (1 + d.exports(i, r)));
        EXPECT_NEAR(wwz.exports(i, r), d.exports(i, r), 1e-13 * (1 + d.exports(i, r)));
      }
    for (std::size_t s = 0; s < w.groups; ++s) {
      const double near = 1e-11 * kww.exports[s];
      const auto& t = sum[s];
      EXPECT_NEAR(t[0], kww.term[0][s], near);           // DVA_FIN
      EXPECT_NEAR(t[1] + t[2], kww.term[1][s], near);    // DVA_INT
      EXPECT_NEAR(t[3] + t[4], kww.term[2][s], near);    // DVA_INTrex
      EXPECT_NEAR(t[6] + t[7], kww.term[3][s], near);    // RDV_FIN
      EXPECT_NEAR(t[5], kww.term[4][s], near);           // RDV_INT
      EXPECT_NEAR(t[12] + t[13], kww.term[5][s], near);  // DDC
      EXPECT_NEAR(t[8] + t[9], kww.term[6][s], near);    // FVA_FIN
      EXPECT_NEAR(t[10] + t[11], kww.term[7][s], near);  // FVA_INT
      EXPECT_NEAR(t[14] + t[15], kww.term[8][s], near);  // FDC
    }
  }
}

TEST(Gvc, BorinManciniTermsAreThoseOfThePaper) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const by_definition d(world(8 + seed, 2 + seed % 3, seed));
    const auto& w = d.w;
    const auto l = d.inverse_without(0, true);
    const auto got = gvc_borin_mancini(w.input());
    for (std::size_t s = 0; s < w.groups; ++s) {
      const auto cut = d.inverse_without(s);
      for (std::size_t i = 0; i < w.n; ++i) {
        if (w.group[i] != s) continue;
        double own_once = 0, own = 0, foreign_once = 0, foreign = 0;
        for (std::size_t k = 0; k < w.n; ++k) {
          (w.group[k] == s ? own : foreign) += d.v[k] * d.b(k, i);
          (w.group[k] == s ? own_once : foreign_once) += d.v[k] * cut(k, i);
        }
        for (std::size_t r = 0; r < w.groups; ++r) {
          const double e = d.exports(i, r), near = 1e-11 * (1 + std::abs(e));
          double away = r == s ? 0.0 : d.y(i, r), back = 0, direct = away;
          for (std::size_t j = 0; r != s && j < w.n; ++j) {
            if (w.group[j] != r) continue;
            for (std::size_t k = 0; k < w.n; ++k) {
              for (std::size_t u = 0; u < w.groups; ++u)
                (u == s ? back : away) += d.a(i, j) * d.b(j, k) * d.y(k, u);
              if (w.group[k] == r) direct += d.a(i, j) * l(j, k) * d.y(k, r);
            }
          }
          const std::array<double, 13> expected = {e,
                                                   own * e,
                                                   own_once * e,
                                                   own_once * away,
                                                   own_once * direct,
                                                   own_once * back,
                                                   (own - own_once) * e,
                                                   foreign * e,
                                                   foreign_once * e,
                                                   (foreign - foreign_once) * e,
                                                   e - own_once * direct,
                                                   foreign * e + (own - own_once) * e,
                                                   own_once * (e - direct)};
          for (std::size_t k = 0; k < 13; ++k)
            EXPECT_NEAR(got.term[k](i, r), expected[k], near) << gvc_borin_mancini_terms[k];
        }
      }
    }
  }
}

TEST(Gvc, SameBitsForAnyNumberOfThreads) {
  const world w(230, 7, 3);
  const auto one = gvc_wwz(w.input(), {.threads = 1});
  const auto one_bm = gvc_borin_mancini(w.input(), {.threads = 1});
  for (const unsigned threads : {2u, 3u, 4u}) {
    const auto again = gvc_wwz(w.input(), {.threads = threads});
    for (std::size_t k = 0; k < 16; ++k) EXPECT_EQ(one.term[k].value, again.term[k].value);
    const auto again_bm = gvc_borin_mancini(w.input(), {.threads = threads});
    for (std::size_t k = 0; k < 13; ++k) EXPECT_EQ(one_bm.term[k].value, again_bm.term[k].value);
    EXPECT_EQ(gvc_kww(w.input(), {.threads = 1}).term,
              gvc_kww(w.input(), {.threads = threads}).term);
  }
}

TEST(Gvc, AGroupWithoutExportsIsUndefinedAndOneGroupHasNone) {
  world w(4, 2, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    if (w.group[i] != 0) continue;
    w.demand[i * 2 + 1] = 0;
    for (std::size_t j = 0; j < 4; ++j)
      if (w.group[j] == 1) w.flows[i * 4 + j] = 0;
  }
  const auto got = gvc_kww(w.input());
  EXPECT_EQ(got.status[0], value_status::undefined);
  EXPECT_TRUE(std::isnan(got.backward[0]));
  EXPECT_TRUE(std::isnan(got.forward[0]));
  EXPECT_EQ(got.vax[0], 0);
  EXPECT_EQ(got.status[1], value_status::ok);
  const world alone(3, 1, 5);
  EXPECT_EQ(gvc_kww(alone.input()).exports, std::vector<double>{0});
}

template <class Change>
std::string refusal(Change change) {
  world w(4, 2, 1);
  change(w);
  try {
    (void)gvc_kww(w.input());
  } catch (const invalid_argument& e) {
    return e.what();
  }
  return "not refused";
}

TEST(Gvc, BadInputIsNamed) {
  EXPECT_EQ(refusal([](world& w) { w.flows[5] = -1; }), "flows[5] must be a finite number >= 0");
  EXPECT_EQ(refusal([](world& w) { w.demand[3] = NAN; }), "demand[3] must be a finite number");
  EXPECT_EQ(refusal([](world& w) { w.output[0] = 0; }),
            "output[0] is 0, but the sector buys inputs");
  EXPECT_EQ(refusal([](world& w) { w.group[2] = 2; }), "group[2] must be less than 2");
  EXPECT_EQ(refusal([](world& w) { w.group.assign(4, 0); }), "group 1 has no sector");
  EXPECT_EQ(refusal([](world& w) { w.output.pop_back(); }), "output must have 4 values, not 3");
  EXPECT_EQ(refusal([](world& w) { w.flows[3 * 4 + 3] = 2 * w.output[3]; }),
            "the sectors up to position 3 use up all that they make (spectral radius of A >= 1)");
}

TEST(Gvc, CanBeCancelled) {
  const world w(120, 4, 2);
  EXPECT_THROW(gvc_wwz(w.input(), {.on_progress = [](double) { return false; }}), cancelled);
}

}  // namespace
}  // namespace kedja::measures
