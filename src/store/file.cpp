#include <kedja/store/file.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include <kedja/core/atomic_file.hpp>
#include <kedja/core/checked.hpp>
#include <kedja/core/checksum.hpp>

namespace kedja::store {
namespace {

static_assert(std::endian::native == std::endian::little, "the file holds numbers as in memory");

constexpr std::array<char, 8> magic = {'K', 'E', 'D', 'J', 'A', '\0', '\r', '\n'};
constexpr std::uint64_t alignment = 64;
constexpr std::uint32_t most_sections = 1 << 16;

struct header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t sections;
  std::uint64_t file_size;
  std::uint64_t directory_checksum;  // of the fields above and the directory
  std::array<std::uint64_t, 4> reserved;
};
static_assert(sizeof(header) == 64);

struct directory_entry {
  std::array<char, longest_name + 1> name;  // ends in NUL
  std::uint64_t offset, size, checksum;
};
static_assert(sizeof(directory_entry) == 128);

std::uint64_t aligned(std::uint64_t offset) {
  return (checked_add<std::uint64_t>(offset, alignment - 1, "size of the file")) / alignment *
         alignment;
}

std::uint64_t sum_of(std::span<const std::byte> bytes) {
  checksum sum;
  sum.update(bytes.data(), bytes.size());
  return sum.digest();
}

std::uint64_t directory_sum(const header& head, std::span<const directory_entry> entries) {
  checksum sum;
  sum.update(&head, offsetof(header, directory_checksum));
  sum.update(entries);
  return sum.digest();
}

std::string_view as_text(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

[[noreturn]] void refuse(error_code code, const std::string& file, const std::string& what) {
  throw data_error(code, {.file = file}, file + ": " + what);
}

}  // namespace

void write_file(const std::filesystem::path& path, std::span<const section> sections) {
  std::vector<directory_entry> entries(sections.size());
  std::set<std::string_view> names;
  std::uint64_t at = aligned(sizeof(header) + entries.size() * sizeof(directory_entry));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto& [name, bytes] = sections[i];
    if (name.empty() || name.size() > longest_name || name.find('\0') != std::string::npos ||
        !names.insert(name).second)
      throw invalid_argument("section '" + name + "': a name must be unique and have 1 to " +
                             std::to_string(longest_name) + " bytes");
    directory_entry& entry = entries[i];
    entry = {};
    std::copy(name.begin(), name.end(), entry.name.begin());
    entry.offset = at;
    entry.size = bytes.size();
    entry.checksum = sum_of(bytes);
    at = aligned(checked_add<std::uint64_t>(at, bytes.size(), "size of the file"));
  }
  if (entries.size() > most_sections) throw invalid_argument("too many sections");
  header head{magic, format_version, static_cast<std::uint32_t>(entries.size()), at, 0, {}};
  head.directory_checksum = directory_sum(head, entries);

  atomic_file file(path);
  file.write(as_text(&head, sizeof head));
  file.write(as_text(entries.data(), entries.size() * sizeof(directory_entry)));
  std::uint64_t written = sizeof head + entries.size() * sizeof(directory_entry);
  const std::string zeros(alignment, '\0');
  for (std::size_t i = 0; i < sections.size(); ++i) {
    file.write(std::string_view(zeros).substr(0, entries[i].offset - written));
    file.write(as_text(sections[i].bytes.data(), sections[i].bytes.size()));
    written = entries[i].offset + entries[i].size;
  }
  file.write(std::string_view(zeros).substr(0, at - written));
  file.commit();
}

mapped_file::mapped_file(const std::filesystem::path& path, verification verify)
    : name_(path.filename().string()), verify_(verify) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0)
    refuse(error_code::e_file, name_, path.string() + " cannot be opened: " + std::strerror(errno));
  struct stat status {};
  if (::fstat(handle, &status) != 0 || !S_ISREG(status.st_mode) ||
      static_cast<std::size_t>(status.st_size) < sizeof(header)) {
    ::close(handle);
    refuse(error_code::e_format, name_, "not a .kedja file");
  }
  size_ = static_cast<std::size_t>(status.st_size);
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, handle, 0);
  const int why = errno;
  ::close(handle);
  if (mapped == MAP_FAILED)
    refuse(error_code::e_file, name_, std::string("cannot be mapped: ") + std::strerror(why));
  data_ = static_cast<const std::byte*>(mapped);
  try {
    header head;
    std::memcpy(&head, data_, sizeof head);
    if (head.magic != magic) refuse(error_code::e_format, name_, "not a .kedja file");
    if (head.version != format_version)
      refuse(error_code::e_format, name_,
             "written in version " + std::to_string(head.version) +
                 " of the format, and this library reads version " +
                 std::to_string(format_version));
    if (head.file_size != size_)
      refuse(error_code::e_checksum, name_,
             "has " + std::to_string(size_) + " bytes and should have " +
                 std::to_string(head.file_size) + ": it was cut short or appended to");
    if (head.sections > most_sections ||
        sizeof(header) + head.sections * sizeof(directory_entry) > size_)
      refuse(error_code::e_checksum, name_, "the directory is damaged");
    std::vector<directory_entry> directory(head.sections);
    if (!directory.empty())
      std::memcpy(directory.data(), data_ + sizeof head,
                  directory.size() * sizeof(directory_entry));
    if (directory_sum(head, directory) != head.directory_checksum)
      refuse(error_code::e_checksum, name_, "the directory is damaged");
    for (const directory_entry& found : directory) {
      if (found.name.back() != '\0' || found.offset % alignment != 0 || found.offset > size_ ||
          found.size > size_ - found.offset)
        refuse(error_code::e_checksum, name_, "the directory is damaged");
      entry& kept = entries_[found.name.data()];
      kept.bytes = {data_ + found.offset, found.size};
      kept.checksum = found.checksum;
    }
  } catch (...) {
    ::munmap(mapped, size_);
    throw;
  }
}

mapped_file::~mapped_file() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

std::vector<std::string> mapped_file::sections() const {
  std::vector<std::string> names;
  for (const auto& found : entries_) names.push_back(found.first);
  return names;
}

std::span<const std::byte> mapped_file::bytes(std::string_view section) const {
  const auto found = entries_.find(section);
  if (found == entries_.end()) damaged(section, "is missing");
  const entry& kept = found->second;
  if (verifies() && !kept.verified.load(std::memory_order_acquire)) {
    if (sum_of(kept.bytes) != kept.checksum)
      refuse(error_code::e_checksum, name_, "section " + std::string(section) + " is damaged");
    kept.verified.store(true, std::memory_order_release);
  }
  return kept.bytes;
}

void mapped_file::damaged(std::string_view section, std::string_view what) const {
  refuse(error_code::e_format, name_, "section " + std::string(section) + " " + std::string(what));
}

}  // namespace kedja::store
