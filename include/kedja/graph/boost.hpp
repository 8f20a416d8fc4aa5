/// @file
/// Makes csr_graph and csr_view models of Boost.Graph's VertexListGraph, EdgeListGraph,
/// BidirectionalGraph and AdjacencyGraph, so that any Boost algorithm runs on them unchanged.
/// Include this file only where Boost.Graph is used.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>

#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/csr_view.hpp>

namespace kedja::graph {

/// An arc: its ends, and its place in the row it was reached from (weight is found there).
struct csr_edge {
  vertex_id source = 0;
  vertex_id target = 0;
  edge_id position = 0;  ///< position in the source's row of successors
  double weight = 1.0;
  friend bool operator==(const csr_edge& a, const csr_edge& b) noexcept {
    return a.source == b.source && a.position == b.position;
  }
};

struct csr_traversal_category : boost::vertex_list_graph_tag,
                                boost::edge_list_graph_tag,
                                boost::bidirectional_graph_tag,
                                boost::adjacency_graph_tag {};

/// Walks one row; `Reverse` turns predecessor rows into edges that end at the row's vertex.
template <class G, bool Reverse>
class csr_row_iterator
    : public boost::iterator_facade<csr_row_iterator<G, Reverse>, csr_edge,
                                    boost::random_access_traversal_tag, csr_edge> {
 public:
  csr_row_iterator() = default;
  csr_row_iterator(const G& g, vertex_id u, std::size_t k) : graph_(&g), vertex_(u), k_(k) {}

 private:
  friend class boost::iterator_core_access;
  [[nodiscard]] csr_edge dereference() const {
    if constexpr (Reverse) {
      const vertex_id from = graph_->predecessors(vertex_)[k_];
      const auto weight = graph_->predecessor_weights(vertex_);
      // Parallel arcs u -> v stand side by side in both rows, in the same order.
      const auto row = graph_->successors(from);
      const auto first = std::lower_bound(row.begin(), row.end(), vertex_) - row.begin();
      const auto back = graph_->predecessors(vertex_);
      const auto run = std::lower_bound(back.begin(), back.end(), from) - back.begin();
      const auto rank = static_cast<std::size_t>(first) + k_ - static_cast<std::size_t>(run);
      return {from, vertex_, graph_->first_arc(from) + rank, weight.empty() ? 1.0 : weight[k_]};
    } else {
      const auto weight = graph_->successor_weights(vertex_);
      return {vertex_, graph_->successors(vertex_)[k_], graph_->first_arc(vertex_) + k_,
              weight.empty() ? 1.0 : weight[k_]};
    }
  }
  [[nodiscard]] bool equal(const csr_row_iterator& other) const { return k_ == other.k_; }
  void increment() { ++k_; }
  void decrement() { --k_; }
  void advance(std::ptrdiff_t by) {
    k_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(k_) + by);
  }
  [[nodiscard]] std::ptrdiff_t distance_to(const csr_row_iterator& other) const {
    return static_cast<std::ptrdiff_t>(other.k_) - static_cast<std::ptrdiff_t>(k_);
  }

  const G* graph_ = nullptr;
  vertex_id vertex_ = 0;
  std::size_t k_ = 0;
};

/// Walks all arcs, row after row.
template <class G>
class csr_edge_iterator : public boost::iterator_facade<csr_edge_iterator<G>, csr_edge,
                                                        boost::forward_traversal_tag, csr_edge> {
 public:
  csr_edge_iterator() = default;
  csr_edge_iterator(const G& g, vertex_id u) : graph_(&g), vertex_(u) { settle(); }

 private:
  friend class boost::iterator_core_access;
  [[nodiscard]] csr_edge dereference() const {
    return *csr_row_iterator<G, false>(*graph_, vertex_, k_);
  }
  [[nodiscard]] bool equal(const csr_edge_iterator& other) const {
    return vertex_ == other.vertex_ && k_ == other.k_;
  }
  void increment() {
    ++k_;
    settle();
  }
  void settle() {
    while (vertex_ < graph_->num_vertices() && k_ == graph_->successors(vertex_).size())
      ++vertex_, k_ = 0;
  }

  const G* graph_ = nullptr;
  vertex_id vertex_ = 0;
  std::size_t k_ = 0;
};

template <class G>
concept boost_bridged = std::is_same_v<G, csr_graph> || std::is_same_v<G, csr_view>;

template <boost_bridged G>
vertex_id num_vertices(const G& g) {
  return g.num_vertices();
}
template <boost_bridged G>
edge_id num_edges(const G& g) {
  return g.num_arcs();
}
template <boost_bridged G>
auto vertices(const G& g) {
  using it = boost::counting_iterator<vertex_id>;
  return std::pair(it(0), it(g.num_vertices()));
}
template <boost_bridged G>
auto edges(const G& g) {
  return std::pair(csr_edge_iterator<G>(g, 0), csr_edge_iterator<G>(g, g.num_vertices()));
}
template <boost_bridged G>
edge_id out_degree(vertex_id u, const G& g) {
  return g.successors(u).size();
}
template <boost_bridged G>
edge_id in_degree(vertex_id u, const G& g) {
  return g.predecessors(u).size();
}
template <boost_bridged G>
edge_id degree(vertex_id u, const G& g) {
  return g.directed() ? out_degree(u, g) + in_degree(u, g) : out_degree(u, g);
}
template <boost_bridged G>
auto out_edges(vertex_id u, const G& g) {
  using it = csr_row_iterator<G, false>;
  return std::pair(it(g, u, 0), it(g, u, g.successors(u).size()));
}
template <boost_bridged G>
auto in_edges(vertex_id u, const G& g) {
  using it = csr_row_iterator<G, true>;
  return std::pair(it(g, u, 0), it(g, u, g.predecessors(u).size()));
}
template <boost_bridged G>
auto adjacent_vertices(vertex_id u, const G& g) {
  const auto row = g.successors(u);
  return std::pair(row.data(), row.data() + row.size());
}
template <boost_bridged G>
vertex_id source(const csr_edge& e, const G&) {
  return e.source;
}
template <boost_bridged G>
vertex_id target(const csr_edge& e, const G&) {
  return e.target;
}
template <boost_bridged G>
boost::typed_identity_property_map<vertex_id> get(boost::vertex_index_t, const G&) {
  return {};
}

/// boost::get(boost::edge_weight, g): link values, 1 where the graph has none.
struct csr_weight_map {
  using key_type = csr_edge;
  using value_type = double;
  using reference = double;
  using category = boost::readable_property_map_tag;
  friend double get(const csr_weight_map&, const csr_edge& e) { return e.weight; }
};
template <boost_bridged G>
csr_weight_map get(boost::edge_weight_t, const G&) {
  return {};
}
/// Positions of arcs, for external edge properties with num_edges(g) entries.
struct csr_edge_index_map {
  using key_type = csr_edge;
  using value_type = edge_id;
  using reference = edge_id;
  using category = boost::readable_property_map_tag;
  friend edge_id get(const csr_edge_index_map&, const csr_edge& e) { return e.position; }
};
template <boost_bridged G>
csr_edge_index_map get(boost::edge_index_t, const G&) {
  return {};
}

/// Every arc is an edge to Boost: an undirected graph shows each link in both directions, which is
/// what Boost's directed algorithms need to walk it both ways.
template <class G>
struct csr_traits {
  using vertex_descriptor = vertex_id;
  using edge_descriptor = csr_edge;
  using vertex_iterator = boost::counting_iterator<vertex_id>;
  using edge_iterator = csr_edge_iterator<G>;
  using out_edge_iterator = csr_row_iterator<G, false>;
  using in_edge_iterator = csr_row_iterator<G, true>;
  using adjacency_iterator = const vertex_id*;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = csr_traversal_category;
  using vertices_size_type = vertex_id;
  using edges_size_type = edge_id;
  using degree_size_type = edge_id;
  static vertex_descriptor null_vertex() { return no_vertex; }
};

}  // namespace kedja::graph

namespace boost {

template <>
struct graph_traits<kedja::graph::csr_graph> : kedja::graph::csr_traits<kedja::graph::csr_graph> {};
template <>
struct graph_traits<kedja::graph::csr_view> : kedja::graph::csr_traits<kedja::graph::csr_view> {};

template <kedja::graph::boost_bridged G>
struct property_map<G, vertex_index_t> {
  using type = typed_identity_property_map<kedja::vertex_id>;
  using const_type = type;
};
template <kedja::graph::boost_bridged G>
struct property_map<G, edge_weight_t> {
  using type = kedja::graph::csr_weight_map;
  using const_type = type;
};
template <kedja::graph::boost_bridged G>
struct property_map<G, edge_index_t> {
  using type = kedja::graph::csr_edge_index_map;
  using const_type = type;
};

}  // namespace boost
