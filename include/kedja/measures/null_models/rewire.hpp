/// @file
/// Random graphs with exactly the degrees of a given one, by switching the ends of pairs of links.
/// Sources: Maslov & Sneppen, "Specificity and stability in topology of protein networks", Science
/// 296 (2002), doi:10.1126/science.1065103; Fosdick, Larremore, Nishimura & Ugander, "Configuring
/// random graph models with fixed degree sequences", SIAM Rev. 60 (2018), doi:10.1137/16M1087175.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/large_vector.hpp>
#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/measures/null_models/link_set.hpp>

namespace kedja::measures {

/// The links of a simple graph and a set of them.
class link_switcher {
 public:
  /// Distinct links without self-links; in an undirected graph each is given once.
  link_switcher(std::span<const vertex_id> source, std::span<const vertex_id> target, bool directed,
                task& job);

  /// Tries `attempts` times to switch a pair of links a -> b, c -> d into a -> d, c -> b; a switch
  /// that would make a self-link or a link that exists is refused, and the graph then counts once
  /// more, which makes every graph with these degrees that can be reached equally likely in the
  /// long run. Undirected links are turned at random first. Returns how many were done. O(1) each.
  std::uint64_t run(std::uint64_t attempts, random_stream& random, task& job);

  struct link {
    vertex_id source, target;
  };
  [[nodiscard]] std::span<const link> links() const noexcept { return links_; }
  [[nodiscard]] std::vector<vertex_id> source() const { return column(&link::source); }  ///< a copy
  [[nodiscard]] std::vector<vertex_id> target() const { return column(&link::target); }  ///< a copy
  [[nodiscard]] bool contains(vertex_id u, vertex_id v) const noexcept {
    return known_.contains(key(u, v));
  }

 private:
  [[nodiscard]] std::vector<vertex_id> column(vertex_id link::*end) const {
    std::vector<vertex_id> made(links_.size());
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = links_[i].*end;
    return made;
  }
  [[nodiscard]] std::uint64_t key(vertex_id u, vertex_id v) const noexcept {
    return directed_ ? link_set::key(u, v) : link_set::key(std::min(u, v), std::max(u, v));
  }

  bool directed_;
  large_vector<link> links_;
  link_set known_;
};

/// The distinct links of a graph, self-links left out; in undirected graphs source <= target.
template <graph::two_way_graph G>
[[nodiscard]] link_switcher make_switcher(const G& g, task& job) {
  pacer pace(job);
  std::vector<vertex_id> source, target;
  for (vertex_id u = 0; u < g.num_vertices(); ++u) {
    const auto row = g.successors(u);
    pace(row.size() + 1);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != u && !(k > 0 && row[k - 1] == row[k]) && (g.directed() || u < row[k]))
        source.push_back(u), target.push_back(row[k]);
  }
  return {source, target, g.directed(), job};
}

struct rewire_options {
  double switches_per_link = 10;
  std::uint64_t seed = 0;
};

struct rewired_links {
  std::vector<vertex_id> source, target;
  std::uint64_t attempts = 0, done = 0;
  /// Share of the original links that stand, after each attempt per link; from a sample of them in
  /// large graphs. Mixed is where it no longer falls.
  std::vector<double> overlap;
};

/// Graph `draw` of `seed`, from the links in `original`. O(switches).
[[nodiscard]] rewired_links rewire(const link_switcher& original, const rewire_options& options,
                                   std::uint64_t draw, task& job);

inline void check_rewire(const rewire_options& options) {
  if (!(options.switches_per_link >= 0 && options.switches_per_link <= 1e6))
    throw invalid_argument("switches_per_link must be in [0, 1e6], not " +
                           std::to_string(options.switches_per_link));
}

}  // namespace kedja::measures
