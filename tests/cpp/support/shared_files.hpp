/// @file
/// Finds reference values and corpora kept beside the project. They are optional: a test that needs
/// one skips, with this text as its reason, when it is not there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace kedja::test {

inline constexpr const char* no_shared_files =
    "reference files are not beside the project (set KEDJA_SHARED to their folder)";

/// The folder with reference files, from KEDJA_SHARED or ../shared beside the source tree.
[[nodiscard]] inline std::optional<std::filesystem::path> shared_file(const std::string& name) {
  const char* set = std::getenv("KEDJA_SHARED");
  const std::filesystem::path root =
      set != nullptr ? std::filesystem::path(set)
                     : std::filesystem::path(KEDJA_SOURCE_DIR) / ".." / "shared";
  if (std::filesystem::exists(root / name)) return root / name;
  return std::nullopt;
}

}  // namespace kedja::test
