/// @file
/// Delimited text: RFC 4180 as it is met in practice, Swedish Excel included.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <kedja/model/raw_table.hpp>

namespace kedja::ingest {

struct csv_options {
  char delimiter = 0;              ///< 0: the likeliest of comma, semicolon and tab in the header
  char decimal = 0;                ///< ',' or '.'; 0: comma in semicolon files, point elsewhere
  std::string encoding = "utf-8";  ///< or "windows-1252" (also called latin-1)
  char comment = 0;                ///< lines that start with it are skipped; 0: none
  std::size_t max_field = 64 * 1024;
  std::size_t max_columns = 4096;
  std::size_t max_bytes = std::size_t{8} << 30;  ///< of text, decompressed
  std::size_t max_ratio = 200;                   ///< decompressed to compressed
};

/// Reads .csv, .tsv or .txt, also with .gz. Records keep their physical line (the header is line 1,
/// a quoted field may span several). Handles a byte order mark, CRLF, Excel's "sep=;" line, doubled
/// quotes, bare quotes inside an unquoted field, and a trailing delimiter on every row (noted).
/// Throws data_error: e_file, e_limit, e_utf8, e_control, e_quote, e_fields, e_column.
[[nodiscard]] model::raw_table read_csv(const std::filesystem::path& path,
                                        const csv_options& options = {});

/// The same from memory; `file` is what messages call it.
[[nodiscard]] model::raw_table read_csv_text(std::string_view bytes, const std::string& file,
                                             const csv_options& options = {});

/// A whole file as bytes, decompressed when it is gzip. Throws data_error e_file or e_limit.
[[nodiscard]] std::string read_bytes(const std::filesystem::path& path,
                                     const csv_options& options = {});

}  // namespace kedja::ingest
