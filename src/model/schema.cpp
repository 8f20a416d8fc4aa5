#include <kedja/model/schema.hpp>

#include <kedja/model/fold_case.hpp>

namespace kedja::model {
namespace {

bool listed(std::string_view list, std::string_view name) {
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find('|', at), list.size());
    if (plain_name(list.substr(at, end - at)) == name) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : fold_case(name)) {
    const bool gap = c == ' ' || c == '_' || c == '-' || c == '\t' || c == '\n';
    if (!gap)
      plain += c;
    else if (!plain.empty() && plain.back() != ' ')
      plain += ' ';
  }
  if (plain.ends_with(' ')) plain.pop_back();
  return plain;
}

const table_rule* find_table(std::string_view name) {
  const std::string plain = plain_name(name);
  for (const table_rule& rule : table_rules)
    if (plain == rule.name || listed(rule.aliases, plain)) return &rule;
  return nullptr;
}

const column_rule* find_column(const table_rule& table, std::string_view name) {
  const std::string plain = plain_name(name);
  for (const column_rule& rule : table.columns)
    if (plain == plain_name(rule.name)) return &rule;
  for (const column_rule& rule : table.columns)
    if (listed(rule.aliases, plain)) return &rule;
  return nullptr;
}

}  // namespace kedja::model
