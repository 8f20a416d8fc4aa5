/// @file
/// Random walks between companies over what they share (projects, fields, places, words of names).
/// A walk steps from a company to one of its things in proportion to the weights, and from there to
/// a company in the same way. The lift of a walk is how much likelier it ends at a company than it
/// would from anywhere, so that being large explains nothing by itself.
/// Sources: Liu & Lu, "Link prediction based on local random walk", EPL 89 (2010) 58007,
/// doi:10.1209/0295-5075/89/58007; Zhou et al., "Solving the apparent diversity-accuracy dilemma of
/// recommender systems", PNAS 107 (2010) 4511, doi:10.1073/pnas.1000488107 (walks over things).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::recommend {

/// Companies by things, ready for walks. Walks are in single precision with sums in table order.
class walk_table {
 public:
  static constexpr std::size_t lanes = 16;  ///< walks that are followed side by side
  using lane = std::array<float, lanes>;

  explicit walk_table(const measures::sparse_table& has)
      : there_(half_of(has)), back_(half_of(has.transposed())), total_(0) {
    weight_.assign(has.rows(), 0.0);
    for (std::uint32_t u = 0; u < has.rows(); ++u) {
      for (const auto& e : has.row(u)) weight_[u] += e.value;
      total_ += weight_[u];
    }
  }

  [[nodiscard]] vertex_id num_companies() const noexcept {
    return static_cast<vertex_id>(weight_.size());
  }
  [[nodiscard]] std::size_t num_things() const noexcept { return back_.offset.size() - 1; }
  [[nodiscard]] std::size_t size() const noexcept { return there_.to.size(); }
  /// Sum of a company's weights; 0 for one that has nothing.
  [[nodiscard]] double weight(vertex_id u) const noexcept { return weight_[u]; }
  /// 1 over the share of all weight that is at v: turns an arrival probability into a lift.
  [[nodiscard]] double scarcity(vertex_id v) const noexcept {
    return weight_[v] > 0 ? total_ / weight_[v] : 0.0;
  }

  struct workspace {
    std::vector<lane> at, between;
  };

  /// Follows walks from up to `lanes` companies. After each step s = 1, 2, ..., steps calls
  /// arrived(s, at) with at[u][i] = probability that a walk that started at source i stands... at
  /// company u, seen from u: the walk from u stands at source i (the same up to the weights).
  /// O(steps * size * lanes) time, O((companies + things) * lanes) memory.
  template <class Arrived>
  void follow(std::span<const vertex_id> source, std::size_t steps, workspace& ws,
              Arrived arrived) const {
    if (source.size() > lanes) throw invalid_argument("too many walks at once");
    ws.at.assign(weight_.size(), lane{});
    ws.between.resize(num_things());
    for (std::size_t i = 0; i < source.size(); ++i) ws.at[source[i]][i] = 1.0F;
    for (std::size_t s = 1; s <= steps; ++s) {
      gather(back_, ws.at, ws.between);
      gather(there_, ws.between, ws.at);
      arrived(s, std::span<const lane>(ws.at));
    }
  }

 private:
  /// Rows whose weights sum to 1.
  struct half {
    std::vector<std::size_t> offset;
    std::vector<std::uint32_t> to;
    std::vector<float> share;
  };
  static half half_of(const measures::sparse_table& from) {
    half h;
    h.offset.push_back(0);
    for (std::uint32_t r = 0; r < from.rows(); ++r) {
      double sum = 0;
      for (const auto& e : from.row(r)) sum += e.value;
      for (const auto& e : from.row(r)) {
        if (e.value <= 0) continue;
        h.to.push_back(e.column);
        h.share.push_back(static_cast<float>(e.value / sum));
      }
      h.offset.push_back(h.to.size());
    }
    return h;
  }
  static void gather(const half& rows, const std::vector<lane>& from, std::vector<lane>& into) {
    for (std::size_t r = 0; r + 1 < rows.offset.size(); ++r) {
      lane sum{};
      for (std::size_t e = rows.offset[r]; e < rows.offset[r + 1]; ++e) {
        const lane& x = from[rows.to[e]];
        const float share = rows.share[e];
        for (std::size_t i = 0; i < lanes; ++i) sum[i] += share * x[i];
      }
      into[r] = sum;
    }
  }

  half there_, back_;
  std::vector<double> weight_;
  double total_;
};

}  // namespace kedja::recommend
