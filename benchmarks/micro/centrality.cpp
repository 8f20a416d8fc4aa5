// One benchmark per kernel, on one thread; the argument is the number of companies.
#include <benchmark/benchmark.h>

#include <kedja/measures/centrality/approximate_betweenness.hpp>
#include <kedja/measures/centrality/best_closeness.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/closeness.hpp>
#include <kedja/measures/centrality/current_flow_betweenness.hpp>
#include <kedja/measures/centrality/edge_betweenness.hpp>
#include <kedja/measures/centrality/eigenvector.hpp>
#include <kedja/measures/centrality/group_closeness.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <kedja/measures/centrality/hits.hpp>
#include <kedja/measures/centrality/katz.hpp>
#include <kedja/measures/centrality/pagerank.hpp>

#include "kernel.hpp"

namespace kedja::bench {
namespace {

void building(benchmark::State& state) {
  const links& x = skewed_links(static_cast<vertex_id>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(x.graph(true));
}
BENCHMARK(building)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

KEDJA_MICRO(harmonic, false, harmonic_closeness(g, {}, one_thread), Arg(1'000)->Arg(10'000));
KEDJA_MICRO(closeness, true, closeness(g, {}, one_thread), Arg(1'000)->Arg(10'000));
KEDJA_MICRO(best_harmonic, false, best_harmonic_closeness(g, 100, {}, one_thread),
            Arg(10'000)->Arg(100'000));
KEDJA_MICRO(best_closeness_100, false, best_closeness(g, 100, {}, one_thread),
            Arg(10'000)->Arg(100'000));
KEDJA_MICRO(closeness_by_length, true,
            closeness(g, {.length = measures::link_length::value}, one_thread), Arg(1'000));
KEDJA_MICRO(group_of_ten, false, group_closeness(g, {.size = 10}, one_thread), Arg(10'000));
KEDJA_MICRO(betweenness, true, betweenness(g, {}, one_thread), Arg(1'000)->Arg(4'000));
KEDJA_MICRO(betweenness_by_length, true,
            betweenness(g, {.length = measures::link_length::value}, one_thread), Arg(1'000));
KEDJA_MICRO(edge_betweenness, true, edge_betweenness(g, {}, one_thread), Arg(1'000)->Arg(4'000));
KEDJA_MICRO(estimated_betweenness, true, approximate_betweenness(g, {.epsilon = 0.02}, one_thread),
            Arg(10'000)->Arg(100'000));
KEDJA_MICRO(current_flow, false, current_flow_betweenness(g, {.epsilon = 0.05}, one_thread),
            Arg(1'000));
KEDJA_MICRO(pagerank, true, pagerank(g, {.tolerance = 1e-8}, one_thread),
            Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(eigenvector, true, eigenvector(g, {.tolerance = 1e-8}, one_thread),
            Arg(10'000)->Arg(100'000));
KEDJA_MICRO(katz, true, katz(g, {.alpha = 1e-4, .tolerance = 1e-8}, one_thread),
            Arg(10'000)->Arg(100'000));
KEDJA_MICRO(hits, true, hits(g, {.tolerance = 1e-8}, one_thread), Arg(10'000)->Arg(100'000));

}  // namespace
}  // namespace kedja::bench
