/// @file
/// What another cluster could add. After Balland & Boschma, "Complementary interregional linkages
/// and Smart Specialisation", Regional Studies 55 (2021), doi:10.1080/00343404.2020.1861240.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/common/quantile.hpp>
#include <kedja/measures/gap/cluster_profile.hpp>
#include <kedja/measures/gap/member_draws.hpp>

namespace kedja::measures {

struct complementarity_options {
  /// A cluster is specialised in k when its share is at least this many times the common one.
  double threshold = 1.0;
  std::uint32_t draws = 200;
  std::uint64_t seed = 0;
};

struct complementarity_result {
  /// Clusters x clusters: sqrt(added_ab added_ba) over the largest such value; 0 on the diagonal.
  std::vector<double> pair;
  /// Clusters x clusters: the part of a's lacking, needed capabilities that b is specialised in and
  /// no cluster tied to a is; 0 for tied clusters. At most a's gap.
  std::vector<double> offer;
  /// Per cluster: 1 - the part of its lacking, needed capabilities that clusters it is tied to are
  /// specialised in; 0 when it lacks nothing that another cluster is specialised in. Parts are of
  /// what any other cluster is specialised in.
  std::vector<gap_band> gap;
  /// Per cluster, of all its need: what it lacks that another cluster is specialised in, and what
  /// of that clusters it is tied to are. The gap is 1 - delivered / wanted.
  std::vector<double> wanted, delivered;
  /// The same of random companies, as many, tied to as many clusters chosen at random.
  std::vector<gap_band> random;
};

namespace detail {

/// Who is specialised in what, and what each cluster's gap is for given specialisations of its own.
struct offers {
  std::size_t clusters, wide;
  std::vector<char> has;                ///< clusters x capabilities
  std::vector<std::uint32_t> offering;  ///< clusters specialised in each capability

  struct parts {
    double wanted = 0, delivered = 0;
    [[nodiscard]] double gap() const noexcept {
      return wanted > 0 ? std::clamp(1.0 - delivered / wanted, 0.0, 1.0) : 0.0;
    }
  };
  /// The gap of a cluster with specialisations `own` and ties to `partners` (positions, not a).
  template <class Need>
  [[nodiscard]] parts gap(group_id a, std::span<const char> own, std::span<const group_id> partners,
                          Need need) const {
    parts p;
    for (std::size_t k = 0; k < wide; ++k) {
      if (own[k] != 0 || offering[k] == static_cast<std::uint32_t>(has[a * wide + k])) continue;
      p.wanted += need(k);
      for (const group_id b : partners)
        if (has[b * wide + k] != 0) {
          p.delivered += need(k);
          break;
        }
    }
    return p;
  }
};

}  // namespace detail

/// added_ab = sum over the capabilities k that b is specialised in and a is not of near_ak, where
/// near (clusters x capabilities, NaN counting 0) is the density of a's specialisations around k.
/// `tied` (clusters x clusters) is 1 where two clusters share a link. O(clusters^2 x capabilities +
/// clusters x draws x (capabilities x partners + members' capabilities)). Same bits for any number
/// of threads.
///
/// Bands: 5 and 95 per cent of the gap of as many other companies of the same kind (urn_draws), the
/// other clusters as they are. Lacking what partners deliver lowers the gap and lacking the rest
/// raises it, so each end of the band takes of every capability the end that moves the gap its way;
/// over many capabilities even odds would be too narrow. The band is not one of the gap at the
/// companies' true shares: where these are close to the threshold, chance alone says what a cluster
/// is specialised in, and no members tell.
[[nodiscard]] inline complementarity_result complementarity(
    const cluster_profile& p, const graph::grouping& groups, const sparse_table& companies,
    std::span<const double> near, std::span<const char> tied,
    const complementarity_options& options = {}, const run_context& ctx = {}) {
  const std::size_t n = p.clusters, wide = p.capabilities;
  if (near.size() != n * wide || tied.size() != n * n)
    throw invalid_argument("near must be clusters x capabilities and tied clusters x clusters");
  if (groups.num_groups() != p.clusters || groups.num_vertices() != companies.rows())
    throw invalid_argument("the grouping and the profile do not match");
  if (options.draws < 20) throw invalid_argument("draws must be at least 20");
  if (!(options.threshold > 0)) throw invalid_argument("threshold must be above 0");
  const auto strong = [&](double share, std::size_t k) -> char {
    return share > 0 && share >= options.threshold * p.common[k];
  };
  detail::offers all{n, wide, std::vector<char>(n * wide, 0), std::vector<std::uint32_t>(wide, 0)};
  for (group_id a = 0; a < n; ++a)
    for (std::uint32_t k = 0; k < wide; ++k) {
      all.has[a * wide + k] = p.size[a] > 0 && strong(p.share(a, k), k);
      all.offering[k] += static_cast<std::uint32_t>(all.has[a * wide + k]);
    }

  complementarity_result r;
  r.pair.assign(n * n, 0.0), r.offer.assign(n * n, 0.0);
  r.gap.resize(n), r.random.resize(n), r.wanted.resize(n), r.delivered.resize(n);
  std::vector<double> added(n * n, 0.0);
  const graph::group_members members(groups);
  task job(ctx, static_cast<double>(n));
  for_blocks(n, 1, job, [&](std::size_t row, std::size_t, std::size_t) {
    const auto a = static_cast<group_id>(row);
    const std::span<const char> own(all.has.data() + row * wide, wide);
    const auto need = [&](std::size_t k) { return p.need_of(a, static_cast<std::uint32_t>(k)); };
    std::vector<group_id> partners, others;
    std::vector<char> delivered(wide, 0);
    for (group_id b = 0; b < n; ++b)
      if (b != a && tied[row * n + b] != 0)
        for (std::size_t k = 0; k < wide; ++k)
          if (all.has[b * wide + k] != 0) delivered[k] = 1;
    double wanted = 0;
    for (std::size_t k = 0; k < wide; ++k)
      if (own[k] == 0 && all.offering[k] > 0) wanted += need(k);
    for (group_id b = 0; b < n; ++b) {
      if (b == a) continue;
      others.push_back(b);
      if (tied[row * n + b] != 0) partners.push_back(b);
      double offered = 0;
      for (std::size_t k = 0; k < wide; ++k) {
        if (own[k] != 0 || all.has[b * wide + k] == 0) continue;
        if (!std::isnan(near[row * wide + k])) added[row * n + b] += near[row * wide + k];
        if (delivered[k] == 0) offered += need(k);
      }
      r.offer[row * n + b] = wanted > 0 ? std::min(1.0, offered / wanted) : 0.0;
    }
    job.advance(1);
    if (p.size[a] == 0) return;
    const auto now = all.gap(a, own, partners, need);
    r.gap[row].value = now.gap(), r.wanted[row] = now.wanted, r.delivered[row] = now.delivered;

    random_stream random(options.seed, a);
    std::vector<double> gaps(options.draws), highest(options.draws);
    std::vector<std::uint32_t> count(wide);
    std::vector<char> least_gap(wide), most_gap(wide);
    const std::uint32_t size = p.size[a];
    const auto specialised = [&](std::uint32_t having, std::size_t k) {
      return strong(static_cast<double>(having) / size, k);
    };
    urn_draws further(size);
    for (std::uint32_t d = 0; d < options.draws; ++d) {
      job.checkpoint();
      std::fill(count.begin(), count.end(), 0u);
      for (const std::uint32_t i : further.next(random))
        for (const auto& e : companies.row(members.of(a)[i].vertex)) count[e.column] += e.value > 0;
      for (std::size_t k = 0; k < wide; ++k) {
        const char more = specialised(count[k] + further.unseen(size - count[k], random), k);
        const char less = specialised(count[k] - further.unseen(count[k], random), k);
        least_gap[k] = delivered[k] != 0 ? less : more;
        most_gap[k] = delivered[k] != 0 ? more : less;
      }
      gaps[d] = all.gap(a, least_gap, partners, need).gap();
      highest[d] = all.gap(a, most_gap, partners, need).gap();
    }
    r.gap[row].low = std::min(r.gap[row].value, quantile(gaps, 0.05));
    r.gap[row].high = std::max(r.gap[row].value, quantile(highest, 0.95));

    if (p.able.size() < size) return;
    std::vector<vertex_id> pool = p.able;
    for (double& gap : gaps) {
      job.checkpoint();
      std::fill(count.begin(), count.end(), 0u);
      for (const vertex_id i : draw_front(pool, size, random))
        for (const auto& e : companies.row(i)) count[e.column] += e.value > 0;
      std::vector<char>& drawn = most_gap;
      for (std::size_t k = 0; k < wide; ++k) drawn[k] = specialised(count[k], k);
      gap = all.gap(a, drawn, draw_front(others, partners.size(), random), need).gap();
    }
    r.random[row] = {quantile(gaps, 0.5), quantile(gaps, 0.025), quantile(gaps, 0.975)};
  });
  job.finish();
  double most = 0;
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < n; ++b) {
      if (a != b) r.pair[a * n + b] = std::sqrt(added[a * n + b] * added[b * n + a]);
      most = std::max(most, r.pair[a * n + b]);
    }
  if (most > 0)
    for (double& value : r.pair) value /= most;
  return r;
}

}  // namespace kedja::measures
