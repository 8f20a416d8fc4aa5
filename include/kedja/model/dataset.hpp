/// @file
/// All tables of one analysis, checked and joined: references are row numbers, ids are kept once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/graph/projection.hpp>
#include <kedja/model/interner.hpp>
#include <kedja/model/table.hpp>

namespace kedja::model {

enum class link_kind : std::uint8_t { supply, collaboration, knowledge, ownership };

/// Which links make a graph, and what they are worth.
struct graph_request {
  std::vector<link_kind> kinds = {link_kind::supply};
  /// none: as the kinds are; kinds that differ need a choice.
  std::optional<bool> directed = {};
  bool use_value = false;  ///< false: every link counts 1 (shared projects count each)
  std::optional<std::int32_t> first_year = {}, last_year = {};  ///< closed interval
  bool count_missing_as_one = false;                       ///< a missing value is else an error
  std::vector<std::pair<std::string, double>> rates = {};  ///< currency -> factor
  graph::duplicate_policy duplicates = graph::duplicate_policy::sum;
  graph::projection_weight projection = graph::projection_weight::count;
  std::uint32_t max_project_size = 0;
};

struct graph_notes {
  std::uint64_t undated = 0;           ///< rows without a year that a year filter kept
  std::uint64_t skipped_projects = 0;  ///< larger than max_project_size
};

/// Groups with their names: group g of the grouping is names[g]; names are in order of their bytes.
struct named_groups {
  graph::grouping grouping;
  std::vector<std::string> names;
};

/// Which company has what; item i is names[i], names in order of their bytes.
struct named_pairs {
  std::vector<vertex_id> company;
  std::vector<std::uint32_t> item;
  std::vector<std::string> names;
};

/// Who takes part in which project; a stratum is a field and start year. Projects and strata are
/// numbered in the order of their names, so that the order of the rows changes nothing.
struct participation_columns {
  std::vector<vertex_id> company;
  std::vector<std::uint32_t> project, stratum;
};

class dataset {
 public:
  [[nodiscard]] const table& operator[](std::string_view name) const;
  [[nodiscard]] table& operator[](std::string_view name);

  [[nodiscard]] std::size_t num_companies() const noexcept { return vertex_of_row_.size(); }
  /// Id of the company that is vertex v.
  [[nodiscard]] std::string_view company_id(vertex_id v) const noexcept {
    return (*this)["companies"].text("id", row_of_vertex_[v]);
  }
  [[nodiscard]] const std::vector<vertex_id>& vertex_of_row() const noexcept {
    return vertex_of_row_;
  }
  [[nodiscard]] const std::vector<vertex_id>& row_of_vertex() const noexcept {
    return row_of_vertex_;
  }
  /// Ranks the companies' ids; called once when the tables are complete.
  void rank_companies();

  /// Every company is a vertex. Collaboration also has the projection of participations.
  /// Throws data_error e_currency_mix, e_missing or e_overflow, naming the place.
  [[nodiscard]] graph::csr_graph graph(const graph_request& request, const run_context& ctx = {},
                                       graph_notes* notes = nullptr) const;
  [[nodiscard]] graph::csr_graph graph(link_kind kind) const {
    return graph(graph_request{.kinds = {kind}});
  }

  /// by: cluster, country, nuts1, nuts2, nuts3, nace1 (section is not derived), nace2 (division),
  /// type, or the name of any text column of companies. Companies without a value are in no group.
  /// Throws invalid_argument listing what there is.
  [[nodiscard]] named_groups groups(std::string_view by) const;

  /// Capabilities of companies from the table of that name, or with by = "nace2" their divisions.
  /// Throws invalid_argument for another `by`, or without a column nace.
  [[nodiscard]] named_pairs capabilities(std::string_view by = "capabilities") const;

  /// Need for each of the capabilities: the sums of needs.value, a missing one counting 1. Empty
  /// when there is no table of needs, or nothing in it is about them.
  [[nodiscard]] std::vector<double> needs(const std::vector<std::string>& capabilities) const;

  /// The table of participations, row by row. Throws invalid_argument when there is none.
  [[nodiscard]] participation_columns participations() const;

  /// The data as known in `year`: dated rows of later years and memberships outside their interval
  /// are left out, undated rows are kept.
  [[nodiscard]] dataset as_of(std::int32_t year) const;

 private:
  std::array<table, table_rules.size()> tables_;
  std::vector<vertex_id> vertex_of_row_, row_of_vertex_;
};

}  // namespace kedja::model
