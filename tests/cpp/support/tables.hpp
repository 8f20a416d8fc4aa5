/// @file
/// Inline tables for tests of the door: text in, what was refused or noted out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <kedja/core/error.hpp>
#include <kedja/ingest/door_check.hpp>
#include <kedja/ingest/read_csv.hpp>

namespace kedja::test {

/// A table as read from `<name>.csv`.
inline model::raw_table csv(const std::string& name, std::string_view text) {
  model::raw_table table = ingest::read_csv_text(text, name + ".csv");
  table.table = name;
  return table;
}

/// Writes a file into a folder of the running test's own and gives its path: tests run side by
/// side.
inline std::filesystem::path temp_file(const std::string& name, std::string_view bytes) {
  const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
  const auto folder = std::filesystem::path(testing::TempDir()) / "kedja_tests" /
                      (std::string(test.test_suite_name()) + "." + test.name());
  std::filesystem::create_directories(folder);
  const auto path = folder / name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// What a refusal says.
struct refusal {
  std::string code;  ///< empty: nothing was thrown
  std::string file;
  std::uint64_t row = 0;  ///< 0: none
  std::string column;
  std::string value;
  std::string message = {};

  friend bool operator==(const refusal& a, const refusal& b) {  // messages are compared in part
    return a.code == b.code && a.file == b.file && a.row == b.row && a.column == b.column &&
           a.value == b.value;
  }
  friend std::ostream& operator<<(std::ostream& out, const refusal& r) {
    return out << "{" << r.code << ", " << r.file << ", " << r.row << ", " << r.column << ", "
               << r.value << "} " << r.message;
  }
};

inline refusal refusal_of(error_code code, const data_location& where, const std::string& message) {
  return {std::string(info(code).name),
          where.file,
          where.has_row ? where.row : 0,
          where.column,
          where.value,
          message};
}

template <class Call>
refusal refused(Call call) {
  try {
    (void)call();
  } catch (const data_error& e) {
    return refusal_of(e.code(), e.where(), e.what());
  }
  return {};
}

/// The entries of a report, as refusals, without those of other codes when one is named.
inline std::vector<refusal> noted(const model::diagnostics& report, std::string_view code = {}) {
  std::vector<refusal> found;
  for (const auto& d : report.entries())
    if (code.empty() || info(d.code).name == code)
      found.push_back(refusal_of(d.code, d.where, d.message));
  return found;
}

inline bool says(const std::string& message, std::string_view part) {
  return message.find(part) != std::string::npos;
}

}  // namespace kedja::test
