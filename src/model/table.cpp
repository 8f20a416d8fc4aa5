#include <kedja/model/table.hpp>

namespace kedja::model {

void keep_good_rows(table& t, const std::vector<char>& bad) {
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < t.rows; ++row)
    if (!bad[row]) kept.push_back(row);
  // A record number must stay the one that the user counts, so it is written down before rows go.
  if (t.line.empty())
    for (std::size_t row = 0; row < t.rows; ++row) t.line.push_back(row);
  std::vector<std::uint64_t> line;
  for (const std::size_t row : kept) line.push_back(t.line[row]);
  t.line = std::move(line);
  for (column& c : t.columns)
    std::visit(
        [&](auto& values) {
          using list = std::decay_t<decltype(values)>;
          list some;
          if constexpr (std::is_same_v<list, text_column>) some = text_column(values.name());
          for (const std::size_t row : kept) some.push_back(values[row]);
          values = std::move(some);
        },
        c.values);
  t.rows = kept.size();
}

}  // namespace kedja::model
