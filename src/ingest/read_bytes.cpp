#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/ingest/read_csv.hpp>

namespace kedja::ingest {
namespace {

struct close_file {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

[[noreturn]] void refuse(error_code code, const std::string& file, const std::string& what) {
  throw data_error(code, {.file = file}, file + ": " + what);
}

std::string inflate(const std::string& packed, const std::string& name, const csv_options& limits) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &inflateEnd);
  std::string text;
  std::string piece(1 << 16, '\0');
  std::size_t read = 0;
  int state = Z_OK;
  while (true) {
    if (stream.avail_in == 0 && read < packed.size()) {
      const std::size_t take = std::min<std::size_t>(packed.size() - read, 1u << 20);
      // zlib does not change its input, whatever its type says.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + read));
      stream.avail_in = static_cast<uInt>(take);
      read += take;
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = ::inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END)
      refuse(error_code::e_checksum, name, "the gzip data is damaged or cut off");
    text.append(piece.data(), piece.size() - stream.avail_out);
    // Small files may pack very well, so the ratio counts only beyond a few MiB.
    if (text.size() > limits.max_bytes ||
        (text.size() > (4u << 20) && text.size() / limits.max_ratio > packed.size()))
      refuse(error_code::e_limit, name,
             "unpacks to more than " + std::to_string(limits.max_ratio) +
                 " times its size or the size limit; raise max_ratio or max_bytes if it is sound");
    if (state == Z_STREAM_END) {
      if (stream.avail_in == 0 && read == packed.size()) return text;
      if (inflateReset(&stream) != Z_OK) throw std::bad_alloc();  // files may hold several members
    }
  }
}

}  // namespace

std::string read_bytes(const std::filesystem::path& path, const csv_options& options) {
  const std::string name = path.filename().string();
  const std::unique_ptr<std::FILE, close_file> file(std::fopen(path.c_str(), "rb"));
  if (!file || std::filesystem::is_directory(path))
    refuse(error_code::e_file, name,
           std::string("cannot be read: ") + (file ? "it is a folder" : std::strerror(errno)));
  std::string bytes;
  std::string piece(1 << 20, '\0');
  for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), file.get())) > 0;) {
    bytes.append(piece.data(), got);
    if (bytes.size() > options.max_bytes)
      refuse(error_code::e_limit, name,
             "is larger than " + std::to_string(options.max_bytes) + " bytes (max_bytes)");
  }
  if (std::ferror(file.get()) != 0) refuse(error_code::e_file, name, "cannot be read to its end");
  const bool gzip = bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
  return gzip ? inflate(bytes, name, options) : bytes;
}

}  // namespace kedja::ingest
