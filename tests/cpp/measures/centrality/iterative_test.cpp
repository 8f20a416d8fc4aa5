// Eigenvector, Katz and HITS against sums and power iterations on full matrices.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <kedja/measures/centrality/eigenvector.hpp>
#include <kedja/measures/centrality/hits.hpp>
#include <kedja/measures/centrality/katz.hpp>
#include <support/named_graphs.hpp>

namespace kedja::measures {
namespace {

using matrix = std::vector<std::vector<double>>;

matrix full(const graph::csr_graph& g) {
  matrix a(g.num_vertices(), std::vector<double>(g.num_vertices(), 0.0));
  for (vertex_id u = 0; u < g.num_vertices(); ++u)
    for (std::size_t k = 0; k < g.successors(u).size(); ++k)
      a[u][g.successors(u)[k]] += g.weighted() ? g.successor_weights(u)[k] : 1.0;
  return a;
}

std::vector<double> times(const matrix& a, const std::vector<double>& x, bool transposed) {
  std::vector<double> y(x.size(), 0.0);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j)
      transposed ? y[j] += a[i][j] * x[i] : y[i] += a[i][j] * x[j];
  return y;
}

double l1(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += std::abs(v);
  return sum;
}

/// x with (I - alpha A') x = 1, by Gauss and Jordan with pivots.
std::vector<double> solved(const matrix& a, double alpha) {
  const std::size_t n = a.size();
  matrix m(n, std::vector<double>(n + 1, 1.0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) m[i][j] = (i == j ? 1.0 : 0.0) - alpha * a[j][i];
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c; r < n; ++r)
      if (std::abs(m[r][c]) > std::abs(m[pivot][c])) pivot = r;
    std::swap(m[c], m[pivot]);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double factor = m[r][c] / m[c][c];
      for (std::size_t k = c; k <= n; ++k) m[r][k] -= factor * m[c][k];
    }
  }
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = m[i][n] / m[i][i];
  return x;
}

/// check(number, graph) for shapes and 2000 random graphs, directed or not, weighted or not.
template <class Check>
void for_thousands_of_graphs(Check check) {
  std::uint64_t number = 0;
  for (const test::random_links& links : test::named_graphs())
    for (const bool directed : {true, false})
      for (const bool weighted : {true, false}) {
        SCOPED_TRACE("shape " + std::to_string(number));
        check(number++, links.graph(directed, weighted));
      }
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    check(seed, test::make_links(seed).graph(seed % 2 == 0, seed % 3 == 0));
  }
}

TEST(Katz, AgreesWithTheFullMatrixAndKeepsItsBound) {
  int converged = 0;
  for_thousands_of_graphs([&](std::uint64_t number, const graph::csr_graph& g) {
    const double alpha = number % 5 == 0 ? 0.3 : 0.05;
    const auto got =
        katz(g, {.alpha = alpha, .normalized = false, .tolerance = 1e-6, .max_iterations = 100000});
    // (I - alpha A') x = 1 has a solution above 0 exactly where alpha is below 1 / spectral radius.
    const std::vector<double> x = solved(full(g), alpha);
    const bool settles = std::ranges::all_of(x, [](double v) { return v > 0; });
    ASSERT_EQ(got.iteration.converged, settles);
    if (!settles) {
      EXPECT_TRUE(std::isnan(got.score[0]));
      EXPECT_EQ(got.status[0], value_status::not_converged);
      return;
    }
    ++converged;
    double distance = 0;
    for (std::size_t v = 0; v < x.size(); ++v) distance += std::abs(got.score[v] - x[v]);
    EXPECT_LE(distance, got.iteration.error_bound * l1(x) + 1e-12 * l1(x));
  });
  EXPECT_GT(converged, 1000);
}

// Once terms are alike, what is left of the series is added at once.
TEST(Katz, AddsWhatIsLeftOnceTermsAreAlike) {
  random_stream random(4, 0);
  const auto g = test::draw_links(random, 200, 4000).graph(false);
  const auto few = katz(g, {.alpha = 5e-3, .normalized = false, .tolerance = 1e-8});
  const std::vector<double> x = solved(full(g), 5e-3);
  double distance = 0, term_sum = 200;
  for (std::size_t v = 0; v < x.size(); ++v) distance += std::abs(few.score[v] - x[v]);
  EXPECT_TRUE(few.iteration.converged);
  EXPECT_LE(distance, few.iteration.error_bound * l1(x));
  // The plain sum of as many terms is farther away than the tolerance.
  std::vector<double> term(200, 1.0);
  for (int k = 0; k < few.iteration.iterations; ++k) {
    term = times(full(g), term, true);
    for (double& t : term) t *= 5e-3;
    term_sum += l1(term);
  }
  EXPECT_GT(l1(x) - term_sum, 1e-8 * l1(x));
}

TEST(Eigenvector, SolvesItsEquationWithTheLargestValue) {
  for_thousands_of_graphs([](std::uint64_t, const graph::csr_graph& g) {
    const auto got = eigenvector(g);
    const auto a = full(g);
    if (g.num_vertices() == 0) return;
    // Walks of length n exist just where there are cycles.
    std::vector<double> walks(g.num_vertices(), 1.0);
    for (vertex_id i = 0; i < g.num_vertices(); ++i) walks = times(a, walks, true);
    if (l1(walks) == 0) {
      EXPECT_EQ(got.status[0], value_status::undefined);
      EXPECT_TRUE(std::isnan(got.score[0]));
      return;
    }
    ASSERT_TRUE(got.iteration.converged);
    const auto image = times(a, got.score, true);
    double norm = 0;
    for (std::size_t v = 0; v < image.size(); ++v) {
      EXPECT_GE(got.score[v], 0.0);
      EXPECT_NEAR(image[v], got.eigenvalue * got.score[v], 1e-8 * (1 + got.eigenvalue));
      norm += got.score[v] * got.score[v];
    }
    EXPECT_NEAR(norm, 1.0, 1e-12);
    // Growth of (A + I)^k for large k: no value is larger.
    std::vector<double> x(g.num_vertices(), 1.0);
    double growth = 0;
    for (int i = 0; i < 4000; ++i) {
      std::vector<double> next = times(a, x, true);
      for (std::size_t v = 0; v < x.size(); ++v) next[v] += x[v];
      growth = l1(next) / l1(x);
      for (std::size_t v = 0; v < x.size(); ++v) x[v] = next[v] / l1(next);
    }
    EXPECT_NEAR(got.eigenvalue + 1, growth, 1e-2);
  });
}

// A link without direction is one each way; its matrix is known to be symmetric, the other is not.
TEST(Eigenvector, IsTheSameWithLinksBothWays) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_stream random(seed, 0);
    // Connected, so that one vector is the answer, and with hubs, so that it is soon found.
    const auto n = static_cast<vertex_id>(2 + random.below(seed % 2 == 0 ? 30 : 600));
    test::random_links one = test::draw_links(random, n, 3 * n, 3, 2);
    for (vertex_id v = 1; v < n; ++v) {
      one.source.push_back(v), one.target.push_back(static_cast<vertex_id>(random.below(v)));
      one.value.push_back(1);
    }
    test::random_links both = one;
    for (std::size_t i = 0; i < one.source.size(); ++i) {
      both.source.push_back(one.target[i]), both.target.push_back(one.source[i]);
      both.value.push_back(one.value[i]);
    }
    const eigenvector_options options{.tolerance = seed % 3 == 0 ? 1e-10 : 1e-12};
    const auto a = eigenvector(one.graph(false, true), options);
    const auto b = eigenvector(both.graph(true, true), options);
    ASSERT_TRUE(a.iteration.converged && b.iteration.converged);
    EXPECT_NEAR(a.eigenvalue, b.eigenvalue, 1e-10 * b.eigenvalue);
    for (vertex_id v = 0; v < n; ++v) EXPECT_NEAR(a.score[v], b.score[v], 1e-8);
  }
}

TEST(Hits, IsAPairOfSingularVectors) {
  for_thousands_of_graphs([](std::uint64_t, const graph::csr_graph& g) {
    const auto got = hits(g);
    if (g.num_vertices() == 0) return;
    if (g.num_links() == 0) {
      EXPECT_EQ(got.status[0], value_status::undefined);
      return;
    }
    ASSERT_TRUE(got.iteration.converged);
    EXPECT_NEAR(l1(got.hubs), 1, 1e-12);
    EXPECT_NEAR(l1(got.authorities), 1, 1e-12);
    const auto a = full(g);
    auto h = times(a, got.authorities, false);
    auto back = times(a, h, true);
    const double value = l1(back);
    for (std::size_t v = 0; v < h.size(); ++v) {
      EXPECT_NEAR(got.hubs[v], h[v] / l1(h), 1e-9);
      EXPECT_NEAR(got.authorities[v], back[v] / value, 1e-8);
    }
  });
}

test::random_links large() {
  test::random_links made;
  made.n = 30000;
  random_stream random(9, 0);
  for (int i = 0; i < 120000; ++i) {
    // Few companies have most links: without such a core the two largest values nearly tie.
    made.source.push_back(static_cast<vertex_id>(made.n * std::pow(random.uniform(), 3)));
    made.target.push_back(static_cast<vertex_id>(made.n * std::pow(random.uniform(), 3)));
    made.value.push_back(random.uniform());
  }
  return made;
}

TEST(Iterative, SameBitsForAnyNumberOfThreadsAndForViews) {
  const auto g = large().graph(true, true), undirected = large().graph(false, true);
  const auto view = g.view();
  const auto symmetric = eigenvector(undirected, {}, {.threads = 1});
  const auto eigen = eigenvector(g, {}, {.threads = 1});
  const auto series = katz(g, {.alpha = 1e-3}, {.threads = 1});
  const auto pair = hits(g, {}, {.threads = 1});
  EXPECT_TRUE(eigen.iteration.converged && series.iteration.converged && pair.iteration.converged);
  for (const unsigned threads : {2u, 3u, 4u}) {
    const run_context ctx{.threads = threads};
    EXPECT_EQ(eigen.score, eigenvector(view, {}, ctx).score);
    EXPECT_EQ(symmetric.score, eigenvector(undirected, {}, ctx).score);
    EXPECT_EQ(series.score, katz(view, {.alpha = 1e-3}, ctx).score);
    EXPECT_EQ(pair.hubs, hits(view, {}, ctx).hubs);
  }
}

TEST(Iterative, CanBeCancelled) {
  const auto g = large().graph(true, true);
  const run_context stop{.threads = 2, .on_progress = [](double) { return false; }};
  EXPECT_THROW((void)eigenvector(g, {}, stop), cancelled);
  EXPECT_THROW((void)katz(g, {}, stop), cancelled);
  EXPECT_THROW((void)hits(g, {}, stop), cancelled);
}

TEST(Iterative, RefusesOptionsOutsideTheirRange) {
  const auto g = test::make_links(17).graph(true);
  EXPECT_THROW((void)eigenvector(g, {.tolerance = 0}), invalid_argument);
  EXPECT_THROW((void)hits(g, {.max_iterations = 0}), invalid_argument);
  EXPECT_THROW((void)katz(g, {.alpha = 0}), invalid_argument);
  EXPECT_THROW((void)katz(g, {.beta = std::nan("")}), invalid_argument);
  const std::vector<double> wrong_size{1}, none(g.num_vertices(), 0.0);
  EXPECT_THROW((void)katz(g, {.betas = wrong_size}), invalid_argument);
  EXPECT_THROW((void)katz(g, {.betas = none}), invalid_argument);
}

}  // namespace
}  // namespace kedja::measures
