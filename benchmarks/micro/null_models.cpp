// Null models.
#include <cmath>
#include <cstdint>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/measures/null_models/bicm.hpp>
#include <kedja/measures/null_models/configuration.hpp>
#include <kedja/measures/null_models/rewire.hpp>

#include "kernel.hpp"

namespace kedja::bench {
namespace {

KEDJA_MICRO(degrees_fitted, false, fit_configuration(g, {}, one_thread), Arg(10'000)->Arg(100'000));

/// One switch per link; the table of links is made outside the clock.
void switches(benchmark::State& state) {
  task job(one_thread);
  const auto links =
      measures::make_switcher(skewed_graph(static_cast<vertex_id>(state.range(0)), false), job);
  for (auto _ : state)
    benchmark::DoNotOptimize(measures::rewire(links, {.switches_per_link = 1}, 0, job));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(links.source().size()));
}
BENCHMARK(switches)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// As many capabilities as companies, a quarter of the cells set, with skew on both sides.
const measures::sparse_table& square_table(std::uint32_t n) {
  static measures::sparse_table made;
  if (made.rows() == n) return made;
  random_stream random(8, n);
  std::vector<double> able(n), easy(n);
  for (double& x : able) x = random.uniform();
  for (double& y : easy) y = random.uniform();
  std::vector<std::uint32_t> row, column;
  for (std::uint32_t i = 0; i < n; ++i)
    for (std::uint32_t k = 0; k < n; ++k)
      if (random.uniform() < able[i] * easy[k]) row.push_back(i), column.push_back(k);
  return made = measures::sparse_table(n, n, row, column);
}

void bipartite_fitted(benchmark::State& state) {
  const auto& table = square_table(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state)
    benchmark::DoNotOptimize(measures::fit_bipartite(table, {}, one_thread).iteration);
}
BENCHMARK(bipartite_fitted)->Arg(500)->Arg(1'000)->Unit(benchmark::kMillisecond);

/// Exact p-values of all pairs of rows.
void bipartite_pairs(benchmark::State& state) {
  const auto& table = square_table(static_cast<std::uint32_t>(state.range(0)));
  const auto model = measures::fit_bipartite(table, {}, one_thread);
  for (auto _ : state)
    benchmark::DoNotOptimize(measures::shared_columns(table, model, one_thread).p.size());
}
BENCHMARK(bipartite_pairs)->Arg(500)->Arg(1'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kedja::bench
