/// @file
/// The one place that starts threads. Workers sleep between calls; a forked child starts afresh.
#pragma once

#include <sched.h>

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <kedja/core/run_context.hpp>

namespace kedja {

/// Processors this process may use (affinity mask), or KEDJA_NUM_THREADS when set to 1..1024.
[[nodiscard]] inline unsigned default_threads() noexcept {
  if (const char* text = std::getenv("KEDJA_NUM_THREADS")) {
    unsigned wanted = 0;
    const auto [end, bad] = std::from_chars(text, text + std::strlen(text), wanted);
    if (bad == std::errc{} && *end == '\0' && wanted >= 1 && wanted <= 1024) return wanted;
  }
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
    const int count = CPU_COUNT(&mask);
    if (count > 0) return static_cast<unsigned>(count);
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

/// A pool of std::jthread workers that grows to the largest number asked for.
class thread_pool final : public executor {
 public:
  [[nodiscard]] unsigned concurrency() const noexcept override { return default_threads(); }

  void run(unsigned workers, const std::function<void()>& job) override {
    call current{&job, 0};
    const unsigned helpers = workers > 1 ? workers - 1 : 0;
    if (helpers > 0) {
      const std::scoped_lock lock(mutex_);
      grow(helpers);
      for (unsigned i = 0; i < helpers; ++i) waiting_.push_back(&current);
    }
    if (helpers > 0) wake_.notify_all();
    job();
    if (helpers == 0) return;
    std::unique_lock lock(mutex_);
    std::erase(waiting_, &current);  // nobody took these; the caller has done their share
    done_.wait(lock, [&] { return current.running == 0; });
  }

  /// The process's own pool. Never destroyed, so that no thread outlives it at exit.
  static thread_pool& shared() {
    static std::once_flag at_fork;
    std::call_once(at_fork, [] {
      // The child has none of the parent's threads: forget the pool, its locks included.
      pthread_atfork([] { creation_lock().lock(); }, [] { creation_lock().unlock(); },
                     [] {
                       slot().store(nullptr);
                       creation_lock().unlock();
                     });
    });
    if (thread_pool* existing = slot().load(std::memory_order_acquire)) return *existing;
    const std::scoped_lock lock(creation_lock());
    if (thread_pool* existing = slot().load(std::memory_order_acquire)) return *existing;
    auto* made = new thread_pool;
    slot().store(made, std::memory_order_release);
    return *made;
  }

 private:
  struct call {
    const std::function<void()>* job;
    unsigned running;
  };

  static std::atomic<thread_pool*>& slot() noexcept {
    static std::atomic<thread_pool*> pool = nullptr;
    return pool;
  }
  static std::mutex& creation_lock() noexcept {
    static std::mutex lock;
    return lock;
  }

  void grow(unsigned helpers) {
    try {
      while (workers_.size() < helpers)
        workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    } catch (const std::system_error&) {
      // No more threads to be had: fewer helpers give the same answer, later.
    }
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
      call* mine = waiting_.front();
      waiting_.pop_front();
      ++mine->running;
      lock.unlock();
      (*mine->job)();
      lock.lock();
      if (--mine->running == 0) done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable done_;
  std::deque<call*> waiting_;
  std::vector<std::jthread> workers_;  // last: joined before the members above go away
};

}  // namespace kedja
