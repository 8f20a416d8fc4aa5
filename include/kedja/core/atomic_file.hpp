/// @file
/// A file that appears whole or not at all: an interrupted write leaves the previous one intact.
#pragma once

#include <filesystem>
#include <string_view>

namespace kedja {

/// Bytes go to a temporary file in the target's folder; commit() flushes them to the device and
/// puts the file in the target's place in one step, with the mode of the file it replaces. Without
/// commit() nothing is left behind. A link is followed.
class atomic_file {
 public:
  /// Throws invalid_argument when the folder is missing or cannot be written to.
  explicit atomic_file(std::filesystem::path target);
  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;
  ~atomic_file();

  /// Throws error when the device is full or fails.
  void write(std::string_view bytes);
  void commit();

 private:
  std::filesystem::path target_, part_;
  int handle_ = -1;
};

/// The whole content at once.
void write_whole_file(const std::filesystem::path& target, std::string_view bytes);

}  // namespace kedja
