// What depends on who is linked among a company's neighbours, against dense loops over all triples.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <kedja/measures/structure/bow_tie.hpp>
#include <kedja/measures/structure/core_number.hpp>
#include <kedja/measures/structure/structural_holes.hpp>
#include <kedja/measures/structure/triangles.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

using matrix = std::vector<std::vector<double>>;

/// a[i][j]: total value of the links i -> j; number[i][j]: how many.
struct dense {
  explicit dense(const graph::csr_graph& g)
      : n(g.num_vertices()), a(n, std::vector<double>(n, 0)), number(a) {
    for (vertex_id u = 0; u < n; ++u)
      for (std::size_t k = 0; k < g.successors(u).size(); ++k) {
        a[u][g.successors(u)[k]] += g.successor_weights(u)[k];
        ++number[u][g.successors(u)[k]];
      }
  }
  std::size_t n;
  matrix a, number;
};

void expect_same(double got, double expected, double tolerance = 1e-12) {
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(got)) << got;
  else
    EXPECT_NEAR(got, expected, tolerance * (1 + std::abs(expected)));
}

TEST(StructuralHoles, AgreeWithBurtsFormulas) {
  for (const bool weighted : {true, false})
    test::for_many_graphs(2000, [weighted](const graph::csr_graph& g) {
      const dense d(g);
      const std::size_t n = d.n;
      const auto got = structural_holes(g, {.weighted = weighted}, {.threads = 2});
      const auto s = [&](std::size_t i, std::size_t j) {
        if (i == j) return 0.0;
        if (weighted) return d.a[i][j] + d.a[j][i];
        return static_cast<double>(d.number[i][j] > 0) + static_cast<double>(d.number[j][i] > 0);
      };
      const auto total = [&](std::size_t i) {
        double sum = 0;
        for (std::size_t k = 0; k < n; ++k) sum += s(i, k);
        return sum;
      };
      const auto p = [&](std::size_t i, std::size_t j) { return s(i, j) / total(i); };
      const auto m = [&](std::size_t j, std::size_t q) {
        double largest = 0;
        for (std::size_t k = 0; k < n; ++k) largest = std::max(largest, s(j, k));
        return s(j, q) / largest;
      };
      for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> c;
        double constraint = 0, size = 0;
        for (std::size_t j = 0; j < n; ++j) {
          if (s(i, j) == 0) continue;
          double indirect = 0, redundant = 0;
          for (std::size_t q = 0; q < n; ++q)
            if (q != i && q != j && s(i, q) > 0)
              indirect += p(i, q) * p(q, j), redundant += p(i, q) * m(j, q);
          c.push_back((p(i, j) + indirect) * (p(i, j) + indirect));
          constraint += c.back();
          size += 1 - redundant;
        }
        if (c.empty()) {
          EXPECT_EQ(got.status[i], value_status::isolated);
          for (const auto* column :
               {&got.constraint, &got.effective_size, &got.efficiency, &got.hierarchy})
            EXPECT_TRUE(std::isnan((*column)[i]));
          continue;
        }
        const auto contacts = static_cast<double>(c.size());
        double hierarchy = contacts > 1 ? 0 : 1;
        for (const double x : c)
          if (contacts > 1)
            hierarchy += x * contacts / constraint * std::log(x * contacts / constraint) /
                         (contacts * std::log(contacts));
        EXPECT_EQ(got.status[i], value_status::ok);
        expect_same(got.constraint[i], constraint);
        expect_same(got.effective_size[i], size);
        expect_same(got.efficiency[i], size / contacts);
        expect_same(got.hierarchy[i], hierarchy, 1e-10);
      }
    });
}

TEST(StructuralHoles, LinksOfValueZeroAreUndefined) {
  const std::vector<vertex_id> s{0}, t{1};
  const std::vector<double> zero{0};
  const graph::csr_graph g(2, std::span<const vertex_id>(s), std::span<const vertex_id>(t), zero);
  EXPECT_EQ(structural_holes(g).status[0], value_status::undefined);
  EXPECT_TRUE(std::isnan(structural_holes(g).constraint[0]));
  EXPECT_DOUBLE_EQ(structural_holes(g, {.weighted = false}).constraint[0], 1);
}

TEST(Triangles, AgreeWithAllTriples) {
  for (const bool weighted : {false, true})
    test::for_many_graphs(2000, [weighted](const graph::csr_graph& g) {
      const dense d(g);
      const std::size_t n = d.n;
      double largest = 0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)  // an undirected self-link stands twice in its row
          largest = std::max(largest, d.a[i][j] / (i == j && !g.directed() ? 2 : 1));
      const auto linked = [&](std::size_t i, std::size_t j) {
        return i != j && d.number[i][j] > 0;
      };
      const auto root = [&](std::size_t i, std::size_t j) {
        if (!linked(i, j)) return 0.0;
        return weighted ? std::cbrt(d.a[i][j] / largest) : 1.0;
      };
      const auto got = triangles(g, {.weighted = weighted}, {.threads = 2});
      std::int64_t all = 0;
      double pairs = 0;
      for (std::size_t i = 0; i < n; ++i) {
        double strength = 0, links = 0, both = 0, contacts = 0;
        std::int64_t count = 0;
        for (std::size_t j = 0; j < n; ++j) {
          const bool next = linked(i, j) || linked(j, i);
          contacts += next;
          links += linked(i, j) + linked(j, i);
          both += linked(i, j) && linked(j, i);
          for (std::size_t k = 0; k < n; ++k) {
            // Fagiolo's (A + A')^3, or the undirected A^3.
            strength += g.directed() ? (root(i, j) + root(j, i)) * (root(j, k) + root(k, j)) *
                                           (root(k, i) + root(i, k))
                                     : root(i, j) * root(j, k) * root(k, i);
            count +=
                j < k && next && (linked(j, k) || linked(k, j)) && (linked(k, i) || linked(i, k));
          }
        }
        all += count;
        pairs += contacts * (contacts - 1) / 2;
        const double possible =
            g.directed() ? 2 * (links * (links - 1) - 2 * both) : contacts * (contacts - 1);
        EXPECT_EQ(got.triangles[i], count);
        expect_same(got.clustering[i], possible > 0 ? strength / possible : std::nan(""));
        EXPECT_EQ(got.status[i], possible > 0   ? value_status::ok
                                 : contacts > 0 ? value_status::undefined
                                                : value_status::isolated);
      }
      EXPECT_EQ(got.total * 3, all);
      expect_same(got.transitivity, pairs > 0 ? static_cast<double>(all) / pairs : std::nan(""));
    });
}

TEST(CoreNumber, AgreesWithPeelingByTheDefinition) {
  test::for_many_graphs(2000, [](const graph::csr_graph& g) {
    const dense d(g);
    std::vector<std::uint32_t> expected(d.n, 0);
    for (std::uint32_t k = 1; k < 2 * d.n + 1; ++k) {
      std::vector<char> in(d.n, 1);
      for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < d.n; ++i) {
          if (in[i] == 0) continue;
          std::uint32_t links = 0;
          for (std::size_t j = 0; j < d.n; ++j)
            if (j != i && in[j] != 0)
              links += static_cast<std::uint32_t>(d.number[i][j] > 0) +
                       static_cast<std::uint32_t>(g.directed() && d.number[j][i] > 0);
          if (links < k) in[i] = 0, changed = true;
        }
      }
      for (std::size_t i = 0; i < d.n; ++i)
        if (in[i] != 0) expected[i] = k;
    }
    EXPECT_EQ(core_number(g), expected);
  });
}

TEST(BowTie, AgreesWithReachability) {
  test::for_many_graphs(2000, [](const graph::csr_graph& g) {
    const dense d(g);
    const std::size_t n = d.n;
    std::vector<std::vector<char>> reach(n, std::vector<char>(n, 0));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) reach[i][j] = i == j || d.number[i][j] > 0;
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          if (reach[i][k] != 0 && reach[k][j] != 0) reach[i][j] = 1;
    const auto same = [&](std::size_t i, std::size_t j) {
      return reach[i][j] != 0 && reach[j][i] != 0;
    };
    std::size_t centre = 0, most = 0;
    for (std::size_t i = 0; i < n; ++i) {
      std::size_t size = 0;
      for (std::size_t j = 0; j < n; ++j) size += same(i, j);
      if (size > most) most = size, centre = i;
    }
    const auto in = [&](std::size_t i) { return reach[i][centre] != 0 && !same(i, centre); };
    const auto out = [&](std::size_t i) { return reach[centre][i] != 0 && !same(i, centre); };
    const auto got = bow_tie(g);
    ASSERT_EQ(got.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      bool from_in = false, to_out = false;
      for (std::size_t j = 0; j < n; ++j)
        from_in |= in(j) && reach[j][i] != 0, to_out |= out(j) && reach[i][j] != 0;
      const auto expected = same(i, centre)     ? bow_tie_part::core
                            : in(i)             ? bow_tie_part::in
                            : out(i)            ? bow_tie_part::out
                            : from_in && to_out ? bow_tie_part::tube
                            : from_in           ? bow_tie_part::in_tendril
                            : to_out            ? bow_tie_part::out_tendril
                                                : bow_tie_part::other;
      EXPECT_EQ(got[i], expected);
    }
  });
}

/// A larger graph with hubs, so that several blocks and threads take part.
test::random_links with_hubs(vertex_id n, std::size_t m) {
  random_stream random(7, 7);
  return test::draw_links(random, n, m, 3);
}

TEST(Neighbourhoods, AreTheSameBitsForAnyNumberOfThreads) {
  for (const bool directed : {true, false}) {
    const auto g = with_hubs(5000, 60000).graph(directed, true);
    const auto holes = structural_holes(g, {}, {.threads = 1});
    const auto weighted = triangles(g, {.weighted = true}, {.threads = 1});
    for (const unsigned threads : {2u, 3u, 4u}) {
      const auto again = structural_holes(g, {}, {.threads = threads});
      EXPECT_EQ(holes.constraint, again.constraint);
      EXPECT_EQ(holes.effective_size, again.effective_size);
      EXPECT_EQ(holes.hierarchy, again.hierarchy);
      const auto three = triangles(g, {.weighted = true}, {.threads = threads});
      EXPECT_EQ(weighted.triangles, three.triangles);
      for (vertex_id v = 0; v < g.num_vertices(); ++v)  // NaN is not equal to itself
        EXPECT_TRUE(weighted.clustering[v] == three.clustering[v] ||
                    (std::isnan(weighted.clustering[v]) && std::isnan(three.clustering[v])));
    }
  }
}

TEST(Neighbourhoods, StopWhenTold) {
  const auto g = with_hubs(5000, 60000).graph(false, true);
  const run_context stopped{.on_progress = [](double) { return false; }};
  EXPECT_THROW((void)structural_holes(g, {}, stopped), cancelled);
  EXPECT_THROW((void)triangles(g, {}, stopped), cancelled);
  EXPECT_THROW((void)core_number(g, stopped), cancelled);
  EXPECT_THROW((void)bow_tie(g, stopped), cancelled);
}

}  // namespace
}  // namespace kedja::measures
