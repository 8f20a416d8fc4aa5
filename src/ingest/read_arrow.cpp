#include <kedja/ingest/read_arrow.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string_view>
#include <type_traits>

#include <kedja/core/utf8.hpp>

namespace kedja::ingest {
namespace {

bool bit(const void* bits, std::int64_t at) noexcept {
  return (static_cast<const std::uint8_t*>(bits)[at >> 3] >> (at & 7) & 1) != 0;
}

template <class T>
T element(const void* buffer, std::int64_t at) noexcept {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + at * static_cast<std::int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

/// A number as the shortest text that reads back to it; whole ones without an exponent, since a
/// column of ids with a gap arrives as floats.
class number_text {
 public:
  template <class T>
  std::string_view operator()(T value) noexcept {
    if constexpr (std::is_floating_point_v<T>)
      if (std::abs(value) < T(1e15) && value == std::trunc(value))
        return (*this)(static_cast<std::int64_t>(value));
    const auto end = std::to_chars(text_, text_ + sizeof text_, value).ptr;
    return {text_, static_cast<std::size_t>(end - text_)};
  }

 private:
  char text_[40];
};

/// Days or ticks since 1970 as 2024-05-31 or 2024-05-31T12:00:00.
std::string date_text(std::int64_t ticks, std::int64_t per_day) {
  std::int64_t day = ticks / per_day, rest = ticks % per_day;
  if (rest < 0) rest += per_day, --day;
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(day)))};
  char text[64];
  int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  if (rest != 0) {
    const std::int64_t second = rest / (per_day / 86400);
    length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length),
                            "T%02d:%02d:%02d", static_cast<int>(second / 3600),
                            static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  }
  return {text, static_cast<std::size_t>(length)};
}

[[noreturn]] void unsupported(std::string_view format, const std::string& file,
                              const std::string& column) {
  throw data_error(error_code::e_format, {file, 0, false, column, std::string(format)},
                   file + ", column " + escaped(column) + ": Arrow type '" + escaped(format) +
                       "' cannot be read; cast it to text, a number or a truth value");
}

// One visitor per storage, so that the type is looked at once per chunk and not once per cell.
// `cell(row, is_null, text)` is called for rows 0 .. length-1 of the chunk.

template <class T, class Cell>
void visit_numbers(const ArrowArray& a, Cell cell) {
  number_text text;
  for (std::int64_t i = 0; i < a.length; ++i) {
    const bool null = a.buffers[0] != nullptr && !bit(a.buffers[0], a.offset + i);
    cell(i, null, null ? std::string_view() : text(element<T>(a.buffers[1], a.offset + i)));
  }
}

template <class Offset, class Cell>
void visit_texts(const ArrowArray& a, Cell cell) {
  for (std::int64_t i = 0; i < a.length; ++i) {
    const bool null = a.buffers[0] != nullptr && !bit(a.buffers[0], a.offset + i);
    if (null) {
      cell(i, true, std::string_view());
      continue;
    }
    const auto first = element<Offset>(a.buffers[1], a.offset + i);
    const auto last = element<Offset>(a.buffers[1], a.offset + i + 1);
    cell(i, false,
         std::string_view(static_cast<const char*>(a.buffers[2]) + first,
                          static_cast<std::size_t>(last - first)));
  }
}

// A view is (length, 12 bytes of text) or (length, 4 bytes, buffer, offset).
template <class Cell>
void visit_views(const ArrowArray& a, Cell cell) {
  const auto* views = static_cast<const char*>(a.buffers[1]);
  for (std::int64_t i = 0; i < a.length; ++i) {
    const bool null = a.buffers[0] != nullptr && !bit(a.buffers[0], a.offset + i);
    if (null) {
      cell(i, true, std::string_view());
      continue;
    }
    const char* view = views + 16 * (a.offset + i);
    const auto length = element<std::int32_t>(view, 0);
    const char* bytes = view + 4;
    if (length > 12)
      bytes = static_cast<const char*>(a.buffers[2 + element<std::int32_t>(view, 2)]) +
              element<std::int32_t>(view, 3);
    cell(i, false, std::string_view(bytes, static_cast<std::size_t>(length)));
  }
}

template <class Cell>
void visit(const ArrowSchema& schema, const ArrowArray& a, const std::string& file,
           const std::string& column, Cell cell);

template <class Index, class Cell>
void visit_codes(const ArrowArray& a, const std::vector<std::string>& words,
                 const std::vector<char>& null_word, const std::string& file,
                 const std::string& column, Cell cell) {
  for (std::int64_t i = 0; i < a.length; ++i) {
    if (a.buffers[0] != nullptr && !bit(a.buffers[0], a.offset + i)) {
      cell(i, true, std::string_view());
      continue;
    }
    const auto code = static_cast<std::uint64_t>(element<Index>(a.buffers[1], a.offset + i));
    if (code >= words.size())
      throw data_error(
          error_code::e_format, {file, static_cast<std::uint64_t>(i), true, column, {}},
          file + ", column " + escaped(column) + ": a code points past its dictionary");
    cell(i, null_word[code] != 0, std::string_view(words[code]));
  }
}

template <class Cell>
void visit_dictionary(const ArrowSchema& schema, const ArrowArray& a, const std::string& file,
                      const std::string& column, Cell cell) {
  std::vector<std::string> words(static_cast<std::size_t>(a.dictionary->length));
  std::vector<char> null_word(words.size());
  // Type-erased, since a dictionary's words may be a dictionary again.
  const std::function<void(std::int64_t, bool, std::string_view)> store =
      [&](std::int64_t i, bool null, std::string_view text) {
        words[static_cast<std::size_t>(i)] = text;
        null_word[static_cast<std::size_t>(i)] = null;
      };
  visit(*schema.dictionary, *a.dictionary, file, column, store);
  const auto codes = [&]<class Index>(Index) {
    visit_codes<Index>(a, words, null_word, file, column, cell);
  };
  switch (schema.format[0]) {
    case 'c':
      return codes(std::int8_t{});
    case 'C':
      return codes(std::uint8_t{});
    case 's':
      return codes(std::int16_t{});
    case 'S':
      return codes(std::uint16_t{});
    case 'i':
      return codes(std::int32_t{});
    case 'I':
      return codes(std::uint32_t{});
    case 'l':
      return codes(std::int64_t{});
    case 'L':
      return codes(std::uint64_t{});
    default:
      unsupported(schema.format, file, column);
  }
}

template <class Ticks, class Cell>
void visit_dates(const ArrowArray& a, std::int64_t per_day, Cell cell) {
  for (std::int64_t i = 0; i < a.length; ++i) {
    const bool null = a.buffers[0] != nullptr && !bit(a.buffers[0], a.offset + i);
    cell(i, null,
         null ? std::string_view()
              : std::string_view(date_text(element<Ticks>(a.buffers[1], a.offset + i), per_day)));
  }
}

template <class Cell>
void visit(const ArrowSchema& schema, const ArrowArray& a, const std::string& file,
           const std::string& column, Cell cell) {
  if (a.length == 0) return;
  if (schema.dictionary != nullptr) return visit_dictionary(schema, a, file, column, cell);
  const std::string_view format = schema.format;
  if (format == "n") {
    for (std::int64_t i = 0; i < a.length; ++i) cell(i, true, std::string_view());
  } else if (format == "b") {
    for (std::int64_t i = 0; i < a.length; ++i) {
      const bool null = a.buffers[0] != nullptr && !bit(a.buffers[0], a.offset + i);
      cell(i, null, null ? "" : bit(a.buffers[1], a.offset + i) ? "true" : "false");
    }
  } else if (format == "c") {
    visit_numbers<std::int8_t>(a, cell);
  } else if (format == "C") {
    visit_numbers<std::uint8_t>(a, cell);
  } else if (format == "s") {
    visit_numbers<std::int16_t>(a, cell);
  } else if (format == "S") {
    visit_numbers<std::uint16_t>(a, cell);
  } else if (format == "i") {
    visit_numbers<std::int32_t>(a, cell);
  } else if (format == "I") {
    visit_numbers<std::uint32_t>(a, cell);
  } else if (format == "l") {
    visit_numbers<std::int64_t>(a, cell);
  } else if (format == "L") {
    visit_numbers<std::uint64_t>(a, cell);
  } else if (format == "f") {
    visit_numbers<float>(a, cell);
  } else if (format == "g") {
    visit_numbers<double>(a, cell);
  } else if (format == "u" || format == "z") {
    visit_texts<std::int32_t>(a, cell);
  } else if (format == "U" || format == "Z") {
    visit_texts<std::int64_t>(a, cell);
  } else if (format == "vu" || format == "vz") {
    visit_views(a, cell);
  } else if (format == "tdD") {
    visit_dates<std::int32_t>(a, 1, cell);
  } else if (format == "tdm") {
    visit_dates<std::int64_t>(a, 86'400'000, cell);
  } else if (format.starts_with("tss:")) {
    visit_dates<std::int64_t>(a, 86'400, cell);
  } else if (format.starts_with("tsm:")) {
    visit_dates<std::int64_t>(a, 86'400'000, cell);
  } else if (format.starts_with("tsu:")) {
    visit_dates<std::int64_t>(a, 86'400'000'000, cell);
  } else if (format.starts_with("tsn:")) {
    visit_dates<std::int64_t>(a, 86'400'000'000'000, cell);
  } else {
    unsupported(format, file, column);
  }
}

/// Schema first, then batch after batch.
class stream_reader {
 public:
  stream_reader(ArrowArrayStream& stream, std::string file)
      : stream_(stream), file_(std::move(file)) {
    if (stream_->get_schema(stream_.get(), schema_.get()) != 0) fail();
  }
  [[nodiscard]] const ArrowSchema& schema() noexcept { return *schema_; }
  /// The next batch, or null after the last.
  [[nodiscard]] const ArrowArray* next() {
    batch_.reset();
    if (stream_->get_next(stream_.get(), batch_.get()) != 0) fail();
    return batch_->release == nullptr ? nullptr : batch_.get();
  }

 private:
  [[noreturn]] void fail() {
    const char* said = stream_->get_last_error(stream_.get());
    throw data_error(error_code::e_file, {file_},
                     file_ + ": " + (said != nullptr ? said : "the Arrow stream failed"));
  }

  arrow_owner<ArrowArrayStream> stream_;
  arrow_owner<ArrowSchema> schema_;
  arrow_owner<ArrowArray> batch_;
  std::string file_;
};

/// A child of a table's batch: the table's own offset and length apply to it as well.
ArrowArray child_of(const ArrowArray& batch, std::int64_t c) {
  ArrowArray child = *batch.children[c];
  child.offset += batch.offset;
  child.length = batch.length;
  return child;
}

void need_utf8(std::string_view text, const data_location& where) {
  if (first_invalid_utf8(text) == std::string_view::npos) return;
  throw data_error(error_code::e_utf8, where,
                   where.file + ", row " + std::to_string(where.row) + ", column " +
                       escaped(where.column) + ": '" + escaped(text) + "' is not valid UTF-8");
}

}  // namespace

model::raw_table read_arrow(ArrowArrayStream& stream, const std::string& table,
                            const std::string& file) {
  stream_reader reader(stream, file);
  if (std::string_view(reader.schema().format) != "+s")
    throw data_error(error_code::e_format, {file},
                     file + ": one column is no table; give a table with named columns");
  model::raw_table made;
  made.table = table;
  made.file = file;
  const std::int64_t width = reader.schema().n_children;
  for (std::int64_t c = 0; c < width; ++c) {
    const char* name = reader.schema().children[c]->name;
    made.columns.emplace_back(name != nullptr ? name : "");
  }
  while (const ArrowArray* batch = reader.next()) {
    for (std::int64_t c = 0; c < width; ++c) {
      model::text_column& column = made.columns[static_cast<std::size_t>(c)];
      visit(*reader.schema().children[c], child_of(*batch, c), file, column.name(),
            [&](std::int64_t, bool null, std::string_view text) {
              if (!null) need_utf8(text, {file, column.size(), true, column.name(), escaped(text)});
              column.push_back(null ? std::string_view() : text);
            });
    }
  }
  return made;
}

void intern_arrow(ArrowArrayStream& stream, const std::string& column, model::interner& ids,
                  std::vector<std::uint32_t>& codes) {
  stream_reader reader(stream, column);
  const ArrowSchema* schema = &reader.schema();
  const bool table = std::string_view(schema->format) == "+s";
  if (table && schema->n_children != 1)
    throw data_error(error_code::e_column, {column}, column + ": give one column, not a table");
  if (table) schema = schema->children[0];
  // Texts that stay in the producer's memory are looked up in blocks; a text is new to `ids` or was
  // checked before, so only new ones are checked.
  const std::string_view format = schema->format;
  const bool in_place =
      schema->dictionary == nullptr && (format == "u" || format == "U" || format == "vu");
  std::vector<std::string_view> block;
  while (const ArrowArray* batch = reader.next()) {
    const ArrowArray chunk = table ? child_of(*batch, 0) : *batch;
    std::size_t row = codes.size();
    codes.resize(row + static_cast<std::size_t>(chunk.length));
    const auto flush = [&] {
      const std::size_t known = ids.size();
      ids.add_all(block, codes.data() + row);
      for (std::size_t number = known; number < ids.size(); ++number) {
        if (first_invalid_utf8(ids[number]) == std::string_view::npos) continue;
        const auto first = std::ranges::find(block, ids[number]) - block.begin();
        need_utf8(ids[number], {column, row + static_cast<std::size_t>(first), true, column,
                                escaped(ids[number])});
      }
      row += block.size();
      block.clear();
    };
    visit(*schema, chunk, column, column, [&](std::int64_t, bool null, std::string_view text) {
      if (null)
        throw data_error(
            error_code::e_missing, {column, row + block.size(), true, column, {}},
            "link " + std::to_string(row + block.size()) + ": " + column + " is missing");
      block.push_back(text);
      if (!in_place || block.size() == 1024) flush();
    });
    flush();
  }
}

}  // namespace kedja::ingest
