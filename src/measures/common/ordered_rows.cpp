#include <kedja/measures/common/ordered_rows.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <kedja/measures/common/gmres.hpp>

namespace kedja::measures {

namespace {

std::vector<std::uint32_t> leaving_order(const flow_matrix& z) {
  std::vector<std::uint32_t> place(z.n, std::numeric_limits<std::uint32_t>::max());
  std::vector<char> seen(z.n, 0);
  std::vector<std::pair<std::uint32_t, std::int64_t>> stack;
  std::uint32_t next = 0;
  for (std::size_t root = 0; root < z.n; ++root) {
    if (seen[root]) continue;
    seen[root] = 1;
    stack.emplace_back(static_cast<std::uint32_t>(root), z.offsets[root]);
    while (!stack.empty()) {
      auto& [v, k] = stack.back();
      if (k == z.offsets[v + 1]) {
        place[v] = next++;
        stack.pop_back();
        continue;
      }
      const std::uint32_t to = z.columns[static_cast<std::size_t>(k++)];
      if (!seen[to]) {
        seen[to] = 1;
        stack.emplace_back(to, z.offsets[to]);
      }
    }
  }
  return place;
}

}  // namespace

ordered_rows::ordered_rows(const flow_matrix& z, std::span<const double> x)
    : place_(leaving_order(z)), offsets_(1, 0), diagonal_(z.n, 1.0) {
  std::vector<std::uint32_t> at(z.n);
  for (std::size_t v = 0; v < z.n; ++v) at[place_[v]] = static_cast<std::uint32_t>(v);
  columns_.resize(z.columns.size());
  values_.resize(z.values.size());
  std::size_t used = 0;
  for (std::size_t p = 0; p < z.n; ++p) {
    const std::uint32_t v = at[p];
    if (x[v] > 0)
      for (auto k = static_cast<std::size_t>(z.offsets[v]);
           k < static_cast<std::size_t>(z.offsets[v + 1]); ++k) {
        const std::uint32_t column = place_[z.columns[k]];
        const double share = z.values[k] / x[v];
        if (column == p) {
          diagonal_[p] -= share;
          continue;
        }
        columns_[used] = column;
        values_[used++] = share;
      }
    offsets_.push_back(static_cast<std::int64_t>(used));
    productive_ = productive_ && diagonal_[p] > 0;
  }
}

int ordered_rows::correct(std::span<const double> r, std::span<double> out, double reduction,
                          int most, task& job) const {
  // P = (I - S T) without what stands after the row; P^-1 (I - S T) v = v - P^-1 U v in one pass,
  // which finds in h the new values of the rows before and the old ones of those after.
  const std::size_t n = place_.size();
  std::vector<double> start(n, 0.0), found(n), h(n);
  const auto row = [&](std::size_t p, std::span<const double> v) {
    double even = 0, odd = 0;  // two sums do not wait for each other
    auto k = static_cast<std::size_t>(offsets_[p]);
    const auto end = static_cast<std::size_t>(offsets_[p + 1]);
    for (; k + 2 <= end; k += 2) {
      even += values_[k] * v[columns_[k]];
      odd += values_[k + 1] * v[columns_[k + 1]];
    }
    if (k < end) even += values_[k] * v[columns_[k]];
    return even + odd;
  };
  for (std::size_t v = 0; v < n; ++v) found[place_[v]] = r[v];
  for (std::size_t p = 0; p < n; ++p) {
    start[p] = (found[p] + row(p, start)) / diagonal_[p];
    if (p % (1 << 14) == 0) job.checkpoint();
  }
  const auto product = [&](std::span<const double> v, std::span<double> y) {
    std::ranges::copy(v, h.begin());
    for (std::size_t p = 0; p < n; ++p) {
      h[p] = row(p, h) / diagonal_[p];
      y[p] = v[p] - h[p];
      if (p % (1 << 14) == 0) job.checkpoint();
    }
  };
  const int used = 1 + gmres(product, start, found, reduction, most);
  for (std::size_t v = 0; v < n; ++v) out[v] = found[place_[v]];
  return used;
}

void ordered_rows::inverse_diagonal(std::span<const double> gain, std::span<const double> w,
                                    std::span<double> out, double& error_bound, task& job) const {
  constexpr std::size_t width = 16;
  constexpr int most_passes = 10'000;
  constexpr double eps = std::numeric_limits<double>::epsilon();
  const std::size_t n = place_.size();
  std::vector<std::uint32_t> at(n);
  std::vector<double> placed_gain(n);
  double w_most = 0;
  for (std::size_t v = 0; v < n; ++v) {
    at[place_[v]] = static_cast<std::uint32_t>(v);
    placed_gain[place_[v]] = gain[v];
    w_most = std::max(w_most, w[v]);
  }
  std::vector<double> quotient((n + width - 1) / width, 0.0);
  using columns = std::array<double, width>;
  for_blocks(
      n, width, job, [&] { return std::vector<columns>(n); },
      [&](std::vector<columns>& x, std::size_t first, std::size_t last, std::size_t batch) {
        std::ranges::fill(x, columns{});
        const auto row = [&](std::size_t p) {  // b + (S T without the diagonal) x
          columns sum{};
          for (auto k = static_cast<std::size_t>(offsets_[p]);
               k < static_cast<std::size_t>(offsets_[p + 1]); ++k) {
            const columns& from = x[columns_[k]];
            for (std::size_t c = 0; c < width; ++c) sum[c] += values_[k] * from[c];
          }
          if (p >= first && p < last) sum[p - first] += 1.0;
          return sum;
        };
        for (int pass = 0; pass < most_passes; ++pass) {
          double moved = 0;  // what is missing shrinks; values only grow
          for (std::size_t p = 0; p < n; ++p) {
            const columns sum = row(p);
            for (std::size_t c = 0; c < width; ++c) {
              const double value = sum[c] / diagonal_[p];
              moved = std::max(moved, value - x[p][c]);
              x[p][c] = value;
            }
            if (p % (1 << 12) == 0) job.checkpoint();
          }
          if (moved <= 4 * eps) break;
        }
        double most = 0;
        for (std::size_t p = 0; p < n; ++p) {
          const columns sum = row(p);
          const double terms = static_cast<double>(offsets_[p + 1] - offsets_[p] + 8) * eps;
          for (std::size_t c = 0; c < width; ++c) {
            const double residual = std::abs(sum[c] - diagonal_[p] * x[p][c]);
            most = std::max(most, (residual + terms * (sum[c] + 2 * x[p][c])) / placed_gain[p]);
          }
        }
        quotient[batch] = most;
        for (std::size_t p = first; p < last; ++p) out[at[p]] = x[p][p - first];
        job.advance(static_cast<double>(last - first));
      });
  error_bound = 0;
  for (const double q : quotient) error_bound = std::max(error_bound, q * w_most);
}

}  // namespace kedja::measures
