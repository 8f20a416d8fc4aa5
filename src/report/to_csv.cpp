#include <cmath>
#include <string_view>

#include <kedja/report/number_text.hpp>
#include <kedja/report/write.hpp>

namespace kedja::report {
namespace {

void append_text(std::string& out, std::string_view text, bool excel_safe) {
  const bool formula = excel_safe && text.find_first_of("=+-@\t\r") == 0;
  const bool quoted = text.find_first_of(",\"\n\r") != std::string_view::npos;
  if (quoted) out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

void append_cell(std::string& out, const frame_column& c, std::size_t row, bool excel_safe) {
  if (c.is_missing(row)) return;
  if (const auto* text = std::get_if<model::text_column>(&c.values)) {
    append_text(out, (*text)[row], excel_safe);
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&c.values)) {
    if (!std::isnan((*numbers)[row])) append_number(out, (*numbers)[row]);
  } else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&c.values)) {
    append_number(out, (*whole)[row]);
  } else {
    out += std::get<std::vector<char>>(c.values)[row] != 0 ? "true" : "false";
  }
}

}  // namespace

std::string to_csv(const frame& table, const csv_output& options) {
  std::string out;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c > 0) out += ',';
    append_text(out, table.columns[c].name, options.excel_safe);
  }
  out += '\n';
  for (std::size_t row = 0; row < table.num_rows(); ++row) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (c > 0) out += ',';
      append_cell(out, table.columns[c], row, options.excel_safe);
    }
    out += '\n';
  }
  return out;
}

}  // namespace kedja::report
