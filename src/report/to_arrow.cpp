#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <kedja/report/write.hpp>

namespace kedja::report {
namespace {

// Every structure that is handed over owns what it points to through private_data, and frees its
// children before itself: the rules of the C data interface.

struct schema_parts {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
};

void release_schema(ArrowSchema* schema) {
  auto* parts = static_cast<schema_parts*>(schema->private_data);
  for (ArrowSchema& child : parts->children)
    if (child.release != nullptr) child.release(&child);
  delete parts;
  schema->release = nullptr;
}

void fill_schema(ArrowSchema* out, const char* format, std::string name, std::size_t children) {
  auto* parts = new schema_parts{std::move(name), std::vector<ArrowSchema>(children), {}};
  for (ArrowSchema& child : parts->children) parts->child_pointers.push_back(&child);
  *out = {};
  out->format = format;
  out->name = parts->name.c_str();
  out->flags = ARROW_FLAG_NULLABLE;
  out->n_children = static_cast<std::int64_t>(children);
  out->children = parts->child_pointers.data();
  out->release = &release_schema;
  out->private_data = parts;
}

const char* format_of(const frame_column& c) {
  static constexpr std::array formats = {"U", "g", "l", "b"};  // in the order of the variant
  return formats[c.values.index()];
}

struct array_parts {
  std::shared_ptr<const frame> table;
  std::vector<std::uint8_t> valid, bits;
  std::vector<std::int64_t> offsets;
  std::string text;
  std::array<const void*, 3> buffers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

void release_array(ArrowArray* array) {
  auto* parts = static_cast<array_parts*>(array->private_data);
  for (ArrowArray& child : parts->children)
    if (child.release != nullptr) child.release(&child);
  delete parts;
  array->release = nullptr;
}

template <class Flag>
std::vector<std::uint8_t> packed(std::size_t n, Flag flag) {
  std::vector<std::uint8_t> bits((n + 7) / 8);
  for (std::size_t i = 0; i < n; ++i)
    if (flag(i)) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1u << i % 8);
  return bits;
}

void fill_column(ArrowArray* out, const std::shared_ptr<const frame>& table,
                 const frame_column& c) {
  auto parts = std::make_unique<array_parts>();
  parts->table = table;
  const std::size_t n = c.size();
  *out = {};
  out->length = static_cast<std::int64_t>(n);
  if (!c.missing.empty()) {
    parts->valid = packed(n, [&](std::size_t i) { return c.missing[i] == 0; });
    parts->buffers[0] = parts->valid.data();
    for (const char m : c.missing) out->null_count += m != 0;
  }
  out->n_buffers = 2;
  if (const auto* text = std::get_if<model::text_column>(&c.values)) {
    parts->offsets.reserve(n + 1);
    parts->offsets.push_back(0);
    for (std::size_t i = 0; i < n; ++i) {
      parts->text += (*text)[i];
      parts->offsets.push_back(static_cast<std::int64_t>(parts->text.size()));
    }
    parts->buffers[1] = parts->offsets.data();
    parts->buffers[2] = parts->text.data();
    out->n_buffers = 3;
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&c.values)) {
    parts->buffers[1] = numbers->data();
  } else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&c.values)) {
    parts->buffers[1] = whole->data();
  } else {
    const auto& truth = std::get<std::vector<char>>(c.values);
    parts->bits = packed(n, [&](std::size_t i) { return truth[i] != 0; });
    parts->buffers[1] = parts->bits.data();
  }
  out->buffers = parts->buffers.data();
  out->release = &release_array;
  out->private_data = parts.release();
}

void fill_batch(ArrowArray* out, const std::shared_ptr<const frame>& table) {
  auto* parts = new array_parts;
  parts->children.resize(table->columns.size());
  for (ArrowArray& child : parts->children) parts->child_pointers.push_back(&child);
  *out = {};
  out->length = static_cast<std::int64_t>(table->num_rows());
  out->n_buffers = 1;
  out->n_children = static_cast<std::int64_t>(parts->children.size());
  out->buffers = parts->buffers.data();
  out->children = parts->child_pointers.data();
  out->release = &release_array;
  out->private_data = parts;
  for (std::size_t c = 0; c < parts->children.size(); ++c)
    fill_column(&parts->children[c], table, table->columns[c]);
}

struct stream_parts {
  std::shared_ptr<const frame> table;
  bool given = false;
};

// Nothing may be thrown through C; the only thing that can fail here is memory.
template <class Fill>
int guarded(Fill fill) noexcept {
  try {
    fill();
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  return guarded([&] {
    const auto& table = *static_cast<stream_parts*>(stream->private_data)->table;
    arrow_owner<ArrowSchema> whole;
    fill_schema(whole.get(), "+s", "", table.columns.size());
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      fill_schema(whole->children[c], format_of(table.columns[c]), table.columns[c].name, 0);
    *out = *whole;
    whole->release = nullptr;
  });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  return guarded([&] {
    auto* parts = static_cast<stream_parts*>(stream->private_data);
    *out = {};
    if (std::exchange(parts->given, true)) return;
    arrow_owner<ArrowArray> batch;
    fill_batch(batch.get(), parts->table);
    *out = *batch;
    batch->release = nullptr;
  });
}

const char* get_last_error(ArrowArrayStream*) { return "out of memory"; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<stream_parts*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

void to_arrow(std::shared_ptr<const frame> table, ArrowArrayStream* out) {
  *out = {&get_schema, &get_next, &get_last_error, &release_stream,
          new stream_parts{std::move(table)}};
}

}  // namespace kedja::report
