/// @file
/// A graph as a network of conductors, and the potentials that currents through it need: conjugate
/// gradients for eight currents at a time. Source: Saad, "Iterative methods for sparse linear
/// systems", 2nd ed. (2003), algorithm 9.1, doi:10.1137/1.9780898718003.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <kedja/core/pacer.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/concepts.hpp>
#include <kedja/graph/links.hpp>

namespace kedja::measures {

/// Every link conducts both ways, in proportion to its value; parallel links add up. Self-links and
/// links worth 0 conduct nothing.
struct conductor_network {
  struct conductor {
    vertex_id to;
    double conductance;
  };
  std::vector<std::size_t> offset;
  std::vector<conductor> row;        ///< of each vertex, by the other end
  std::vector<double> total;         ///< conductance at each vertex
  std::vector<vertex_id> component;  ///< label of each vertex
  std::vector<vertex_id> member;     ///< vertices, component by component
  std::vector<std::size_t> start;    ///< where each component begins in `member`
};

template <graph::two_way_graph G>
[[nodiscard]] conductor_network make_conductors(const G& g, bool weighted, task& job) {
  const vertex_id n = g.num_vertices();
  pacer pace(job);
  conductor_network made;
  made.offset.assign(n + std::size_t{1}, 0);
  const auto each = [&](auto body) {
    graph::for_each_link(g, [&](vertex_id u, vertex_id v, double w) {
      pace();
      if (u != v && (!weighted || w > 0)) body(u, v, weighted ? w : 1.0);
    });
  };
  each([&](vertex_id u, vertex_id v, double) {
    ++made.offset[u + std::size_t{1}], ++made.offset[v + std::size_t{1}];
  });
  for (std::size_t v = 0; v < n; ++v) made.offset[v + 1] += made.offset[v];
  made.row.resize(made.offset[n]);
  std::vector<std::size_t> cursor(made.offset.begin(), made.offset.end() - 1);
  each([&](vertex_id u, vertex_id v, double w) {
    made.row[cursor[u]++] = {v, w};
    made.row[cursor[v]++] = {u, w};
  });
  std::size_t kept = 0;
  made.total.assign(n, 0.0);
  for (std::size_t v = 0; v < n; ++v) {
    const std::size_t first = made.offset[v], last = made.offset[v + 1];
    std::stable_sort(made.row.begin() + static_cast<std::ptrdiff_t>(first),
                     made.row.begin() + static_cast<std::ptrdiff_t>(last),
                     [](const auto& a, const auto& b) { return a.to < b.to; });
    made.offset[v] = kept;
    pace(last - first);
    for (std::size_t k = first; k < last; ++k) {
      made.total[v] += made.row[k].conductance;
      if (kept > made.offset[v] && made.row[kept - 1].to == made.row[k].to)
        made.row[kept - 1].conductance += made.row[k].conductance;
      else
        made.row[kept++] = made.row[k];
    }
  }
  made.offset[n] = kept;
  made.row.resize(kept);
  made.component.assign(n, no_vertex);
  for (vertex_id root = 0; root < n; ++root) {
    if (made.component[root] != no_vertex) continue;
    const auto label = static_cast<vertex_id>(made.start.size());
    made.start.push_back(made.member.size());
    made.component[root] = label;
    made.member.push_back(root);
    for (std::size_t head = made.start.back(); head < made.member.size(); ++head) {
      const vertex_id u = made.member[head];
      pace(made.offset[u + std::size_t{1}] - made.offset[u]);
      for (std::size_t k = made.offset[u]; k < made.offset[u + std::size_t{1}]; ++k)
        if (const vertex_id v = made.row[k].to; made.component[v] == no_vertex) {
          made.component[v] = label;
          made.member.push_back(v);
        }
    }
  }
  made.start.push_back(made.member.size());
  return made;
}

/// Potentials of up to eight unit currents, each entering at one vertex and leaving at another of
/// the same component. Reusable; 40 n doubles.
class potential_solver {
 public:
  static constexpr std::size_t lanes = 8;
  using current = std::pair<vertex_id, vertex_id>;

  explicit potential_solver(std::size_t n) : x_(n), r_(n), p_(n), q_(n) {}

  /// Solves on component `label`; afterwards potential(v, lane) holds, up to a constant per lane.
  /// Returns the largest residual, in the L2 norm, as a share of the current's.
  double solve(const conductor_network& net, vertex_id label, const std::vector<current>& currents,
               double tolerance, int max_iterations, task& job) {
    const vertex_id* const first = net.member.data() + net.start[label];
    const vertex_id* const last = net.member.data() + net.start[label + std::size_t{1}];
    for (const vertex_id* v = first; v != last; ++v) x_[*v] = r_[*v] = p_[*v] = {};
    for (std::size_t k = 0; k < currents.size(); ++k) {
      r_[currents[k].first].lane[k] += 1.0;
      r_[currents[k].second].lane[k] -= 1.0;
    }
    wide rho = {};  // r' D^-1 r, for conductances D at each vertex
    for (const vertex_id* v = first; v != last; ++v) {
      p_[*v].lane = r_[*v].lane / net.total[*v];
      rho += r_[*v].lane * p_[*v].lane;
    }
    double worst = 1.0;
    std::size_t work = 0;
    for (int i = 0; i < max_iterations; ++i) {
      wide bend = {};
      for (const vertex_id* v = first; v != last; ++v) {
        wide sum = net.total[*v] * p_[*v].lane;
        for (std::size_t k = net.offset[*v]; k < net.offset[*v + std::size_t{1}]; ++k)
          sum -= net.row[k].conductance * p_[net.row[k].to].lane;
        q_[*v].lane = sum;
        bend += p_[*v].lane * sum;
        if ((work += net.offset[*v + std::size_t{1}] - net.offset[*v]) > (1u << 14))
          work = 0, job.checkpoint();
      }
      wide alpha = {}, beta = {};
      for (std::size_t k = 0; k < lanes; ++k) alpha[k] = bend[k] > 0 ? rho[k] / bend[k] : 0.0;
      wide next = {}, left = {};
      for (const vertex_id* v = first; v != last; ++v) {
        x_[*v].lane += alpha * p_[*v].lane;
        r_[*v].lane -= alpha * q_[*v].lane;
        next += r_[*v].lane * (r_[*v].lane / net.total[*v]);
        left += r_[*v].lane * r_[*v].lane;
      }
      worst = 0;
      for (std::size_t k = 0; k < currents.size(); ++k)
        worst = std::max(worst, std::sqrt(left[k] / 2));
      if (worst <= tolerance) break;
      for (std::size_t k = 0; k < lanes; ++k) beta[k] = rho[k] > 0 ? next[k] / rho[k] : 0.0;
      rho = next;
      for (const vertex_id* v = first; v != last; ++v)
        p_[*v].lane = r_[*v].lane / net.total[*v] + beta * p_[*v].lane;
    }
    return worst;
  }
  [[nodiscard]] double potential(vertex_id v, std::size_t lane) const { return x_[v].lane[lane]; }

 private:
  using wide = double __attribute__((vector_size(64)));
  // In a structure of its own: a vector type that is a template argument loses its alignment.
  struct alignas(64) values {
    wide lane = {};
  };
  std::vector<values> x_, r_, p_, q_;
};

}  // namespace kedja::measures
