// Graphs large enough for what only large graphs meet: sweeps, rounds of buckets, giant components.
#include <gtest/gtest.h>

#include <boost/graph/strong_components.hpp>
#include <boost/property_map/property_map.hpp>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/graph/boost.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/shortest_paths.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/distances.hpp>

namespace kedja::measures {
namespace {

/// n from 1 to 2000 and up to 3 n links, ends drawn evenly or with hubs; `value` per link.
template <class Value>
graph::csr_graph larger_graph(std::uint64_t seed, bool directed, Value value) {
  random_stream random(seed, 3);
  const auto n = static_cast<vertex_id>(1 + random.below(2000));
  const auto m = random.below(3 * n);
  const double power = seed % 2 == 0 ? 1 : 3;
  const auto end = [&] { return static_cast<vertex_id>(n * std::pow(random.uniform(), power)); };
  std::vector<vertex_id> source, target;
  std::vector<double> weight;
  for (std::uint64_t i = 0; i < m; ++i) {
    source.push_back(end()), target.push_back(end());
    weight.push_back(value(random));
  }
  return graph::csr_graph(n, std::span<const vertex_id>(source), std::span<const vertex_id>(target),
                          std::span<const double>(weight), {.directed = directed});
}

TEST(LargerGraphs, StrongComponentsAgreeWithBoost) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto g = larger_graph(seed, seed % 5 != 0, [](random_stream&) { return 1.0; });
    std::vector<int> theirs(g.num_vertices());
    const int count = boost::strong_components(
        g, boost::make_iterator_property_map(theirs.begin(), get(boost::vertex_index, g)));
    const auto ours = strong_components(g);
    ASSERT_EQ(ours.count, static_cast<vertex_id>(count));
    std::vector<vertex_id> number(static_cast<std::size_t>(count), no_vertex);
    vertex_id next = 0;  // components are numbered by their smallest vertex
    for (vertex_id v = 0; v < g.num_vertices(); ++v) {
      vertex_id& expected = number[static_cast<std::size_t>(theirs[v])];
      if (expected == no_vertex) expected = next++;
      ASSERT_EQ(ours.component[v], expected) << "seed " << seed << ", vertex " << v;
    }
  }
}

/// Values of three kinds: alike, whole with ties and 0, and over six hundred orders of magnitude.
TEST(LargerGraphs, LengthsAreThoseOfDijkstraBitForBit) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const auto g = larger_graph(seed, seed % 4 != 0, [seed](random_stream& random) {
      if (seed % 3 == 0) return random.uniform();
      if (seed % 3 == 1) return static_cast<double>(random.below(3));
      return std::pow(10.0, 600 * random.uniform() - 300);
    });
    shortest_path_search by_heap(g.num_vertices());
    task job({});
    for (const auto direction : {path_direction::downstream, path_direction::upstream})
      for (const auto length : {link_length::value, link_length::inverse_value}) {
        if (length == link_length::value && seed % 3 == 1) continue;  // a length of 0 is refused
        by_heap.by_length(g, 0, direction, length, job);
        const auto found = distances(g, 0, {.direction = direction, .length = length});
        ASSERT_EQ(found.distance, by_heap.distance) << "seed " << seed;
      }
  }
}

}  // namespace
}  // namespace kedja::measures
