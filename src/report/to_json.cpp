#include <cmath>

#include <kedja/core/error.hpp>
#include <kedja/report/number_text.hpp>
#include <kedja/report/write.hpp>
#include <nlohmann/json.hpp>

namespace kedja::report {
namespace {

std::string json_text(std::string_view text) { return nlohmann::json(text).dump(); }

void append_cell(std::string& out, const frame_column& c, std::size_t row) {
  if (c.is_missing(row)) {
    out += "null";
  } else if (const auto* text = std::get_if<model::text_column>(&c.values)) {
    out += json_text((*text)[row]);
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&c.values)) {
    const double value = (*numbers)[row];
    if (std::isfinite(value))
      append_number(out, value);
    else  // JSON has no infinity either; as text it is not lost
      out += std::isnan(value) ? "null" : value > 0 ? "\"inf\"" : "\"-inf\"";
  } else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&c.values)) {
    append_number(out, (*whole)[row]);
  } else {
    out += std::get<std::vector<char>>(c.values)[row] != 0 ? "true" : "false";
  }
}

}  // namespace

std::string to_json(const frame& table, const std::string& meta) {
  if (!nlohmann::json::accept(meta)) throw invalid_argument("meta is not JSON");
  std::vector<std::string> keys;
  for (const frame_column& c : table.columns) keys.push_back(json_text(c.name) + ": ");
  std::string out = "{\"meta\": " + meta + ",\n\"rows\": [";
  for (std::size_t row = 0; row < table.num_rows(); ++row) {
    out += row == 0 ? "\n{" : ",\n{";
    for (std::size_t c = 0; c < keys.size(); ++c) {
      if (c > 0) out += ", ";
      out += keys[c];
      append_cell(out, table.columns[c], row);
    }
    out += '}';
  }
  out += "\n]}\n";
  return out;
}

}  // namespace kedja::report
