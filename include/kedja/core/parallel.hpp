/// @file
/// Parallel loops whose result never depends on the number of threads: blocks are fixed by the
/// data, bodies write to their own slots, reductions combine blocks in order.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/core/thread_pool.hpp>

namespace kedja {

/// One running call of a measure: reports progress, carries cancellation. A measure makes one from
/// its run_context, tells how many units of work there are in all, and calls finish() at the end.
class task {
 public:
  explicit task(const run_context& ctx, double total_units = 1.0)
      : ctx_(ctx),
        total_(std::max(total_units, 1.0)),
        owner_(std::this_thread::get_id()),
        last_poll_(clock::now()) {
    if (ctx_.on_progress && !ctx_.on_progress(0.0)) throw cancelled();
    checkpoint();
  }
  task(const task&) = delete;
  task& operator=(const task&) = delete;

  [[nodiscard]] const run_context& context() const noexcept { return ctx_; }
  [[nodiscard]] unsigned threads() const noexcept {
    return ctx_.threads ? ctx_.threads : ctx_.where ? ctx_.where->concurrency() : default_threads();
  }
  /// Adds finished units; any thread.
  void advance(double units) noexcept { done_.fetch_add(units, std::memory_order_relaxed); }

  /// Call now and then in long bodies (every 2^16 arcs or so); any thread. Throws cancelled.
  void checkpoint() {
    if (stopping_.load(std::memory_order_relaxed)) throw cancelled();
    if (std::this_thread::get_id() == owner_) poll();
  }
  /// Tells the other threads to give up at their next checkpoint.
  void abandon() noexcept { stopping_.store(true, std::memory_order_relaxed); }

  /// Reports 1.0. The answer to this last report is ignored: the work is done.
  void finish() {
    if (ctx_.on_progress) ctx_.on_progress(1.0);
  }

 private:
  using clock = std::chrono::steady_clock;
  static constexpr auto poll_interval = std::chrono::milliseconds(50);

  void poll() {
    if (ctx_.stop.stop_requested()) throw cancelled();
    const auto now = clock::now();
    if (now - last_poll_ < poll_interval) return;
    last_poll_ = now;
    if (now >= ctx_.deadline) throw cancelled();
    if (!ctx_.on_progress) return;
    const double fraction = std::min(done_.load(std::memory_order_relaxed) / total_, 1.0);
    reported_ = std::max(reported_, fraction);
    if (!ctx_.on_progress(reported_)) throw cancelled();
  }

  const run_context ctx_;  // a copy: the caller's may be a temporary
  double total_;
  std::thread::id owner_;
  clock::time_point last_poll_;
  double reported_ = 0.0;
  std::atomic<double> done_ = 0.0;
  std::atomic<bool> stopping_ = false;
};

/// Calls body(workspace, first, last, block) for the blocks [first, last) that cut [0, n) every
/// `grain` items, one workspace per thread. Blocks run in any order, so a body writes only to what
/// belongs to its items or its block. The first exception stops the loop and is rethrown here.
template <class MakeWorkspace, class Body>
void for_blocks(std::size_t n, std::size_t grain, task& job, MakeWorkspace make_workspace,
                Body body) {
  if (n == 0) return;
  const std::size_t blocks = (n + grain - 1) / grain;
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::exception_ptr failure;
  std::mutex failure_mutex;

  const auto work = [&]() noexcept {
    try {
      std::size_t block = next.fetch_add(1);
      if (block >= blocks) return;
      auto workspace = make_workspace();
      for (; block < blocks && !failed.load(std::memory_order_relaxed); block = next.fetch_add(1)) {
        const std::size_t first = block * grain;
        body(workspace, first, std::min(first + grain, n), block);
        job.checkpoint();
      }
    } catch (...) {
      const std::scoped_lock lock(failure_mutex);
      if (!failure) failure = std::current_exception();
      failed = true;
      job.abandon();
    }
  };

  const auto workers = static_cast<unsigned>(std::min<std::size_t>(job.threads(), blocks));
  if (workers <= 1) {
    work();
  } else {
    executor& where =
        job.context().where ? *job.context().where : static_cast<executor&>(thread_pool::shared());
    where.run(workers, work);
  }
  if (failure) std::rethrow_exception(failure);
}

struct no_workspace {};

/// for_blocks without a workspace: body(first, last, block).
template <class Body>
void for_blocks(std::size_t n, std::size_t grain, task& job, Body body) {
  for_blocks(
      n, grain, job, [] { return no_workspace{}; },
      [&](no_workspace&, std::size_t first, std::size_t last, std::size_t block) {
        body(first, last, block);
      });
}

/// Sum, maximum or the like over fixed blocks: map(first, last) -> T, combined in block order.
template <class T, class Map, class Combine>
[[nodiscard]] T ordered_reduce(std::size_t n, std::size_t grain, task& job, T initial, Map map,
                               Combine combine) {
  std::vector<T> part((n + grain - 1) / grain, initial);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    part[block] = map(first, last);
  });
  T total = std::move(initial);
  for (T& value : part) total = combine(std::move(total), std::move(value));
  return total;
}

}  // namespace kedja
