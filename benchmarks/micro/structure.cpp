// Structure and two-hop kernels.
#include <numeric>
#include <vector>

#include <kedja/graph/grouping.hpp>
#include <kedja/measures/common/two_hop_pairs.hpp>
#include <kedja/measures/structure/bow_tie.hpp>
#include <kedja/measures/structure/brokerage.hpp>
#include <kedja/measures/structure/communities.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/core_number.hpp>
#include <kedja/measures/structure/cut_points.hpp>
#include <kedja/measures/structure/diameter.hpp>
#include <kedja/measures/structure/distances.hpp>
#include <kedja/measures/structure/eccentricity.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <kedja/measures/structure/participation.hpp>
#include <kedja/measures/structure/robustness.hpp>
#include <kedja/measures/structure/spanning_forest.hpp>
#include <kedja/measures/structure/structural_holes.hpp>
#include <kedja/measures/structure/triangles.hpp>

#include "kernel.hpp"

namespace kedja::bench {
namespace {

KEDJA_MICRO(hops, true, distances(g, 0, {}, one_thread), Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(lengths, true, distances(g, 0, {.length = measures::link_length::value}, one_thread),
            Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(strong, true, strong_components(g), Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(weak, true, weak_components(g), Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(cores, false, core_number(g, one_thread), Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(triangles, false, triangles(g, {}, one_thread), Arg(10'000)->Arg(100'000));
KEDJA_MICRO(holes, true, structural_holes(g, {}, one_thread), Arg(10'000)->Arg(100'000));
KEDJA_MICRO(cut, false, cut_points(g, one_thread), Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(forest, false, spanning_forest(g, measures::link_length::value, one_thread),
            Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(farthest, true, eccentricity(g, {}, one_thread), Arg(1'000)->Arg(10'000));
KEDJA_MICRO(diameters, false, diameter(g, {}, one_thread), Arg(10'000)->Arg(1'000'000));
KEDJA_MICRO(louvain, false,
            communities(g, {.method = measures::community_method::louvain}, one_thread),
            Arg(10'000)->Arg(100'000));
KEDJA_MICRO(leiden, false, communities(g, {}, one_thread), Arg(10'000)->Arg(100'000));

KEDJA_MICRO(bow, true, bow_tie(g, one_thread), Arg(10'000)->Arg(1'000'000));

/// A hundred clusters, one for each company.
graph::grouping clusters(vertex_id n) {
  std::vector<vertex_id> vertex(n);
  std::iota(vertex.begin(), vertex.end(), vertex_id{0});
  std::vector<group_id> group(n);
  for (vertex_id v = 0; v < n; ++v) group[v] = v % 100;
  return {n, 100, vertex, group};
}

#define KEDJA_GROUPED(name, call, ...)                                               \
  void name(benchmark::State& state) {                                               \
    const auto groups = clusters(static_cast<vertex_id>(state.range(0)));            \
    time_on(state, true, [&](const graph::csr_graph& g) { return measures::call; }); \
  }                                                                                  \
  BENCHMARK(name)->__VA_ARGS__->Unit(benchmark::kMillisecond)

KEDJA_GROUPED(brokers, brokerage(g, groups, one_thread), Arg(10'000)->Arg(100'000));
KEDJA_GROUPED(participations, participation(g, groups, {}, one_thread),
              Arg(10'000)->Arg(1'000'000));
KEDJA_GROUPED(mixing_matrix, mixing(g, groups, {}, one_thread), Arg(10'000)->Arg(1'000'000));

void removals(benchmark::State& state) {
  std::vector<vertex_id> order(static_cast<std::size_t>(state.range(0)));
  std::iota(order.begin(), order.end(), vertex_id{0});
  time_on(state, true,
          [&](const graph::csr_graph& g) { return measures::removal_curve(g, order, one_thread); });
}
BENCHMARK(removals)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void two_hop(benchmark::State& state) {
  time_on(state, false, [](const graph::csr_graph& g) {
    const measures::simple_neighbours next_to(g);
    return measures::best_two_hop_pairs(next_to, measures::two_hop_score::adamic_adar, 100,
                                        one_thread);
  });
}
BENCHMARK(two_hop)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kedja::bench
