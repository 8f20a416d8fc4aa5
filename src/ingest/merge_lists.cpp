#include <kedja/ingest/merge_lists.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <kedja/core/utf8.hpp>
#include <kedja/model/interner.hpp>
#include <kedja/model/privacy.hpp>
#include <kedja/model/schema.hpp>

namespace kedja::ingest {
namespace {

std::string contract_name(std::string_view name,
                          const std::map<std::string, std::string>& columns) {
  const auto chosen = columns.find(std::string(name));
  const auto* rule = model::find_column(*model::find_table("companies"),
                                        chosen == columns.end() ? name : chosen->second);
  return rule ? std::string(rule->name) : std::string(name);
}

std::string stem(std::string_view file) { return std::string(file.substr(0, file.find('.'))); }

/// Cluster names add up and stay in order.
void join(std::string& all, std::string_view more) {
  for (std::size_t at = 0; at < more.size();) {
    const std::size_t end = std::min(more.find(';', at), more.size());
    const std::string one(more.substr(at, end - at));
    if ((";" + all + ";").find(";" + one + ";") == std::string::npos)
      all += (all.empty() ? "" : ";") + one;
    at = end + 1;
  }
}

}  // namespace

model::raw_table merge_lists(std::vector<model::raw_table> lists,
                             const std::map<std::string, std::string>& columns,
                             model::diagnostics& report) {
  std::vector<std::string> names;
  for (const auto& list : lists)
    for (const auto& c : list.columns)
      if (const std::string name = contract_name(c.name(), columns);
          std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  if (std::find(names.begin(), names.end(), "cluster") == names.end()) names.push_back("cluster");
  const auto id_at =
      static_cast<std::size_t>(std::find(names.begin(), names.end(), "id") - names.begin());

  model::interner ids;
  std::vector<std::vector<std::string>> cells;  // one row per company
  std::vector<std::uint64_t> line;
  std::size_t repeated = 0, conflicts = 0;
  for (const auto& list : lists) {
    std::vector<std::size_t> place;
    bool has_cluster = false;
    for (const auto& c : list.columns) {
      const std::string name = contract_name(c.name(), columns);
      has_cluster |= name == "cluster";
      place.push_back(
          static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
    }
    if (id_at == names.size() || std::find(place.begin(), place.end(), id_at) == place.end())
      throw data_error(error_code::e_column, {.file = list.file, .column = "id"},
                       list.file + ": the required column 'id' is missing");
    for (std::size_t row = 0; row < list.num_rows(); ++row) {
      std::vector<std::string> now(names.size());
      for (std::size_t c = 0; c < place.size(); ++c) now[place[c]] = list.columns[c][row];
      const std::size_t cluster_at = static_cast<std::size_t>(
          std::find(names.begin(), names.end(), "cluster") - names.begin());
      if (!has_cluster) now[cluster_at] = stem(list.file);
      const std::size_t before = ids.size();
      const std::uint32_t number = now[id_at].empty()
                                       ? ids.add(list.file + '\0' + std::to_string(row))
                                       : ids.add(now[id_at]);
      if (ids.size() > before) {
        cells.push_back(std::move(now));
        line.push_back(list.line.empty() ? row : list.line[row]);
        continue;
      }
      ++repeated;
      std::vector<std::string>& kept = cells[number];
      for (std::size_t c = 0; c < names.size(); ++c) {
        if (c == cluster_at)
          join(kept[c], now[c]);
        else if (kept[c].empty())
          kept[c] = now[c];
        else if (!now[c].empty() && now[c] != kept[c] && ++conflicts <= 10)
          report.add(error_code::w_conflict, list.at(row, names[c], escaped(now[c])),
                     list.file + ", row " + std::to_string(list.at(row).row) + ", column " +
                         names[c] + ": '" + escaped(now[c]) + "' differs from '" +
                         escaped(kept[c]) + "' in an earlier list for company " +
                         escaped(model::masked(now[id_at])) + "; the first was kept");
      }
    }
  }
  model::raw_table merged;
  merged.table = "companies";
  merged.file = "companies";
  merged.line = std::move(line);
  merged.decimal_comma = lists.front().decimal_comma;
  for (std::size_t c = 0; c < names.size(); ++c) {
    model::text_column column(names[c]);
    for (const auto& row : cells) column.push_back(row[c]);
    merged.columns.push_back(std::move(column));
  }
  if (repeated > 0)
    report.add(error_code::i_merged, {.file = "companies"},
               std::to_string(lists.size()) + " lists were merged by id; " +
                   std::to_string(repeated) + " rows name a company of an earlier list");
  return merged;
}

}  // namespace kedja::ingest
