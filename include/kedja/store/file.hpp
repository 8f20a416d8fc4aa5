/// @file
/// The .kedja file: named sections of bytes behind a checked directory, read through a mapping.
/// Little-endian. A header of 64 bytes (magic, version, number of sections, file size, checksum of
/// the directory), the directory, then the sections, each from a multiple of 64 bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/error.hpp>

namespace kedja::store {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t longest_name = 103;  ///< bytes in the name of a section

struct section {
  std::string name;
  std::span<const std::byte> bytes;
};

template <class T>
[[nodiscard]] section section_of(std::string name, std::span<const T> values) {
  return {std::move(name), std::as_bytes(values)};
}
[[nodiscard]] inline section section_of(std::string name, std::string_view text) {
  return {std::move(name), std::as_bytes(std::span(text.data(), text.size()))};
}

/// Writes all sections by temporary file, flush and rename: the file appears whole or not at all.
/// Throws invalid_argument for a name that is empty, too long or given twice.
void write_file(const std::filesystem::path& path, std::span<const section> sections);

enum class verification {
  first_use,  ///< a section's checksum is compared before its bytes are first handed out
  none,       ///< for a file that was verified before and is out of others' reach
};

/// A .kedja file in memory, read only. Any number of threads may read it.
class mapped_file {
 public:
  /// Maps the file and checks header, directory and size: milliseconds whatever the size.
  /// Throws data_error e_file, e_format (not such a file, or of a later version) or e_checksum (cut
  /// short or damaged).
  explicit mapped_file(const std::filesystem::path& path,
                       verification verify = verification::first_use);
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file();

  /// What messages call the file.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool verifies() const noexcept { return verify_ == verification::first_use; }
  [[nodiscard]] bool has(std::string_view section) const { return entries_.contains(section); }
  [[nodiscard]] std::vector<std::string> sections() const;

  /// The bytes of a section, verified before their first use. Throws data_error e_checksum when
  /// they are damaged, e_format when there is no such section.
  [[nodiscard]] std::span<const std::byte> bytes(std::string_view section) const;
  [[nodiscard]] std::string_view text(std::string_view section) const {
    const auto found = bytes(section);
    return {reinterpret_cast<const char*>(found.data()), found.size()};
  }
  /// A section as numbers; e_format when its size is no multiple of theirs.
  template <class T>
  [[nodiscard]] std::span<const T> array(std::string_view section) const {
    const auto found = bytes(section);
    if (found.size() % sizeof(T) != 0) damaged(section, "is not a whole number of entries");
    return {reinterpret_cast<const T*>(found.data()), found.size() / sizeof(T)};
  }
  /// Throws data_error e_format: `section` does not say what it should.
  [[noreturn]] void damaged(std::string_view section, std::string_view what) const;

 private:
  struct entry {
    std::span<const std::byte> bytes;
    std::uint64_t checksum = 0;
    mutable std::atomic<bool> verified = false;
  };

  std::string name_;
  verification verify_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::map<std::string, entry, std::less<>> entries_;
};

}  // namespace kedja::store
