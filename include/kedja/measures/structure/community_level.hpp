/// @file
/// One level of aggregation of the Leiden and Louvain methods. Sources: Traag, Waltman & van Eck,
/// "From Louvain to Leiden: guaranteeing well-connected communities", Sci. Rep. 9 (2019) 5233,
/// doi:10.1038/s41598-019-41695-z; Blondel et al., J. Stat. Mech. (2008) P10008,
/// doi:10.1088/1742-5468/2008/10/P10008.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <kedja/core/large_vector.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/joined_links.hpp>

namespace kedja::measures::detail {

/// Strength of a vertex or community in an undirected graph. `chance(a, b)` times resolution / W is
/// the value of links between a and b that random ends would make.
struct undirected_strength {
  double all = 0;
  void operator+=(const undirected_strength& b) noexcept { all += b.all; }
  void operator-=(const undirected_strength& b) noexcept { all -= b.all; }
  [[nodiscard]] double size() const noexcept { return all; }
  friend double chance(const undirected_strength& a, const undirected_strength& b) noexcept {
    return a.all * b.all;
  }
};

/// The same in a directed graph (Leicht & Newman 2008, doi:10.1103/PhysRevLett.100.118703).
struct directed_strength {
  double out = 0, in = 0;
  void operator+=(const directed_strength& b) noexcept { out += b.out, in += b.in; }
  void operator-=(const directed_strength& b) noexcept { out -= b.out, in -= b.in; }
  [[nodiscard]] double size() const noexcept { return out + in; }
  friend double chance(const directed_strength& a, const directed_strength& b) noexcept {
    return a.out * b.in + a.in * b.out;
  }
};

template <class Strength>
struct community_level {
  joined_links links;              ///< between different vertices, both directions added
  std::vector<Strength> strength;  ///< of each vertex, links inside it included

  [[nodiscard]] vertex_id size() const noexcept { return links.num_vertices(); }
};

/// Numbers labels below n from 0 in the order in which they first appear; returns how many.
inline vertex_id number_by_appearance(std::vector<vertex_id>& label) {
  std::vector<vertex_id> number(label.size(), no_vertex);
  vertex_id next = 0;
  for (vertex_id& l : label) {
    if (number[l] == no_vertex) number[l] = next++;
    l = number[l];
  }
  return next;
}

/// Groups the vertices of a level: those of part p are members[first[p]] .. members[first[p + 1]].
struct part_members {
  std::vector<std::size_t> first;
  std::vector<vertex_id> members;

  part_members(const std::vector<vertex_id>& part, vertex_id parts)
      : first(parts + std::size_t{1}, 0), members(part.size()) {
    for (const vertex_id p : part) ++first[p + std::size_t{1}];
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::size_t> end(first.begin(), first.end() - 1);
    for (std::size_t v = 0; v < part.size(); ++v)
      members[end[part[v]]++] = static_cast<vertex_id>(v);
  }
};

/// One vertex for each part; links between two parts become one link with their summed value. Rows
/// are written where all links of their members have room, then moved together.
template <class Strength>
community_level<Strength> aggregate(const community_level<Strength>& level,
                                    const std::vector<vertex_id>& part, vertex_id parts,
                                    task& job) {
  const part_members in(part, parts);
  community_level<Strength> made;
  made.strength.resize(parts);
  joined_links& links = made.links;
  links.offset.assign(parts + std::size_t{1}, 0);
  for (std::size_t v = 0; v < part.size(); ++v)
    links.offset[part[v] + std::size_t{1}] += level.links.degree(static_cast<vertex_id>(v));
  std::partial_sum(links.offset.begin(), links.offset.end(), links.offset.begin());
  links.neighbour.resize(links.offset[parts]);
  links.value.resize(links.offset[parts]);
  std::vector<vertex_id> length(parts);
  struct workspace {
    std::vector<double> sum;
    std::vector<vertex_id> touched;
  };
  constexpr std::size_t grain = 2048;
  for_blocks(
      parts, grain, job,
      [parts] {
        return workspace{std::vector<double>(parts, 0.0),
                         std::vector<vertex_id>(parts + std::size_t{1})};
      },
      [&](workspace& ws, std::size_t from, std::size_t to, std::size_t) {
        double* const sum = ws.sum.data();
        vertex_id* const touched = ws.touched.data();
        for (std::size_t p = from; p < to; ++p) {
          std::size_t found = 0;
          sum[p] = 1;  // never looks new, so that links inside are left out
          for (std::size_t at = in.first[p]; at < in.first[p + 1]; ++at) {
            const vertex_id v = in.members[at];
            if (at + 16 < in.members.size()) {  // members lie anywhere in memory
              __builtin_prefetch(&level.links.offset[in.members[at + 16]]);
              __builtin_prefetch(&level.strength[in.members[at + 8]]);
              const std::size_t ahead = level.links.offset[in.members[at + 8]];
              __builtin_prefetch(level.links.neighbour.data() + ahead);
              __builtin_prefetch(level.links.value.data() + ahead);
              __builtin_prefetch(level.links.value.data() + ahead + 8);
            }
            made.strength[p] += level.strength[v];
            const auto row = level.links.of(v);
            const auto values = level.links.values(v);
            for (std::size_t k = 0; k < row.size(); ++k) {  // no branch: what is new is a coin toss
              const vertex_id q = part[row[k]];
              touched[found] = q;
              found +=
                  static_cast<std::size_t>(sum[q] == 0) & static_cast<std::size_t>(values[k] > 0);
              sum[q] += values[k];
            }
          }
          sum[p] = 0;
          for (std::size_t i = 0; i < found; ++i) {
            links.neighbour[links.offset[p] + i] = touched[i];
            links.value[links.offset[p] + i] = std::exchange(sum[touched[i]], 0.0);
          }
          length[p] = static_cast<vertex_id>(found);
        }
      });
  close_gaps(links, length);
  return made;
}

}  // namespace kedja::measures::detail
