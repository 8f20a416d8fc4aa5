#include <kedja/store/dataset_store.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <kedja/model/schema.hpp>
#include <kedja/store/graph_store.hpp>

namespace kedja::store {
namespace {

using model::cell;

/// What stands in "table/<name>/columns": the file that the table came from, its number of rows,
/// then for each column its name, its rule's name (empty: a column of the user's own) and its kind.
constexpr std::size_t fields_before = 2, fields_per_column = 3;
constexpr std::string_view kind_text = "text", kind_number = "number", kind_whole = "whole";

/// How many different codes a column of whole numbers may hold; 0: any (years).
std::size_t codes_of(const model::column_rule& rule, const model::dataset& data) {
  switch (rule.type) {
    case cell::company:
      return data["companies"].rows;
    case cell::cluster:
      return data["clusters"].rows;
    case cell::boolean:
      return 2;
    case cell::word:
      return static_cast<std::size_t>(std::count(rule.words.begin(), rule.words.end(), '|')) + 1;
    default:
      return 0;
  }
}

std::string_view kind_of(cell type) {
  switch (type) {
    case cell::number:
    case cell::positive:
    case cell::level:
    case cell::count:
    case cell::latitude:
    case cell::longitude:
      return kind_number;
    case cell::company:
    case cell::cluster:
    case cell::boolean:
    case cell::word:
    case cell::year:
    case cell::date:
      return kind_whole;
    default:
      return kind_text;
  }
}

std::string prefix_of(std::string_view table) { return "table/" + std::string(table) + "/"; }

model::column column_in(const mapped_file& file, const std::string& section, std::string_view kind,
                        std::size_t rows) {
  model::column made;
  if (kind == kind_text) {
    made.values = unpack_texts(file, section);
    if (std::get<model::text_column>(made.values).size() != rows)
      file.damaged(section, "does not fit its table");
    return made;
  }
  const auto copy = [&]<class T>(T) {
    const auto values = file.array<T>(section);
    if (values.size() != rows) file.damaged(section, "does not fit its table");
    made.values = std::vector<T>(values.begin(), values.end());
  };
  if (kind == kind_number)
    copy(double{});
  else if (kind == kind_whole)
    copy(std::int32_t{});
  else
    file.damaged(section, "is of an unknown kind");
  return made;
}

/// What the rest of the library takes for granted of checked tables.
void check_table(const mapped_file& file, const model::dataset& data, const model::table& t,
                 const model::table_rule& rule) {
  const std::string list = prefix_of(rule.name) + "columns";
  if (t.rows > 0)
    for (const model::column_rule& needed : rule.columns)
      if (needed.required && t.find(needed.name) == nullptr)
        file.damaged(list, "lacks the column " + std::string(needed.name));
  for (std::size_t c = 0; c < t.columns.size(); ++c) {
    const auto* whole = std::get_if<std::vector<std::int32_t>>(&t.columns[c].values);
    if (whole == nullptr) continue;
    const model::column_rule& column = *t.columns[c].rule;
    const bool reference = column.type == cell::company || column.type == cell::cluster;
    const std::size_t codes = codes_of(column, data);
    if (codes == 0 && !reference) continue;
    for (const std::int32_t v : *whole)
      if (v == model::missing ? column.required : v < 0 || static_cast<std::size_t>(v) >= codes)
        file.damaged(prefix_of(rule.name) + std::to_string(c),
                     "names something that does not exist");
  }
}

}  // namespace

void save_dataset(const std::filesystem::path& path, const model::dataset& data,
                  std::span<const section> extra) {
  std::deque<std::string> packed;  // a deque: its texts stay where they are
  std::vector<section> made;
  for (const model::table_rule& rule : model::table_rules) {
    const model::table& t = data[rule.name];
    if (t.columns.empty()) continue;
    const std::string prefix = prefix_of(rule.name);
    model::text_column what;
    what.push_back(t.file);
    what.push_back(std::to_string(t.rows));
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      const model::column& column = t.columns[c];
      const std::string name = prefix + std::to_string(c);
      what.push_back(column.name);
      what.push_back(column.rule != nullptr ? column.rule->name : std::string_view());
      if (const auto* text = std::get_if<model::text_column>(&column.values)) {
        what.push_back(kind_text);
        packed.push_back(pack_texts(*text));
        made.push_back(section_of(name, std::string_view(packed.back())));
      } else if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
        what.push_back(kind_number);
        made.push_back(section_of(name, std::span<const double>(*numbers)));
      } else {
        what.push_back(kind_whole);
        made.push_back(section_of(name, std::span<const std::int32_t>(
                                            std::get<std::vector<std::int32_t>>(column.values))));
      }
    }
    packed.push_back(pack_texts(what));
    made.push_back(section_of(prefix + "columns", std::string_view(packed.back())));
    if (!t.line.empty())
      made.push_back(section_of(prefix + "line", std::span<const std::uint64_t>(t.line)));
  }
  made.insert(made.end(), extra.begin(), extra.end());
  write_file(path, made);
}

bool holds_dataset(const mapped_file& file) {
  return file.has(prefix_of("companies") + "columns") || !file.has("graph/head");
}

model::dataset dataset_in(const mapped_file& file) {
  model::dataset data;
  for (const model::table_rule& rule : model::table_rules) {
    const std::string prefix = prefix_of(rule.name), list = prefix + "columns";
    if (!file.has(list)) continue;
    const model::text_column what = unpack_texts(file, list);
    if (what.size() < fields_before || (what.size() - fields_before) % fields_per_column != 0)
      file.damaged(list, "does not list columns");
    model::table& t = data[rule.name];
    t.name = rule.name;
    t.file = what[0];
    const std::string_view rows = what[1];
    if (rows.empty() || rows.size() > 18 || rows.find_first_not_of("0123456789") != rows.npos)
      file.damaged(list, "has no number of rows");
    t.rows = std::stoull(std::string(rows));
    for (std::size_t c = 0; fields_before + c * fields_per_column < what.size(); ++c) {
      const std::size_t at = fields_before + c * fields_per_column;
      model::column made = column_in(file, prefix + std::to_string(c), what[at + 2], t.rows);
      made.name = what[at];
      if (!what[at + 1].empty()) {
        made.rule = model::find_column(rule, what[at + 1]);
        if (made.rule == nullptr || made.rule->name != what[at + 1])
          file.damaged(list, "names a rule that does not exist");
      }
      if (what[at + 2] != (made.rule != nullptr ? kind_of(made.rule->type) : kind_text))
        file.damaged(list, "has a column of the wrong kind");
      t.columns.push_back(std::move(made));
    }
    if (file.has(prefix + "line")) {
      const auto line = file.array<std::uint64_t>(prefix + "line");
      if (line.size() != t.rows) file.damaged(prefix + "line", "does not fit its table");
      t.line.assign(line.begin(), line.end());
    }
  }
  for (const model::table_rule& rule : model::table_rules)
    check_table(file, data, data[rule.name], rule);
  data.rank_companies();
  return data;
}

}  // namespace kedja::store
