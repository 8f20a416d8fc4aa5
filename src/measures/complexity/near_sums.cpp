#include <kedja/measures/complexity/near_sums.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <kedja/core/instruction_set.hpp>

namespace kedja::measures::detail {
namespace {

/// Sixteen rows side by side.
constexpr std::size_t lanes = 16;

/// As many numbers as a register of the processor holds: GCC takes wider vectors apart one by one.
template <std::size_t Bytes>
struct packs {
  static constexpr std::size_t width = Bytes / sizeof(double);
  typedef double pack __attribute__((vector_size(Bytes), aligned(8), may_alias));
  typedef std::int64_t whole __attribute__((vector_size(Bytes), may_alias));
};
alignas(64) constexpr std::int64_t lane_bit[lanes] = {
    1 << 0, 1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
    1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};

/// Numbers that begin a line of the cache, so that no pack lies across two.
class line_of_numbers {
 public:
  explicit line_of_numbers(std::size_t size) : kept_(size + line) {
    const auto at = reinterpret_cast<std::uintptr_t>(kept_.data()) / sizeof(double) % line;
    first_ = kept_.data() + (line - at) % line;
  }
  line_of_numbers(line_of_numbers&&) = default;  // the numbers stay where they are
  [[nodiscard]] double* data() noexcept { return first_; }

 private:
  static constexpr std::size_t line = 64 / sizeof(double);
  std::vector<double> kept_;
  double* first_;
};

/// Which rows have each column, as bare positions.
struct column_rows {
  std::vector<std::size_t> first;
  std::vector<std::uint32_t> row;

  explicit column_rows(const sparse_table& columns) : first{0} {
    row.reserve(columns.size());
    for (std::uint32_t k = 0; k < columns.rows(); ++k) {
      for (const auto& e : columns.row(k)) row.push_back(e.column);
      first.push_back(row.size());
    }
  }
};

/// shared[c'] += amount for the rows c' of a column, in the lanes whose bit is set.
template <std::size_t Bytes>
[[gnu::always_inline]] inline void spread_to(double* shared, const std::uint32_t* row,
                                             const std::uint32_t* end, std::uint16_t bits,
                                             double amount) {
  using pack = typename packs<Bytes>::pack;
  using whole = typename packs<Bytes>::whole;
  constexpr std::size_t width = packs<Bytes>::width, count = lanes / width;
  pack given[count];
  for (std::size_t i = 0; i < count; ++i) {
    const whole set =
        ((whole{} + bits) & *reinterpret_cast<const whole*>(lane_bit + i * width)) != 0;  // -1 or 0
    given[i] = reinterpret_cast<pack>(set & reinterpret_cast<whole>(pack{} + amount));
  }
  for (; row != end; ++row) {
    pack* to = reinterpret_cast<pack*>(shared + *row * lanes);
    for (std::size_t i = 0; i < count; ++i) to[i] += given[i];
  }
}
/// sum = the sum of shared[c'] over the rows c' of a column, those at even and at odd places apart
/// so that an addition need not wait for the one before it.
template <std::size_t Bytes>
[[gnu::always_inline]] inline void gather_from(const double* shared, const std::uint32_t* row,
                                               const std::uint32_t* end, double* sum) {
  using pack = typename packs<Bytes>::pack;
  constexpr std::size_t count = lanes / packs<Bytes>::width;
  pack even[count] = {}, odd[count] = {};
  for (; end - row >= 2; row += 2) {
    const pack* one = reinterpret_cast<const pack*>(shared + row[0] * lanes);
    const pack* two = reinterpret_cast<const pack*>(shared + row[1] * lanes);
    for (std::size_t i = 0; i < count; ++i) even[i] += one[i], odd[i] += two[i];
  }
  if (row != end) {
    const pack* one = reinterpret_cast<const pack*>(shared + row[0] * lanes);
    for (std::size_t i = 0; i < count; ++i) even[i] += one[i];
  }
  for (std::size_t i = 0; i < count; ++i) even[i] += odd[i];
  std::memcpy(sum, even, sizeof even);
}
void spread_any(double* shared, const std::uint32_t* row, const std::uint32_t* end,
                std::uint16_t bits, double amount) {
  spread_to<16>(shared, row, end, bits, amount);
}
void gather_any(const double* shared, const std::uint32_t* row, const std::uint32_t* end,
                double* sum) {
  gather_from<16>(shared, row, end, sum);
}
KEDJA_TARGET("avx2")
void spread_avx2(double* shared, const std::uint32_t* row, const std::uint32_t* end,
                 std::uint16_t bits, double amount) {
  spread_to<32>(shared, row, end, bits, amount);
}
KEDJA_TARGET("avx2")
void gather_avx2(const double* shared, const std::uint32_t* row, const std::uint32_t* end,
                 double* sum) {
  gather_from<32>(shared, row, end, sum);
}
KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
void spread_avx512(double* shared, const std::uint32_t* row, const std::uint32_t* end,
                   std::uint16_t bits, double amount) {
  spread_to<64>(shared, row, end, bits, amount);
}
KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
void gather_avx512(const double* shared, const std::uint32_t* row, const std::uint32_t* end,
                   double* sum) {
  gather_from<64>(shared, row, end, sum);
}

/// Columns of the matrix of proximities that are summed together: a strip of it stays in the cache.
constexpr std::size_t strip = 32;

/// sum = the sum of a strip's rows named by `cell`.
template <std::size_t Bytes>
[[gnu::always_inline]] inline void sum_of_rows(const double* near, const sparse_table::entry* cell,
                                               const sparse_table::entry* end, double* sum) {
  using pack = typename packs<Bytes>::pack;
  constexpr std::size_t count = strip / packs<Bytes>::width;
  pack total[count] = {};
  for (; cell != end; ++cell) {
    const pack* from = reinterpret_cast<const pack*>(near + cell->column * strip);
    for (std::size_t i = 0; i < count; ++i) total[i] += from[i];
  }
  std::memcpy(sum, total, sizeof total);
}
void sum_any(const double* near, const sparse_table::entry* cell, const sparse_table::entry* end,
             double* sum) {
  sum_of_rows<16>(near, cell, end, sum);
}
KEDJA_TARGET("avx2")
void sum_avx2(const double* near, const sparse_table::entry* cell, const sparse_table::entry* end,
              double* sum) {
  sum_of_rows<32>(near, cell, end, sum);
}
KEDJA_TARGET("avx512f,avx512vl,avx512dq,avx2")
void sum_avx512(const double* near, const sparse_table::entry* cell, const sparse_table::entry* end,
                double* sum) {
  sum_of_rows<64>(near, cell, end, sum);
}

}  // namespace

near_sums_result near_sums_by_size(const sparse_table& binary, std::span<const double> weight,
                                   bool count_itself, const run_context& ctx, bool only_all) {
  const std::uint32_t rows = binary.rows(), n = binary.columns();
  const column_rows columns(binary.transposed());
  const auto size = [&](std::uint32_t k) { return columns.first[k + 1] - columns.first[k]; };
  std::vector<std::uint32_t> order;
  for (std::uint32_t k = 0; k < n; ++k)
    if (size(k) > 0) order.push_back(k);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return size(a) < size(b); });
  const instruction_set best = best_instruction_set();
  const auto spread = best == instruction_set::avx512 ? spread_avx512
                      : best == instruction_set::avx2 ? spread_avx2
                                                      : spread_any;
  const auto gather = best == instruction_set::avx512 ? gather_avx512
                      : best == instruction_set::avx2 ? gather_avx2
                                                      : gather_any;
  near_sums_result r{std::vector<double>(only_all ? 0 : std::size_t{rows} * n, 0.0),
                     std::vector<double>(n, 0.0)};
  // Row number `rows` stands for a row that has every column: it gives the sums over all.
  const std::size_t skipped = only_all ? rows : 0, walked = rows + std::size_t{1} - skipped;
  task job(ctx, static_cast<double>(walked));
  struct workspace {
    line_of_numbers shared;  // per other row, one number per lane
    std::vector<std::uint16_t> mine;
    line_of_numbers made;  // columns x lanes
  };
  for_blocks(
      walked, lanes, job,
      [rows, n] {
        return workspace{line_of_numbers(std::size_t{rows} * lanes), std::vector<std::uint16_t>(n),
                         line_of_numbers(n * lanes)};
      },
      [&](workspace& ws, std::size_t begin, std::size_t end, std::size_t) {
        const std::size_t first = begin + skipped, last = end + skipped;
        std::vector<std::uint16_t>& mine = ws.mine;  // which lanes have the column
        std::fill(mine.begin(), mine.end(), std::uint16_t{0});
        for (std::size_t c = first; c < last; ++c) {
          const auto lane = static_cast<std::uint16_t>(1u << (c - first));
          if (c == rows)
            for (std::uint16_t& has : mine) has |= lane;
          else
            for (const auto& e : binary.row(static_cast<std::uint32_t>(c))) mine[e.column] |= lane;
        }
        double sum[lanes];
        double* shared = ws.shared.data();
        const std::uint32_t* all = columns.row.data();
        const auto add = [&](std::uint32_t l, double amount) {
          if (mine[l] == 0 || amount == 0) return;
          spread(shared, all + columns.first[l], all + columns.first[l + 1], mine[l], amount);
        };
        const auto collect = [&](std::uint32_t k) {
          gather(shared, all + columns.first[k], all + columns.first[k + 1], sum);
        };
        std::fill(shared, shared + std::size_t{rows} * lanes, 0.0);
        for (std::size_t i = order.size(), j; i > 0; i = j) {  // the larger columns
          for (j = i; j > 0 && size(order[j - 1]) == size(order[i - 1]); --j) {
            collect(order[j - 1]);
            std::copy(sum, sum + lanes, ws.made.data() + order[j - 1] * lanes);
          }
          for (std::size_t at = j; at < i; ++at)
            add(order[at], weight[order[at]] / static_cast<double>(size(order[at])));
          if ((i & 63) == 0) job.checkpoint();
        }
        std::fill(shared, shared + std::size_t{rows} * lanes, 0.0);
        for (std::size_t i = 0, j; i < order.size(); i = j) {  // those at most as large
          const auto u = static_cast<double>(size(order[i]));
          for (j = i; j < order.size() && size(order[j]) == size(order[i]); ++j)
            add(order[j], weight[order[j]]);
          for (std::size_t at = i; at < j; ++at) {
            const std::uint32_t k = order[at];
            collect(k);
            if (!count_itself)
              for (std::size_t b = 0; b < lanes; ++b)
                if (mine[k] >> b & 1) sum[b] -= u * weight[k];
            double* made = ws.made.data() + k * lanes;
            for (std::size_t b = 0; b < lanes; ++b) made[b] += sum[b] * (1.0 / u);
          }
          job.checkpoint();
        }
        double* to[lanes];
        for (std::size_t c = first; c < last; ++c)
          to[c - first] = c == rows ? r.all.data() : r.has.data() + c * n;
        const std::size_t count = last - first;
        for (std::uint32_t k = 0; k < n; ++k)  // columns without rows stay 0
          for (std::size_t b = 0; b < count; ++b) to[b][k] = ws.made.data()[k * lanes + b];
        job.advance(static_cast<double>(last - first));
      });
  job.finish();
  return r;
}

near_sums_result near_sums_by_matrix(const sparse_table& binary, const sparse_table& phi,
                                     std::span<const double> weight, bool count_itself,
                                     const run_context& ctx, bool only_all) {
  const std::size_t n = binary.columns(), strips = (n + strip - 1) / strip;
  near_sums_result r{std::vector<double>(only_all ? 0 : binary.rows() * n, 0.0),
                     std::vector<double>(n, 0.0)};
  for (std::uint32_t l = 0; l < n; ++l)
    for (const auto& e : phi.row(l))
      if (count_itself || e.column != l) r.all[e.column] += weight[l] * e.value;
  if (only_all) return r;
  line_of_numbers table(strips * n * strip);  // strip by strip, row l: w_l phi_lk
  double* near = table.data();
  for (std::uint32_t l = 0; l < n; ++l)
    for (const auto& e : phi.row(l))
      if (count_itself || e.column != l)
        near[(e.column / strip * n + l) * strip + e.column % strip] = weight[l] * e.value;
  const instruction_set best = best_instruction_set();
  const auto add_up = best == instruction_set::avx512 ? sum_avx512
                      : best == instruction_set::avx2 ? sum_avx2
                                                      : sum_any;
  task job(ctx, static_cast<double>(binary.rows()));
  // Some hundred rows at a time, so that each strip is read once for all of them.
  for_blocks(binary.rows(), 256, job, [&](std::size_t first, std::size_t last, std::size_t) {
    double sum[strip];
    for (std::size_t s = 0; s < strips; ++s) {
      const std::size_t from = s * strip, count = std::min(strip, n - from);
      for (std::size_t c = first; c < last; ++c) {
        const auto cells = binary.row(static_cast<std::uint32_t>(c));
        add_up(near + s * n * strip, cells.data(), cells.data() + cells.size(), sum);
        std::copy(sum, sum + count, r.has.data() + c * n + from);
      }
      job.checkpoint();
    }
    job.advance(static_cast<double>(last - first));
  });
  job.finish();
  return r;
}

}  // namespace kedja::measures::detail
