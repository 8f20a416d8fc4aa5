#include <kedja/measures/complexity/complexity.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/measures/common/symmetric_eigen.hpp>

namespace kedja::measures {
namespace {

using numbers = std::vector<double>;
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// One component with positions of its own: rows x columns and columns x rows.
struct part {
  std::vector<std::uint32_t> row, column;  ///< positions in the whole table
  sparse_table by_row, by_column;
};

/// Component of every row and column, the one with most cells first, then by first row.
std::size_t find_components(const sparse_table& m, std::vector<std::uint32_t>& row_component,
                            std::vector<std::uint32_t>& column_component) {
  const std::uint32_t rows = m.rows(), columns = m.columns();
  std::vector<std::uint32_t> up(std::size_t{rows} + columns);
  std::iota(up.begin(), up.end(), 0u);
  const auto root = [&](std::uint32_t v) {
    while (up[v] != v) v = up[v] = up[up[v]];
    return v;
  };
  for (std::uint32_t c = 0; c < rows; ++c)
    for (const auto& e : m.row(c)) {
      const std::uint32_t a = root(c), b = root(rows + e.column);
      up[std::max(a, b)] = std::min(a, b);
    }
  std::vector<std::size_t> cells(up.size(), 0);
  for (std::uint32_t c = 0; c < rows; ++c) cells[root(c)] += m.row(c).size();
  std::vector<std::uint32_t> order;
  for (std::uint32_t v = 0; v < rows; ++v)
    if (cells[v] > 0 && up[v] == v) order.push_back(v);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return cells[a] > cells[b]; });
  std::vector<std::uint32_t> number(up.size(), no_component);
  for (std::uint32_t i = 0; i < order.size(); ++i) number[order[i]] = i;
  row_component.resize(rows), column_component.resize(columns);
  for (std::uint32_t c = 0; c < rows; ++c) row_component[c] = number[root(c)];
  for (std::uint32_t k = 0; k < columns; ++k) column_component[k] = number[root(rows + k)];
  return order.size();
}

std::vector<part> split(const sparse_table& m, const complexity_result& r, std::size_t count) {
  std::vector<part> parts(count);
  std::vector<std::uint32_t> place(m.columns());
  for (std::uint32_t k = 0; k < m.columns(); ++k)
    if (const auto p = r.column_component[k]; p != no_component) {
      place[k] = static_cast<std::uint32_t>(parts[p].column.size());
      parts[p].column.push_back(k);
    }
  struct cells {
    std::vector<std::uint32_t> row, column;
  };
  std::vector<cells> of(count);
  for (std::uint32_t c = 0; c < m.rows(); ++c)
    if (const auto p = r.row_component[c]; p != no_component) {
      const auto at = static_cast<std::uint32_t>(parts[p].row.size());
      parts[p].row.push_back(c);
      for (const auto& e : m.row(c))
        of[p].row.push_back(at), of[p].column.push_back(place[e.column]);
    }
  for (std::size_t p = 0; p < count; ++p) {
    parts[p].by_row =
        sparse_table(static_cast<std::uint32_t>(parts[p].row.size()),
                     static_cast<std::uint32_t>(parts[p].column.size()), of[p].row, of[p].column);
    parts[p].by_column = parts[p].by_row.transposed();
  }
  return parts;
}

/// The sum of x over a row's columns, in four parts so that an addition need not wait for the last.
double sum_over(std::span<const sparse_table::entry> row, std::span<const double> x) {
  double part[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= row.size(); i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) part[lane] += x[row[i + lane].column];
  for (; i < row.size(); ++i) part[0] += x[row[i].column];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

/// y_a = (sum of x over row a) / size of row a: averages over neighbours.
void average(const sparse_table& rows, std::span<const double> x, std::span<double> y) {
  for (std::uint32_t a = 0; a < rows.rows(); ++a)
    y[a] = sum_over(rows.row(a), x) / static_cast<double>(rows.row(a).size());
}

/// The second right eigenvector of the averages over neighbours' neighbours, on the side of
/// `small`: rows of `small` are its members. Leaves the eigenvalues in `summary`.
numbers second_vector(const sparse_table& small, const sparse_table& large,
                      const complexity_options& options, complexity_component& summary,
                      iteration_record& iteration, task& job) {
  const std::size_t n = small.rows();
  numbers root(n), first(n);  // sqrt of sizes; the eigenvector of eigenvalue 1
  double total = 0;
  for (std::uint32_t a = 0; a < n; ++a) {
    const auto size = static_cast<double>(small.row(a).size());
    root[a] = std::sqrt(size);
    total += size;
  }
  for (std::size_t a = 0; a < n; ++a) first[a] = root[a] / std::sqrt(total);
  numbers scaled(n), middle(large.rows());
  const auto product = [&](std::span<const double> x, std::span<double> y) {
    for (std::size_t a = 0; a < n; ++a) scaled[a] = x[a] / root[a];
    average(large, scaled, middle);
    for (std::uint32_t a = 0; a < n; ++a) y[a] = sum_over(small.row(a), middle) / root[a];
  };
  const auto found =
      largest_eigenpairs(n, product, first, {.count = 2, .tolerance = options.tolerance}, job);
  iteration.iterations += found.iteration.iterations;
  iteration.residual = std::max(iteration.residual, found.iteration.residual);
  iteration.converged = iteration.converged && found.iteration.converged;
  if (found.value.empty()) return {};
  summary.second = std::max(found.value[0], 0.0);
  summary.third = found.value.size() > 1 ? std::max(found.value[1], 0.0) : 0.0;
  if (summary.gap() > 0)
    iteration.error_bound = std::max(iteration.error_bound, found.residual[0] / summary.gap());
  numbers vector(n);
  for (std::size_t a = 0; a < n; ++a) vector[a] = found.vector[0][a] / root[a];
  return vector;
}

struct moments {
  double mean = 0, deviation = 0;
};
moments moments_of(const numbers& x, int ddof) {
  moments m;
  for (const double value : x) m.mean += value;
  m.mean /= static_cast<double>(x.size());
  for (const double value : x) m.deviation += (value - m.mean) * (value - m.mean);
  const double count = static_cast<double>(x.size()) - ddof;
  m.deviation = count > 0 ? std::sqrt(m.deviation / count) : 0.0;
  return m;
}

/// +1 or -1 so that x rises with the rows' sizes.
double sign_of(const numbers& x, const sparse_table& rows) {
  numbers size;
  for (std::uint32_t a = 0; a < rows.rows(); ++a)
    size.push_back(static_cast<double>(rows.row(a).size()));
  const double mean = moments_of(size, 0).mean, middle = moments_of(x, 0).mean;
  double together = 0, of_x = 0, of_size = 0;
  for (std::size_t a = 0; a < x.size(); ++a) {
    together += (x[a] - middle) * (size[a] - mean);
    of_x += (x[a] - middle) * (x[a] - middle);
    of_size += (size[a] - mean) * (size[a] - mean);
  }
  if (std::abs(together) > 1e-9 * std::sqrt(of_x * of_size)) return together > 0 ? 1.0 : -1.0;
  for (const double value : x)
    if (std::abs(value - middle) > 1e-9 * std::sqrt(of_x)) return value > middle ? 1.0 : -1.0;
  return 1.0;
}

}  // namespace

complexity_result complexity(const sparse_table& binary, const complexity_options& options,
                             const run_context& ctx) {
  if (options.ddof != 0 && options.ddof != 1) throw invalid_argument("ddof must be 0 or 1");
  if (options.reflections < 4 || options.reflections % 2 != 0)
    throw invalid_argument("reflections must be an even number of at least 4, not " +
                           std::to_string(options.reflections));
  if (options.method == complexity_method::reflections && options.scale == complexity_scale::rows)
    throw invalid_argument("reflections have rows and columns at different levels: scale 'own'");
  if (!(options.tolerance > 0)) throw invalid_argument("tolerance must be above 0");
  complexity_result r;
  const std::size_t count = find_components(binary, r.row_component, r.column_component);
  r.eci.assign(binary.rows(), nan_value);
  r.pci.assign(binary.columns(), nan_value), r.pci_unshifted = r.pci;
  r.row_status.assign(binary.rows(), value_status::no_data);
  r.column_status.assign(binary.columns(), value_status::no_data);
  r.iteration.converged = true;
  task job(ctx, static_cast<double>(std::max<std::size_t>(count, 1)));
  for (const part& p : split(binary, r, count)) {
    complexity_component summary{p.by_row.rows(), p.by_row.columns()};
    numbers eci(p.row.size()), pci(p.column.size());
    value_status status = value_status::ok;
    if (options.method == complexity_method::eigenvector) {
      const bool on_rows = p.row.size() <= p.column.size();
      const auto& small = on_rows ? p.by_row : p.by_column;
      const auto& large = on_rows ? p.by_column : p.by_row;
      const numbers found = second_vector(small, large, options, summary, r.iteration, job);
      if (found.empty() || summary.second < 1e-12) {
        status = value_status::undefined;
      } else if (summary.gap() < 1e-9) {
        status = value_status::undecided;
      } else if (on_rows) {
        eci = found;
        average(p.by_column, eci, pci);
        // PCI up to now is lambda times the column vector whose average over rows is ECI.
        for (double& value : pci) value /= summary.second;
      } else {
        pci = found;
        average(p.by_row, pci, eci);
      }
    } else {
      numbers row(p.row.size()), column(p.column.size());
      for (std::uint32_t a = 0; a < p.row.size(); ++a)
        row[a] = static_cast<double>(p.by_row.row(a).size());
      for (std::uint32_t a = 0; a < p.column.size(); ++a)
        column[a] = static_cast<double>(p.by_column.row(a).size());
      // A constant passes through averages unchanged and standardising takes it off; left in, it
      // would drown the shrinking differences in rounding.
      const auto centre = [](numbers& x) {
        const double mean = moments_of(x, 0).mean;
        for (double& value : x) value -= mean;
      };
      eci = row, pci = column;
      for (int level = 1; level < options.reflections; ++level) {
        numbers next_row(row.size()), next_column(column.size());
        average(p.by_row, column, next_row);
        average(p.by_column, row, next_column);
        row.swap(next_row), column.swap(next_column);
        centre(row), centre(column);
        if (level == options.reflections - 2) eci = row;
        if (level == options.reflections - 1) pci = column;
        ++r.iteration.iterations;
        job.checkpoint();
      }
    }
    if (status == value_status::ok) {
      const moments rows = moments_of(eci, options.ddof);
      const moments columns =
          options.scale == complexity_scale::rows ? rows : moments_of(pci, options.ddof);
      // The eigenvector has length 1; reflections shrink, so nothing is too small for them.
      const double noise = options.method == complexity_method::eigenvector ? 1e-13 : 0.0;
      if (rows.deviation > noise && columns.deviation > noise) {
        const double sign =
            options.method == complexity_method::eigenvector ? sign_of(eci, p.by_row) : 1.0;
        for (std::size_t a = 0; a < eci.size(); ++a)
          r.eci[p.row[a]] = sign * (eci[a] - rows.mean) / rows.deviation;
        for (std::size_t a = 0; a < pci.size(); ++a) {
          r.pci_unshifted[p.column[a]] = sign * pci[a] / rows.deviation;
          r.pci[p.column[a]] = sign * (pci[a] - columns.mean) / columns.deviation;
        }
      } else {
        status = value_status::undefined;
      }
    }
    for (const auto c : p.row) r.row_status[c] = status;
    for (const auto k : p.column) r.column_status[k] = status;
    r.components.push_back(summary);
    job.advance(1);
  }
  job.finish();
  return r;
}

}  // namespace kedja::measures
