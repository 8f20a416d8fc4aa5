/// @file
/// Circles of companies that nothing leaks out of: a loss comes round undiminished until all have
/// it. Source: Haddad & Monmege, "Interval iteration algorithm for MDPs and IMDPs", Theor. Comput.
/// Sci. 735 (2018), doi:10.1016/j.tcs.2016.12.003 (end components, seen as one state each).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/strong_parts.hpp>
#include <kedja/measures/shock/loss_map.hpp>
#include <kedja/measures/shock/scenarios.hpp>

namespace kedja::measures::detail {

/// A group of inputs whose shares sum to 1 passes a loss on whole. A closed circle is a largest set
/// of companies, each with such groups of members alone, that hear of each other through them. The
/// loss x of a member is at least any member's: where it is least, members hear of none but equal
/// ones, and so on round the circle. So all lose the same, the largest of what hits a member or
/// reaches it through its other groups. No vector bounds the growth of changes on a circle as it
/// stands (amplification.hpp); with its members led by one of them there is such a vector.
class closed_circles {
 public:
  /// Changes `map` so that the first member of a circle feels what reaches the circle from outside,
  /// and the others feel it alone. The least fixed point above losses that hit no other members
  /// stays what it was. O(n + m) per round; a round splits circles that the last one took for
  /// whole, seldom more than a few.
  closed_circles(loss_map& map, task& job) {
    std::vector<group> whole = whole_groups(map);
    if (whole.empty()) return;
    const vertex_id n = map.rows();
    strong_parts parts;
    for (std::size_t before = 0; before != whole.size();) {
      std::vector<std::uint64_t> offset(n + std::size_t{1}, 0);
      std::vector<vertex_id> source;
      for (const group& w : whole) {
        source.insert(source.end(), map.source.begin() + static_cast<std::ptrdiff_t>(w.first),
                      map.source.begin() + static_cast<std::ptrdiff_t>(w.last));
        offset[w.company + std::size_t{1}] += w.last - w.first;
      }
      for (vertex_id v = 0; v < n; ++v) offset[v + std::size_t{1}] += offset[v];
      const auto row = [&](vertex_id v) {
        return std::span(source).subspan(offset[v], offset[v + std::size_t{1}] - offset[v]);
      };
      parts = find_strong_parts(n, row, job);
      before = whole.size();
      std::erase_if(whole, [&](const group& w) {
        for (std::uint64_t k = w.first; k < w.last; ++k)
          if (parts.part[map.source[k]] != parts.part[w.company]) return true;
        return false;
      });
      job.checkpoint();
    }
    if (!whole.empty()) lead(map, whole, parts);
  }

  [[nodiscard]] bool empty() const noexcept { return leader_.empty(); }
  /// Who stands for the company: itself where it is on no circle.
  [[nodiscard]] vertex_id leader(vertex_id v) const noexcept { return empty() ? v : leader_[v]; }

  /// The same shocks on the leaders of those they hit.
  [[nodiscard]] scenarios on_leaders(const scenarios& given) const {
    scenarios made;
    std::vector<scenarios::hit> hits;
    for (std::size_t i = 0; i < given.count(); ++i) {
      hits.assign(given.of(i).begin(), given.of(i).end());
      for (auto& h : hits) h.company = leader_[h.company];
      std::ranges::sort(hits, [](const scenarios::hit& a, const scenarios::hit& b) {
        return std::pair(a.company, a.remaining) < std::pair(b.company, b.remaining);
      });
      for (std::size_t k = 0; k < hits.size(); ++k)  // the hardest hit comes first
        if (k == 0 || hits[k].company != hits[k - 1].company) made.add(hits[k]);
      made.close();
    }
    return made;
  }

 private:
  struct group {
    vertex_id company;
    std::uint64_t first, last;  ///< entries of the map
  };

  [[nodiscard]] static std::uint64_t end_of_group(const loss_map& map, vertex_id j,
                                                  std::uint64_t first) {
    const std::uint64_t end = map.offset[j + std::size_t{1}];
    for (std::uint64_t k = first + 1; k < end; ++k)
      if (map.share[k] < 0) return k;
    return end;
  }
  /// Those whose shares sum to 1, save for the rounding of k shares of a sum of k values.
  [[nodiscard]] static std::vector<group> whole_groups(const loss_map& map) {
    std::vector<group> found;
    for (vertex_id j = 0; j < map.rows(); ++j)
      for (std::uint64_t k = map.offset[j]; k < map.offset[j + std::size_t{1}];) {
        const std::uint64_t end = end_of_group(map, j, k);
        double sum = 0;
        for (std::uint64_t e = k; e < end; ++e) sum += std::abs(map.share[e]);
        if (std::abs(sum - 1) <= static_cast<double>(end - k + 4) * 0x1p-52)
          found.push_back({j, k, end});
        k = end;
      }
    return found;
  }

  void lead(loss_map& map, const std::vector<group>& inner, const strong_parts& parts) {
    const vertex_id n = map.rows();
    std::vector<char> on_circle(n, 0), is_inner(map.source.size(), 0);  // a group's first entry
    for (const group& w : inner) on_circle[w.company] = is_inner[w.first] = 1;
    std::vector<std::vector<vertex_id>> members(parts.count);
    leader_.resize(n);
    for (vertex_id v = 0; v < n; ++v) {
      leader_[v] = v;
      if (on_circle[v] == 0) continue;
      members[parts.part[v]].push_back(v);
      leader_[v] = members[parts.part[v]].front();
    }
    loss_map led;
    led.offset.assign(n + std::size_t{1}, 0);
    led.source.reserve(map.source.size());
    led.share.reserve(map.share.size());
    const auto copy_groups = [&](vertex_id of) {
      for (std::uint64_t k = map.offset[of]; k < map.offset[of + std::size_t{1}];) {
        const std::uint64_t end = end_of_group(map, of, k);
        for (; k < end && is_inner[k] == 0; ++k) {
          led.source.push_back(leader_[map.source[k]]);
          led.share.push_back(map.share[k]);
        }
        k = end;
      }
    };
    for (vertex_id v = 0; v < n; ++v) {
      if (leader_[v] != v) {
        led.source.push_back(leader_[v]);
        led.share.push_back(-1.0);
      } else if (on_circle[v] != 0) {
        for (const vertex_id member : members[parts.part[v]]) copy_groups(member);
      } else {
        copy_groups(v);
      }
      led.offset[v + std::size_t{1}] = led.source.size();
    }
    led.find_dependents();
    map = std::move(led);
  }

  std::vector<vertex_id> leader_;  ///< of each company, itself where it is on no circle; or empty
};

}  // namespace kedja::measures::detail
