/// @file
/// Vectors for tables of many megabytes: on huge pages, and not cleared before they are filled.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace kedja {

/// From 4 MiB on, memory comes aligned to 2 MiB and the kernel is asked for huge pages: a random
/// access then seldom misses the address cache, and fresh memory is handed out 512 pages at a time.
/// Smaller memory is aligned to a line of the cache.
/// Elements made without a value are left as they are, so that a table is written once, not twice.
template <class T>
struct large_allocator {
  using value_type = T;

  large_allocator() = default;
  template <class U>
  explicit large_allocator(const large_allocator<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = count * sizeof(T);
    if (!large(bytes)) return static_cast<T*>(::operator new(bytes, line));
    void* const at = ::operator new(bytes, huge_page);
#ifdef MADV_HUGEPAGE
    (void)madvise(at, bytes, MADV_HUGEPAGE);  // a wish: where it is not granted, pages are small
#endif
    return static_cast<T*>(at);
  }
  void deallocate(T* at, std::size_t count) noexcept {
    if (large(count * sizeof(T)))
      ::operator delete(at, huge_page);
    else
      ::operator delete(at, line);
  }
  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }
  friend bool operator==(const large_allocator&, const large_allocator&) noexcept { return true; }

 private:
  static constexpr std::align_val_t line{64};
  static constexpr std::align_val_t huge_page{std::size_t{2} << 20};
  static bool large(std::size_t bytes) noexcept { return bytes >= std::size_t{4} << 20; }
};

/// A std::vector whose resize() leaves new numbers unwritten: whoever resizes it fills it.
template <class T>
using large_vector = std::vector<T, large_allocator<T>>;

}  // namespace kedja
