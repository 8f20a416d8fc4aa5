/// @file
/// Thirty-two scenarios side by side in single precision through one channel of a cascade that
/// fades. Read by lanes.hpp once per set of instructions; by itself it gives all of them.
#ifndef KEDJA_LANES
#include <kedja/measures/shock/lanes.hpp>
#else
namespace kedja::measures::detail::KEDJA_LANES {

using float_part = float __attribute__((vector_size(KEDJA_LANE_BYTES)));
using bits_part = std::int32_t __attribute__((vector_size(KEDJA_LANE_BYTES)));

inline constexpr std::size_t many = 32;  // scenarios
inline constexpr std::size_t parts = many * sizeof(float) / KEDJA_LANE_BYTES;

struct alignas(64) floats {
  float_part part[parts] = {};

  void fill(float x) {
    for (float_part& p : part) p = float_part{} + x;
  }
  [[nodiscard]] float* values() { return reinterpret_cast<float*>(this); }
  [[nodiscard]] const float* values() const { return reinterpret_cast<const float*>(this); }
};
struct counters {
  bits_part part[parts] = {};
};

/// Losses rise from the shock to the fixed point row by row, each with the newest losses of others.
/// A row rises in a scenario only when it would by more than the threshold. What happens in a
/// scenario depends on no other: a row that is looked at for another's sake finds nothing new.
class fading_channel {
 public:
  explicit fading_channel(const hub_first_map& map)
      : map_(map), loss_(map.rows()), due_(map.rows()), touched_(map.rows()) {}

  [[nodiscard]] vertex_id companies() const noexcept { return map_.rows(); }
  void start(std::size_t lane, vertex_id company, float loss) {
    const vertex_id r = map_.rank[company];
    loss_[r].values()[lane] = loss;
    touched_.add(r);
    tell(r);
  }

  /// Until no row would rise by more than `threshold`. Adds 1 to `passes` for scenarios in which
  /// something rose, per pass over the rows.
  void settle(float threshold, counters& passes, task& job) {
    pacer pace(job);
    for (vertex_id r = due_.next(0); r != no_vertex; r = due_.next(0)) {
      counters rose;
      while (r != no_vertex) {
        due_.remove(r);
        const vertex_id after = due_.next(r + std::uint64_t{1});
        if (after != no_vertex) fetch(after);
        floats lost;
        row(r, lost);
        rise(r, lost, threshold, rose);
        pace(map_.row(r).size() + 8);
        r = due_.next(r + std::uint64_t{1});
      }
      for (std::size_t p = 0; p < parts; ++p) passes.part[p] -= rose.part[p];
    }
  }

  /// Adds the companies whose losses may not be 0.
  void reached(row_set& companies) {
    for (vertex_id r = touched_.next(0); r != no_vertex; r = touched_.next(r + std::uint64_t{1})) {
      companies.add(map_.company[r]);
      const auto felt_by = map_.dependents(r);  // those felt by nobody have waited until now
      for (auto w = felt_by.rbegin(); w != felt_by.rend() && *w >= map_.live; ++w)
        companies.add(map_.company[*w]);
    }
  }
  /// A company's loss after one more step, and as it stands.
  void last_step(vertex_id company, floats& lost) const { row(map_.rank[company], lost); }
  [[nodiscard]] const floats& loss(vertex_id company) const { return loss_[map_.rank[company]]; }
  /// Whether anybody feels the company's loss; else its old loss is not kept.
  [[nodiscard]] bool is_felt(vertex_id company) const { return map_.rank[company] < map_.live; }
  /// The relative rounding error of one step is at most this (inputs + 3 roundings; an input that
  /// has lost nothing in any scenario adds 0, which is exact: it is worth looking in long rows).
  [[nodiscard]] double rounding(vertex_id company) const {
    const auto row = map_.row(map_.rank[company]);
    std::size_t inputs = row.size();
    if (inputs > 128)
      inputs = static_cast<std::size_t>(
          std::ranges::count_if(row, [&](const auto& e) { return touched_.has(e.source); }));
    return static_cast<double>(inputs + 3) * 0x1.01p-24;
  }
  void fetch_company(vertex_id company) const { fetch(map_.rank[company]); }

  void clear() {
    due_.drain(rows_);
    touched_.drain(rows_);
    for (const vertex_id r : rows_) loss_[r] = floats{};
  }

 private:
  void tell(vertex_id r) {
    for (const vertex_id w : map_.dependents(r)) {
      if (w >= map_.live) return;  // nobody waits for its loss: it is computed at the end
      due_.add(w);
    }
  }
  [[gnu::always_inline]] inline void fetch(vertex_id r) const {
    for (const auto& e : map_.row(r)) {
      __builtin_prefetch(&loss_[e.source]);
      __builtin_prefetch(loss_[e.source].values() + many / 2);
    }
  }
  [[gnu::always_inline]] inline void row(vertex_id r, floats& lost) const {
    floats sum, most;
    const hub_first_map::entry* e = map_.entries.data() + map_.offset[r];
    const hub_first_map::entry* const end = map_.entries.data() + map_.offset[r + std::size_t{1}];
    if (map_.grouped) {
      for (; e != end; ++e) {
        const float size = std::abs(e->share);
        const std::int32_t same_group = e->share > 0 ? -1 : 0;
        const floats& x = loss_[e->source];
        for (std::size_t p = 0; p < parts; ++p) {
          sum.part[p] = (float_part)((bits_part)sum.part[p] & same_group) + size * x.part[p];
          most.part[p] = sum.part[p] > most.part[p] ? sum.part[p] : most.part[p];
        }
      }
    } else {
      for (; e != end; ++e) {
        const float size = std::abs(e->share);
        const floats& x = loss_[e->source];
        for (std::size_t p = 0; p < parts; ++p) most.part[p] += size * x.part[p];
      }
    }
    const float_part one = float_part{} + 1.0f;
    for (std::size_t p = 0; p < parts; ++p) lost.part[p] = most.part[p] < one ? most.part[p] : one;
  }
  [[gnu::always_inline]] inline void rise(vertex_id r, const floats& lost, float threshold,
                                          counters& rose) {
    floats& loss = loss_[r];
    bits_part any_rise{}, any_more{};
    for (std::size_t p = 0; p < parts; ++p) {
      const float_part old = loss.part[p], now = lost.part[p];
      const bits_part rises = now > old + threshold;
      any_more |= now > old;
      any_rise |= rises;
      rose.part[p] |= rises;
      loss.part[p] = rises ? now : old;
    }
    if (any(any_more)) touched_.add(r);
    if (any(any_rise)) tell(r);
  }
  [[gnu::always_inline]] static inline bool any(const bits_part& bits) {
    using words = std::int64_t __attribute__((vector_size(KEDJA_LANE_BYTES)));
    const words all = (words)bits;
    std::int64_t found = 0;
    for (std::size_t k = 0; k < KEDJA_LANE_BYTES / 8; ++k) found |= all[k];
    return found != 0;
  }

  const hub_first_map& map_;
  std::vector<floats> loss_;
  row_set due_, touched_;  ///< ranks
  std::vector<vertex_id> rows_;
};

}  // namespace kedja::measures::detail::KEDJA_LANES
#endif
