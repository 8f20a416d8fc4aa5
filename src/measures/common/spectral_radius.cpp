#include <kedja/measures/common/spectral_radius.hpp>

#include <algorithm>
#include <limits>

namespace kedja::measures {

namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// Number of the strong component of each position (Tarjan 1972, without recursion).
std::vector<std::uint32_t> strong_components_of(const flow_matrix& z, std::uint32_t& count) {
  std::vector<std::uint32_t> component(z.n, none), index(z.n, none), low(z.n, 0), open, path;
  std::vector<std::int64_t> at(z.offsets.begin(), z.offsets.end() - 1);
  std::uint32_t next = 0;
  count = 0;
  for (std::uint32_t root = 0; root < z.n; ++root) {
    if (index[root] != none) continue;
    path.push_back(root);
    while (!path.empty()) {
      const std::uint32_t v = path.back();
      if (index[v] == none) {
        index[v] = low[v] = next++;
        open.push_back(v);
      }
      bool down = false;
      while (at[v] < z.offsets[v + 1]) {
        const std::uint32_t to = z.columns[static_cast<std::size_t>(at[v])];
        if (index[to] == none) {
          path.push_back(to);
          down = true;
          break;
        }
        if (component[to] == none) low[v] = std::min(low[v], low[to]);
        ++at[v];
      }
      if (down) continue;
      if (low[v] == index[v]) {
        std::uint32_t member;
        do {
          member = open.back();
          open.pop_back();
          component[member] = count;
        } while (member != v);
        ++count;
      }
      path.pop_back();
    }
  }
  return component;
}

}  // namespace

radius_component largest_component(const flow_matrix& z, std::span<const double> x, bool transpose,
                                   task& job) {
  sparse_flows owned;
  flow_matrix rows = z;
  if (z.is_dense()) {
    owned = compressed(z);
    rows = owned.view();
  }
  std::uint32_t count = 0;
  const std::vector<std::uint32_t> component = strong_components_of(rows, count);
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
