#include <kedja/ingest/table_check.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <kedja/core/utf8.hpp>
#include <kedja/ingest/suggest.hpp>
#include <kedja/model/classifications.hpp>
#include <kedja/model/parse_number.hpp>
#include <kedja/model/parse_truth.hpp>
#include <kedja/model/privacy.hpp>

namespace kedja::ingest {
namespace {

using model::cell;
using model::column_rule;
using model::missing;

constexpr std::int32_t first_year = 1900, last_year = 2100;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::int32_t> read_year(std::string_view text) {
  std::int32_t year = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (bad != std::errc{} || end != text.data() + text.size() || text.size() != 4 ||
      year < first_year || year > last_year)
    return std::nullopt;
  return year;
}

/// 2015, 2015-03 or 2015-03-01; the year of it.
std::optional<std::int32_t> read_date(std::string_view text) {
  const auto year = read_year(text.substr(0, 4));
  if (!year || text.size() == 4) return year;
  const auto part = [&](std::size_t at, int most) {
    if (text.size() < at + 3 || text[at] != '-') return false;
    int value = 0;
    const auto [end, bad] = std::from_chars(text.data() + at + 1, text.data() + at + 3, value);
    return bad == std::errc{} && end == text.data() + at + 3 && value >= 1 && value <= most;
  };
  if (!part(4, 12)) return std::nullopt;
  if (text.size() == 7) return year;
  return text.size() == 10 && part(7, 31) ? year : std::nullopt;
}

std::optional<std::int32_t> read_truth(std::string_view text) {
  const std::optional<bool> said = model::parse_truth(text);
  return said ? std::optional<std::int32_t>(*said) : std::nullopt;
}

std::string listed_words(std::string_view words) {
  std::string list(words);
  for (std::size_t at = 0; (at = list.find('|', at)) != std::string::npos;)
    list.replace(at, 1, ", ");
  return list;
}

struct range {
  double low, high;
  const char* text;
};
std::optional<range> range_of(cell type) {
  switch (type) {
    case cell::positive:
      return range{0, HUGE_VAL, ">= 0"};
    case cell::level:
      return range{0, 1, "in [0, 1]"};
    case cell::count:
      return range{0, 1e8, "in [0, 100000000]"};
    case cell::latitude:
      return range{-90, 90, "in [-90, 90]"};
    case cell::longitude:
      return range{-180, 180, "in [-180, 180]"};
    default:
      return std::nullopt;
  }
}

/// Types the cells of one column.
class column_check {
 public:
  column_check(const model::raw_table& raw, const model::text_column* versions,
               const model::text_column& cells, const column_rule& rule, typed_table& typed,
               model::diagnostics& report)
      : raw_(raw),
        versions_(versions),
        cells_(cells),
        rule_(rule),
        typed_(typed),
        complain_(report, typed),
        report_(report) {}

  model::column run() {
    model::column made{std::string(rule_.name), &rule_, {}};
    switch (rule_.type) {
      case cell::number:
      case cell::positive:
      case cell::level:
      case cell::count:
      case cell::latitude:
      case cell::longitude:
        made.values = numbers();
        break;
      case cell::boolean:
      case cell::word:
      case cell::year:
      case cell::date:
        made.values = whole();
        break;
      default:
        made.values = texts();
    }
    finish_counts();
    return made;
  }

 private:
  void missing_cell(std::size_t row) {
    if (rule_.required) {
      complain_.add(rule_.type == cell::id ? error_code::e_id_empty : error_code::e_missing, row,
                    cells_.name(), "", "the cell is empty");
      return;
    }
    // Ten places are enough to find the habit; the total says how far it goes.
    if (++missing_ <= 10)
      complain_.add(error_code::w_missing, row, cells_.name(), "", "the value is missing");
  }
  void finish_counts() {
    if (missing_ > 10)
      report_.add(error_code::w_missing, {raw_.file, 0, false, cells_.name(), ""},
                  raw_.file + ", column " + cells_.name() + ": " + std::to_string(missing_) +
                      " values are missing");
    if (separators_ > 0)
      report_.add(error_code::w_number_format, {raw_.file, 0, false, cells_.name(), ""},
                  raw_.file + ", column " + cells_.name() +
                      ": thousands separators were removed in " + std::to_string(separators_) +
                      " cells");
    if (aliases_ > 0)
      report_.add(error_code::i_country_alias, {raw_.file, 0, false, cells_.name(), ""},
                  raw_.file + ", column " + cells_.name() + ": EL was read as GR and UK as GB in " +
                      std::to_string(aliases_) + " cells");
    if (editions_ > 0)
      report_.add(error_code::i_nuts_edition, {raw_.file, 0, false, cells_.name(), ""},
                  raw_.file + ", column " + cells_.name() + ": " + std::to_string(editions_) +
                      " codes are not of NUTS 2016 and were kept");
  }

  std::vector<double> numbers() {
    std::vector<double> values(cells_.size(), std::nan(""));
    const auto allowed = range_of(rule_.type);
    for (std::size_t row = 0; row < values.size(); ++row) {
      const auto text = trimmed(cells_[row]);
      if (text.empty()) {
        missing_cell(row);
        continue;
      }
      bool separators = false;
      const auto value = model::parse_number(text, raw_.decimal_comma, &separators);
      if (!value) {
        const bool comma = !raw_.decimal_comma && model::parse_number(text, true).has_value();
        complain_.add(
            error_code::e_number, row, cells_.name(), text,
            comma ? "the number is ambiguous; if commas are decimal marks pass decimal=\",\""
                  : "not a finite decimal number");
      } else if (allowed && !(*value >= allowed->low && *value <= allowed->high)) {
        const bool sign = rule_.type == cell::positive;
        complain_.add(sign ? error_code::e_number : error_code::e_range, row, cells_.name(), text,
                      std::string("the number must be ") + allowed->text);
      } else {
        values[row] = *value + 0.0;
        separators_ += separators;
      }
    }
    return values;
  }

  std::vector<std::int32_t> whole() {
    std::vector<std::int32_t> values(cells_.size(), missing);
    for (std::size_t row = 0; row < values.size(); ++row) {
      const auto text = trimmed(cells_[row]);
      const bool year = rule_.type == cell::year, date = rule_.type == cell::date;
      if (text.empty()) {
        // A link without a kind could be anything; other words have a default.
        if (rule_.type == cell::word && typed_.table.name == "links")
          complain_.add(error_code::e_enum, row, cells_.name(), text,
                        "the cell is empty; allowed: " + listed_words(rule_.words));
        else if (rule_.type == cell::word)
          values[row] = 0;
        else
          missing_cell(row);
        continue;
      }
      std::optional<std::int32_t> value = year                          ? read_year(text)
                                          : date                        ? read_date(text)
                                          : rule_.type == cell::boolean ? read_truth(text)
                                                                        : read_word(text);
      if (value) {
        values[row] = *value;
      } else if (year || date) {
        complain_.add(error_code::e_year, row, cells_.name(), text,
                      std::string("not a four-digit year") + (date ? " or ISO date" : "") +
                          " between 1900 and 2100");
      } else if (rule_.type == cell::boolean) {
        complain_.add(error_code::e_bool, row, cells_.name(), text, "not true, false or empty");
      } else {
        complain_.add(error_code::e_enum, row, cells_.name(), text,
                      "allowed: " + listed_words(rule_.words) + closest(text, rule_.words));
      }
    }
    return values;
  }

  [[nodiscard]] std::optional<std::int32_t> read_word(std::string_view text) const {
    const std::string plain = model::plain_name(text);
    std::int32_t code = 0;
    for (std::size_t at = 0; at <= rule_.words.size(); ++code) {
      const std::size_t end = std::min(rule_.words.find('|', at), rule_.words.size());
      if (plain == rule_.words.substr(at, end - at)) return code;
      at = end + 1;
    }
    return std::nullopt;
  }

  model::text_column texts() {
    model::text_column values{std::string(rule_.name)};
    for (std::size_t row = 0; row < cells_.size(); ++row) {
      const bool id =
          rule_.type == cell::id || rule_.type == cell::company || rule_.type == cell::cluster;
      const auto text = trimmed(cells_[row]);
      if (text.empty()) {
        if (rule_.required || rule_.type == cell::country || rule_.type == cell::nuts ||
            rule_.type == cell::nace)
          missing_cell(row);
        values.push_back("");
      } else {
        values.push_back(id ? std::string(cells_[row]) : code_or_text(row, text));
      }
    }
    return values;
  }

  std::string code_or_text(std::size_t row, std::string_view text) {
    switch (rule_.type) {
      case cell::country: {
        const auto code = model::read_country(text);
        if (!code) {
          complain_.add(error_code::e_country, row, cells_.name(), text,
                        "not an ISO 3166-1 alpha-2 code such as SE");
          return "";
        }
        const std::string upper = {static_cast<char>(text[0] & ~32),
                                   static_cast<char>(text[1] & ~32)};
        aliases_ += *code != upper;
        return *code;
      }
      case cell::nuts: {
        const auto state = model::check_nuts(text);
        if (state == model::nuts_state::malformed)
          complain_.add(error_code::e_nuts, row, cells_.name(), text,
                        "not a NUTS code such as SE232");
        editions_ += state == model::nuts_state::other_edition;
        return std::string(text);
      }
      case cell::nace: {
        const std::string_view version = version_of(row);
        const auto reading = model::read_nace(text, version);
        if (!reading.code.empty()) return reading.code;
        std::string what = "not a code of NACE Rev. " +
                           (version.empty() ? std::string("2 or 2.1") : std::string(version));
        if (!reading.candidates.empty()) {
          what = "a leading zero may be lost; could be";
          for (const std::string& c : reading.candidates) what += " " + c;
        }
        complain_.add(error_code::e_nace, row, cells_.name(), text, what);
        return "";
      }
      case cell::currency:
        if (!model::is_currency(text))
          complain_.add(error_code::e_currency, row, cells_.name(), text,
                        "not an ISO 4217 code such as SEK or EUR");
        return std::string(text);
      default:
        return std::string(text);
    }
  }

  /// The edition that the row names; empty when it names none, and then any is tried.
  [[nodiscard]] std::string_view version_of(std::size_t row) const {
    if (versions_ == nullptr) return {};
    const std::string plain = model::plain_name((*versions_)[row]);
    if (plain == "2" || plain == "2.0" || plain == "sni2007") return "2";
    if (plain == "2.1" || plain == "sni2025") return "2.1";
    return {};
  }

  const model::raw_table& raw_;
  const model::text_column* versions_;  ///< cells of nace_version, if the table has it
  const model::text_column& cells_;
  const column_rule& rule_;
  typed_table& typed_;
  complaints complain_;
  model::diagnostics& report_;
  std::size_t missing_ = 0, separators_ = 0, aliases_ = 0, editions_ = 0;
};

[[noreturn]] void refuse_columns(const model::raw_table& raw, const model::table_rule& rule,
                                 std::string_view column, const std::string& what) {
  std::string found, expected;
  for (const auto& c : raw.columns)
    if (found.size() < 1000) found += (found.empty() ? "" : ", ") + escaped(c.name());
  for (const auto& c : rule.columns)
    expected +=
        (expected.empty() ? "" : ", ") + std::string(c.name) + (c.required ? " (required)" : "");
  throw data_error(
      error_code::e_column,
      {raw.file, raw.line.empty() ? 0u : 1u, !raw.line.empty(), std::string(column), ""},
      raw.file + ": " + what + "; columns found: " + found + "; columns of " +
          std::string(rule.name) + ": " + expected);
}

}  // namespace

void complaints::add(error_code code, std::size_t row, std::string_view column,
                     std::string_view value, const std::string& what) {
  const model::table& t = typed_.table;
  if (info(code).level == severity::error && !typed_.unfinished_column.empty() &&
      row + 1 == t.rows && column == typed_.unfinished_column) {
    typed_.bad[row] = 1;
    report_.add(error_code::e_fields, t.at(row, column, escaped(value)),
                t.file + ", row " + std::to_string(t.at(row).row) +
                    ": the file ends inside this row (" + what + "); get the whole file");
    return;
  }
  if (info(code).level == severity::error) typed_.bad[row] = 1;
  const std::string shown = escaped(model::masked(value));
  data_location where = t.at(row, column, shown);
  std::string message =
      t.file + ", row " + std::to_string(where.row) + ", column " + escaped(column);
  if (!value.empty()) message += ", value '" + shown + "'";
  report_.add(code, std::move(where), message + ": " + what);
}

typed_table check_table(const model::raw_table& raw, const model::table_rule& rule,
                        const std::map<std::string, std::string>& columns,
                        model::diagnostics& report) {
  typed_table typed;
  typed.table.name = rule.name;
  typed.table.file = raw.file;
  typed.table.line = raw.line;
  typed.table.rows = raw.num_rows();
  typed.bad.assign(raw.num_rows(), 0);
  if (raw.unfinished) typed.unfinished_column = raw.columns.back().name();

  std::vector<const column_rule*> meaning(raw.columns.size(), nullptr);
  for (std::size_t c = 0; c < raw.columns.size(); ++c) {
    const auto chosen = columns.find(raw.columns[c].name());
    const std::string name = chosen == columns.end() ? raw.columns[c].name() : chosen->second;
    meaning[c] = model::find_column(rule, name);
    if (chosen != columns.end() && meaning[c] == nullptr)
      refuse_columns(raw, rule, name,
                     "columns= names '" + escaped(name) + "', which is not a column");
    for (std::size_t other = 0; other < c; ++other)
      if (meaning[c] != nullptr && meaning[other] == meaning[c]) {
        // The contract's own name beats an alias; two aliases are a question for the user.
        if (model::plain_name(raw.columns[c].name()) == model::plain_name(meaning[c]->name))
          meaning[other] = nullptr;
        else if (model::plain_name(raw.columns[other].name()) ==
                 model::plain_name(meaning[c]->name))
          meaning[c] = nullptr;
        else
          refuse_columns(raw, rule, raw.columns[c].name(),
                         "columns '" + escaped(raw.columns[other].name()) + "' and '" +
                             escaped(raw.columns[c].name()) + "' both mean " +
                             std::string(meaning[c]->name));
      }
  }
  for (const column_rule& needed : rule.columns)
    if (needed.required && std::find(meaning.begin(), meaning.end(), &needed) == meaning.end())
      refuse_columns(raw, rule, needed.name,
                     "the required column '" + std::string(needed.name) + "' is missing");

  const model::text_column* versions = nullptr;
  for (std::size_t c = 0; c < raw.columns.size(); ++c)
    if (meaning[c] != nullptr && meaning[c]->name == "nace_version") versions = &raw.columns[c];
  for (std::size_t c = 0; c < raw.columns.size(); ++c) {
    const model::text_column& cells = raw.columns[c];
    if (meaning[c] != nullptr) {
      typed.table.columns.push_back(
          column_check(raw, versions, cells, *meaning[c], typed, report).run());
    } else {
      model::text_column copy{cells.name()};
      for (std::size_t row = 0; row < cells.size(); ++row) copy.push_back(cells[row]);
      typed.table.columns.push_back({cells.name(), nullptr, std::move(copy)});
      report.add(
          error_code::w_extra_column, {raw.file, 0, false, escaped(cells.name()), ""},
          raw.file + ": column '" + escaped(cells.name()) + "' is not known; kept as an attribute");
    }
  }
  return typed;
}

}  // namespace kedja::ingest
