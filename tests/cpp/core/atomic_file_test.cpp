#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <kedja/core/atomic_file.hpp>
#include <kedja/core/error.hpp>

namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

TEST(AtomicFile, ReplacesWholeOrNotAtAll) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "atomic";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const auto path = folder / "r.csv";
  kedja::write_whole_file(path, "old");
  {
    kedja::atomic_file part(path);
    part.write("new");
    EXPECT_EQ(content(path), "old");
  }  // given up
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  kedja::write_whole_file(path, "new");
  EXPECT_EQ(content(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST(AtomicFile, NamesTheFolderThatIsMissing) {
  EXPECT_THROW(kedja::atomic_file("/nowhere/at/all.csv"), kedja::invalid_argument);
  EXPECT_THROW(kedja::atomic_file(""), kedja::invalid_argument);
}

}  // namespace
