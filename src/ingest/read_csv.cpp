#include <kedja/ingest/read_csv.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/utf8.hpp>

namespace kedja::ingest {
namespace {

using model::raw_table;

/// Windows-1252 bytes 0x80..0x9F; zero where the code page has no character.
constexpr std::array<char32_t, 32> windows_1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::string from_windows_1252(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char raw : bytes) {
    char32_t c = static_cast<unsigned char>(raw);
    if (c >= 0x80 && c < 0xA0) c = windows_1252[c - 0x80] ? windows_1252[c - 0x80] : 0xFFFD;
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += static_cast<char>(0xC0 | c >> 6);
      text += static_cast<char>(0x80 | (c & 63));
    } else {
      text += static_cast<char>(0xE0 | c >> 12);
      text += static_cast<char>(0x80 | (c >> 6 & 63));
      text += static_cast<char>(0x80 | (c & 63));
    }
  }
  return text;
}

class csv_reader {
 public:
  csv_reader(std::string_view text, const std::string& file, const csv_options& options)
      : text_(text), options_(options) {
    table_.file = file;
  }

  raw_table read() {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    if (text_.starts_with("sep=") && text_.size() > 4) {  // Excel's own hint, a line of its own
      delimiter_ = text_[4];
      while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
      end_line();
    }
    skip_unwanted();
    if (delimiter_ == 0) delimiter_ = options_.delimiter ? options_.delimiter : guess_delimiter();
    table_.decimal_comma = options_.decimal ? options_.decimal == ',' : delimiter_ == ';';
    if (at_ >= text_.size())
      fail(error_code::e_column, line_, "", "", "the file has no header line");
    read_header();
    while (skip_unwanted(), at_ < text_.size()) read_record();
    table_.unfinished = !text_.empty() && text_.back() != '\n' && text_.back() != '\r';
    if (trailing_rows_ > 0)
      table_.notes.add(
          error_code::w_trailing_delimiter, table_.at(0),
          table_.file + ": every row ends in a delimiter; the empty last field was ignored");
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(error_code code, std::uint64_t row, std::string_view column,
                         std::string_view value, const std::string& what) const {
    std::string message = table_.file + ", row " + std::to_string(row);
    if (!column.empty()) message += ", column " + escaped(column);
    throw data_error(code, {table_.file, row, true, std::string(column), escaped(value)},
                     message + ": " + what);
  }

  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  /// Empty lines, and comment lines where a comment sign was named.
  void skip_unwanted() {
    while (at_ < text_.size()) {
      if (text_[at_] == '\n' || text_[at_] == '\r') {
        end_line();
      } else if (options_.comment != 0 && text_[at_] == options_.comment) {
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
        end_line();
      } else {
        return;
      }
    }
  }

  [[nodiscard]] char guess_delimiter() const {
    const auto header = text_.substr(at_, text_.find_first_of("\r\n", at_) - at_);
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t'})
      if (const auto count = std::count(header.begin(), header.end(), candidate); count > most)
        best = candidate, most = count;
    return best;
  }

  /// One field into field_; leaves at_ on the delimiter or line end. Returns false at the line end.
  bool read_field(std::size_t column) {
    field_.clear();
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::uint64_t opened = line_;
      ++at_;
      for (;;) {
        if (at_ >= text_.size())
          fail(error_code::e_quote, opened, name(column), field_,
               "a quote opens here and is never closed");
        const char c = text_[at_++];
        if (c == '"') {
          if (at_ < text_.size() && text_[at_] == '"')
            field_ += '"', ++at_;
          else
            break;
        } else {
          if (c == '\n' || (c == '\r' && (at_ >= text_.size() || text_[at_] != '\n'))) ++line_;
          field_ += c;
          if (field_.size() > options_.max_field) too_long(opened, column);
        }
      }
      // Text after a closing quote belongs to the field, as spreadsheets read it.
    }
    const std::size_t first = at_;
    while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n' &&
           text_[at_] != '\r')
      ++at_;
    field_.append(text_.substr(first, at_ - first));
    if (field_.size() > options_.max_field) too_long(line_, column);
    if (at_ < text_.size() && text_[at_] == delimiter_) {
      ++at_;
      return true;
    }
    return false;
  }

  [[noreturn]] void too_long(std::uint64_t row, std::size_t column) const {
    fail(error_code::e_limit, row, name(column), "",
         "a field is longer than " + std::to_string(options_.max_field) + " bytes (max_field)");
  }

  [[nodiscard]] std::string name(std::size_t column) const {
    return column < table_.columns.size() ? table_.columns[column].name() : std::string();
  }

  void check_text(std::uint64_t row, std::size_t column, const std::string& column_name) const {
    for (const char c : field_)
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
          c == 0x7F)
        fail(error_code::e_control, row, column_name, field_, "a control character is in the text");
    if (first_invalid_utf8(field_) != std::string_view::npos)
      fail(error_code::e_utf8, row, column_name, field_,
           "the text is not valid UTF-8; save the file as UTF-8 or name its encoding "
           "(encoding=\"windows-1252\")");
    (void)column;
  }

  void read_header() {
    const std::uint64_t row = line_;
    std::vector<std::string> names;
    for (bool more = true; more;) {
      more = read_field(names.size());
      check_text(row, names.size(), "column " + std::to_string(names.size() + 1));
      names.push_back(field_);
      if (names.size() > options_.max_columns)
        fail(error_code::e_limit, row, "", "",
             "more than " + std::to_string(options_.max_columns) + " columns (max_columns)");
    }
    end_line();
    if (names.size() > 1 && names.back().empty()) {  // a delimiter ends the header as well
      names.pop_back();
      header_trailing_ = true;
    }
    if (names.front().starts_with('#'))
      fail(error_code::e_column, row, "", names.front(),
           "the header line starts with #; if it is a comment pass comment=\"#\"");
    std::set<std::string> seen;
    for (const std::string& n : names) {
      if (!seen.insert(n).second)
        fail(error_code::e_column, row, n, n, "two columns have this name");
      table_.columns.emplace_back(n);
    }
  }

  void read_record() {
    const std::uint64_t row = line_;
    const std::size_t columns = table_.columns.size();
    std::size_t count = 0;
    bool extra_empty = false;
    for (bool more = true; more; ++count) {
      more = read_field(count);
      if (count < columns) {
        check_text(row, count, table_.columns[count].name());
        table_.columns[count].push_back(field_);
      } else {
        extra_empty = count == columns && field_.empty();
      }
    }
    end_line();
    const bool trailing = count == columns + 1 && extra_empty;
    if (trailing) ++trailing_rows_;
    const bool first = table_.line.empty();
    // A trailing delimiter is a habit of the writer: on every row, or on none.
    const bool habit = header_trailing_ ? (trailing || count == columns)
                                        : first || trailing == (trailing_rows_ > 1);
    if ((count != columns && !trailing) || !habit)
      fail(error_code::e_fields, row, "", "",
           "expected " + std::to_string(columns) + " fields, got " + std::to_string(count));
    table_.line.push_back(row);
  }

  std::string_view text_;
  const csv_options& options_;
  raw_table table_;
  std::string field_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::size_t trailing_rows_ = 0;
  char delimiter_ = 0;
  bool header_trailing_ = false;
};

}  // namespace

model::raw_table read_csv_text(std::string_view bytes, const std::string& file,
                               const csv_options& options) {
  if (options.encoding == "utf-8" || options.encoding == "utf8" || options.encoding == "UTF-8")
    return csv_reader(bytes, file, options).read();
  if (options.encoding != "windows-1252" && options.encoding != "latin-1" &&
      options.encoding != "cp1252")
    throw invalid_argument("encoding must be 'utf-8' or 'windows-1252', not '" + options.encoding +
                           "'");
  const std::string text = from_windows_1252(bytes);
  raw_table table = csv_reader(text, file, options).read();
  table.notes.add(error_code::i_encoding, {.file = file}, file + ": decoded from Windows-1252");
  return table;
}

model::raw_table read_csv(const std::filesystem::path& path, const csv_options& options) {
  csv_options chosen = options;
  std::string name = path.filename().string();
  if (chosen.delimiter == 0 && (name.ends_with(".tsv") || name.ends_with(".tsv.gz")))
    chosen.delimiter = '\t';
  return read_csv_text(read_bytes(path, chosen), name, chosen);
}

}  // namespace kedja::ingest
