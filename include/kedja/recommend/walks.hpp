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
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/instruction_set.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::recommend {

namespace detail {

/// Where sixteen walks stand: one line of the cache.
struct alignas(64) walk_lane {
  std::array<float, 16> at;
  float& operator[](std::size_t i) { return at[i]; }
  float operator[](std::size_t i) const { return at[i]; }
};

/// Rows whose shares sum to 1.
struct walk_half {
  std::vector<std::size_t> offset = {0};
  std::vector<std::uint32_t> to;
  std::vector<float> share;
};

}  // namespace detail
}  // namespace kedja::recommend

#define KEDJA_LANES baseline
#define KEDJA_LANE_BYTES 16
#include <kedja/recommend/walk_step.hpp>
#undef KEDJA_LANES
#undef KEDJA_LANE_BYTES
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2")
#define KEDJA_LANES avx2
#define KEDJA_LANE_BYTES 32
#include <kedja/recommend/walk_step.hpp>
#undef KEDJA_LANES
#undef KEDJA_LANE_BYTES
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx2")
#pragma GCC optimize("fp-contract=off")  // this set can multiply and add in one rounding
#define KEDJA_LANES avx512
#define KEDJA_LANE_BYTES 64
#include <kedja/recommend/walk_step.hpp>
#undef KEDJA_LANES
#undef KEDJA_LANE_BYTES
#pragma GCC pop_options
#else
namespace kedja::recommend::detail {
namespace avx2 = baseline;
namespace avx512 = baseline;
}  // namespace kedja::recommend::detail
#endif

namespace kedja::recommend {

/// Companies by things, ready for walks. Walks are in single precision with sums in table order.
class walk_table {
 public:
  using lane = detail::walk_lane;
  static constexpr std::size_t lanes = std::tuple_size_v<decltype(lane::at)>;

  /// Things are numbered as companies first have them, so that a row reads memory close together.
  explicit walk_table(const measures::sparse_table& has) : weight_(has.rows(), 0.0) {
    constexpr auto unseen = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> number(has.columns(), unseen);
    std::vector<double> thing;  // weight
    for (std::uint32_t u = 0; u < has.rows(); ++u) {
      for (const auto& e : has.row(u)) {
        if (e.value <= 0) continue;
        weight_[u] += e.value;
        if (number[e.column] == unseen) {
          number[e.column] = static_cast<std::uint32_t>(thing.size());
          thing.push_back(0.0);
        }
        thing[number[e.column]] += e.value;
      }
      total_ += weight_[u];
    }
    back_.offset.assign(thing.size() + 1, 0);
    for (std::uint32_t u = 0; u < has.rows(); ++u) {
      for (const auto& e : has.row(u)) {
        if (e.value <= 0) continue;
        const std::uint32_t t = number[e.column];
        there_.to.push_back(t);
        there_.share.push_back(static_cast<float>(e.value / weight_[u]));
        share_of_thing_.push_back(static_cast<float>(e.value / thing[t]));
        ++back_.offset[t + std::size_t{1}];
      }
      there_.offset.push_back(there_.to.size());
    }
    for (std::size_t t = 0; t < thing.size(); ++t) back_.offset[t + 1] += back_.offset[t];
    std::vector<std::size_t> cursor(back_.offset.begin(), back_.offset.end() - 1);
    back_.to.resize(there_.to.size());
    back_.share.resize(there_.to.size());
    for (std::uint32_t u = 0; u < has.rows(); ++u)
      for (std::size_t e = there_.offset[u]; e < there_.offset[u + std::size_t{1}]; ++e) {
        const std::size_t at = cursor[there_.to[e]]++;
        back_.to[at] = u;
        back_.share[at] = share_of_thing_[e];
      }
  }

  [[nodiscard]] vertex_id num_companies() const noexcept {
    return static_cast<vertex_id>(weight_.size());
  }
  /// Things that some company has.
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

  /// Follows walks from up to `lanes` companies. kept(s), for each step s = 1, 2, ..., steps, names
  /// where the state after it is left, or nullptr. In a state, at[u][i] = probability that a walk
  /// that started at source i stands... at company u, seen from u: the walk from u stands at
  /// source i (the same up to the weights). `with` may be any set that the processor has; it
  /// changes no bit. O(steps * size * lanes) time, O((companies + things) * lanes) memory.
  template <class Kept>
  void follow(std::span<const vertex_id> source, std::size_t steps, workspace& ws, Kept kept,
              instruction_set with = best_instruction_set()) const {
    if (source.size() > lanes) throw invalid_argument("too many walks at once");
    ws.between.assign(num_things(), lane{});
    // The first half step leads from the sources alone.
    for (std::size_t i = 0; i < source.size(); ++i)
      for (std::size_t e = there_.offset[source[i]]; e < there_.offset[source[i] + std::size_t{1}];
           ++e)
        ws.between[there_.to[e]][i] += share_of_thing_[e];
    for (std::size_t s = 1; s <= steps; ++s) {
      std::vector<lane>* chosen = kept(s);
      std::vector<lane>& at = chosen != nullptr ? *chosen : ws.at;
      at.resize(weight_.size());
      gather(there_, ws.between, at, with);
      if (s < steps) gather(back_, at, ws.between, with);
    }
  }

 private:
  static void gather(const detail::walk_half& rows, const std::vector<lane>& from,
                     std::vector<lane>& into, instruction_set with) {
    switch (with) {
      case instruction_set::avx512:
        return detail::avx512::gather(rows, from, into);
      case instruction_set::avx2:
        return detail::avx2::gather(rows, from, into);
      case instruction_set::baseline:
        return detail::baseline::gather(rows, from, into);
    }
  }

  detail::walk_half there_, back_;
  std::vector<float> share_of_thing_;  // of each entry of there_
  std::vector<double> weight_;
  double total_ = 0;
};

}  // namespace kedja::recommend
