/// @file
/// The Arrow C data and stream interfaces, as the specification prints them
/// (https://arrow.apache.org/docs/format/CDataInterface.html), and owners that release them. With
/// these a table crosses between libraries without linking to Arrow.
#pragma once

#include <cstdint>

extern "C" {

// Any library that hands over tables may have printed the same structures before us.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
#endif

}  // extern "C"

namespace kedja {

/// Owns an Arrow structure that was handed over, and releases it as its producer asks.
template <class Structure>
class arrow_owner {
 public:
  arrow_owner() = default;
  /// Takes `from` over; it is left released, as the interface prescribes for a move.
  explicit arrow_owner(Structure& from) noexcept : held_(from) { from.release = nullptr; }
  arrow_owner(const arrow_owner&) = delete;
  arrow_owner& operator=(const arrow_owner&) = delete;
  ~arrow_owner() { reset(); }

  void reset() noexcept {
    if (held_.release != nullptr) held_.release(&held_);
    held_ = {};
  }
  [[nodiscard]] Structure* get() noexcept { return &held_; }
  Structure* operator->() noexcept { return &held_; }
  Structure& operator*() noexcept { return held_; }

 private:
  Structure held_{};
};

}  // namespace kedja
