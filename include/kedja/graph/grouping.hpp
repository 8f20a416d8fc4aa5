/// @file
/// Which groups (clusters, countries, regions) a vertex belongs to, and how much.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>

namespace kedja::graph {

struct group_share {
  group_id group;
  double share;  ///< in (0, 1]; the shares of a vertex sum to 1
  friend bool operator==(const group_share&, const group_share&) = default;
};

/// Sparse vertex -> (group, share), sorted by group in each row. A vertex may be in no group.
class grouping {
 public:
  grouping() = default;

  /// Membership i puts vertex[i] into group[i] with weight[i] (none: 1 each). A pair given twice
  /// counts once, with its largest weight; weights are then divided by their sum per vertex.
  /// Throws invalid_argument, naming the row, for an index out of range or a weight that is
  /// negative, NaN or infinite, and naming the vertex when its weights sum to zero. O(k log k).
  grouping(vertex_id num_vertices, group_id num_groups, std::span<const vertex_id> vertex,
           std::span<const group_id> group, std::span<const double> weight = {})
      : num_groups_(num_groups), offset_(num_vertices + std::size_t{1}, 0) {
    if (vertex.size() != group.size() || (!weight.empty() && weight.size() != vertex.size()))
      throw invalid_argument("vertex, group and weight must have one entry per membership");
    struct row {
      vertex_id vertex;
      group_id group;
      double weight;
    };
    std::vector<row> rows(vertex.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double w = weight.empty() ? 1.0 : weight[i];
      if (vertex[i] >= num_vertices || group[i] >= num_groups)
        throw invalid_argument("membership " + std::to_string(i) + ": vertex " +
                               std::to_string(vertex[i]) + " or group " + std::to_string(group[i]) +
                               " does not exist");
      if (!std::isfinite(w) || w < 0)
        throw invalid_argument("membership " + std::to_string(i) + ": weight " + std::to_string(w) +
                               " is not a finite number >= 0");
      rows[i] = {vertex[i], group[i], w};
    }
    std::sort(rows.begin(), rows.end(), [](const row& a, const row& b) {
      return std::tuple(a.vertex, a.group, -a.weight) < std::tuple(b.vertex, b.group, -b.weight);
    });
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [](const row& a, const row& b) {
                             return a.vertex == b.vertex && a.group == b.group;
                           }),
               rows.end());
    for (std::size_t i = 0; i < rows.size();) {
      std::size_t end = i;
      double sum = 0.0;
      for (; end < rows.size() && rows[end].vertex == rows[i].vertex; ++end)
        sum += rows[end].weight;
      if (!(sum > 0))
        throw invalid_argument("the membership weights of vertex " +
                               std::to_string(rows[i].vertex) + " sum to zero");
      for (; i < end; ++i)
        if (rows[i].weight > 0) {
          shares_.push_back({rows[i].group, rows[i].weight / sum});
          ++offset_[rows[i].vertex + std::size_t{1}];
        }
    }
    for (std::size_t v = 0; v < num_vertices; ++v) offset_[v + 1] += offset_[v];
  }

  [[nodiscard]] vertex_id num_vertices() const noexcept {
    return static_cast<vertex_id>(offset_.size() - 1);
  }
  [[nodiscard]] group_id num_groups() const noexcept { return num_groups_; }
  /// The groups of v; empty when it has none.
  [[nodiscard]] std::span<const group_share> of(vertex_id v) const noexcept {
    return {shares_.data() + offset_[v], shares_.data() + offset_[v + std::size_t{1}]};
  }
  /// True when every vertex is in at most one group.
  [[nodiscard]] bool is_partition() const noexcept {
    for (std::size_t v = 0; v + 1 < offset_.size(); ++v)
      if (offset_[v + 1] - offset_[v] > 1) return false;
    return true;
  }

 private:
  group_id num_groups_ = 0;
  std::vector<std::size_t> offset_ = {0};
  std::vector<group_share> shares_;
};

/// The members of each group, the other way round: rows of (vertex, share) sorted by vertex.
class group_members {
 public:
  struct member {
    vertex_id vertex;
    double share;
  };

  explicit group_members(const grouping& groups)
      : offset_(groups.num_groups() + std::size_t{1}, 0) {
    const vertex_id n = groups.num_vertices();
    for (vertex_id v = 0; v < n; ++v)
      for (const auto& [g, share] : groups.of(v)) ++offset_[g + std::size_t{1}];
    for (std::size_t g = 0; g + 1 < offset_.size(); ++g) offset_[g + 1] += offset_[g];
    members_.resize(offset_.back());
    std::vector<std::size_t> cursor(offset_.begin(), offset_.end() - 1);
    for (vertex_id v = 0; v < n; ++v)
      for (const auto& [g, share] : groups.of(v)) members_[cursor[g]++] = {v, share};
  }
  [[nodiscard]] group_id num_groups() const noexcept {
    return static_cast<group_id>(offset_.size() - 1);
  }
  [[nodiscard]] std::span<const member> of(group_id g) const noexcept {
    return {members_.data() + offset_[g], members_.data() + offset_[g + std::size_t{1}]};
  }

 private:
  std::vector<std::size_t> offset_;
  std::vector<member> members_;
};

}  // namespace kedja::graph
