/// @file
/// How to run a measure, as opposed to what to compute. Last parameter of every measure.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <stop_token>

namespace kedja {

/// Where work runs. A host application with a thread pool of its own derives from this.
class executor {
 public:
  virtual ~executor() = default;
  /// How many workers can run at once, the calling thread included; at least 1.
  [[nodiscard]] virtual unsigned concurrency() const noexcept = 0;
  /// Calls `job` once on the calling thread and up to `workers - 1` times on others, and returns
  /// when every call that began has ended. Calls claim work from each other, so an executor may
  /// begin fewer of them. `job` does not throw.
  virtual void run(unsigned workers, const std::function<void()>& job) = 0;
};

struct run_context {
  /// Worker threads, the calling thread included. 0 means KEDJA_NUM_THREADS, else every processor
  /// this process may use. Never changes a result.
  unsigned threads = 0;

  /// Called with 0 first, 1 last, and at most every 50 ms in between with the finished fraction,
  /// which never falls; always on the calling thread. Return false to stop: the measure then throws
  /// kedja::cancelled. An exception thrown here reaches the caller after the workers have ended.
  std::function<bool(double fraction)> on_progress = {};

  /// A second way to stop, from any thread.
  std::stop_token stop = {};

  /// The measure throws kedja::cancelled when this moment has passed.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  /// Where to run; null means kedja's own pool.
  executor* where = nullptr;
};

/// `ctx` for one stage of a longer job: its progress 0..1 becomes from..to of the whole.
[[nodiscard]] inline run_context stage(const run_context& ctx, double from, double to) {
  run_context part = ctx;
  if (ctx.on_progress)
    part.on_progress = [report = ctx.on_progress, from, to](double fraction) {
      return report(from + (to - from) * std::clamp(fraction, 0.0, 1.0));
    };
  return part;
}

}  // namespace kedja
