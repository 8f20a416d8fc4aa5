/// @file
/// How much two divisions of the same companies agree. Sources: Vinh, Epps & Bailey, "Information
/// theoretic measures for clusterings comparison", J. Mach. Learn. Res. 11 (2010) 2837; Hubert &
/// Arabie, J. Classif. 2 (1985), doi:10.1007/BF01908075; Meila, J. Multivar. Anal. 98 (2007),
/// doi:10.1016/j.jmva.2006.11.013; Rosenberg & Hirschberg, EMNLP-CoNLL 2007 (homogeneity); Collins
/// & Dent, Multivar. Behav. Res. 23 (1988), doi:10.1207/s15327906mbr2302_6 (omega).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/graph/grouping.hpp>

namespace kedja::measures {

struct partition_agreement {
  double nmi = std::nan("");  ///< mutual information over the mean of both entropies, in [0, 1]
  double ami = std::nan("");  ///< the same less what chance gives, at most 1
  double ari = std::nan("");  ///< pairs in agreement less what chance gives, at most 1
  double vi = std::nan("");   ///< variation of information in nats, >= 0
  double homogeneity = std::nan("");   ///< share of a's entropy that b explains, in [0, 1]
  double completeness = std::nan("");  ///< share of b's entropy that a explains, in [0, 1]
};

namespace detail {

/// Sizes and how many groups have them.
using size_counts = std::vector<std::pair<std::uint64_t, double>>;

inline size_counts count_sizes(std::vector<std::uint64_t> sizes) {
  std::sort(sizes.begin(), sizes.end());
  size_counts made;
  for (const std::uint64_t s : sizes)
    if (made.empty() || made.back().first != s)
      made.push_back({s, 1});
    else
      ++made.back().second;
  return made;
}

/// Expectation of (k / n) ln(n k / (a b)) for the overlap k of random groups of sizes a and b of n
/// (hypergeometric). Ratios of neighbouring terms run both ways from the mode and are divided by
/// their sum, so that no logarithm of a factorial is needed and nothing underflows.
inline double expected_information(std::uint64_t a, std::uint64_t b, std::uint64_t n) {
  const std::uint64_t low = a + b > n ? a + b - n : 0, high = std::min(a, b);
  const auto da = static_cast<double>(a), db = static_cast<double>(b), dn = static_cast<double>(n);
  const auto mode =
      std::clamp(static_cast<std::uint64_t>((da + 1) * (db + 1) / (dn + 2)), low, high);
  const auto information = [&](double k) {
    return k > 0 ? k / dn * std::log(dn * k / (da * db)) : 0.0;
  };
  double weight = 1, whole = 1, sum = information(static_cast<double>(mode));
  constexpr double negligible = 1e-25;
  for (std::uint64_t k = mode; k < high && weight > negligible; ++k) {
    const auto x = static_cast<double>(k);
    weight *= (da - x) * (db - x) / ((x + 1) * (dn - da - db + x + 1));
    whole += weight;
    sum += weight * information(x + 1);
  }
  weight = 1;
  for (std::uint64_t k = mode; k > low && weight > negligible; --k) {
    const auto x = static_cast<double>(k);
    weight *= x * (dn - da - db + x) / ((da - x + 1) * (db - x + 1));
    whole += weight;
    sum += weight * information(x - 1);
  }
  return sum / whole;
}

}  // namespace detail

/// Agreement of two partitions: labels a[i] and b[i] of company i, any numbers. Natural logarithms;
/// NMI and AMI are normalised by the arithmetic mean of the entropies (Vinh et al. 2010). Two
/// partitions of one group each agree fully. All NaN without companies. O(n log n), and for the
/// expected information a term per pair of distinct group sizes, of which there are at most
/// sqrt(2 n) each. Throws invalid_argument when the lengths differ.
[[nodiscard]] inline partition_agreement compare_partitions(std::span<const group_id> a,
                                                            std::span<const group_id> b,
                                                            const run_context& ctx = {}) {
  if (a.size() != b.size())
    throw invalid_argument("the partitions have " + std::to_string(a.size()) + " and " +
                           std::to_string(b.size()) + " companies");
  partition_agreement result;
  const std::uint64_t n = a.size();
  task job(ctx);
  if (n == 0) {
    job.finish();
    return result;
  }
  std::vector<std::uint64_t> cell(n);
  for (std::size_t i = 0; i < n; ++i) cell[i] = std::uint64_t{a[i]} << 32 | b[i];
  std::sort(cell.begin(), cell.end());
  const auto sizes_of = [](std::vector<std::uint64_t> sorted) {
    std::vector<std::uint64_t> sizes;
    for (std::size_t i = 0; i < sorted.size(); ++i)
      if (i == 0 || sorted[i] != sorted[i - 1])
        sizes.push_back(1);
      else
        ++sizes.back();
    return sizes;
  };
  const auto sizes_of_labels = [&](std::span<const group_id> label) {
    std::vector<std::uint64_t> sorted(label.begin(), label.end());
    std::sort(sorted.begin(), sorted.end());
    return sizes_of(std::move(sorted));
  };
  const std::vector<std::uint64_t> sizes_a = sizes_of_labels(a), sizes_b = sizes_of_labels(b),
                                   sizes_both = sizes_of(cell);
  const auto whole = static_cast<double>(n);
  const auto entropy = [whole](const std::vector<std::uint64_t>& sizes) {
    double h = 0;
    for (const std::uint64_t s : sizes) {
      const double p = static_cast<double>(s) / whole;
      h -= p * std::log(p);
    }
    return std::max(h, 0.0);
  };
  const double ha = entropy(sizes_a), hb = entropy(sizes_b), joint = entropy(sizes_both);
  const double information = std::max(ha + hb - joint, 0.0), mean = (ha + hb) / 2;
  const bool same = sizes_a.size() == sizes_both.size() && sizes_b.size() == sizes_both.size();
  const bool trivial = sizes_a.size() == 1 && sizes_b.size() == 1;
  result.vi = same ? 0.0 : std::max(2 * joint - ha - hb, 0.0);
  result.homogeneity = ha > 0 ? std::min(information / ha, 1.0) : 1.0;
  result.completeness = hb > 0 ? std::min(information / hb, 1.0) : 1.0;
  result.nmi = same ? 1.0 : std::min(information / mean, 1.0);

  const detail::size_counts count_a = detail::count_sizes(sizes_a),
                            count_b = detail::count_sizes(sizes_b);
  const double by_chance = ordered_reduce(
      count_a.size(), 1, job, 0.0,
      [&](std::size_t first, std::size_t last) {
        double sum = 0;
        for (std::size_t i = first; i < last; ++i)
          for (const auto& [size, times] : count_b)
            sum +=
                count_a[i].second * times * detail::expected_information(count_a[i].first, size, n);
        return sum;
      },
      [](double x, double y) { return x + y; });
  // Where chance explains everything (all alone in both) the quotient is 0/0; full agreement is 1.
  constexpr double tiny = std::numeric_limits<double>::epsilon();
  result.ami = same || trivial           ? 1.0
               : mean - by_chance > tiny ? (information - by_chance) / (mean - by_chance)
                                         : (information - by_chance) / tiny;

  const auto pairs = [](const std::vector<std::uint64_t>& sizes) {
    double sum = 0;
    for (const std::uint64_t s : sizes) sum += static_cast<double>(s) * static_cast<double>(s - 1);
    return sum;
  };
  const double all = whole * (whole - 1), in_a = pairs(sizes_a), in_b = pairs(sizes_b),
               in_both = pairs(sizes_both);
  const double expected = all > 0 ? in_a * in_b / all : 0;
  result.ari = same ? 1.0 : (in_both - expected) / ((in_a + in_b) / 2 - expected);
  job.finish();
  return result;
}

/// Omega: the adjusted Rand index for companies in several groups. Pairs agree when they share
/// equally many groups in both; 1 means that all do, 0 what chance gives. Shares are not used. NaN
/// for less than two companies. O(sum of squared group sizes) at worst, O(n) memory per thread.
[[nodiscard]] inline double omega_index(const graph::grouping& a, const graph::grouping& b,
                                        const run_context& ctx = {}) {
  const vertex_id n = a.num_vertices();
  if (b.num_vertices() != n)
    throw invalid_argument("the groupings have " + std::to_string(n) + " and " +
                           std::to_string(b.num_vertices()) + " companies");
  task job(ctx, n);
  if (n < 2) return std::nan("");
  const graph::group_members in_a(a), in_b(b);
  using counts = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;
  struct workspace {
    std::vector<std::uint32_t> shared_a, shared_b;
    std::vector<vertex_id> touched;
  };
  constexpr std::size_t grain = 256;
  std::vector<counts> part((n + grain - 1) / grain);
  for_blocks(
      n, grain, job,
      [n] {
        return workspace{std::vector<std::uint32_t>(n, 0), std::vector<std::uint32_t>(n, 0), {}};
      },
      [&](workspace& ws, std::size_t first, std::size_t last, std::size_t block) {
        for (auto v = static_cast<vertex_id>(first); v < last; ++v) {
          const auto add = [&](const graph::grouping& of, const graph::group_members& members,
                               std::vector<std::uint32_t>& shared) {
            for (const auto& [g, share] : of.of(v))
              for (const auto& [u, other] : members.of(g)) {
                if (u <= v) continue;
                if (ws.shared_a[u] == 0 && ws.shared_b[u] == 0) ws.touched.push_back(u);
                ++shared[u];
              }
            job.checkpoint();
          };
          add(a, in_a, ws.shared_a);
          add(b, in_b, ws.shared_b);
          for (const vertex_id u : ws.touched)
            ++part[block][{std::exchange(ws.shared_a[u], 0), std::exchange(ws.shared_b[u], 0)}];
          ws.touched.clear();
        }
        job.advance(static_cast<double>(last - first));
      });
  counts all;
  std::uint64_t seen = 0;
  for (const counts& some : part)
    for (const auto& [shared, times] : some) all[shared] += times, seen += times;
  const std::uint64_t pairs = std::uint64_t{n} * (n - 1) / 2;
  all[{0, 0}] += pairs - seen;
  std::map<std::uint32_t, std::uint64_t> with_a, with_b;
  std::uint64_t agree = 0;
  for (const auto& [shared, times] : all) {
    with_a[shared.first] += times;
    with_b[shared.second] += times;
    if (shared.first == shared.second) agree += times;
  }
  const auto whole = static_cast<double>(pairs);
  double expected = 0;
  for (const auto& [shared, times] : with_a)
    if (const auto other = with_b.find(shared); other != with_b.end())
      expected += static_cast<double>(times) * (static_cast<double>(other->second) / whole);
  job.finish();
  return agree == pairs ? 1.0 : (static_cast<double>(agree) - expected) / (whole - expected);
}

}  // namespace kedja::measures
