#include <kedja/core/atomic_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include <kedja/core/error.hpp>

namespace kedja {
namespace {

[[noreturn]] void failed(const std::filesystem::path& path, const char* what) {
  throw error(path.string() + ": " + what + ": " + std::strerror(errno));
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

atomic_file::atomic_file(std::filesystem::path target) : target_(std::move(target)) {
  if (!target_.has_filename())
    throw invalid_argument("'" + target_.string() + "' names no file to write");
  // A link is followed, so that the file it names is replaced and not the link.
  std::error_code unresolved;
  if (auto real = std::filesystem::weakly_canonical(target_, unresolved); !unresolved)
    target_ = std::move(real);
  std::random_device random;
  do {
    std::string name = target_.filename().string();
    name.insert(name.begin(), '.');
    part_ = folder_of(target_) / name.append(".").append(std::to_string(random())).append(".part");
    handle_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (handle_ < 0 && errno == EEXIST);
  if (handle_ < 0)
    throw invalid_argument(target_.string() + ": cannot be written: " + std::strerror(errno));
  struct stat replaced {};
  if (::stat(target_.c_str(), &replaced) == 0) (void)::fchmod(handle_, replaced.st_mode & 0777);
}

atomic_file::~atomic_file() {
  if (handle_ >= 0) ::close(handle_);
  if (!part_.empty()) ::unlink(part_.c_str());
}

void atomic_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(handle_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) failed(target_, "writing failed");
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

void atomic_file::commit() {
  if (::fsync(handle_) != 0) failed(target_, "writing failed");
  const int closed = ::close(std::exchange(handle_, -1));
  if (closed != 0) failed(target_, "writing failed");
  if (::rename(part_.c_str(), target_.c_str()) != 0) failed(target_, "cannot be replaced");
  part_.clear();
  // The new name itself must outlive a power failure too; some file systems cannot, which is fine.
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    (void)::fsync(folder);
    ::close(folder);
  }
}

void write_whole_file(const std::filesystem::path& target, std::string_view bytes) {
  atomic_file file(target);
  file.write(bytes);
  file.commit();
}

}  // namespace kedja
