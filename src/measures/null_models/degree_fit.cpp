#include <kedja/measures/null_models/degree_fit.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace kedja::measures {
namespace {

using numbers = std::vector<double>;

/// Rows are cut into at most this many blocks, so that column sums add up in a fixed order.
constexpr std::size_t most_blocks = 32;
constexpr double largest_log = 230;  // exp of it squared is still a finite double

/// One number per row class, per column class, and one for the links inside groups.
struct point {
  numbers row, column;
  double within = 0;
};

double dot(const point& a, const point& b) {
  double sum = a.within * b.within;
  for (std::size_t i = 0; i < a.row.size(); ++i) sum += a.row[i] * b.row[i];
  for (std::size_t i = 0; i < a.column.size(); ++i) sum += a.column[i] * b.column[i];
  return sum;
}
void add(double factor, const point& from, point& to) {
  for (std::size_t i = 0; i < to.row.size(); ++i) to.row[i] += factor * from.row[i];
  for (std::size_t i = 0; i < to.column.size(); ++i) to.column[i] += factor * from.column[i];
  to.within += factor * from.within;
}

class solver {
 public:
  solver(const degree_problem& problem, task& job) : p_(problem), job_(job) {
    const std::size_t rows = p_.row_size.size(), columns = p_.column_size.size();
    x_.resize(rows), y_.resize(columns);
    first_same_.assign(rows, 0), last_same_.assign(rows, 0);
    for (std::size_t r = 0; r < rows && !p_.group.empty(); ++r) {
      if (p_.group[r] == no_class_group) continue;
      const auto range = std::equal_range(p_.group.begin(), p_.group.end(), p_.group[r]);
      first_same_[r] = static_cast<std::size_t>(range.first - p_.group.begin());
      last_same_[r] = static_cast<std::size_t>(range.second - p_.group.begin());
    }
  }

  degree_fit solve(const degree_fit_options& options) {
    degree_fit fit;
    start();
    for (int i = 0; i < 5; ++i) fixed_point();
    gradient();
    for (int i = 0; i < options.max_iterations; ++i) {
      fit.iteration.iterations = i;
      if (worst_ <= options.tolerance) {
        // One more step costs little and takes the error down to rounding.
        const point before = at_;
        const double error = worst_;
        newton_step();
        if (!(worst_ <= error)) at_ = before, move(), gradient();
        break;
      }
      newton_step();
      job_.advance(1);
    }
    fit.iteration.residual = fit.iteration.error_bound = worst_;
    fit.iteration.converged = worst_ <= options.tolerance;
    fit.x = x_, fit.y = y_, fit.within = within_;
    return fit;
  }

 private:
  /// Calls cell(r, c, pairs, odds) for all pairs of classes that hold a pair of vertices; `column`
  /// of the sums is added block by block.
  template <class Cell>
  point sums(Cell cell) const {
    const std::size_t rows = x_.size(), columns = y_.size();
    point total{numbers(rows, 0.0), numbers(columns, 0.0), 0.0};
    if (rows == 0 || columns == 0) return total;
    const std::size_t grain = (rows + most_blocks - 1) / most_blocks;
    std::vector<numbers> column((rows + grain - 1) / grain);
    numbers within(column.size(), 0.0);
    for_blocks(rows, grain, job_, [&](std::size_t first, std::size_t last, std::size_t block) {
      numbers& part = column[block];
      part.assign(columns, 0.0);
      for (std::size_t r = first; r < last; ++r) {
        if (x_[r] == 0) continue;
        double sum = 0, same = 0;
        const auto run = [&](std::size_t from, std::size_t to, double factor, double& into) {
          const double xr = x_[r] * factor;
          double here = 0;
          for (std::size_t c = from; c < to; ++c) {
            const double value = cell(r, c, xr * y_[c]) * p_.row_size[r] * p_.column_size[c];
            here += value;
            part[c] += value;
          }
          if (p_.one_side && r >= from && r < to) {  // a vertex is not linked with itself
            const double value = cell(r, r, xr * y_[r]) * p_.row_size[r];
            here -= value;
            part[r] -= value;
          }
          into += here;
        };
        run(0, first_same_[r], 1.0, sum);
        run(first_same_[r], last_same_[r], within_, same);
        run(last_same_[r], columns, 1.0, sum);
        total.row[r] = sum + same;
        within[block] += same;
        if ((r & 15) == 0) job_.checkpoint();
      }
    });
    for (std::size_t b = 0; b < column.size(); ++b) {
      for (std::size_t c = 0; c < columns; ++c) total.column[c] += column[b][c];
      total.within += within[b];
    }
    return total;
  }

  void start() {
    double links = 0;
    for (std::size_t r = 0; r < x_.size(); ++r) links += p_.row_size[r] * p_.row_degree[r];
    const double scale = links > 0 ? 1 / std::sqrt(links) : 1.0;
    at_ = {numbers(x_.size()), numbers(y_.size()), 0.0};
    for (std::size_t r = 0; r < x_.size(); ++r) at_.row[r] = std::log(p_.row_degree[r] * scale);
    for (std::size_t c = 0; c < y_.size(); ++c)
      at_.column[c] = std::log(p_.column_degree[c] * scale);
    move();
  }
  /// Fitnesses of the present point; log 0 stays -inf.
  void move() {
    const auto exponential = [](double& log) {
      if (std::isinf(log)) return 0.0;
      log = std::clamp(log, -largest_log, largest_log);
      return std::exp(log);
    };
    for (std::size_t r = 0; r < x_.size(); ++r) x_[r] = exponential(at_.row[r]);
    for (std::size_t c = 0; c < y_.size(); ++c) y_[c] = exponential(at_.column[c]);
    at_.within = std::clamp(at_.within, -largest_log / 4, largest_log / 4);
    within_ = p_.no_within ? 0.0 : std::exp(at_.within);
  }
  [[nodiscard]] bool counts_within() const { return !p_.group.empty() && !p_.no_within; }

  /// Degree / expected degree, row side then column side.
  void fixed_point() {
    const auto link = [](std::size_t, std::size_t, double odds) { return odds / (1 + odds); };
    for (const bool rows : {true, false}) {
      const point expected = sums(link);
      numbers& log = rows ? at_.row : at_.column;
      const numbers& have = rows ? expected.row : expected.column;
      const numbers& size = rows ? p_.row_size : p_.column_size;
      const numbers& degree = rows ? p_.row_degree : p_.column_degree;
      for (std::size_t i = 0; i < log.size(); ++i)
        if (degree[i] > 0 && have[i] > 0) log[i] += std::log(degree[i] * size[i] / have[i]);
      move();
    }
  }

  /// Slopes of the likelihood: wanted less expected links of each class.
  void gradient() {
    const point expected =
        sums([](std::size_t, std::size_t, double odds) { return odds / (1 + odds); });
    slope_ = expected;
    worst_ = 0;
    for (std::size_t r = 0; r < x_.size(); ++r) {
      slope_.row[r] = p_.row_degree[r] * p_.row_size[r] - expected.row[r];
      worst_ = std::max(worst_, std::abs(slope_.row[r]) / p_.row_size[r]);
    }
    for (std::size_t c = 0; c < y_.size(); ++c) {
      slope_.column[c] = p_.column_degree[c] * p_.column_size[c] - expected.column[c];
      worst_ = std::max(worst_, std::abs(slope_.column[c]) / p_.column_size[c]);
    }
    slope_.within = counts_within() ? p_.within_links - expected.within : 0.0;
    worst_ = std::max(worst_, std::abs(slope_.within));
  }

  /// The curvature times v, and its diagonal where v is null.
  point curvature(const point* v) const {
    const auto spread = [](double odds) { return odds / ((1 + odds) * (1 + odds)); };
    if (v == nullptr)
      return sums([&](std::size_t, std::size_t, double odds) { return spread(odds); });
    // d(odds) of a pair is v_r + v_c, and v.within inside a group: the three sums share it.
    const double inside = v->within;
    point product = sums([&](std::size_t r, std::size_t c, double odds) {
      const bool same = c >= first_same_[r] && c < last_same_[r];
      return spread(odds) * (v->row[r] + v->column[c] + (same ? inside : 0.0));
    });
    if (!counts_within()) product.within = 0;
    return product;
  }

  void newton_step() {
    // Conjugate gradients on curvature x = slope, the diagonal as preconditioner.
    point diagonal = curvature(nullptr);
    const auto precondition = [&](const point& v) {
      point made = v;
      const auto divide = [](numbers& a, const numbers& by) {
        for (std::size_t i = 0; i < a.size(); ++i) a[i] = by[i] > 0 ? a[i] / by[i] : 0.0;
      };
      divide(made.row, diagonal.row), divide(made.column, diagonal.column);
      made.within = counts_within() && diagonal.within > 0 ? made.within / diagonal.within : 0.0;
      return made;
    };
    point step{numbers(x_.size(), 0.0), numbers(y_.size(), 0.0), 0.0};
    point rest = slope_, scaled = precondition(rest), direction = scaled;
    double size = dot(rest, scaled);
    const double enough = size * 1e-8;  // the step's own error then stays far below it
    for (int i = 0; i < 200 && size > enough; ++i) {
      const point image = curvature(&direction);
      const double curve = dot(direction, image);
      if (!(curve > 0)) break;
      add(size / curve, direction, step);
      add(-size / curve, image, rest);
      scaled = precondition(rest);
      const double next = dot(rest, scaled);
      for (double& value : direction.row) value *= next / size;
      for (double& value : direction.column) value *= next / size;
      direction.within *= next / size;
      add(1.0, scaled, direction);
      size = next;
    }
    // Along the step the slope falls; too far is where it is as steep the other way.
    const double steep = dot(slope_, step);
    const point before = at_;
    double longest = std::abs(step.within);
    for (const double value : step.row) longest = std::max(longest, std::abs(value));
    for (const double value : step.column) longest = std::max(longest, std::abs(value));
    double length = longest > 5 ? 5 / longest : 1.0;
    for (int halving = 0;; ++halving) {
      at_ = before;
      add(length, step, at_);
      move();
      gradient();
      if (halving == 40 || dot(slope_, step) >= -0.9 * steep) break;
      length /= 2;
    }
  }

  const degree_problem& p_;
  task& job_;
  point at_, slope_;
  numbers x_, y_;
  double within_ = 1, worst_ = 0;
  std::vector<std::size_t> first_same_, last_same_;
};

}  // namespace

degree_fit fit_degrees(const degree_problem& problem, const degree_fit_options& options,
                       task& job) {
  return solver(problem, job).solve(options);
}

}  // namespace kedja::measures
