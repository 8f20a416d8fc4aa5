#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <kedja/store/file.hpp>

#include "support/tables.hpp"

namespace kedja::test {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

/// Every section read once.
void read_all(const std::filesystem::path& path) {
  const store::mapped_file file(path);
  for (const auto& name : file.sections()) (void)file.bytes(name);
}

std::filesystem::path small_file() {
  const auto path = temp_file("small.kedja", "");
  const std::vector<std::uint64_t> numbers = {1, 2, 3};
  const std::vector<store::section> sections = {
      store::section_of("numbers", std::span<const std::uint64_t>(numbers)),
      store::section_of("empty", std::string_view()), store::section_of("text", "ore and steel")};
  store::write_file(path, sections);
  return path;
}

TEST(StoreFile, GivesBackWhatWasWritten) {
  const store::mapped_file file(small_file());
  EXPECT_EQ(file.sections(), (std::vector<std::string>{"empty", "numbers", "text"}));
  EXPECT_EQ(file.text("text"), "ore and steel");
  EXPECT_EQ(file.text("empty"), "");
  const auto numbers = file.array<std::uint64_t>("numbers");
  EXPECT_EQ(std::vector(numbers.begin(), numbers.end()), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % 64, 0u);
  EXPECT_EQ(refused([&] { return file.bytes("ties"); }).code, "E_FORMAT");
  EXPECT_EQ(refused([&] { return file.array<double>("text"); }).code, "E_FORMAT");
}

TEST(StoreFile, RefusesAFlippedBitInEveryByteThatMatters) {
  const auto path = small_file();
  const std::string whole = content(path);
  // Bytes of padding between sections carry nothing; every other bit must be caught.
  const store::mapped_file intact(path);
  const auto matters = [&](std::size_t at) {
    if (at < 32 || (at >= 64 && at < 64 + 3 * 128)) return true;  // header fields, directory
    const auto inside = [&](std::string_view name, std::size_t first) {
      return at >= first && at < first + intact.bytes(name).size();
    };
    return inside("numbers", 448) || inside("text", 512);
  };
  std::size_t flipped = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (!matters(at)) continue;
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const auto other = temp_file("damaged.kedja", damaged);
    const auto found = refused([&] { return read_all(other), 0; });
    EXPECT_TRUE(found.code == "E_CHECKSUM" || found.code == "E_FORMAT") << at;
    ++flipped;
  }
  EXPECT_EQ(flipped, 32u + 3 * 128 + 3 * 8 + 13);
}

TEST(StoreFile, RefusesEveryShorterFile) {
  const std::string whole = content(small_file());
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    const auto cut = temp_file("cut.kedja", std::string_view(whole).substr(0, size));
    const auto found = refused([&] { return read_all(cut), 0; });
    EXPECT_EQ(found.code, size < 64 ? "E_FORMAT" : "E_CHECKSUM") << size;
    EXPECT_EQ(found.file, "cut.kedja");
  }
  const auto longer = temp_file("longer.kedja", whole + "x");
  EXPECT_EQ(refused([&] { return read_all(longer), 0; }).code, "E_CHECKSUM");
}

TEST(StoreFile, WithoutVerificationReadsDamagedSectionsAsTheyAre) {
  std::string damaged = content(small_file());
  damaged[512] = 'O';
  const auto path = temp_file("damaged.kedja", damaged);
  EXPECT_EQ(store::mapped_file(path, store::verification::none).text("text"), "Ore and steel");
  EXPECT_TRUE(says(refused([&] { return store::mapped_file(path).text("text"); }).message,
                   "section text is damaged"));
}

TEST(StoreFile, NamesWhatItCannotRead) {
  EXPECT_EQ(refused([] { return store::mapped_file("no/such.kedja").has("x"); }).code, "E_FILE");
  const auto other = temp_file("other.kedja", std::string(100, 'x'));
  EXPECT_TRUE(says(refused([&] { return store::mapped_file(other).has("x"); }).message,
                   "not a .kedja file"));
  std::string later = content(small_file());
  later[8] = 9;
  const auto path = temp_file("later.kedja", later);
  EXPECT_TRUE(says(refused([&] { return store::mapped_file(path).has("x"); }).message,
                   "written in version 9"));
  EXPECT_EQ(refused([&] { return store::mapped_file(path.parent_path()).has("x"); }).code,
            "E_FORMAT");
}

TEST(StoreFile, RefusesNamesThatCannotBeKept) {
  const auto write = [](std::vector<store::section> sections) {
    store::write_file(temp_file("n.kedja", ""), sections);
  };
  EXPECT_THROW(write({{"", {}}}), invalid_argument);
  EXPECT_THROW(write({{"a", {}}, {"a", {}}}), invalid_argument);
  EXPECT_THROW(write({{std::string(104, 'a'), {}}}), invalid_argument);
  EXPECT_NO_THROW(write({{std::string(103, 'a'), {}}}));
}

}  // namespace
}  // namespace kedja::test
