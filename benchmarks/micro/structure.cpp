// Structure and two-hop kernels.
#include <kedja/measures/common/two_hop_pairs.hpp>
#include <kedja/measures/structure/communities.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/core_number.hpp>
#include <kedja/measures/structure/cut_points.hpp>
#include <kedja/measures/structure/diameter.hpp>
#include <kedja/measures/structure/distances.hpp>
#include <kedja/measures/structure/eccentricity.hpp>
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
