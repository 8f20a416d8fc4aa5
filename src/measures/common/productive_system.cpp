#include <kedja/measures/common/productive_system.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>
#include <utility>

#include <kedja/measures/common/dense_lu.hpp>
#include <kedja/measures/common/exact_sum.hpp>
#include <kedja/measures/common/gmres.hpp>
#include <kedja/measures/common/ordered_rows.hpp>
#include <kedja/measures/common/sparse_elimination.hpp>
#include <kedja/measures/common/spectral_radius.hpp>
#include <kedja/measures/common/strong_parts.hpp>

namespace kedja::measures {

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr std::size_t direct_up_to = 400, direct_at_most = 4000;
constexpr std::size_t sparse_entries = 8'000'000;  // of an elimination of compressed rows
constexpr double sparse_share = 0.05;
constexpr double largest_money = 1e140, smallest_money = 1e-140;
constexpr double most_rounds = 1e15;  // w beyond it: singular to working precision
constexpr double well_conditioned = 16;

double largest(std::span<const double> values) {
  double most = 0;
  for (const double v : values) most = std::max(most, std::abs(v));
  return most;
}

std::vector<double> diagonal_of(const flow_matrix& z) {
  std::vector<double> made(z.n, 0.0);
  for (std::size_t i = 0; i < z.n; ++i) {
    if (z.is_dense()) {
      made[i] = z.dense[i * z.n + i];
      continue;
    }
    for (auto k = static_cast<std::size_t>(z.offsets[i]);
         k < static_cast<std::size_t>(z.offsets[i + 1]); ++k)
      if (z.columns[k] == i) made[i] += z.values[k];
  }
  return made;
}

/// I - S T in full.
dense_matrix full_matrix(const flow_matrix& z, std::span<const double> x, bool transpose) {
  dense_matrix made(z.n, z.n);
  const auto put = [&](std::size_t i, std::size_t j, double value) {
    const std::size_t to = transpose ? j : i, by = transpose ? i : j;
    if (x[to] > 0) made(to, by) = -value / x[to];
  };
  for (std::size_t i = 0; i < z.n; ++i) {
    if (z.is_dense())
      for (std::size_t j = 0; j < z.n; ++j) put(i, j, z.dense[i * z.n + j]);
    else
      for (auto k = static_cast<std::size_t>(z.offsets[i]);
           k < static_cast<std::size_t>(z.offsets[i + 1]); ++k)
        put(i, z.columns[k], z.values[k]);
  }
  for (std::size_t i = 0; i < z.n; ++i) made(i, i) += 1.0;
  return made;
}

std::string radius_text(double low, double high, std::size_t members) {
  std::ostringstream text;
  text.setf(std::ios::fixed);
  text.precision(3);
  text << "the spectral radius is ";
  if (high - low < 5e-4)
    text << (low + high) / 2;
  else
    text << "between " << low << " and " << high;
  text << ", not below 1: " << members
       << (members == 1 ? " sector feeds itself" : " sectors feed each other")
       << " and nothing leaves to final demand";
  return text.str();
}

}  // namespace

radius_error::radius_error(double low, double high, std::vector<std::uint32_t> members)
    : invalid_argument(radius_text(low, high, members.size()) + " (first position " +
                       std::to_string(members.empty() ? 0 : members.front()) + ")"),
      low_(low),
      high_(high),
      component_(std::move(members)) {}

struct productive_system::state {
  flow_matrix z;  // as given, or the compressed rows below
  std::vector<double> x;
  bool transpose = false;
  solve_options options;
  sparse_flows owned, other;         // compressed full table; transposed rows
  std::optional<ordered_rows> rows;  // for Gauss-Seidel
  std::optional<dense_lu> factors;
  std::optional<sparse_elimination> eliminated;  // where iterating is slow and there are too many
  std::vector<double> gain;                      // lower bound of ((I - S T) w)_i
  solution w;
  double norm = 0;     // of I - S T: largest absolute row sum
  double row_sum = 0;  // largest of S T
  double radius_bound = 0, condition = 0;

  [[nodiscard]] std::size_t n() const { return z.n; }

  /// (S T v)_i = (T v)_i / x_i.
  void apply(std::span<const double> v, std::span<double> out, task& job) const {
    multiply(z, transpose, v, out, job);
    for (std::size_t i = 0; i < n(); ++i) out[i] = x[i] > 0 ? out[i] / x[i] : 0.0;
  }

  /// b - (I - S T) v, and a bound on what rounding changed in it.
  void residual(std::span<const double> b, std::span<const double> v, std::span<double> r,
                std::span<double> slack, task& job) const {
    std::vector<double_pair> t(n());
    multiply_exactly(z, transpose, v, t, job);
    const double terms = static_cast<double>(n() + 8) * eps;
    const double tiny = terms * terms, most = (1 + row_sum) * largest(v);
    for (std::size_t i = 0; i < n(); ++i) {
      double_pair sum;
      const double d = x[i];
      if (d > 0) {  // x b - x v + T v, then one division
        add_product(sum, d, b[i]);
        add_product(sum, -d, v[i]);
        add(sum, t[i].hi);
        sum.lo += t[i].lo;
        r[i] = (sum.hi + sum.lo) / d;
      } else {
        add(sum, b[i]);
        add(sum, -v[i]);
        r[i] = sum.hi + sum.lo;
      }
      slack[i] = 4 * eps * std::abs(r[i]) + tiny * (std::abs(b[i]) + std::abs(v[i]) + most);
    }
  }

  /// Approximates (I - S T) out = r.
  void correct(std::span<const double> r, std::span<double> out, double reduction, int& left,
               task& job) const {
    if (factors) {
      dense_matrix column(n(), 1);
      std::ranges::copy(r, column.value.begin());
      factors->solve(column, job);
      std::ranges::copy(column.value, out.begin());
      return;
    }
    if (eliminated) {
      eliminated->solve(r, out);
      return;
    }
    if (rows) {
      left -= rows->correct(r, out, reduction, left, job);
      return;
    }
    const auto product = [&](std::span<const double> v, std::span<double> y) {
      apply(v, y, job);
      for (std::size_t i = 0; i < n(); ++i) y[i] = v[i] - y[i];
    };
    left -= gmres(product, r, out, reduction, left);
  }

  /// An approximate solution and what is left of its right-hand side.
  struct answer {
    explicit answer(std::size_t n) : r(n), slack(n) { found.value.resize(n); }
    solution found;
    std::vector<double> r, slack;  // see `residual`
  };

  /// Solve by correction until the residual is rounding.
  answer refine(std::span<const double> b, task& job) const {
    answer made(n());
    std::ranges::copy(b, made.r.begin());
    answer best = made;
    std::vector<double> step(n());
    int left = options.max_iterations;
    double before = std::numeric_limits<double>::infinity(), now = largest(b);
    for (int round = 0; round < 60; ++round) {
      if (round > 0) {
        residual(b, made.found.value, made.r, made.slack, job);
        now = largest(made.r);
        if (!(now < before)) break;  // the last correction did not help
      }
      best = made;
      const double size = largest(made.found.value);
      const double rounding = eps * std::max(largest(b), size);
      const bool slow = now > before / 4;
      before = now;
      if (now == 0 || (slow && now <= 8 * rounding) || left <= 0) break;
      double reduction = 1e-9;
      if (size <= well_conditioned * largest(b) && largest(w.value) <= well_conditioned) {
        if (now <= rounding) break;  // as much as the last bit of the values leaves
        reduction = std::max(reduction, rounding / (4 * now));
      }
      correct(made.r, step, reduction, left, job);
      for (std::size_t i = 0; i < n(); ++i) made.found.value[i] += step[i];
    }
    solve_record& record = best.found.record;
    record.residual = before;
    record.iterations = factors || eliminated ? 0 : options.max_iterations - left;
    record.converged = before <= 8 * eps * std::max(largest(b), largest(best.found.value));
    return best;
  }

  /// Bounds |exact - v| by component. With r the residual of v, exact - v = (I - S T)^-1 r, which
  /// is z + (I - S T)^-1 (r - (I - S T) z) for any z, so a z near the correction makes the bound
  /// tight.
  std::vector<double> error_bounds(const answer& given, task& job) const {
    const std::vector<double>& r = given.r;
    std::vector<double> slack = given.slack, step(n(), 0.0), bound(n());
    const auto quotient = [&](std::span<const double> left) {
      double most = 0;
      for (std::size_t i = 0; i < n(); ++i)
        most = std::max(most, (std::abs(left[i]) + slack[i]) / gain[i]);
      return most * (1 + 8 * eps);
    };
    const double plain = quotient(r);
    for (std::size_t i = 0; i < n(); ++i) bound[i] = w.value[i] * plain;
    if (largest(w.value) <= well_conditioned) return bound;
    int most = options.max_iterations;
    correct(r, step, 1e-6, most, job);
    std::vector<double> rest(n());
    apply(step, rest, job);
    const double terms = static_cast<double>(n() + 4) * eps, size = row_sum * largest(step);
    for (std::size_t i = 0; i < n(); ++i) {
      rest[i] = r[i] - step[i] + rest[i];
      slack[i] += terms * (std::abs(r[i]) + std::abs(step[i]) + size);
    }
    const double fine = quotient(rest);
    for (std::size_t i = 0; i < n(); ++i)
      bound[i] = std::min(bound[i], (std::abs(step[i]) + w.value[i] * fine) * (1 + 4 * eps));
    return bound;
  }

  /// Takes w with r = 1 - (I - S T) w and proves (I - S T) w > 0, or says that it fails.
  bool prove(answer&& ones) {
    w = std::move(ones.found);
    gain.resize(n());
    radius_bound = 0;
    for (std::size_t i = 0; i < n(); ++i) {
      gain[i] = 1 - ones.r[i] - ones.slack[i] - 2 * eps;
      if (!(w.value[i] > 0 && w.value[i] < most_rounds && gain[i] > 0)) return false;
      radius_bound = std::max(radius_bound, 1 - gain[i] / w.value[i] * (1 - 4 * eps));
    }
    return radius_bound < 1;
  }

  /// A w that is near enough for the proof, from few steps.
  answer rough_ones(std::span<const double> one, task& job) const {
    answer made(n());
    int left = options.max_iterations;
    correct(one, made.found.value, 1e-3, left, job);
    residual(one, made.found.value, made.r, made.slack, job);
    made.found.record.iterations = factors || eliminated ? 0 : options.max_iterations - left;
    made.found.record.residual = largest(made.r);
    return made;
  }

  /// Whether sectors that reach each other use up among themselves all that each of them makes, or
  /// buys: then the radius is 1 at least, and no iteration needs to find that out. Compressed rows
  /// of T; a sum that meets x to one rounding is one that w <= most_rounds does not prove.
  bool is_closed_somewhere(task& job) const {
    const auto row = [&](std::size_t v) {
      const auto first = static_cast<std::size_t>(z.offsets[v]);
      const auto last = static_cast<std::size_t>(z.offsets[v + 1]);
      return z.columns.subspan(first, x[v] > 0 ? last - first : 0);
    };
    const auto [part, count] = find_strong_parts(static_cast<vertex_id>(n()), row, job);
    std::vector<double_pair> by_row(n()), by_column(n());
    for (std::size_t i = 0; i < n(); ++i) {
      const auto columns = row(i);
      for (std::size_t k = 0; k < columns.size(); ++k)
        if (part[columns[k]] == part[i]) {
          const double value = z.values[static_cast<std::size_t>(z.offsets[i]) + k];
          add(by_row[i], value);
          add(by_column[columns[k]], value);
        }
      if (i % (1 << 14) == 0) job.checkpoint();
    }
    std::vector<char> rows_full(count, 1), columns_full(count, 1);
    for (std::size_t i = 0; i < n(); ++i) {
      const auto leaks = [&](const double_pair& sum) {
        return !(x[i] > 0 && sum.hi + sum.lo >= x[i] * (1 - eps));
      };
      if (leaks(by_row[i])) rows_full[part[i]] = 0;
      if (leaks(by_column[i])) columns_full[part[i]] = 0;
    }
    return std::ranges::count(rows_full, 1) + std::ranges::count(columns_full, 1) > 0;
  }

  [[noreturn]] void refuse(task& job) const {
    radius_component worst = largest_component(z, x, transpose, job);
    throw radius_error(worst.low, worst.high, std::move(worst.members));
  }
};

productive_system::~productive_system() = default;
productive_system::productive_system(productive_system&&) noexcept = default;

productive_system::productive_system(const flow_matrix& z, std::span<const double> x,
                                     bool transpose, const solve_options& options,
                                     const run_context& ctx, find what)
    : state_(std::make_unique<state>()) {
  state& s = *state_;
  task job(ctx);
  if (x.size() != z.n) throw invalid_argument("there must be one output per sector");
  for (std::size_t i = 0; i < z.n; ++i)
    if (!(x[i] >= 0 && x[i] <= largest_money) || (x[i] > 0 && x[i] < smallest_money))
      throw invalid_argument("output at position " + std::to_string(i) +
                             " must be 0 or within 1e-140 and 1e140; use another unit of money");
  s.z = z;
  s.x.assign(x.begin(), x.end());
  s.transpose = transpose;
  s.options = options;
  const std::size_t n = z.n;
  const bool direct = options.method == solver::direct ||
                      (options.method == solver::automatic && n <= direct_up_to);
  if (!direct && z.is_dense()) {
    const auto used =
        static_cast<std::size_t>(std::ranges::count_if(z.dense, [](double v) { return v != 0; }));
    if (static_cast<double>(used) <
        sparse_share * static_cast<double>(n) * static_cast<double>(n)) {
      s.owned = compressed(z);
      s.z = s.owned.view();
    }
  }
  if (!s.z.is_dense() && transpose) {  // rows of T, so that products read in order
    s.other = transposed(s.z);
    s.owned = {};
    s.z = s.other.view();
    s.transpose = false;
  }
  const std::vector<double> one(n, 1.0);
  std::vector<double> row(n);
  s.apply(one, row, job);
  const std::vector<double> own = diagonal_of(s.z);
  for (std::size_t i = 0; i < n; ++i) {
    s.row_sum = std::max(s.row_sum, row[i]);
    s.norm = std::max(s.norm, 1 + row[i] - (x[i] > 0 ? 2 * own[i] / x[i] : 0.0));
  }
  if (!s.z.is_dense() && s.row_sum >= 1 - 1e-9 && s.is_closed_somewhere(job)) s.refuse(job);
  const auto eliminate = [&] {
    s.rows.reset();
    try {
      s.factors.emplace(full_matrix(s.z, s.x, s.transpose), job);
    } catch (const not_productive&) {
      s.refuse(job);  // which names all of the component
    }
  };
  if (direct) {
    eliminate();
  } else if (!s.z.is_dense()) {
    s.rows.emplace(s.z, s.x);
    if (!s.rows->productive()) s.refuse(job);
  }
  bool proved = false;
  if (what == find::proof) {
    state::answer near = s.rough_ones(one, job);
    // Where even few digits take long, find out by which method the system is solved best.
    if (near.found.record.iterations <= 60) proved = s.prove(std::move(near));
  }
  const auto attempt = [&] {
    const state::answer found = s.refine(one, job);
    proved = s.prove(state::answer(found));
    if (proved) s.w.record.error_bound = largest(s.error_bounds(found, job));
  };
  const bool done = proved && n > 0;
  if (!done) attempt();
  const bool settled = done || s.w.record.converged;
  if (!proved && !settled && !direct && options.method == solver::automatic &&
      n <= direct_at_most) {
    eliminate();
    attempt();
  }
  if (!settled && !direct && options.method == solver::automatic && !s.factors && !s.z.is_dense()) {
    s.eliminated.emplace(s.z, s.x, sparse_entries, job);
    if (s.eliminated->done())
      attempt();
    else
      s.eliminated.reset();
  }
  if (!proved) s.refuse(job);

  const double gain =
      done ? std::ranges::min(s.gain) : 1.0;  // of a rough w; else 1 but for rounding
  s.condition = n == 0 ? 1.0 : s.norm * largest(s.w.value) / gain;
  job.finish();
}

std::size_t productive_system::size() const noexcept { return state_->n(); }
const solution& productive_system::ones() const noexcept { return state_->w; }
double productive_system::radius_bound() const noexcept { return state_->radius_bound; }
double productive_system::condition() const noexcept { return state_->condition; }
bool productive_system::is_direct() const noexcept {
  return state_->factors.has_value() || state_->eliminated.has_value();
}

solution productive_system::solve(std::span<const double> b, const run_context& ctx) const {
  const state& s = *state_;
  if (b.size() != s.n()) throw invalid_argument("there must be one value per sector");
  task job(ctx);
  state::answer made = s.refine(b, job);
  made.found.record.error_bound = largest(s.error_bounds(made, job));
  job.finish();
  return std::move(made.found);
}

solution productive_system::solve_other_side(std::span<const double> b,
                                             const run_context& ctx) const {
  // u = b + T S u. With t = S u: t = S b + S T t, then u = x t, and where x = 0 u = b + (T t).
  const state& s = *state_;
  if (b.size() != s.n()) throw invalid_argument("there must be one value per sector");
  task job(ctx);
  const std::size_t n = s.n();
  std::vector<double> scaled(n);
  for (std::size_t i = 0; i < n; ++i) scaled[i] = s.x[i] > 0 ? b[i] / s.x[i] : 0.0;
  const state::answer inner = s.refine(scaled, job);
  const std::vector<double>& t = inner.found.value;
  std::vector<double> bound = s.error_bounds(inner, job), passed(n);
  solution made = inner.found;
  double rounding = 0;  // of b / x
  for (std::size_t i = 0; i < n; ++i)
    rounding = std::max(rounding, eps * std::abs(scaled[i]) / s.gain[i]);
  for (std::size_t i = 0; i < n; ++i) bound[i] += s.w.value[i] * rounding;
  multiply(s.z, s.transpose, t, passed, job);
  std::vector<double> passed_bound(n);
  multiply(s.z, s.transpose, bound, passed_bound, job);
  const double sums = static_cast<double>(n + 2) * eps;
  std::vector<double> size(n), magnitude(n);
  for (std::size_t i = 0; i < n; ++i) size[i] = std::abs(t[i]);
  multiply(s.z, s.transpose, size, magnitude, job);
  for (std::size_t i = 0; i < n; ++i) {
    double error;
    if (s.x[i] > 0) {
      made.value[i] = s.x[i] * t[i];
      error = s.x[i] * bound[i] + eps * std::abs(made.value[i]);
    } else {
      made.value[i] = b[i] + passed[i];
      error = passed_bound[i] * (1 + sums) + sums * (magnitude[i] + std::abs(b[i]));
    }
    made.record.error_bound = std::max(made.record.error_bound, error * (1 + 8 * eps));
  }
  double worst = 0;  // in money: x_i times the scaled residual
  for (std::size_t i = 0; i < n; ++i) worst = std::max(worst, s.x[i] * std::abs(inner.r[i]));
  made.record.residual = worst;
  job.finish();
  return made;
}

solution productive_system::inverse(const run_context& ctx) const {
  const state& s = *state_;
  task job(ctx);
  const std::size_t n = s.n();
  solution made;
  std::optional<dense_lu> own;
  if (!s.factors) own.emplace(full_matrix(s.z, s.x, s.transpose), job);
  dense_matrix unit(n, n);
  for (std::size_t i = 0; i < n; ++i) unit(i, i) = 1.0;
  (s.factors ? *s.factors : *own).solve(unit, job);
  made.value = std::move(unit.value);
  // The residual I - (I - S T) X, row by row in working precision; X >= 0, so the terms of an entry
  // add up to at most 2 X + 1 + |R| and rounding to (n + 4) eps times that.
  const double terms = static_cast<double>(n + 4) * eps;
  std::vector<double> worst(n, 0.0), sizes(n, 0.0);
  const std::vector<double>& x = made.value;
  for_blocks(
      n, 16, job, [&] { return std::vector<double>(n); },
      [&](std::vector<double>& r, std::size_t first, std::size_t last, std::size_t) {
        for (std::size_t i = first; i < last; ++i) {
          std::ranges::fill(r, 0.0);
          const auto add_row = [&](std::size_t j, double value) {
            const double a = value / s.x[i];
            for (std::size_t c = 0; c < n; ++c) r[c] += a * x[j * n + c];
          };
          if (s.x[i] > 0) {
            if (s.z.is_dense()) {
              for (std::size_t j = 0; j < n; ++j)
                if (const double v = s.z.dense[s.transpose ? j * n + i : i * n + j]; v != 0)
                  add_row(j, v);
            } else {
              for (auto k = static_cast<std::size_t>(s.z.offsets[i]);
                   k < static_cast<std::size_t>(s.z.offsets[i + 1]); ++k)
                add_row(s.z.columns[k], s.z.values[k]);
            }
          }
          r[i] += 1.0;
          for (std::size_t c = 0; c < n; ++c) {
            const double residual = std::abs(r[c] - x[i * n + c]);
            sizes[i] = std::max(sizes[i], residual);
            worst[i] = std::max(worst[i], (residual + terms * (r[c] + x[i * n + c])) / s.gain[i]);
          }
        }
      });
  made.record.residual = largest(sizes);
  made.record.error_bound = largest(worst) * largest(s.w.value);
  made.record.converged = true;
  job.finish();
  return made;
}

solution productive_system::inverse_diagonal(const run_context& ctx) const {
  const state& s = *state_;
  const std::size_t n = s.n();
  if (!s.rows) {
    solution whole = inverse(ctx);
    solution made{std::vector<double>(n), whole.record};
    for (std::size_t i = 0; i < n; ++i) made.value[i] = whole.value[i * n + i];
    return made;
  }
  task job(ctx, static_cast<double>(n));
  solution made{std::vector<double>(n), {}};
  s.rows->inverse_diagonal(s.gain, s.w.value, made.value, made.record.error_bound, job);
  made.record.converged = true;
  job.finish();
  return made;
}

}  // namespace kedja::measures
