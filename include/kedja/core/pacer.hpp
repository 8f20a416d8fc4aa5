/// @file
/// Checkpoints of long serial work: loops over links, sorts.
#pragma once

#include <algorithm>
#include <cstddef>

#include <kedja/core/parallel.hpp>

namespace kedja {

/// pace(work) in a loop calls the task's checkpoint after about 2^16 units of work, a fraction of a
/// millisecond of looking at links.
class pacer {
 public:
  explicit pacer(task& job) : job_(job) {}
  void operator()(std::size_t work = 1) {
    if ((done_ += work) < (std::size_t{1} << 16)) return;
    done_ = 0;
    job_.checkpoint();
  }

 private:
  task& job_;
  std::size_t done_ = 0;
};

/// std::sort that can be stopped. Throws cancelled, the items then stand in any order.
template <class Iterator, class Before>
void sort(Iterator first, Iterator last, Before before, task& job) {
  pacer pace(job);
  std::sort(first, last, [&](const auto& a, const auto& b) {
    pace();
    return before(a, b);
  });
}

}  // namespace kedja
