#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/cooccurrence.hpp>
#include <kedja/measures/null_models/bicm.hpp>

namespace kedja::measures {
namespace {

/// Eight distributions side by side: those of eight classes of rows with the same partner.
constexpr std::size_t lanes = 8;
using pack = double __attribute__((vector_size(lanes * sizeof(double)), aligned(8), may_alias));

constexpr double weightless = 1e-19;  // of a state at the low end: it hardly reaches any tail
// Of a state at the high end: at first as little as any tail above `doubtful` can bear; where a
// tail is smaller, again with all that numbers can hold before they lose digits.
constexpr double light = 1e-30, doubtful = 1e-14, vanished = 1e-280;

/// Distribution of a sum of independent trials, on states low .. high - 1.
struct window {
  std::vector<double> mass;  // by state and lane; `room` states below 0 stay 0
  pack* first = nullptr;
  std::ptrdiff_t low = 0, high = 1, most = 0;
  double cut = 0;  // of a state at the high end
  static constexpr std::ptrdiff_t room = 4;

  /// State 0; the others follow it, those below 0 stand before it.
  [[nodiscard]] pack* states() { return first; }

  void start(std::ptrdiff_t largest, double lightest) {
    low = 0, high = 1, most = largest, cut = lightest;
    mass.assign((static_cast<std::size_t>(largest + 1 + 2 * room) + 1) * lanes, 0.0);
    // A state is one line of cache, and stands in one.
    const auto address = reinterpret_cast<std::uintptr_t>(mass.data());
    const std::size_t skip = (sizeof(pack) - address % sizeof(pack)) % sizeof(pack);
    first = reinterpret_cast<pack*>(mass.data() + skip / sizeof(double)) + room;
    first[0] = pack{} + 1.0;
  }
};

/// Multiplies the distribution by one to four trials with the same or different p per lane: with
/// the chances c[k] of k successes, mass[s] = sum_k c[k] mass[s - k], from the top so that it can
/// be done in place.
template <int trials>
__attribute__((always_inline)) inline void multiply(window& w, const pack* q) {
  pack c[trials + 1] = {pack{} + 1.0};
  for (int t = 0; t < trials; ++t)
    for (int k = t + 1; k >= 0; --k)
      c[k] = (k <= t ? c[k] * (1.0 - q[t]) : pack{}) + (k > 0 ? c[k - 1] * q[t] : pack{});
  const std::ptrdiff_t top = std::min(w.high + trials, w.most + 1);
  pack* mass = w.states();
  for (std::ptrdiff_t s = top - 1; s >= w.low; --s) {
    pack sum = mass[s] * c[0];
    for (int k = 1; k <= trials; ++k) sum += mass[s - k] * c[k];
    mass[s] = sum;
  }
  w.high = top;
  const auto largest = [](const pack& v) {
    double most = v[0];
    for (std::size_t l = 1; l < lanes; ++l) most = v[l] > most ? v[l] : most;
    return most;
  };
  while (w.low + 1 < w.high && largest(mass[w.low]) < weightless) mass[w.low++] = pack{};
  while (w.high - 1 > w.low && largest(mass[w.high - 1]) < w.cut) mass[--w.high] = pack{};
}

/// All trials of one partner class with eight others: q = mine[c] * theirs[l][c], size[c] times.
__attribute__((always_inline)) inline void multiply_all(window& w, const double* mine,
                                                        const double* const* theirs,
                                                        const std::uint32_t* size,
                                                        std::size_t classes) {
  pack waiting[4];
  int count = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    pack q;
    for (std::size_t l = 0; l < lanes; ++l) q[l] = mine[c] * theirs[l][c];
    double most = 0;
    for (std::size_t l = 0; l < lanes; ++l) most = q[l] > most ? q[l] : most;
    if (most == 0) continue;
    for (std::uint32_t i = 0; i < size[c]; ++i) {
      waiting[count++] = q;
      if (count == 4) multiply<4>(w, waiting), count = 0;
    }
  }
  for (int i = 0; i < count; ++i) multiply<1>(w, waiting + i);
}
void multiply_any(window& w, const double* mine, const double* const* theirs,
                  const std::uint32_t* size, std::size_t classes) {
  multiply_all(w, mine, theirs, size, classes);
}
KEDJA_TARGET("avx2")
void multiply_avx2(window& w, const double* mine, const double* const* theirs,
                   const std::uint32_t* size, std::size_t classes) {
  multiply_all(w, mine, theirs, size, classes);
}
KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
void multiply_avx512(window& w, const double* mine, const double* const* theirs,
                     const std::uint32_t* size, std::size_t classes) {
  multiply_all(w, mine, theirs, size, classes);
}

std::size_t pair_index(std::size_t n, std::size_t a, std::size_t b) {
  return a * (2 * n - a - 1) / 2 + b - a - 1;
}

}  // namespace

shared_columns_result shared_columns(const sparse_table& binary, const bipartite_model& model,
                                     const run_context& ctx) {
  const std::size_t n = binary.rows();
  const std::size_t pairs = n < 2 ? 0 : n * (n - 1) / 2;
  if (pairs > std::size_t{1} << 31)
    throw invalid_argument(std::to_string(n) + " rows have " + std::to_string(pairs) +
                           " pairs, more than 2^31; test the other side or fewer rows");
  shared_columns_result r{std::vector<std::uint32_t>(pairs, 0), std::vector<double>(pairs, 1.0)};
  {
    const cooccurrence_counts counts = cooccurrence(binary, stage(ctx, 0.0, 0.1));
    for (std::uint32_t a = 0; a < n; ++a)
      for (const auto& [b, count] : counts.row(a))
        if (b > a) r.shared[pair_index(n, a, b)] = count;
  }
  const std::size_t classes = model.row_classes(), columns = model.column_classes();
  std::vector<std::vector<std::uint32_t>> members(classes);
  for (std::uint32_t a = 0; a < n; ++a) members[model.row_class[a]].push_back(a);
  const auto multiplier = best_instruction_set() == instruction_set::avx512 ? multiply_avx512
                          : best_instruction_set() == instruction_set::avx2 ? multiply_avx2
                                                                            : multiply_any;
  struct workspace {
    window w;
    std::vector<double> tail;
  };
  task job(stage(ctx, 0.1, 1.0), static_cast<double>(classes) * static_cast<double>(classes) / 2);
  // Blocks of one class; long rows first would balance better, but classes are many.
  for_blocks(
      classes, 1, job, [] { return workspace{}; },
      [&](workspace& ws, std::size_t mine, std::size_t, std::size_t) {
        const double* of_mine = model.probability_of.data() + mine * columns;
        for (std::size_t first = mine; first < classes; first += lanes) {
          const std::size_t last = std::min(first + lanes, classes);
          std::array<const double*, lanes> theirs;
          std::uint32_t largest = 0;  // shared by any pair of these classes
          double mean = 0, variance = 0;
          for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t other = std::min(first + l, last - 1);
            theirs[l] = model.probability_of.data() + other * columns;
            double mu = 0, spread = 0;
            for (std::size_t c = 0; c < columns; ++c) {
              const double q = of_mine[c] * theirs[l][c];
              mu += model.column_size[c] * q, spread += model.column_size[c] * q * (1 - q);
            }
            mean = std::max(mean, mu), variance = std::max(variance, spread);
          }
          const auto each_pair = [&](auto call) {
            for (std::size_t other = first; other < last; ++other)
              for (const std::uint32_t a : members[mine])
                for (const std::uint32_t b : members[other])
                  if (a != b && !(other == mine && b < a))
                    call(other - first, pair_index(n, std::min(a, b), std::max(a, b)));
          };
          each_pair(
              [&](std::size_t, std::size_t at) { largest = std::max(largest, r.shared[at]); });
          if (largest > 0) {
            const double reach = std::max<double>(largest, std::ceil(mean)) +
                                 std::ceil(9 * std::sqrt(variance)) + 20;
            const auto most = static_cast<std::ptrdiff_t>(
                std::min<double>(reach, static_cast<double>(binary.columns())));
            for (const double cut : {light, vanished}) {
              ws.w.start(most, cut);
              multiplier(ws.w, of_mine, theirs.data(), model.column_size.data(), columns);
              // Tails from the top down, so that small ones keep their digits.
              ws.tail.assign((largest + std::size_t{2}) * lanes, 0.0);
              for (std::size_t l = 0; l < last - first; ++l) {
                double sum = 0;
                for (std::ptrdiff_t s = std::max<std::ptrdiff_t>(ws.w.high - 1, largest); s >= 1;
                     --s) {
                  if (s >= ws.w.low && s < ws.w.high) sum += ws.w.states()[s][l];
                  if (s <= static_cast<std::ptrdiff_t>(largest))
                    ws.tail[static_cast<std::size_t>(s) * lanes + l] = std::min(sum, 1.0);
                }
              }
              double least = 1;
              each_pair([&](std::size_t l, std::size_t at) {
                if (const std::uint32_t v = r.shared[at]; v > 0)
                  least = std::min(least, ws.tail[v * lanes + l]);
              });
              if (least >= doubtful) break;
            }
            each_pair([&](std::size_t l, std::size_t at) {
              if (const std::uint32_t v = r.shared[at]; v > 0) r.p[at] = ws.tail[v * lanes + l];
            });
          }
          job.advance(static_cast<double>(last - first));
          job.checkpoint();
        }
      });
  job.finish();
  return r;
}

}  // namespace kedja::measures
