#include <kedja/measures/null_models/bicm.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include <kedja/core/rng.hpp>

namespace kedja::measures {
namespace {

constexpr std::uint32_t kept = 0xffffffffu;

/// Rows or columns while full and empty ones are taken out.
struct side {
  std::vector<std::uint32_t> degree;  ///< among what is left on the other side
  std::vector<std::uint32_t> taken;   ///< at which step, or `kept`
  std::vector<char> full;             ///< what it was then
  std::uint32_t left;

  explicit side(const sparse_table& rows)
      : degree(rows.rows()), taken(rows.rows(), kept), full(rows.rows(), 0), left(rows.rows()) {
    for (std::uint32_t a = 0; a < rows.rows(); ++a)
      degree[a] = static_cast<std::uint32_t>(rows.row(a).size());
  }
};

/// Takes full and empty lines out of `mine`; true when there were any.
bool take_out(side& mine, side& other, std::uint32_t& step) {
  std::uint32_t full = 0, out = 0;
  const std::uint32_t all = other.left;
  for (std::size_t a = 0; a < mine.degree.size(); ++a) {
    if (mine.taken[a] != kept || (mine.degree[a] != 0 && mine.degree[a] != all)) continue;
    mine.taken[a] = step, mine.full[a] = mine.degree[a] != 0;
    full += mine.full[a] ? 1u : 0u, ++out;
  }
  if (out == 0) return false;
  ++step;
  mine.left -= out;
  for (std::size_t b = 0; b < other.degree.size(); ++b)
    if (other.taken[b] == kept) other.degree[b] -= full;
  return true;
}

/// Classes by original degree, rising.
void classify(const sparse_table& rows, std::vector<std::uint32_t>& class_of,
              std::vector<std::uint32_t>& size, std::vector<std::uint32_t>& example) {
  std::map<std::size_t, std::uint32_t> number;
  for (std::uint32_t a = 0; a < rows.rows(); ++a) number.try_emplace(rows.row(a).size(), 0);
  std::uint32_t next = 0;
  for (auto& [degree, c] : number) c = next++;
  size.assign(next, 0), example.resize(next), class_of.resize(rows.rows());
  for (std::uint32_t a = 0; a < rows.rows(); ++a) {
    const auto c = class_of[a] = number[rows.row(a).size()];
    ++size[c], example[c] = a;
  }
}

}  // namespace

bipartite_model bipartite_model::transposed() const {
  bipartite_model t{column_class, row_class, column_size, row_size, {}, iteration};
  t.probability_of.resize(probability_of.size());
  for (std::size_t r = 0; r < row_classes(); ++r)
    for (std::size_t c = 0; c < column_classes(); ++c)
      t.probability_of[c * row_classes() + r] = probability_of[r * column_classes() + c];
  return t;
}

bipartite_model fit_bipartite(const sparse_table& binary, const degree_fit_options& options,
                              const run_context& ctx) {
  const sparse_table by_column = binary.transposed();
  bipartite_model model;
  std::vector<std::uint32_t> row_example, column_example;
  classify(binary, model.row_class, model.row_size, row_example);
  classify(by_column, model.column_class, model.column_size, column_example);

  side rows(binary), columns(by_column);
  std::uint32_t step = 0;
  while (rows.left > 0 && columns.left > 0)
    if (!take_out(rows, columns, step) && !take_out(columns, rows, step)) break;

  // Lines of equal degree are taken out together, so a class is kept or taken as a whole.
  degree_problem problem;
  std::vector<std::size_t> row_place(model.row_classes()), column_place(model.column_classes());
  const auto collect = [](const side& lines, const std::vector<std::uint32_t>& example,
                          const std::vector<std::uint32_t>& size, std::vector<std::size_t>& place,
                          std::vector<double>& sizes, std::vector<double>& degrees) {
    for (std::size_t c = 0; c < example.size(); ++c) {
      place[c] = sizes.size();
      if (lines.taken[example[c]] != kept) continue;
      sizes.push_back(size[c]), degrees.push_back(lines.degree[example[c]]);
    }
  };
  collect(rows, row_example, model.row_size, row_place, problem.row_size, problem.row_degree);
  collect(columns, column_example, model.column_size, column_place, problem.column_size,
          problem.column_degree);
  task job(ctx, 10);
  const degree_fit fit = fit_degrees(problem, options, job);
  model.iteration = fit.iteration;
  model.probability_of.resize(model.row_classes() * model.column_classes());
  for (std::size_t r = 0; r < model.row_classes(); ++r)
    for (std::size_t c = 0; c < model.column_classes(); ++c) {
      const std::uint32_t row = row_example[r], column = column_example[c];
      double& p = model.probability_of[r * model.column_classes() + c];
      if (rows.taken[row] == kept && columns.taken[column] == kept) {
        const double odds = fit.x[row_place[r]] * fit.y[column_place[c]];
        p = odds / (1 + odds);
      } else {  // the line that was taken out first decides
        p = rows.taken[row] < columns.taken[column] ? rows.full[row] : columns.full[column];
      }
    }
  job.finish();
  return model;
}

sparse_table draw_bipartite(const bipartite_model& model, std::uint64_t seed,
                            std::uint64_t number) {
  std::vector<std::vector<std::uint32_t>> members(model.column_classes());
  for (std::uint32_t k = 0; k < model.column_class.size(); ++k)
    members[model.column_class[k]].push_back(k);
  std::vector<std::size_t> offset = {0};
  std::vector<sparse_table::entry> entries;
  for (std::uint32_t a = 0; a < model.row_class.size(); ++a) {
    random_stream random(seed, number << 32 | a);
    const auto first = static_cast<std::ptrdiff_t>(entries.size());
    for (std::size_t c = 0; c < members.size(); ++c) {
      const double p = model.probability_of[model.row_class[a] * members.size() + c];
      if (!(p > 0)) continue;
      // Steps between successes are geometric, so that misses cost nothing.
      const double rate = p < 1 ? std::log1p(-p) : 0.0;
      for (double at = 0;; ++at) {
        if (p < 1) at += std::floor(std::log(1.0 - random.uniform()) / rate);
        if (!(at < static_cast<double>(members[c].size()))) break;
        entries.push_back({members[c][static_cast<std::size_t>(at)], 1.0});
      }
    }
    std::sort(entries.begin() + first, entries.end(),
              [](const auto& x, const auto& y) { return x.column < y.column; });
    offset.push_back(entries.size());
  }
  return sparse_table::from_rows(static_cast<std::uint32_t>(model.column_class.size()),
                                 std::move(offset), std::move(entries));
}

}  // namespace kedja::measures
