#include <kedja/report/frame.hpp>

#include <algorithm>
#include <cmath>

#include <kedja/model/privacy.hpp>

namespace kedja::report {
namespace {

using model::cell;

frame_column texts_of(const model::dataset& data, const model::column& from,
                      const std::vector<std::int32_t>& whole) {
  model::text_column text(from.name);
  std::vector<char> missing(whole.size());
  for (std::size_t row = 0; row < whole.size(); ++row) {
    const std::int32_t code = whole[row];
    missing[row] = code == model::missing;
    if (missing[row] != 0)
      text.push_back({});
    else if (from.rule->type == cell::word)
      text.push_back(word_of(*from.rule, code));
    else
      text.push_back(data[from.rule->type == cell::company ? "companies" : "clusters"].text(
          "id", static_cast<std::size_t>(code)));
  }
  return {from.name, std::move(text), std::move(missing)};
}

frame_column column_of(const model::dataset& data, const model::column& from) {
  if (const auto* text = std::get_if<model::text_column>(&from.values)) {
    std::vector<char> missing(text->size());
    for (std::size_t row = 0; row < missing.size(); ++row) missing[row] = (*text)[row].empty();
    return {from.name, *text, std::move(missing)};
  }
  if (const auto* numbers = std::get_if<std::vector<double>>(&from.values)) {
    std::vector<char> missing(numbers->size());
    std::ranges::transform(*numbers, missing.begin(), [](double v) { return std::isnan(v); });
    return {from.name, *numbers, std::move(missing)};
  }
  const auto& whole = std::get<std::vector<std::int32_t>>(from.values);
  const cell type = from.rule->type;
  if (type == cell::company || type == cell::cluster || type == cell::word)
    return texts_of(data, from, whole);
  std::vector<char> missing(whole.size());
  std::ranges::transform(whole, missing.begin(), [](auto v) { return v == model::missing; });
  if (type == cell::boolean) {
    std::vector<char> truth(whole.size());
    std::ranges::transform(whole, truth.begin(), [](auto v) { return v == 1; });
    return {from.name, std::move(truth), std::move(missing)};
  }
  return {from.name, std::vector<std::int64_t>(whole.begin(), whole.end()), std::move(missing)};
}

}  // namespace

std::size_t frame_column::size() const noexcept {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

frame frame_of(const model::dataset& data, std::string_view table) {
  frame made;
  for (const model::column& c : data[table].columns) made.columns.push_back(column_of(data, c));
  return made;
}

void mask_personal_numbers(frame& table) {
  for (frame_column& c : table.columns) {
    const auto* text = std::get_if<model::text_column>(&c.values);
    if (text == nullptr) continue;
    model::text_column shown(text->name());
    for (std::size_t row = 0; row < text->size(); ++row)
      shown.push_back(model::masked((*text)[row]));
    c.values = std::move(shown);
  }
}

}  // namespace kedja::report
