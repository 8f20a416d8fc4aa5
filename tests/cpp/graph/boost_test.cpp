#include <kedja/graph/boost.hpp>

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>

namespace kedja::graph {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<csr_graph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<csr_graph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<csr_graph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<csr_graph>));
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<csr_view>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<csr_view>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<csr_view>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyMapConcept<csr_weight_map, csr_edge>));

//   0 --1--> 1 --1--> 2 --1--> 0        3 --2--> 4
//   0 --5--> 2        2 --4--> 3
csr_graph small() {
  static const std::vector<vertex_id> s{0, 1, 2, 3, 0, 2}, t{1, 2, 0, 4, 2, 3};
  static const std::vector<double> w{1, 1, 1, 2, 5, 4};
  return csr_graph(5, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w);
}

TEST(Boost, BreadthFirstSearchRuns) {
  const csr_graph g = small();
  std::vector<int> hops(5, 0);
  boost::breadth_first_search(
      g, vertex_id{0},
      boost::visitor(boost::make_bfs_visitor(boost::record_distances(
          boost::make_iterator_property_map(hops.begin(), get(boost::vertex_index, g)),
          boost::on_tree_edge()))));
  EXPECT_EQ(hops, (std::vector<int>{0, 1, 1, 2, 3}));
}

TEST(Boost, DijkstraUsesLinkValues) {
  const csr_graph owner = small();
  std::vector<double> distance(5);
  boost::dijkstra_shortest_paths(owner, vertex_id{0},
                                 boost::weight_map(get(boost::edge_weight, owner))
                                     .distance_map(boost::make_iterator_property_map(
                                         distance.begin(), get(boost::vertex_index, owner))));
  EXPECT_EQ(distance, (std::vector<double>{0, 1, 2, 6, 8}));
}

TEST(Boost, StrongComponentsRunOnAView) {
  const csr_graph owner = small();
  const csr_view g = owner.view();
  std::vector<int> component(5);
  const int count = boost::strong_components(
      g, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, g)));
  EXPECT_EQ(count, 3);
  EXPECT_EQ(component[0], component[1]);
  EXPECT_EQ(component[0], component[2]);
  EXPECT_NE(component[0], component[3]);
}

TEST(Boost, ReverseGraphWalksAgainstTheLinks) {
  const csr_graph g = small();
  const auto reversed = boost::make_reverse_graph(g);
  std::vector<int> hops(5, -1);
  hops[4] = 0;
  boost::breadth_first_search(
      reversed, vertex_id{4},
      boost::visitor(boost::make_bfs_visitor(boost::record_distances(
          boost::make_iterator_property_map(hops.begin(), get(boost::vertex_index, g)),
          boost::on_tree_edge()))));
  EXPECT_EQ(hops, (std::vector<int>{3, 3, 2, 1, 0}));
}

TEST(Boost, InEdgesAreTheOutEdgesTheyMirror) {
  const std::vector<vertex_id> s{0, 0, 1, 0}, t{2, 2, 2, 1};
  const std::vector<double> w{3, 1, 7, 2};
  const csr_graph g(3, std::span<const vertex_id>(s), std::span<const vertex_id>(t), w);
  std::vector<edge_id> seen;
  for (auto [at, end] = in_edges(2, g); at != end; ++at) {
    EXPECT_EQ(target(*at, g), 2u);
    seen.push_back((*at).position);
  }
  EXPECT_EQ(seen, (std::vector<edge_id>{1, 2, 3}));  // arcs: 0->1, 0->2 (1), 0->2 (3), 1->2
}

}  // namespace
}  // namespace kedja::graph
