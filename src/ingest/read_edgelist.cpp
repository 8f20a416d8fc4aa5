#include <kedja/core/utf8.hpp>
#include <kedja/ingest/read_csv.hpp>
#include <kedja/ingest/read_graph_file.hpp>

namespace kedja::ingest {

model::raw_table read_edgelist(const std::filesystem::path& path) {
  const std::string bytes = read_bytes(path);
  std::string_view text = bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  model::raw_table table;
  table.table = "links";
  table.file = path.filename().string();
  for (const char* name : {"source", "target", "value"}) table.columns.emplace_back(name);
  bool any_value = false;
  std::uint64_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view row = text.substr(at, end - at);
    at = end + 1;
    ++line;
    std::vector<std::string_view> fields;
    for (std::size_t i = 0; i < row.size();) {
      const std::size_t first = row.find_first_not_of(" \t\r", i);
      if (first == std::string_view::npos) break;
      const std::size_t last = std::min(row.find_first_of(" \t\r", first), row.size());
      fields.push_back(row.substr(first, last - first));
      i = last;
    }
    if (fields.empty() || fields[0].starts_with('#')) continue;
    const std::string where = table.file + ", row " + std::to_string(line);
    if (fields.size() < 2 || fields.size() > 3)
      throw data_error(error_code::e_fields, {table.file, line, true, "", escaped(row)},
                       where + ": expected source, target and perhaps a value, got " +
                           std::to_string(fields.size()) + " fields");
    if (first_invalid_utf8(row) != std::string_view::npos)
      throw data_error(error_code::e_utf8, {table.file, line, true, "", escaped(row)},
                       where + ": the text is not valid UTF-8");
    table.line.push_back(line);
    table.columns[0].push_back(fields[0]);
    table.columns[1].push_back(fields[1]);
    table.columns[2].push_back(fields.size() == 3 ? fields[2] : std::string_view());
    any_value |= fields.size() == 3;
  }
  if (!any_value) table.columns.pop_back();
  return table;
}

}  // namespace kedja::ingest
