#include <kedja/measures/value_chain/gvc_table.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace kedja::measures {

namespace {

void check(std::span<const double> values, std::size_t count, const char* what, bool may_be_below) {
  if (values.size() != count)
    throw invalid_argument(std::string(what) + " must have " + std::to_string(count) +
                           " values, not " + std::to_string(values.size()));
  for (std::size_t i = 0; i < count; ++i)
    if (!std::isfinite(values[i]) || (!may_be_below && values[i] < 0))
      throw invalid_argument(std::string(what) + "[" + std::to_string(i) + "] must be a finite " +
                             (may_be_below ? "number" : "number >= 0"));
}

dense_matrix identity_minus(const dense_matrix& a, std::size_t first, std::size_t last) {
  dense_matrix m(last - first, last - first);
  for (std::size_t i = first; i < last; ++i)
    for (std::size_t j = first; j < last; ++j)
      m(i - first, j - first) = (i == j ? 1.0 : 0.0) - a(i, j);
  return m;
}

dense_lu factor(const gvc_table& t, std::size_t first, std::size_t last, task& job) {
  try {
    return dense_lu(identity_minus(t.a, first, last), job);
  } catch (const not_productive& e) {
    throw not_productive(t.order[first + e.position()]);
  }
}

}  // namespace

gvc_table::gvc_table(const gvc_input& in, task& job)
    : sectors(in.sectors),
      groups(in.groups),
      a(in.sectors, in.sectors),
      demand(in.sectors, in.groups),
      inputs(in.sectors, in.groups),
      value_added(in.sectors) {
  check(in.flows, sectors * sectors, "flows", false);
  check(in.demand, sectors * groups, "demand", true);
  check(in.output, sectors, "output", false);
  if (in.group.size() != sectors) throw invalid_argument("group must have one value per sector");
  first.assign(groups + 1, 0);
  for (std::size_t i = 0; i < sectors; ++i) {
    if (in.group[i] >= groups)
      throw invalid_argument("group[" + std::to_string(i) + "] must be less than " +
                             std::to_string(groups));
    ++first[in.group[i] + 1];
  }
  for (std::size_t g = 0; g < groups; ++g) {
    if (first[g + 1] == 0) throw invalid_argument("group " + std::to_string(g) + " has no sector");
    first[g + 1] += first[g];
  }
  order.resize(sectors);
  of.resize(sectors);
  std::vector<std::size_t> next(first.begin(), first.end() - 1);
  for (std::size_t i = 0; i < sectors; ++i) {
    const std::size_t here = next[in.group[i]]++;
    order[here] = i;
    of[here] = in.group[i];
  }
  for_blocks(sectors, 16, job, [&](std::size_t begin, std::size_t end, std::size_t) {
    for (std::size_t i = begin; i < end; ++i) {
      const double* from = in.flows.data() + order[i] * sectors;
      for (std::size_t g = 0; g < groups; ++g) demand(i, g) = in.demand[order[i] * groups + g];
      for (std::size_t j = 0; j < sectors; ++j) {
        const double sold = from[order[j]], output = in.output[order[j]];
        if (sold > 0 && !(output > 0))
          throw invalid_argument("output[" + std::to_string(order[j]) +
                                 "] is 0, but the sector buys inputs");
        a(i, j) = sold > 0 ? sold / output : 0.0;
        if (of[j] != of[i]) inputs(i, of[j]) += sold;
      }
    }
  });
  // Value added is what the accounts say, v = x - purchases, and 0 for a sector without output.
  std::vector<double> bought(sectors, 0.0);
  for (std::size_t i = 0; i < sectors; ++i)
    for (std::size_t j = 0; j < sectors; ++j) bought[j] += in.flows[i * sectors + j];
  for (std::size_t i = 0; i < sectors; ++i) {
    const double output = in.output[order[i]];
    value_added[i] = output > 0 ? (output - bought[order[i]]) / output : 0.0;
  }
}

double gvc_table::final_exports(std::size_t i) const {
  double sum = 0;
  for (std::size_t r = 0; r < groups; ++r) sum += final_exports(i, r);
  return sum;
}

double gvc_table::total_exports(std::size_t i) const {
  double sum = 0;
  for (std::size_t r = 0; r < groups; ++r) sum += exports(i, r);
  return sum;
}

gvc_solution::gvc_solution(const gvc_table& t, task& job)
    : whole(factor(t, 0, t.sectors, job)),
      content(t.groups, t.sectors),
      first_time(t.sectors, 0.0),
      returned(t.sectors, 0.0),
      foreign(t.sectors, 0.0) {
  for (std::size_t i = 0; i < t.sectors; ++i) content(t.of[i], i) = t.value_added[i];
  whole.solve_left(content, job);
  for (std::size_t s = 0; s < t.groups; ++s) {
    const std::size_t first = t.first[s], last = t.first[s + 1];
    domestic.push_back(factor(t, first, last, job));
    dense_matrix v(1, last - first);
    std::copy(t.value_added.begin() + static_cast<std::ptrdiff_t>(first),
              t.value_added.begin() + static_cast<std::ptrdiff_t>(last), v.value.begin());
    domestic.back().solve_left(v, job);
    std::copy(v.value.begin(), v.value.end(),
              first_time.begin() + static_cast<std::ptrdiff_t>(first));
    for (std::size_t j = 0; j < t.sectors; ++j) {
      if (t.of[j] == s) continue;
      const double* row = t.a.row(j);
      for (std::size_t i = first; i < last; ++i) returned[i] += content(s, j) * row[i];
    }
    for (std::size_t other = 0; other < t.groups; ++other)
      for (std::size_t i = first; other != s && i < last; ++i) foreign[i] += content(other, i);
    job.checkpoint();
  }
}

void sums_without(const double* value, std::size_t n, std::size_t skip, double* out) {
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) {
    out[j] = sum;
    if (j != skip) sum += value[j];
  }
  sum = 0;
  for (std::size_t j = n; j-- > 0;) {
    out[j] += sum;
    if (j != skip) sum += value[j];
  }
}

dense_matrix minus_product(const dense_matrix& a, std::size_t row0, std::size_t rows,
                           std::size_t column0, const dense_matrix& b) {
  dense_matrix c(rows, b.columns);
  packed_rows packed;
  packed.pack(b.row(0), b.columns, b.rows, b.columns);
  subtract_product(c.row(0), c.columns, a.row(row0) + column0, a.columns, rows, packed);
  return c;
}

}  // namespace kedja::measures
