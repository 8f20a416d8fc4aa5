#include <kedja/measures/common/spectral_radius.hpp>

#include <algorithm>
#include <limits>
#include <span>

#include <kedja/measures/common/strong_parts.hpp>

namespace kedja::measures {

radius_component largest_component(const flow_matrix& z, std::span<const double> x, bool transpose,
                                   task& job) {
  sparse_flows owned;
  flow_matrix rows = z;
  if (z.is_dense()) {
    owned = compressed(z);
    rows = owned.view();
  }
  const auto [component, count] = find_strong_parts(
      static_cast<vertex_id>(rows.n),
      [&](vertex_id v) {
        const auto first = static_cast<std::size_t>(rows.offsets[v]);
        return std::span(rows.columns)
            .subspan(first, static_cast<std::size_t>(rows.offsets[v + std::size_t{1}]) - first);
      },
      job);
  std::vector<std::vector<std::uint32_t>> members(count);
  for (std::uint32_t v = 0; v < z.n; ++v) members[component[v]].push_back(v);

  radius_component worst{-1.0, -1.0, {}};
  std::vector<double> v(z.n, 1.0), image(z.n);
  for (std::uint32_t c = 0; c < count; ++c) {
    double low = 0, high = 0;
    for (int step = 0; step < 2000; ++step) {
      for (const std::uint32_t i : members[c]) image[i] = 0;
      for (const std::uint32_t i : members[c])
        for (auto k = static_cast<std::size_t>(rows.offsets[i]);
             k < static_cast<std::size_t>(rows.offsets[i + 1]); ++k) {
          const std::uint32_t j = rows.columns[k];
          if (component[j] != c) continue;
          const std::uint32_t to = transpose ? j : i, from = transpose ? i : j;
          if (x[to] > 0) image[to] += rows.values[k] / x[to] * v[from];
        }
      low = std::numeric_limits<double>::infinity(), high = 0;
      double most = 0;
      for (const std::uint32_t i : members[c]) {
        const double ratio = image[i] / v[i];
        low = std::min(low, ratio);
        high = std::max(high, ratio);
        v[i] = (v[i] + image[i]) / 2;  // the half keeps cycles of equal length from swinging
        most = std::max(most, v[i]);
      }
      for (const std::uint32_t i : members[c]) v[i] /= most;
      if (high - low <= 1e-9 * high || high < 0.5) break;
      job.checkpoint();
    }
    if (low > worst.low) worst = {low, high, members[c]};
  }
  std::ranges::sort(worst.members);
  return worst;
}

}  // namespace kedja::measures
