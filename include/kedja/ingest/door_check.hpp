/// @file
/// The door: text cells become typed columns, references become row numbers, and every problem is
/// written down with file, row, column and value. Nothing is changed silently.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <kedja/model/dataset.hpp>
#include <kedja/model/diagnostics.hpp>
#include <kedja/model/raw_table.hpp>

namespace kedja::ingest {

enum class bad_rows {
  raise,   ///< throw data_error for the first problem, listing up to ten
  report,  ///< keep the rows; only the report may be used until it has no errors
  drop,    ///< leave out rows with errors and count them
};

struct check_options {
  bad_rows on_bad = bad_rows::raise;
  std::map<std::string, std::string> columns = {};  ///< user's column name -> the contract's
};

struct checked_data {
  model::dataset data;
  model::diagnostics report;
};

/// Checks tables that name themselves (raw_table::table) or are a single list of companies. Several
/// lists of companies are merged by id; other tables may stand once. Throws data_error for what no
/// policy can mend (a required column is missing, a table stands twice), and for the first problem
/// under bad_rows::raise. O(cells).
[[nodiscard]] checked_data check(std::vector<model::raw_table> tables,
                                 const check_options& options = {});

/// Reads and checks a folder (files named as the tables), one file, or several lists of companies:
/// .csv, .tsv, .txt (also .gz), .edgelist, .graphml.
[[nodiscard]] checked_data read(const std::string& path, const check_options& options = {});

/// The same under bad_rows::raise, without the report.
[[nodiscard]] model::dataset read_folder(const std::string& path);

}  // namespace kedja::ingest
