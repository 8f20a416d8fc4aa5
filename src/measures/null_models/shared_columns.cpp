#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/cooccurrence.hpp>
#include <kedja/measures/null_models/bicm.hpp>
#include <kedja/measures/null_models/trial_sums.hpp>

namespace kedja::measures {
namespace {

constexpr std::size_t lanes = trial_sums::lanes;

// States that are left out at the high end weigh less than this share of the smallest tail wanted,
// as long as numbers that small keep their digits.
constexpr double share = 1e-15, vanished = 1e-280;

std::size_t pair_index(std::size_t n, std::size_t a, std::size_t b) {
  return a * (2 * n - a - 1) / 2 + b - a - 1;
}

/// Chances of the columns' classes, eight classes of rows side by side: [row class / 8][column
/// class][lane]. Lanes that are left over repeat the last class, so that all need the same states.
std::vector<double> in_lanes(const bipartite_model& model) {
  const std::size_t classes = model.row_classes(), columns = model.column_classes();
  std::vector<double> packed((classes + lanes - 1) / lanes * lanes * columns);
  for (std::size_t lane = 0; lane < packed.size() / std::max<std::size_t>(columns, 1); ++lane) {
    const double* of_class = model.probability_of.data() + std::min(lane, classes - 1) * columns;
    for (std::size_t c = 0; c < columns; ++c)
      packed[(lane / lanes * columns + c) * lanes + lane % lanes] = of_class[c];
  }
  return packed;
}

/// tail[v * lanes + l]: at least v successes in lane l, for v up to `largest`; 1 for v = 0. Summed
/// from the top down, so that small ones keep their digits.
void tails(const trial_sums& sums, std::size_t largest, std::vector<double>& tail) {
  tail.assign((largest + 1) * lanes, 0.0);
  std::array<double, lanes> sum{};
  for (std::size_t s = std::max(sums.last(), largest + 1); s-- > 1;) {
    if (s >= sums.first() && s < sums.last())
      for (std::size_t l = 0; l < lanes; ++l) sum[l] += sums.weights(s)[l];
    if (s <= largest)
      for (std::size_t l = 0; l < lanes; ++l) tail[s * lanes + l] = std::min(sum[l], 1.0);
  }
  std::fill_n(tail.begin(), lanes, 1.0);
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
  const std::vector<double> packed = in_lanes(model);
  struct workspace {
    trial_sums sums;
    std::vector<double> chance, tail;
  };
  task job(stage(ctx, 0.1, 1.0), static_cast<double>(classes) * static_cast<double>(classes) / 2);
  // Blocks of one class; long rows first would balance better, but classes are many.
  for_blocks(
      classes, 1, job,
      [&] {
        return workspace{{}, std::vector<double>(columns * lanes), {}};
      },
      [&](workspace& ws, std::size_t mine, std::size_t, std::size_t) {
        const double* of_mine = model.probability_of.data() + mine * columns;
        for (std::size_t block = mine / lanes; block * lanes < classes; ++block) {
          const std::size_t first = std::max(mine, block * lanes);
          const std::size_t last = std::min((block + 1) * lanes, classes);
          const auto each_pair = [&](auto call) {
            for (std::size_t other = first; other < last; ++other)
              for (const std::uint32_t a : members[mine])
                for (const std::uint32_t b : members[other])
                  if (a != b && !(other == mine && b < a))
                    call(other % lanes, pair_index(n, std::min(a, b), std::max(a, b)));
          };
          std::array<std::uint32_t, lanes> largest{};  // shared by any pair of these classes
          each_pair([&](std::size_t l, std::size_t at) {
            largest[l] = std::max(largest[l], r.shared[at]);
          });
          const std::uint32_t most_shared = *std::max_element(largest.begin(), largest.end());
          if (most_shared > 0) {
            std::array<double, lanes> mean{}, variance{};
            const double* theirs = packed.data() + block * columns * lanes;
            for (std::size_t c = 0; c < columns; ++c) {
              const double p = of_mine[c], size = model.column_size[c];
              for (std::size_t l = 0; l < lanes; ++l) {
                const double q = ws.chance[c * lanes + l] = p * theirs[c * lanes + l];
                mean[l] += size * q, variance[l] += size * (q - q * q);
              }
            }
            double reach = most_shared, smallest = 1;  // tail wanted, if it were normal
            for (std::size_t l = 0; l < lanes; ++l) {
              reach = std::max(reach, std::ceil(mean[l]));
              const double above = std::max(largest[l] - mean[l], 0.0);
              smallest = std::min(smallest, std::exp(-above * above / (2 * variance[l] + 1)) / 30);
            }
            reach += std::ceil(9 * std::sqrt(*std::max_element(variance.begin(), variance.end())));
            const auto most = static_cast<std::size_t>(
                std::min<double>(reach + 20, static_cast<double>(binary.columns())));
            for (;;) {
              const double lightest = std::max(smallest * share, vanished);
              ws.sums.start(most, lightest);
              ws.sums.add(ws.chance, model.column_size);
              tails(ws.sums, most_shared, ws.tail);
              double least = 1;
              each_pair([&](std::size_t l, std::size_t at) {
                least = std::min(least, ws.tail[r.shared[at] * lanes + l]);
              });
              if (least * share >= lightest || lightest == vanished) break;
              smallest = least / 1e4;  // too large a part was left out: it is no larger than this
            }
            each_pair([&](std::size_t l, std::size_t at) {
              r.p[at] = ws.tail[r.shared[at] * lanes + l];
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
