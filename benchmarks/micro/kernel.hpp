/// @file
/// One benchmark per kernel, on one thread; the argument is the number of companies.
#pragma once

#include <benchmark/benchmark.h>

#include <kedja/core/run_context.hpp>
#include <kedja/graph/csr_graph.hpp>

#include "graphs.hpp"

namespace kedja::bench {

inline const run_context one_thread{.threads = 1};

/// Times call(graph) and counts links per second.
template <class Call>
void time_on(benchmark::State& state, bool directed, Call call) {
  const auto& g = skewed_graph(static_cast<vertex_id>(state.range(0)), directed);
  for (auto _ : state) benchmark::DoNotOptimize(call(g));
  state.counters["links"] = static_cast<double>(g.num_links());
}

#define KEDJA_MICRO(name, directed, call, ...)                                          \
  void name(benchmark::State& state) {                                                  \
    time_on(state, directed, [](const graph::csr_graph& g) { return measures::call; }); \
  }                                                                                     \
  BENCHMARK(name)->__VA_ARGS__->Unit(benchmark::kMillisecond)

}  // namespace kedja::bench
