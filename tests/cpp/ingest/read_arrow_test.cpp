#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/ingest/read_arrow.hpp>

namespace {

// A producer made by hand, so that nothing but the specification stands between test and reader.
// Memory belongs to the test; releasing only marks.

template <class Structure>
void mark_released(Structure* held) {
  held->release = nullptr;
}

struct producer {
  ArrowSchema root{}, child{}, words{};
  std::vector<ArrowArray> batches;  ///< of the table
  std::vector<ArrowArray*> pointers;
  std::size_t given = 0;
  const char* trouble = nullptr;
  ArrowSchema* children[1] = {&child};

  explicit producer(const char* format) {
    child.format = format, child.name = "x", child.release = &mark_released<ArrowSchema>;
    root.format = "+s", root.n_children = 1, root.children = children;
    root.release = &mark_released<ArrowSchema>;
  }
  ArrowArrayStream stream() {
    for (ArrowArray& batch : batches) batch.release = &mark_released<ArrowArray>;
    return {[](ArrowArrayStream* s, ArrowSchema* out) {
              *out = static_cast<producer*>(s->private_data)->root;
              return 0;
            },
            [](ArrowArrayStream* s, ArrowArray* out) {
              auto* from = static_cast<producer*>(s->private_data);
              *out = {};
              if (from->given == from->batches.size()) return from->trouble ? 5 : 0;
              *out = from->batches[from->given++];
              return 0;
            },
            [](ArrowArrayStream* s) { return static_cast<producer*>(s->private_data)->trouble; },
            &mark_released<ArrowArrayStream>, this};
  }
};

/// A column with its buffers, as the only child of a table.
struct column {
  ArrowArray array{}, table{};
  std::array<const void*, 4> buffers{};
  ArrowArray* children[1] = {&array};

  column(std::int64_t length, std::int64_t offset, std::initializer_list<const void*> parts) {
    std::size_t i = 0;
    for (const void* part : parts) buffers[i++] = part;
    array.length = length, array.offset = offset, array.buffers = buffers.data();
    table.length = length, table.n_children = 1, table.children = children;
  }
};

std::vector<std::string> cells(producer& from) {
  auto stream = from.stream();
  const auto raw = kedja::ingest::read_arrow(stream, "companies", "memory");
  std::vector<std::string> found;
  for (std::size_t row = 0; row < raw.num_rows(); ++row) found.emplace_back(raw.columns[0][row]);
  return found;
}

using texts = std::vector<std::string>;

TEST(ReadArrow, NumbersWithNullsAndOffset) {
  const std::int32_t values[] = {9, 9, 7, -1, 0};
  const std::uint8_t valid[] = {0b10100};  // rows 2 and 4
  column c(3, 2, {valid, values});
  producer from("i");
  from.batches = {c.table};
  EXPECT_EQ(cells(from), (texts{"7", "", "0"}));
}

TEST(ReadArrow, FloatsInTheirShortestFormAndWholeOnesWithoutExponent) {
  const double values[] = {0.1, 100000, -2, 1e22, 1.5e-7};
  column c(5, 0, {nullptr, values});
  producer from("g");
  from.batches = {c.table};
  EXPECT_EQ(cells(from), (texts{"0.1", "100000", "-2", "1e+22", "1.5e-07"}));
}

TEST(ReadArrow, UnsignedAndSmallNumbers) {
  const std::uint64_t large[] = {18446744073709551615u};
  const std::int8_t small[] = {-128};
  column a(1, 0, {nullptr, large}), b(1, 0, {nullptr, small});
  producer first("L"), second("c");
  first.batches = {a.table}, second.batches = {b.table};
  EXPECT_EQ(cells(first), texts{"18446744073709551615"});
  EXPECT_EQ(cells(second), texts{"-128"});
}

TEST(ReadArrow, TextInChunksOfWhichOneIsEmpty) {
  const std::int32_t offsets[] = {0, 1, 3, 3};
  const std::uint8_t valid[] = {0b011};
  column first(3, 0, {valid, offsets, "aöx"}), none(0, 0, {nullptr, nullptr, nullptr});
  column last(1, 1, {nullptr, offsets, "aöx"});
  producer from("u");
  from.batches = {first.table, none.table, last.table};
  EXPECT_EQ(cells(from), (texts{"a", "ö", "", "ö"}));
}

TEST(ReadArrow, TableOffsetAppliesToItsColumns) {
  const std::int64_t offsets[] = {0, 1, 2, 3};
  column c(3, 0, {nullptr, offsets, "abc"});
  c.table.offset = 1, c.table.length = 2;
  producer from("U");
  from.batches = {c.table};
  EXPECT_EQ(cells(from), (texts{"b", "c"}));
}

TEST(ReadArrow, ViewsShortAndLong) {
  std::array<char, 32> views{};
  const std::int32_t short_length = 12, long_length = 13, buffer = 1, at = 2;
  std::memcpy(&views[0], &short_length, 4);
  std::memcpy(&views[4], "twelve bytes", 12);
  std::memcpy(&views[16], &long_length, 4);
  std::memcpy(&views[20], "thir", 4);
  std::memcpy(&views[24], &buffer, 4);
  std::memcpy(&views[28], &at, 4);
  column c(2, 0, {nullptr, views.data(), "unused", "..thirteen byte"});
  producer from("vu");
  from.batches = {c.table};
  EXPECT_EQ(cells(from), (texts{"twelve bytes", "thirteen byte"}));
}

TEST(ReadArrow, DictionaryWithNullsInBothPlaces) {
  const std::int32_t offsets[] = {0, 2, 2, 4};
  const std::uint8_t word_valid[] = {0b101}, code_valid[] = {0b1011};
  const std::int8_t codes[] = {2, 0, 0, 1};
  column words(3, 0, {word_valid, offsets, "SENO"}), c(4, 0, {code_valid, codes});
  c.array.dictionary = &words.array;
  producer from("c");
  from.words.format = "u";
  from.child.dictionary = &from.words;
  from.batches = {c.table};
  EXPECT_EQ(cells(from), (texts{"NO", "SE", "", ""}));
}

TEST(ReadArrow, CodePastItsDictionaryIsRefused) {
  const std::int32_t offsets[] = {0, 2};
  const std::int8_t codes[] = {-1};
  column words(1, 0, {nullptr, offsets, "SE"}), c(1, 0, {nullptr, codes});
  c.array.dictionary = &words.array;
  producer from("c");
  from.words.format = "u";
  from.child.dictionary = &from.words;
  from.batches = {c.table};
  EXPECT_THROW((void)cells(from), kedja::data_error);
}

TEST(ReadArrow, TruthValuesDatesAndTimes) {
  const std::uint8_t bits[] = {0b0110};
  column truth(3, 1, {nullptr, bits});
  producer a("b");
  a.batches = {truth.table};
  EXPECT_EQ(cells(a), (texts{"true", "true", "false"}));

  const std::int32_t days[] = {0, 19723, -1};  // 19723 days = 54 years with 13 leap days
  column date(3, 0, {nullptr, days});
  producer b("tdD");
  b.batches = {date.table};
  EXPECT_EQ(cells(b), (texts{"1970-01-01", "2024-01-01", "1969-12-31"}));

  const std::int64_t micros[] = {86'400'000'000, 3'661'000'000, -1'000'000};
  column time(3, 0, {nullptr, micros});
  producer c("tsu:UTC");
  c.batches = {time.table};
  EXPECT_EQ(cells(c), (texts{"1970-01-02", "1970-01-01T01:01:01", "1969-12-31T23:59:59"}));
}

TEST(ReadArrow, NothingIsMissing) {
  column c(2, 0, {nullptr});
  producer from("n");
  from.batches = {c.table};
  EXPECT_EQ(cells(from), (texts{"", ""}));
}

TEST(ReadArrow, OtherTypesAreRefusedByName) {
  column c(1, 0, {nullptr, nullptr});
  producer from("+l");
  from.batches = {c.table};
  try {
    (void)cells(from);
    FAIL() << "a list is no cell";
  } catch (const kedja::data_error& e) {
    EXPECT_EQ(e.code(), kedja::error_code::e_format);
    EXPECT_EQ(e.where().column, "x");
    EXPECT_EQ(e.where().value, "+l");
  }
}

TEST(ReadArrow, BadUtf8NamesRowAndColumn) {
  const std::int32_t offsets[] = {0, 1, 2};
  column c(2, 0, {nullptr, offsets, "a\xff"});
  producer from("u");
  from.batches = {c.table};
  try {
    (void)cells(from);
    FAIL() << "byte FF is not UTF-8";
  } catch (const kedja::data_error& e) {
    EXPECT_EQ(e.code(), kedja::error_code::e_utf8);
    EXPECT_EQ(e.where().row, 1u);
    EXPECT_EQ(e.where().value, "\\xff");
  }
}

TEST(ReadArrow, ProducersTroubleIsTold) {
  producer from("u");
  from.trouble = "the table was dropped";
  try {
    (void)cells(from);
    FAIL() << "the stream failed";
  } catch (const kedja::data_error& e) {
    EXPECT_NE(std::string(e.what()).find("the table was dropped"), std::string::npos);
  }
}

TEST(InternArrow, NumbersTextsByFirstAppearanceAcrossColumns) {
  const std::int32_t offsets[] = {0, 1, 2, 3};
  column c(3, 0, {nullptr, offsets, "bab"});
  kedja::model::interner ids;
  std::vector<std::uint32_t> codes;
  for (int column_number = 0; column_number < 2; ++column_number) {
    producer from("u");
    from.batches = {c.table};
    auto stream = from.stream();
    kedja::ingest::intern_arrow(stream, "source", ids, codes);
  }
  EXPECT_EQ(codes, (std::vector<std::uint32_t>{0, 1, 0, 0, 1, 0}));
  EXPECT_EQ(ids[1], "a");
}

TEST(InternArrow, MissingIdIsNamedByRow) {
  const std::int32_t offsets[] = {0, 1, 1};
  const std::uint8_t valid[] = {0b01};
  column c(2, 0, {valid, offsets, "b"});
  producer from("u");
  from.batches = {c.table};
  auto stream = from.stream();
  kedja::model::interner ids;
  std::vector<std::uint32_t> codes;
  try {
    kedja::ingest::intern_arrow(stream, "source", ids, codes);
    FAIL() << "row 1 has no id";
  } catch (const kedja::data_error& e) {
    EXPECT_EQ(e.code(), kedja::error_code::e_missing);
    EXPECT_EQ(e.where().row, 1u);
  }
}

}  // namespace
