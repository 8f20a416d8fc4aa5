#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <kedja/ingest/read_csv.hpp>
#include <support/tables.hpp>

namespace kedja::ingest {
namespace {

using test::refusal;
using test::refused;
using test::temp_file;

// The gzip of RFC 1952 around the deflate of RFC 1951, written by hand.

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string gzip_member(const std::string& deflated, std::string_view text) {
  std::string member("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  member += deflated;
  member += little_endian(crc32(text), 4);
  member += little_endian(text.size(), 4);
  return member;
}

/// One stored block.
std::string gzip(std::string_view text) {
  const auto n = static_cast<std::uint16_t>(text.size());
  std::string block(1, '\x01');
  block += little_endian(n, 2);
  block += little_endian(static_cast<std::uint16_t>(~n), 2);
  block += text;
  return gzip_member(block, text);
}

/// 1 + 258 k times 'a' in 3 + 8 + 13 k + 7 bits: the letter, then matches of the greatest length.
std::string gzip_of_letters(std::size_t k) {
  std::string packed;
  unsigned held = 0;
  int bits = 0;
  const auto put = [&](unsigned value, int count) {  // lowest bit first
    for (int i = 0; i < count; ++i) {
      held |= (value >> i & 1u) << bits;
      if (++bits == 8) packed += static_cast<char>(held), held = 0, bits = 0;
    }
  };
  const auto code = [&](unsigned value, int count) {  // Huffman codes: highest bit first
    for (int i = count; i-- > 0;) put(value >> i & 1u, 1);
  };
  put(1, 1);            // the last block
  put(1, 2);            // with fixed codes
  code(0x30 + 'a', 8);  // literals 0 to 143 are 00110000 and up
  for (std::size_t i = 0; i < k; ++i) {
    code(0xC0 + 285 - 280, 8);  // length 258
    code(0, 5);                 // distance 1
  }
  code(0, 7);  // end of block
  if (bits > 0) packed += static_cast<char>(held);
  return gzip_member(packed, std::string(1 + 258 * k, 'a'));
}

TEST(ReadBytes, GivesTheBytesOfTheFile) {
  const std::string bytes("a\0\r\n\xFF", 5);
  EXPECT_EQ(read_bytes(temp_file("kedja_plain.bin", bytes)), bytes);
  EXPECT_EQ(read_bytes(temp_file("kedja_empty.bin", "")), "");
  EXPECT_EQ(read_bytes(temp_file("kedja_short.bin", "\x1f\x8b")), "\x1f\x8b");
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(read_bytes(temp_file("kedja_large.bin", large)), large);
}

TEST(ReadBytes, RefusesWhatIsNoFile) {
  const refusal none = refused([] { return read_bytes("no such folder/f.csv"); });
  EXPECT_EQ(none, (refusal{"E_FILE", "f.csv", 0, "", ""}));
  EXPECT_EQ(refused([] { return read_bytes(testing::TempDir()); }).code, "E_FILE");
}

TEST(ReadBytes, UnpacksGzipByItsContent) {
  EXPECT_EQ(read_bytes(temp_file("kedja_packed.csv.gz", gzip("id\nÅ\n"))), "id\nÅ\n");
  EXPECT_EQ(read_bytes(temp_file("kedja_packed.csv", gzip("id\nÅ\n"))), "id\nÅ\n");
  EXPECT_EQ(read_bytes(temp_file("kedja_packed.gz", gzip(""))), "");
  EXPECT_EQ(read_bytes(temp_file("kedja_members.gz", gzip("id\n") + gzip("A\n"))), "id\nA\n");
  const auto t = read_csv(temp_file("kedja_packed.tsv.gz", gzip("id\ta,b\nA\tx\n")));
  EXPECT_EQ(t.columns.size(), 2u);
  EXPECT_EQ(t.line, std::vector<std::uint64_t>{2});
}

TEST(ReadBytes, RefusesDamagedGzip) {
  const std::string good = gzip("id,name\nA,x\n");
  for (std::size_t cut = 3; cut < good.size(); ++cut)
    EXPECT_EQ(refused([&] { return read_bytes(temp_file("kedja_cut.gz", good.substr(0, cut))); }),
              (refusal{"E_CHECKSUM", "kedja_cut.gz", 0, "", ""}))
        << cut;
  std::string changed = good;
  changed[15 + 3] ^= 1;  // a letter of the text; only the checksum can tell
  EXPECT_EQ(refused([&] { return read_bytes(temp_file("kedja_bad.gz", changed)); }).code,
            "E_CHECKSUM");
}

TEST(ReadBytes, LimitsTheSize) {
  const auto path = temp_file("kedja_limit.csv", "12345678");
  EXPECT_EQ(read_bytes(path, {.max_bytes = 8}).size(), 8u);
  const refusal large = refused([&] { return read_bytes(path, {.max_bytes = 7}); });
  EXPECT_EQ(large, (refusal{"E_LIMIT", "kedja_limit.csv", 0, "", ""}));
  EXPECT_TRUE(test::says(large.message, "max_bytes"));
  // Unpacked: 258 001 letters from less than 2 KiB.
  const auto packed = temp_file("kedja_limit.csv.gz", gzip_of_letters(1000));
  EXPECT_EQ(read_bytes(packed, {.max_bytes = 258001}), std::string(258001, 'a'));
  EXPECT_EQ(refused([&] { return read_bytes(packed, {.max_bytes = 258000}); }).code, "E_LIMIT");
}

TEST(ReadBytes, LimitsTheRatio) {
  // 258 bytes from 13 bits: a ratio of nearly 159, over 5 MiB.
  const auto path = temp_file("kedja_ratio.csv.gz", gzip_of_letters(22000));
  EXPECT_EQ(read_bytes(path).size(), 1u + 258u * 22000u);
  EXPECT_EQ(read_bytes(path, {.max_ratio = 159}).size(), 1u + 258u * 22000u);
  const refusal bomb = refused([&] { return read_bytes(path, {.max_ratio = 150}); });
  EXPECT_EQ(bomb, (refusal{"E_LIMIT", "kedja_ratio.csv.gz", 0, "", ""}));
  EXPECT_TRUE(test::says(bomb.message, "max_ratio"));
}

}  // namespace
}  // namespace kedja::ingest
