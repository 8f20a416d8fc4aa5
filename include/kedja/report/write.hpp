/// @file
/// Tables to files and to other libraries' memory.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <kedja/core/arrow_abi.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/report/frame.hpp>

namespace kedja::report {

struct csv_output {
  /// Put an apostrophe before text that a spreadsheet would run as a formula (= + - @ tab return).
  bool excel_safe = true;
};

/// RFC 4180 with LF line ends; numbers in their shortest form that reads back to the same bits,
/// missing cells empty. O(cells).
[[nodiscard]] std::string to_csv(const frame& table, const csv_output& options = {});

/// {"meta": ..., "rows": [{...}, ...]}; missing cells and NaN are null. `meta` is JSON text.
/// Throws invalid_argument when it is not. O(cells).
[[nodiscard]] std::string to_json(const frame& table, const std::string& meta = "{}");

/// Fills `out` with a stream of one batch that shares the table: large text, double, int64, bool.
void to_arrow(std::shared_ptr<const frame> table, ArrowArrayStream* out);

/// GraphML with the vertices' names as node ids and link values as the edge attribute "weight".
/// Throws invalid_argument when names and vertices differ in number, or a name holds a character
/// that XML cannot carry. O(n + m).
[[nodiscard]] std::string to_graphml(const graph::csr_graph& g,
                                     const model::text_column& name_of_vertex);

}  // namespace kedja::report
