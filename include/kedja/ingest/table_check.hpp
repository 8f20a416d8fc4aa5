/// @file
/// One table at the door: its columns are matched to the contract and its cells are typed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/model/diagnostics.hpp>
#include <kedja/model/raw_table.hpp>
#include <kedja/model/table.hpp>

namespace kedja::ingest {

/// The typed table, its references still text, and which rows have errors.
struct typed_table {
  model::table table;
  std::vector<char> bad;  ///< 1: the row has an error
  /// Column that ends the file without a line end: what is wrong there may be a file cut short.
  std::string unfinished_column;
};

/// Collects what is wrong, shows at most ten places per column and rule in a message of its own,
/// and counts the rest.
class complaints {
 public:
  complaints(model::diagnostics& report, typed_table& t) : report_(report), typed_(t) {}

  /// A problem in one cell; errors mark the row.
  void add(error_code code, std::size_t row, std::string_view column, std::string_view value,
           const std::string& what);

 private:
  model::diagnostics& report_;
  typed_table& typed_;
};

/// Matches columns (contract name, alias, or `columns`), types every cell and marks bad rows.
/// Unknown columns are kept as text. Throws data_error e_column when a required column is missing
/// or two columns mean the same.
[[nodiscard]] typed_table check_table(const model::raw_table& raw, const model::table_rule& rule,
                                      const std::map<std::string, std::string>& columns,
                                      model::diagnostics& report);

}  // namespace kedja::ingest
