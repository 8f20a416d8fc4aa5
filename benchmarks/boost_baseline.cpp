// Plain Boost.Graph behind a C interface: what a C++ user writes who takes Boost's algorithms as
// they are, and in the style of the GAP benchmark (Beamer, Asanovic & Patterson 2015,
// arXiv:1508.03619) where Boost has none. drivers.py compiles it.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

// compressed_sparse_row_graph.hpp of Boost 1.74 uses what these define.
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/core_numbers.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/pending/disjoint_sets.hpp>
#include <boost/property_map/property_map.hpp>
#include <boost/range/iterator_range.hpp>

namespace {

struct tie {
  double value;
};
using network =
    boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property, tie,
                                       boost::no_property, std::uint32_t, std::uint64_t>;

struct made {
  network g;
  bool directed;
};

template <class T>
auto by_vertex(std::vector<T>& values, const network& g) {
  return boost::make_iterator_property_map(values.begin(), get(boost::vertex_index, g));
}

std::vector<std::uint32_t> hops_from(const network& g, std::uint32_t source) {
  std::vector<std::uint32_t> distance(num_vertices(g), 0);
  breadth_first_search(g, source,
                       visitor(boost::make_bfs_visitor(boost::record_distances(
                           by_vertex(distance, g), boost::on_tree_edge()))));
  return distance;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double hops(const made& m, std::uint32_t source) {
  const auto distance = hops_from(m.g, source);
  return std::accumulate(distance.begin(), distance.end(), 0.0);
}

double lengths(const made& m, std::uint32_t source) {
  std::vector<double> distance(num_vertices(m.g));
  dijkstra_shortest_paths_no_color_map(
      m.g, source, weight_map(get(&tie::value, m.g)).distance_map(by_vertex(distance, m.g)));
  return std::accumulate(distance.begin(), distance.end(), 0.0,
                         [](double a, double d) { return d < 1e300 ? a + d : a; });
}

double harmonic(const made& m, std::uint32_t) {
  double total = 0;
  for (std::uint32_t v = 0; v < num_vertices(m.g); ++v)
    for (const std::uint32_t d : hops_from(m.g, v))
      if (d > 0) total += 1.0 / d;
  return total;
}

double betweenness(const made& m, std::uint32_t) {
  std::vector<double> score(num_vertices(m.g));
  brandes_betweenness_centrality(m.g, by_vertex(score, m.g));
  return m.directed ? sum(score) : sum(score) / 2;
}

double betweenness_by_length(const made& m, std::uint32_t) {
  std::vector<double> score(num_vertices(m.g));
  brandes_betweenness_centrality(m.g, centrality_map(by_vertex(score, m.g))
                                          .vertex_index_map(get(boost::vertex_index, m.g))
                                          .weight_map(get(&tie::value, m.g)));
  return m.directed ? sum(score) : sum(score) / 2;
}

double weak_components(const made& m, std::uint32_t) {
  std::vector<std::uint32_t> rank(num_vertices(m.g)), parent(num_vertices(m.g));
  auto ranks = by_vertex(rank, m.g), parents = by_vertex(parent, m.g);
  boost::disjoint_sets<decltype(ranks), decltype(parents)> sets(ranks, parents);
  for (std::uint32_t v = 0; v < num_vertices(m.g); ++v) sets.make_set(v);
  for (const auto e : boost::make_iterator_range(edges(m.g)))
    sets.union_set(source(e, m.g), target(e, m.g));
  double count = 0;
  for (std::uint32_t v = 0; v < num_vertices(m.g); ++v) count += sets.find_set(v) == v;
  return count;
}

double strong_components(const made& m, std::uint32_t) {
  std::vector<std::uint32_t> component(num_vertices(m.g));
  return boost::strong_components(m.g, by_vertex(component, m.g));
}

double core_number(const made& m, std::uint32_t) {
  std::vector<std::uint32_t> core(num_vertices(m.g));
  core_numbers(m.g, by_vertex(core, m.g));
  return std::accumulate(core.begin(), core.end(), 0.0);
}

/// Rows by falling degree hold smaller ranks only; triangles are what two rows share.
double triangles(const made& m, std::uint32_t) {
  const auto n = static_cast<std::uint32_t>(num_vertices(m.g));
  std::vector<std::uint32_t> order(n), rank(n);
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return out_degree(a, m.g) > out_degree(b, m.g); });
  for (std::uint32_t i = 0; i < n; ++i) rank[order[i]] = i;
  std::vector<std::vector<std::uint32_t>> row(n);
  for (const auto e : boost::make_iterator_range(edges(m.g)))
    if (rank[target(e, m.g)] < rank[source(e, m.g)])
      row[rank[source(e, m.g)]].push_back(rank[target(e, m.g)]);
  for (auto& r : row) std::sort(r.begin(), r.end());
  std::vector<double> count(n, 0.0);
  for (std::uint32_t u = 0; u < n; ++u)
    for (const std::uint32_t v : row[u]) {
      auto a = row[u].begin(), b = row[v].begin();
      while (a != row[u].end() && b != row[v].end()) {
        if (*a == *b) ++count[u], ++count[v], ++count[*a];
        const bool move_a = *a <= *b, move_b = *b <= *a;
        a += move_a, b += move_b;
      }
    }
  double clustering = 0;
  for (std::uint32_t i = 0; i < n; ++i)
    if (const double d = static_cast<double>(out_degree(order[i], m.g)); d > 1)
      clustering += 2 * count[i] / (d * (d - 1));
  return clustering;
}

/// Pull, with the rank of companies without buyers spread over all, until the true error is 1e-9.
double pagerank(const made& m, std::uint32_t) {
  const auto n = static_cast<std::uint32_t>(num_vertices(m.g));
  std::vector<double> rank(n, 1.0 / n), sent(n);
  for (;;) {
    double lost = 0, moved = 0;
    for (std::uint32_t v = 0; v < n; ++v) {
      const auto d = static_cast<double>(out_degree(v, m.g));
      sent[v] = d > 0 ? rank[v] / d : 0.0;
      if (d == 0) lost += rank[v];
    }
    for (std::uint32_t v = 0; v < n; ++v) {
      double in = lost / n;
      for (const auto e : boost::make_iterator_range(in_edges(v, m.g))) in += sent[source(e, m.g)];
      const double next = 0.85 * in + 0.15 / n;
      moved += std::abs(next - rank[v]);
      rank[v] = next;
    }
    if (moved * 0.85 / 0.15 < 1e-9) break;
  }
  return std::inner_product(rank.begin(), rank.end(), rank.begin(), 0.0);
}

const std::map<std::string, double (*)(const made&, std::uint32_t)> kernels = {
    {"hops", hops},
    {"lengths", lengths},
    {"harmonic", harmonic},
    {"betweenness", betweenness},
    {"betweenness_by_length", betweenness_by_length},
    {"weak_components", weak_components},
    {"strong_components", strong_components},
    {"core_number", core_number},
    {"triangles", triangles},
    {"pagerank", pagerank},
};

}  // namespace

extern "C" {

void* baseline_build(std::uint32_t n, std::uint64_t m, const std::int64_t* source,
                     const std::int64_t* target, const double* value, int directed) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
  std::vector<tie> values;
  for (std::uint64_t i = 0; i < m; ++i) {
    ends.emplace_back(source[i], target[i]), values.push_back({value[i]});
    if (directed == 0) ends.emplace_back(target[i], source[i]), values.push_back({value[i]});
  }
  return new made{
      network(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), values.begin(), n),
      directed != 0};
}

/// NaN for a kernel that is not there.
double baseline_run(const void* graph, const char* kernel, std::uint32_t source) {
  const auto found = kernels.find(kernel);
  return found == kernels.end() ? std::nan("")
                                : found->second(*static_cast<const made*>(graph), source);
}

void baseline_free(void* graph) { delete static_cast<made*>(graph); }
}
