/// @file
/// Sums over many searches that come out the same for any number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <kedja/core/parallel.hpp>

namespace kedja::measures::detail {

inline constexpr const char* too_many_paths =
    "betweenness: more shortest paths join two companies than a double can count (1.8e308); "
    "estimates by hops (epsilon) need no such count";

/// Dependencies of vertices and, where `link` is not empty, of links.
struct dependency_sums {
  std::vector<double> vertex, link;
};

/// Sums over a list of sources. It is cut into blocks fixed by the data, whole batches each, with
/// sums of its own that are added in order, so that threads change no bit.
template <class MakeWorkspace, class AddSources>
dependency_sums sum_over_sources(std::size_t sources, std::size_t batch, std::size_t vertices,
                                 std::size_t links, task& job, MakeWorkspace make, AddSources add) {
  dependency_sums total{std::vector<double>(vertices, 0.0), std::vector<double>(links, 0.0)};
  if (sources == 0) return total;
  const std::size_t parts =
      std::clamp<std::size_t>((std::size_t{1} << 25) / (vertices + links), 2, 64);
  const std::size_t grain = ((sources + parts - 1) / parts + batch - 1) / batch * batch;
  std::vector<dependency_sums> part((sources + grain - 1) / grain);
  for_blocks(sources, grain, job, make,
             [&](auto& workspace, std::size_t first, std::size_t last, std::size_t block) {
               part[block] = {std::vector<double>(vertices, 0.0), std::vector<double>(links, 0.0)};
               add(workspace, first, last, part[block]);
             });
  for (const dependency_sums& sum : part) {
    for (std::size_t v = 0; v < vertices; ++v) total.vertex[v] += sum.vertex[v];
    for (std::size_t a = 0; a < links; ++a) total.link[a] += sum.link[a];
  }
  return total;
}

}  // namespace kedja::measures::detail
