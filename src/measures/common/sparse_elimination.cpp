#include <kedja/measures/common/sparse_elimination.hpp>

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>

namespace kedja::measures {

sparse_elimination::sparse_elimination(const flow_matrix& z, std::span<const double> x,
                                       std::size_t most_entries, task& job) {
  const std::size_t n = z.n;
  // Off the diagonal rows hold shares >= 0, so that the matrix is diag(diagonal) - rows.
  std::vector<std::vector<entry>> row(n);
  std::vector<std::vector<std::uint32_t>> column(n);  // rows that may hold the sector
  std::vector<double> diagonal(n, 1.0);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(x[i] > 0)) continue;
    for (auto k = static_cast<std::size_t>(z.offsets[i]);
         k < static_cast<std::size_t>(z.offsets[i + 1]); ++k) {
      const double share = z.values[k] / x[i];
      if (z.columns[k] == i)
        diagonal[i] -= share;
      else if (share > 0)
        row[i].push_back({z.columns[k], share});
    }
    std::ranges::sort(row[i], {}, &entry::at);
    std::size_t kept = 0;
    for (const entry& e : row[i])  // parallel entries
      if (kept > 0 && row[i][kept - 1].at == e.at)
        row[i][kept - 1].share += e.share;
      else
        row[i][kept++] = e;
    row[i].resize(kept);
    for (const entry& e : row[i]) column[e.at].push_back(static_cast<std::uint32_t>(i));
  }
  using item = std::tuple<std::size_t, std::uint32_t>;  // length of row times column, sector
  std::priority_queue<item, std::vector<item>, std::greater<>> queue;
  std::vector<std::size_t> cost(n);
  std::vector<char> gone(n, 0);
  const auto wait = [&](std::uint32_t v) {
    cost[v] = row[v].size() * column[v].size();
    queue.emplace(cost[v], v);
  };
  for (std::size_t v = 0; v < n; ++v) wait(static_cast<std::uint32_t>(v));
  std::vector<entry> merged;
  std::size_t work = 0, live = 0;  // entries in rows that are left
  for (const auto& own : row) live += own.size();
  while (!queue.empty()) {
    const auto [price, k] = queue.top();
    queue.pop();
    if (gone[k] || price != cost[k]) continue;
    gone[k] = 1;
    if (!(diagonal[k] > 0)) return;
    order_.push_back(k);
    pivot_.push_back(diagonal[k]);
    gets_.push_back(passed_.size());
    had_.push_back(rest_.size());
    for (const std::uint32_t i : column[k]) {
      if (gone[i]) continue;
      const auto at = std::ranges::lower_bound(row[i], k, {}, &entry::at);
      const double share = at->share / diagonal[k];
      passed_.push_back({i, share});
      merged.clear();
      auto own = row[i].cbegin();
      for (const entry& e : row[k]) {
        for (; own != row[i].cend() && own->at < e.at; ++own)
          if (own->at != k) merged.push_back(*own);
        if (e.at == i) {
          diagonal[i] -= share * e.share;
        } else if (own != row[i].cend() && own->at == e.at) {
          merged.push_back({e.at, own->share + share * e.share});
          ++own;
        } else {
          merged.push_back({e.at, share * e.share});
          column[e.at].push_back(i);
        }
      }
      for (; own != row[i].cend(); ++own)
        if (own->at != k) merged.push_back(*own);
      live += merged.size();
      live -= row[i].size();
      row[i] = merged;
      if ((work += merged.size() + 8) > (1 << 16)) work = 0, job.checkpoint();
    }
    rest_.insert(rest_.end(), row[k].begin(), row[k].end());
    live -= row[k].size();
    if (live + passed_.size() + rest_.size() > most_entries) return;
    for (const entry& e : row[k]) {  // k is in their columns no more
      std::erase_if(column[e.at], [&](std::uint32_t i) { return gone[i] != 0; });
      wait(e.at);
    }
    for (const std::uint32_t i : column[k])
      if (!gone[i]) wait(i);
    row[k] = {};
    column[k] = {};
  }
  gets_.push_back(passed_.size());
  had_.push_back(rest_.size());
  done_ = true;
}

void sparse_elimination::solve(std::span<const double> r, std::span<double> out) const {
  std::ranges::copy(r, out.begin());
  for (std::size_t step = 0; step < order_.size(); ++step)
    for (std::size_t e = gets_[step]; e < gets_[step + 1]; ++e)
      out[passed_[e].at] += passed_[e].share * out[order_[step]];
  for (std::size_t step = order_.size(); step-- > 0;) {
    double sum = out[order_[step]];
    for (std::size_t e = had_[step]; e < had_[step + 1]; ++e)
      sum += rest_[e].share * out[rest_[e].at];
    out[order_[step]] = sum / pivot_[step];
  }
}

}  // namespace kedja::measures
