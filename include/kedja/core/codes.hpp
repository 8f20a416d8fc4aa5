/// @file
/// The only table of error and warning codes. Python, the command line and the documents read it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kedja {

enum class severity : std::uint8_t { error, warning, info };

/// One entry per rule of the door check. The order is that of the table below.
enum class error_code : std::uint8_t {
  // files and their syntax
  e_file, e_format, e_limit, e_utf8, e_control, e_quote, e_fields, e_column, e_empty, e_checksum,
  e_xml, e_xml_dtd, e_xml_key,
  // cells
  e_number, e_range, e_bool, e_enum, e_year, e_currency, e_nace, e_nuts, e_country, e_missing,
  // ids and references
  e_id_empty, e_dup_id, e_id_normalisation, e_dangling, e_dup_table,
  // sums and meaning
  e_overflow, e_currency_mix, e_contradiction,
  // warnings
  w_empty_table, w_extra_column, w_dup_row, w_dup_link, w_id_case, w_missing, w_ownership_sum,
  w_self_link, w_trailing_delimiter, w_number_format, w_xml_namespace, w_personal_number,
  w_dropped, w_merged, w_conflict, w_future,
  // information
  i_country_alias, i_nuts_edition, i_nuts_from_place, i_encoding, i_alias,
};

struct code_info {
  error_code code;
  std::string_view name;  ///< stable public name
  kedja::severity level;
  std::string_view rule;    ///< what must hold
  std::string_view action;  ///< what the user can do, or what was done
};

inline constexpr std::array code_table = {
    code_info{error_code::e_file, "E_FILE", severity::error, "the file can be opened and read", "check the path and its permissions"},
    code_info{error_code::e_format, "E_FORMAT", severity::error, "the file is of a supported kind", "use .csv, .csv.gz, .tsv, .parquet, .xlsx, .graphml, .edgelist or .kedja"},
    code_info{error_code::e_limit, "E_LIMIT", severity::error, "the file stays below the size limits", "split the file or raise the limit that is named"},
    code_info{error_code::e_utf8, "E_UTF8", severity::error, "text is valid UTF-8", "save the file as UTF-8, or name its encoding"},
    code_info{error_code::e_control, "E_CONTROL", severity::error, "text has no control characters", "remove the control character"},
    code_info{error_code::e_quote, "E_QUOTE", severity::error, "a quoted field is closed", "close the quote that opens in this row"},
    code_info{error_code::e_fields, "E_FIELDS", severity::error, "every row has as many fields as the header", "add or remove delimiters in this row"},
    code_info{error_code::e_column, "E_COLUMN", severity::error, "required columns are present and named once", "rename a column, or pass columns={...}"},
    code_info{error_code::e_empty, "E_EMPTY", severity::error, "the table has rows", "add at least one row"},
    code_info{error_code::e_checksum, "E_CHECKSUM", severity::error, "the file's own checksums hold", "get an undamaged copy of the file"},
    code_info{error_code::e_xml, "E_XML", severity::error, "the XML is well formed", "export the file again"},
    code_info{error_code::e_xml_dtd, "E_XML_DTD", severity::error, "XML has no document type declaration", "remove the DOCTYPE; entities are never expanded"},
    code_info{error_code::e_xml_key, "E_XML_KEY", severity::error, "GraphML data refers to a declared key", "declare the key"},
    code_info{error_code::e_number, "E_NUMBER", severity::error, "the cell is a finite decimal number", "write a plain number such as 1200.5"},
    code_info{error_code::e_range, "E_RANGE", severity::error, "the number lies in the allowed range", "correct the number"},
    code_info{error_code::e_bool, "E_BOOL", severity::error, "the cell is true or false", "write true, false or nothing"},
    code_info{error_code::e_enum, "E_ENUM", severity::error, "the cell is one of the allowed words", "use one of the words that are listed"},
    code_info{error_code::e_year, "E_YEAR", severity::error, "the cell is a four-digit year (or ISO date where allowed)", "write a year such as 2023"},
    code_info{error_code::e_currency, "E_CURRENCY", severity::error, "the currency is an ISO 4217 code", "write a code such as SEK or EUR"},
    code_info{error_code::e_nace, "E_NACE", severity::error, "the code exists in NACE Rev. 2 or 2.1 and is unambiguous", "write the class with its dot, such as 24.10, and name nace_version"},
    code_info{error_code::e_nuts, "E_NUTS", severity::error, "the code is a well-formed NUTS code", "write a code such as SE232"},
    code_info{error_code::e_country, "E_COUNTRY", severity::error, "the country is an ISO 3166-1 alpha-2 code", "write a code such as SE"},
    code_info{error_code::e_missing, "E_MISSING", severity::error, "a required cell has a value", "fill in the cell"},
    code_info{error_code::e_id_empty, "E_ID_EMPTY", severity::error, "an id has at least one visible character", "give the row an id"},
    code_info{error_code::e_dup_id, "E_DUP_ID", severity::error, "ids are unique in their table", "remove or merge one of the rows"},
    code_info{error_code::e_id_normalisation, "E_ID_NORMALISATION", severity::error, "ids stay distinct after Unicode normalisation", "write the id the same way in every row"},
    code_info{error_code::e_dangling, "E_DANGLING", severity::error, "a referenced id exists", "add the id to its table or correct the reference"},
    code_info{error_code::e_dup_table, "E_DUP_TABLE", severity::error, "a table is given once", "keep one of the files"},
    code_info{error_code::e_overflow, "E_OVERFLOW", severity::error, "sums stay finite", "check the unit of the values"},
    code_info{error_code::e_currency_mix, "E_CURRENCY_MIX", severity::error, "values of different currencies are never added", "pass rates={...} or convert the values"},
    code_info{error_code::e_contradiction, "E_CONTRADICTION", severity::error, "cells of a row do not contradict each other", "correct one of the cells"},
    code_info{error_code::w_empty_table, "W_EMPTY_TABLE", severity::warning, "the table has rows", "read as empty"},
    code_info{error_code::w_extra_column, "W_EXTRA_COLUMN", severity::warning, "columns are known", "kept as an attribute"},
    code_info{error_code::w_dup_row, "W_DUP_ROW", severity::warning, "rows are distinct", "the repeated row was ignored"},
    code_info{error_code::w_dup_link, "W_DUP_LINK", severity::warning, "a link is given once per kind and year", "the values are summed"},
    code_info{error_code::w_id_case, "W_ID_CASE", severity::warning, "ids differ by more than case", "both were kept"},
    code_info{error_code::w_missing, "W_MISSING", severity::warning, "the cell has a value", "read as missing, never as zero"},
    code_info{error_code::w_ownership_sum, "W_OWNERSHIP_SUM", severity::warning, "owners of a company hold at most 100 per cent", "kept as given"},
    code_info{error_code::w_self_link, "W_SELF_LINK", severity::warning, "a link joins two companies", "kept as a self-link"},
    code_info{error_code::w_trailing_delimiter, "W_TRAILING_DELIMITER", severity::warning, "rows do not end in a delimiter", "the empty last field was ignored"},
    code_info{error_code::w_number_format, "W_NUMBER_FORMAT", severity::warning, "numbers have no thousands separators", "separators were removed"},
    code_info{error_code::w_xml_namespace, "W_XML_NAMESPACE", severity::warning, "GraphML names its namespace", "read as GraphML"},
    code_info{error_code::w_personal_number, "W_PERSONAL_NUMBER", severity::warning, "an organisation number is not a personal identity number", "masked in reports and exports unless personal=True"},
    code_info{error_code::w_dropped, "W_DROPPED", severity::warning, "rows can be used", "the row was dropped as asked"},
    code_info{error_code::w_merged, "W_MERGED", severity::info, "a company is listed once", "lists were merged by id"},
    code_info{error_code::w_conflict, "W_CONFLICT", severity::warning, "lists agree about a company", "the first list's value was kept"},
    code_info{error_code::w_future, "W_FUTURE", severity::warning, "years are not in the future", "kept as given"},
    code_info{error_code::i_country_alias, "I_COUNTRY_ALIAS", severity::info, "countries are written as in ISO 3166-1", "EL was read as GR, UK as GB"},
    code_info{error_code::i_nuts_edition, "I_NUTS_EDITION", severity::info, "NUTS codes are of the 2016 edition", "kept; it has no name here"},
    code_info{error_code::i_nuts_from_place, "I_NUTS_FROM_PLACE", severity::info, "the region is given as a NUTS code", "taken from the municipality or county"},
    code_info{error_code::i_encoding, "I_ENCODING", severity::info, "text is UTF-8", "decoded from the encoding that was named"},
    code_info{error_code::i_alias, "I_ALIAS", severity::info, "columns have their own names", "matched through an alias"},
};

[[nodiscard]] constexpr const code_info& info(error_code c) noexcept {
  return code_table[static_cast<std::size_t>(c)];
}

}  // namespace kedja
