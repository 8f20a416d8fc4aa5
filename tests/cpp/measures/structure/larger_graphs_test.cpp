// Graphs large enough for what only large graphs meet: sweeps, rounds of buckets, giant components.
#include <gtest/gtest.h>

#include <boost/graph/strong_components.hpp>
#include <boost/property_map/property_map.hpp>
#include <cmath>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include <kedja/core/rng.hpp>
#include <kedja/graph/boost.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/measures/common/shortest_paths.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/distances.hpp>

namespace kedja::measures {
namespace {

/// n from 1 to `most` and up to 3 n links, ends drawn evenly or with hubs; `value` per link.
template <class Value>
graph::csr_graph larger_graph(std::uint64_t seed, bool directed, Value value,
                              vertex_id most = 2000) {
  random_stream random(seed, 3);
  const auto n = static_cast<vertex_id>(1 + random.below(most));
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

/// A graph that asks for the work to stop when `patience` rows have been read, and counts on.
struct watched_graph {
  const graph::csr_graph* whole;
  std::stop_source* stop;
  std::uint64_t patience;
  mutable std::uint64_t rows = 0;

  void read() const {
    if (++rows == patience) stop->request_stop();
  }
  [[nodiscard]] vertex_id num_vertices() const { return whole->num_vertices(); }
  [[nodiscard]] edge_id num_arcs() const { return whole->num_arcs(); }
  [[nodiscard]] edge_id num_links() const { return whole->num_links(); }
  [[nodiscard]] bool directed() const { return whole->directed(); }
  [[nodiscard]] bool weighted() const { return whole->weighted(); }
  [[nodiscard]] std::span<const vertex_id> successors(vertex_id u) const {
    return read(), whole->successors(u);
  }
  [[nodiscard]] std::span<const vertex_id> predecessors(vertex_id u) const {
    return read(), whole->predecessors(u);
  }
  [[nodiscard]] std::span<const double> successor_weights(vertex_id u) const {
    return whole->successor_weights(u);
  }
  [[nodiscard]] std::span<const double> predecessor_weights(vertex_id u) const {
    return whole->predecessor_weights(u);
  }
  [[nodiscard]] edge_id first_arc(vertex_id u) const { return whole->first_arc(u); }
};

/// Stops `work` after 1, 2, 4, ... rows: it must give up before it has read 2^15 more, well below
/// 200 ms, unless that was all there was to read.
template <class Work>
void expect_to_stop_soon(const graph::csr_graph& whole, Work work) {
  std::stop_source never;
  const watched_graph all{&whole, &never, 0};
  work(all, run_context{});
  ASSERT_GT(all.rows, std::uint64_t{1} << 17);
  for (std::uint64_t patience = 1; patience + (1u << 15) < all.rows; patience *= 2) {
    std::stop_source stop;
    const watched_graph g{&whole, &stop, patience};
    EXPECT_THROW(work(g, run_context{.stop = stop.get_token()}), cancelled) << patience;
    EXPECT_LT(g.rows - patience, std::uint64_t{1} << 15) << patience;
  }
}

/// `n` vertices in a row, of which the last `ring` are joined to a ring.
graph::csr_graph chain_into_ring(vertex_id n, vertex_id ring) {
  std::vector<vertex_id> source, target;
  for (vertex_id v = 0; v + 1 < n; ++v) source.push_back(v), target.push_back(v + 1);
  if (ring > 0) source.push_back(n - 1), target.push_back(n - ring);
  return graph::csr_graph(n, std::span<const vertex_id>(source),
                          std::span<const vertex_id>(target));
}

TEST(LargerGraphs, ComponentsStopSoonAndTellHowFarTheyAre) {
  const auto strong = [](const watched_graph& g, const run_context& ctx) {
    return strong_components(g, ctx);
  };
  const auto weak = [](const watched_graph& g, const run_context& ctx) {
    return weak_components(g, ctx);
  };
  constexpr vertex_id n = 200000;
  expect_to_stop_soon(chain_into_ring(n, 0), strong);  // all is left for the last pass
  expect_to_stop_soon(chain_into_ring(n, n), strong);  // all is in the first component
  expect_to_stop_soon(larger_graph(
                          4, true, [](random_stream&) { return 1.0; }, n),
                      strong);
  expect_to_stop_soon(chain_into_ring(n, n / 2), weak);
  double last = -1;
  const run_context told{.on_progress = [&last](double fraction) {
    EXPECT_GE(fraction, last);
    last = fraction;
    return true;
  }};
  for (const vertex_id ring : {vertex_id{0}, n / 2, n}) {
    const auto g = chain_into_ring(n, ring);
    last = -1, (void)strong_components(g, told);
    EXPECT_EQ(last, 1.0);
    last = -1, (void)weak_components(g, told);
    EXPECT_EQ(last, 1.0);
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
        ASSERT_TRUE(std::ranges::equal(found.distance, by_heap.distance)) << "seed " << seed;
      }
  }
}

/// Hops by a queue, as textbooks have it.
std::vector<double> hops_by_queue(const graph::csr_graph& g, vertex_id source,
                                  path_direction direction) {
  std::vector<double> hops(g.num_vertices(), unreached);
  std::vector<vertex_id> queue{source};
  hops[source] = 0;
  for (std::size_t head = 0; head < queue.size(); ++head)
    for (const vertex_id v : step(g, queue[head], direction))
      if (hops[v] == unreached) hops[v] = hops[queue[head]] + 1, queue.push_back(v);
  return hops;
}

void expect_hops_by_queue(const graph::csr_graph& g, vertex_id source) {
  for (const auto direction : {path_direction::downstream, path_direction::upstream}) {
    const auto expected = hops_by_queue(g, source, direction);
    const auto found = distances(g, source, {.direction = direction});
    ASSERT_TRUE(std::ranges::equal(found.distance, expected));
    ASSERT_EQ(found.reached,
              std::ranges::count_if(expected, [](double d) { return d < unreached; }));
  }
}

TEST(LargerGraphs, HopsAgreeWithAQueueWhicheverWayTheSearchLooks) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto g = larger_graph(
        seed, seed % 4 != 0, [](random_stream&) { return 1.0; }, seed % 2 == 0 ? 2000 : 40);
    expect_hops_by_queue(g, static_cast<vertex_id>(seed % g.num_vertices()));
  }
}

TEST(LargerGraphs, HopsOfLongChainsWithAHubAtTheirEnd) {
  // More levels than a byte can count, and after them a level so wide that the search would look
  // backwards if they were fewer; chains of 250 to 260 end on either side of that.
  for (const vertex_id chain : {1u, 250u, 251u, 252u, 253u, 254u, 255u, 256u, 257u, 260u, 700u})
    for (const bool directed : {true, false}) {
      std::vector<vertex_id> source, target;
      const auto link = [&](vertex_id u, vertex_id v) { source.push_back(u), target.push_back(v); };
      for (vertex_id v = 0; v + 1 < chain; ++v) link(v, v + 1);
      const vertex_id leaves = 3000, first = chain, next = chain + leaves;
      for (vertex_id k = 0; k < leaves; ++k) {
        link(chain - 1, first + k);
        for (vertex_id other = 0; other < 3; ++other)
          link(first + k, next + (7 * k + other) % leaves);
      }
      const vertex_id n = next + leaves;
      const graph::csr_graph g(n, std::span<const vertex_id>(source),
                               std::span<const vertex_id>(target), {}, {.directed = directed});
      expect_hops_by_queue(g, 0);
      expect_hops_by_queue(g, n - 1);
    }
}

}  // namespace
}  // namespace kedja::measures
