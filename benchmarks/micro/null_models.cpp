// Null models.
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

}  // namespace
}  // namespace kedja::bench
