/// @file
/// From participations (organisation x project) to links between organisations.
/// Source: Newman, "Scientific collaboration networks II", Phys. Rev. E 64 (2001) 016132,
/// doi:10.1103/PhysRevE.64.016132.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>

namespace kedja::graph {

enum class projection_weight {
  count,   ///< number of shared projects
  newman,  ///< sum over shared projects of 1 / (participants - 1)
};

struct projection_options {
  projection_weight weight = projection_weight::count;
  std::uint32_t max_size = 0;  ///< leave out projects with more participants; 0 keeps all
};

struct projection_result {
  csr_graph graph;                     ///< undirected, without self-loops or parallel links
  std::uint64_t skipped_projects = 0;  ///< larger than max_size
};

/// Links two organisations that share a project. Pair i says that organisation[i] takes part in
/// project[i]; a pair given twice counts once. Projects with one participant make no link.
/// O(sum over projects of size^2) time, O(links) memory. Throws invalid_argument naming the row.
[[nodiscard]] inline projection_result project(vertex_id num_organisations,
                                               std::uint32_t num_projects,
                                               std::span<const vertex_id> organisation,
                                               std::span<const std::uint32_t> project,
                                               const projection_options& options = {},
                                               const run_context& ctx = {}) {
  if (organisation.size() != project.size())
    throw invalid_argument("organisation and project must have one entry per participation");
  for (std::size_t i = 0; i < project.size(); ++i)
    if (organisation[i] >= num_organisations || project[i] >= num_projects)
      throw invalid_argument("participation " + std::to_string(i) +
                             ": organisation or project does not exist");
  // Members of each project in rising order, without repetition.
  std::vector<std::uint64_t> pair(project.size());
  for (std::size_t i = 0; i < pair.size(); ++i)
    pair[i] = std::uint64_t{project[i]} << 32 | organisation[i];
  std::sort(pair.begin(), pair.end());
  pair.erase(std::unique(pair.begin(), pair.end()), pair.end());

  projection_result result;
  std::vector<vertex_id> a, b;
  std::vector<double> weight;
  for (std::size_t i = 0; i < pair.size();) {
    std::size_t end = i;
    while (end < pair.size() && pair[end] >> 32 == pair[i] >> 32) ++end;
    const std::size_t size = end - i;
    if (options.max_size > 0 && size > options.max_size) {
      ++result.skipped_projects;
    } else if (size > 1) {
      const double w =
          options.weight == projection_weight::count ? 1.0 : 1.0 / static_cast<double>(size - 1);
      for (std::size_t j = i; j < end; ++j)
        for (std::size_t k = j + 1; k < end; ++k) {
          a.push_back(static_cast<vertex_id>(pair[j]));
          b.push_back(static_cast<vertex_id>(pair[k]));
          weight.push_back(w);
        }
    }
    i = end;
  }
  result.graph =
      csr_graph(num_organisations, std::span<const vertex_id>(a), std::span<const vertex_id>(b),
                weight, {.directed = false, .duplicates = duplicate_policy::sum}, ctx);
  return result;
}

}  // namespace kedja::graph
