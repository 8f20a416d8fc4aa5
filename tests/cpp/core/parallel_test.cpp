#include <kedja/core/parallel.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace kedja {
namespace {

using namespace std::chrono_literals;

double total_of_roots(unsigned threads, std::size_t n = 100000) {
  const run_context ctx{.threads = threads};
  task job(ctx);
  return ordered_reduce(
      n, 1000, job, 0.0,
      [](std::size_t first, std::size_t last) {
        double sum = 0;
        for (std::size_t i = first; i < last; ++i) sum += std::sqrt(static_cast<double>(i));
        return sum;
      },
      [](double a, double b) { return a + b; });
}

TEST(ForBlocks, VisitsEveryItemOnce) {
  for (const unsigned threads : {1u, 2u, 5u}) {
    const run_context ctx{.threads = threads};
    task job(ctx);
    std::vector<std::atomic<int>> seen(1003);
    for_blocks(seen.size(), 10, job, [&](std::size_t first, std::size_t last, std::size_t block) {
      EXPECT_EQ(first, block * 10);
      for (std::size_t i = first; i < last; ++i) ++seen[i];
    });
    for (const auto& count : seen) EXPECT_EQ(count, 1);
  }
}

TEST(ForBlocks, NothingToDoCallsNothing) {
  const run_context ctx{.threads = 4};
  task job(ctx);
  for_blocks(0, 10, job, [](std::size_t, std::size_t, std::size_t) { FAIL(); });
}

TEST(OrderedReduce, SameBitsForAnyNumberOfThreads) {
  const double one = total_of_roots(1);
  for (const unsigned threads : {2u, 3u, 4u, 8u}) EXPECT_EQ(one, total_of_roots(threads));
}

TEST(ForBlocks, FirstExceptionReachesTheCallerAndThePoolStaysUsable) {
  const run_context ctx{.threads = 3};
  for (int i = 0; i < 20; ++i) {
    task job(ctx);
    EXPECT_THROW(for_blocks(1000, 1, job,
                            [](std::size_t first, std::size_t, std::size_t) {
                              if (first == 500) throw std::domain_error("block 500");
                            }),
                 std::domain_error);
  }
  EXPECT_EQ(total_of_roots(3), total_of_roots(1));
}

TEST(Task, ProgressStartsAtZeroEndsAtOneNeverFallsAndStaysOnTheCaller) {
  std::vector<double> seen;
  const auto caller = std::this_thread::get_id();
  const run_context ctx{.threads = 2, .on_progress = [&](double fraction) {
                          EXPECT_EQ(std::this_thread::get_id(), caller);
                          seen.push_back(fraction);
                          return true;
                        }};
  task job(ctx, 40);
  for_blocks(40, 1, job, [&](std::size_t, std::size_t, std::size_t) {
    std::this_thread::sleep_for(10ms);
    job.advance(1);
  });
  job.finish();
  ASSERT_GE(seen.size(), 3u);
  EXPECT_EQ(seen.front(), 0.0);
  EXPECT_EQ(seen.back(), 1.0);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(Task, OutlivesATemporaryContext) {
  std::stop_source source;
  task job(run_context{.stop = source.get_token()});
  EXPECT_NO_THROW(job.checkpoint());
  source.request_stop();
  EXPECT_THROW(job.checkpoint(), cancelled);
}

TEST(Task, StageMapsProgressIntoItsPart) {
  std::vector<double> seen;
  const run_context whole{.on_progress = [&](double fraction) {
    seen.push_back(fraction);
    return true;
  }};
  const run_context part = stage(whole, 0.25, 0.75);
  task job(part);
  job.finish();
  EXPECT_EQ(seen, (std::vector<double>{0.25, 0.75}));
}

// Each way to stop, in a loop that would otherwise run for 20 seconds.
template <class Stop>
std::chrono::duration<double> time_to_stop(run_context ctx, Stop stop) {
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THROW(
      {
        task job(ctx, 2000);
        for_blocks(2000, 1, job, [&](std::size_t, std::size_t, std::size_t) {
          stop();
          std::this_thread::sleep_for(10ms);
        });
      },
      cancelled);
  return std::chrono::steady_clock::now() - started;
}

TEST(Task, CallbackStopTokenAndDeadlineStopWithin200Milliseconds) {
  for (const unsigned threads : {1u, 2u}) {
    int calls = 0;
    EXPECT_LT(time_to_stop({.threads = threads, .on_progress = [&](double) { return ++calls < 2; }},
                           [] {}),
              200ms);
    std::stop_source source;
    EXPECT_LT(time_to_stop({.threads = threads, .stop = source.get_token()},
                           [&] { source.request_stop(); }),
              200ms);
    EXPECT_LT(time_to_stop(
                  {.threads = threads, .deadline = std::chrono::steady_clock::now() + 20ms}, [] {}),
              220ms);
  }
}

TEST(Task, AnExceptionFromTheCallbackReachesTheCaller) {
  int calls = 0;
  const run_context ctx{.threads = 2, .on_progress = [&](double) {
                          if (++calls > 1) throw std::domain_error("callback");
                          return true;
                        }};
  task job(ctx, 1000);
  EXPECT_THROW(
      for_blocks(1000, 1, job,
                 [](std::size_t, std::size_t, std::size_t) { std::this_thread::sleep_for(5ms); }),
      std::domain_error);
}

class counting_executor final : public executor {
 public:
  [[nodiscard]] unsigned concurrency() const noexcept override { return 3; }
  void run(unsigned workers, const std::function<void()>& job) override {
    ++runs;
    asked = workers;
    job();
  }
  int runs = 0;
  unsigned asked = 0;
};

TEST(Executor, HostApplicationsCanHandInTheirOwn) {
  counting_executor host;
  const run_context ctx{.where = &host};
  task job(ctx);
  std::atomic<int> sum = 0;
  for_blocks(100, 1, job,
             [&](std::size_t first, std::size_t, std::size_t) { sum += static_cast<int>(first); });
  EXPECT_EQ(sum, 4950);
  EXPECT_EQ(host.runs, 1);
  EXPECT_EQ(host.asked, 3u);
}

TEST(ThreadPool, CallsFromSeveralThreadsAndNestedCallsEnd) {
  const double expected = total_of_roots(1, 20000);
  std::vector<std::jthread> callers;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int k = 0; k < 20; ++k) {
        const run_context ctx{.threads = 3};
        task job(ctx);
        for_blocks(6, 1, job, [&](std::size_t, std::size_t, std::size_t) {
          if (total_of_roots(2, 20000) != expected) ++wrong;
        });
      }
    });
  callers.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(ThreadPool, SurvivesFork) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer does not allow new threads after a multi-threaded fork";
#endif
  const double expected = total_of_roots(2);  // the pool has threads before the fork
  for (int i = 0; i < 20; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(10);  // a hang ends as a signal, which the parent reports
      _exit(total_of_roots(2) == expected ? 7 : 8);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
  }
  EXPECT_EQ(total_of_roots(2), expected);
}

TEST(DefaultThreads, FollowsTheEnvironmentWhenItIsANumber) {
  const unsigned machine = default_threads();
  setenv("KEDJA_NUM_THREADS", "3", 1);
  EXPECT_EQ(default_threads(), 3u);
  for (const char* odd : {"0", "-1", "two", "3x", ""}) {
    setenv("KEDJA_NUM_THREADS", odd, 1);
    EXPECT_EQ(default_threads(), machine) << odd;
  }
  unsetenv("KEDJA_NUM_THREADS");
}

}  // namespace
}  // namespace kedja
