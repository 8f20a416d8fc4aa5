/// @file
/// Several lists of companies (one per cluster) become one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <kedja/model/diagnostics.hpp>
#include <kedja/model/raw_table.hpp>

namespace kedja::ingest {

/// Joins lists by id. Columns are matched through the contract; a cell that the first list leaves
/// empty is taken from a later one, a cell that differs is kept as the first has it and reported.
/// Clusters add up. A list without a cluster column is the cluster named as its file. Row numbers
/// are those of the first list that names the company. O(cells).
[[nodiscard]] model::raw_table merge_lists(std::vector<model::raw_table> lists,
                                           const std::map<std::string, std::string>& columns,
                                           model::diagnostics& report);

}  // namespace kedja::ingest
