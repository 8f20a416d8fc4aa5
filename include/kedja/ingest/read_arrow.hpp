/// @file
/// Tables from other libraries' memory through the Arrow C stream interface.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kedja/core/arrow_abi.hpp>
#include <kedja/model/interner.hpp>
#include <kedja/model/raw_table.hpp>

namespace kedja::ingest {

/// Takes the stream over and reads all of its batches. Columns may hold whole numbers, floats, text
/// (also large and view), truth values, dates, timestamps (as ISO 8601), dictionaries of these, or
/// nothing; with nulls, chunks and offsets. A null is an empty cell, a number its shortest decimal
/// text. Throws data_error: e_format (another type; the column is named), e_utf8, e_column, and
/// e_file with the producer's own words when the stream fails. O(cells).
[[nodiscard]] model::raw_table read_arrow(ArrowArrayStream& stream, const std::string& table,
                                          const std::string& file);

/// Takes over a stream of one column (bare, or the only column of a table) and interns its texts:
/// the number of each is appended to `codes`. Whole numbers are interned as their decimal text.
/// Throws data_error e_missing for a null, naming the row, and as read_arrow. O(cells).
void intern_arrow(ArrowArrayStream& stream, const std::string& column, model::interner& ids,
                  std::vector<std::uint32_t>& codes);

}  // namespace kedja::ingest
