/// Complexity; one function per header of measures/complexity.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/measures/complexity/added_density.hpp>
#include <kedja/measures/complexity/cohesion.hpp>
#include <kedja/measures/complexity/complexity.hpp>
#include <kedja/measures/complexity/near_sums.hpp>
#include <kedja/measures/complexity/outlook.hpp>
#include <kedja/measures/complexity/proximity.hpp>
#include <kedja/measures/complexity/rca.hpp>
#include <kedja/measures/complexity/relatedness.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using measures::complexity_method;
using measures::complexity_scale;
using measures::relatedness_method;
using measures::sparse_table;

using ints = array<std::uint32_t>;

complexity_method parse_method(const std::string& text) {
  if (text == "eigenvector") return complexity_method::eigenvector;
  if (text == "reflections") return complexity_method::reflections;
  throw invalid_argument("method must be 'eigenvector' or 'reflections', not '" + text + "'");
}
complexity_scale parse_scale(const std::string& text) {
  if (text == "rows") return complexity_scale::rows;
  if (text == "own") return complexity_scale::own;
  throw invalid_argument("scale must be 'rows' or 'own', not '" + text + "'");
}
relatedness_method parse_relatedness(const std::string& text) {
  if (text == "association") return relatedness_method::association;
  if (text == "cosine") return relatedness_method::cosine;
  if (text == "jaccard") return relatedness_method::jaccard;
  if (text == "probability") return relatedness_method::probability;
  throw invalid_argument(
      "method must be 'association', 'cosine', 'jaccard' or 'probability', not '" + text + "'");
}

measures::proximity_form parse_proximity(const std::string& text) {
  if (text == "minimum") return measures::proximity_form::minimum;
  if (text == "geometric") return measures::proximity_form::geometric;
  if (text == "conditional") return measures::proximity_form::conditional;
  if (text == "count") return measures::proximity_form::count;
  throw invalid_argument("method must be 'minimum', 'geometric' or 'conditional', not '" + text +
                         "'");
}

/// The cells above 0 of a matrix (row after row) under new positions of its rows and columns; with
/// the place of the first cell that is no finite number >= 0, or -1.
py::tuple table_of_matrix(const array<double>& matrix, std::uint32_t rows, std::uint32_t columns,
                          const ints& row, const ints& column) {
  const std::size_t high = row.size(), wide = column.size();
  const double* value = matrix.data();
  const auto good = [](double v) { return v >= 0 && v <= std::numeric_limits<double>::max(); };
  std::size_t cells = 0, valid = 0;
  for (std::size_t i = 0; i < high * wide; ++i) cells += value[i] > 0, valid += good(value[i]);
  if (valid < high * wide)
    return py::make_tuple(sparse_table(),
                          std::find_if_not(value, value + high * wide, good) - value);
  const std::uint32_t *to_row = row.data(), *to_column = column.data();
  if (rows != high || columns != wide) {  // some names stand twice: their cells are summed
    std::vector<std::uint32_t> of_row, of_column;
    std::vector<double> kept;
    for (std::size_t i = 0; i < high; ++i)
      for (std::size_t k = 0; k < wide; ++k)
        if (const double v = value[i * wide + k]; v > 0)
          of_row.push_back(to_row[i]), of_column.push_back(to_column[k]), kept.push_back(v);
    return py::make_tuple(sparse_table(rows, columns, of_row, of_column, kept), -1);
  }
  std::vector<std::size_t> from_row(high), from_column(wide), offset = {0};
  for (std::size_t i = 0; i < high; ++i) from_row[to_row[i]] = i * wide;
  for (std::size_t k = 0; k < wide; ++k) from_column[to_column[k]] = k;
  std::vector<sparse_table::entry> entries(cells + 1);  // one to write over
  std::size_t at = 0;
  for (std::size_t i = 0; i < high; ++i) {
    const double* line = value + from_row[i];
    for (std::size_t k = 0; k < wide; ++k) {
      const double v = line[from_column[k]];
      entries[at] = {static_cast<std::uint32_t>(k), v};
      at += v > 0;
    }
    offset.push_back(at);
  }
  entries.resize(cells);
  return py::make_tuple(sparse_table::from_rows(columns, std::move(offset), std::move(entries)),
                        -1);
}

void bind_tables_of_rows(py::module_& m) {
  py::class_<sparse_table>(m, "Table")
      .def(py::init([](std::uint32_t rows, std::uint32_t columns, const ints& row,
                       const ints& column, const std::optional<array<double>>& value) {
             return sparse_table(rows, columns, as_span(row), as_span(column), as_span(value));
           }),
           py::arg("rows"), py::arg("columns"), py::arg("row").noconvert(),
           py::arg("column").noconvert(), py::arg("value").none(true))
      .def("at_least",
           [](const sparse_table& t, double threshold) {
             return t.where([threshold](double v) { return v >= threshold && v > 0; });
           })
      .def("chosen",
           [](const sparse_table& t, const array<double>& value, double threshold) {
             return measures::chosen(t, as_span(value), threshold);
           })
      .def("transposed", &sparse_table::transposed)
      .def("zero_lines",
           [](const sparse_table& t) {
             std::vector<double> row(t.rows(), 0.0), column(t.columns(), 0.0);
             for (std::uint32_t r = 0; r < t.rows(); ++r)
               for (const auto& e : t.row(r)) row[r] += e.value, column[e.column] += e.value;
             const auto zero = [](const std::vector<double>& sums) {
               py::array_t<bool> made(static_cast<py::ssize_t>(sums.size()));
               std::ranges::transform(sums, made.mutable_data(), [](double s) { return s == 0; });
               return made;
             };
             return py::make_tuple(zero(row), zero(column));
           })
      .def("cells", [](const sparse_table& t) {
        std::vector<std::uint32_t> row(t.size()), column(t.size());
        std::vector<double> value(t.size());
        std::size_t at = 0;
        for (std::uint32_t r = 0; r < t.rows(); ++r)
          for (const auto& e : t.row(r)) row[at] = r, column[at] = e.column, value[at++] = e.value;
        return py::make_tuple(to_numpy(std::move(row)), to_numpy(std::move(column)),
                              to_numpy(std::move(value)));
      });
  m.def("table_of_matrix", &table_of_matrix);
  m.def("rca", [](const sparse_table& t) {
    auto r = measures::rca(t);
    return py::make_tuple(to_numpy(std::move(r.value)), to_numpy(std::move(r.empty_rows)),
                          to_numpy(std::move(r.empty_columns)));
  });
  m.def(
      "proximity",
      [](const sparse_table& binary, const std::string& method, unsigned threads,
         const py::object& progress) {
        const auto form = parse_proximity(method);
        return run(threads, progress,
                   [&](const run_context& ctx) { return measures::proximity(binary, form, ctx); });
      },
      py::arg("binary"), py::kw_only(), py::arg("method"), py::arg("threads"), py::arg("progress"));
  m.def(
      "density",
      [](const sparse_table& binary, const sparse_table& phi, bool count_itself, unsigned threads,
         const py::object& progress) {
        return to_numpy(run(threads, progress, [&](const run_context& ctx) {
          return measures::density(binary, phi, {count_itself}, ctx);
        }));
      },
      py::arg("binary"), py::arg("phi"), py::kw_only(), py::arg("count_itself"), py::arg("threads"),
      py::arg("progress"));
}

}  // namespace

void bind_complexity(py::module_& m) {
  bind_tables_of_rows(m);
  py::class_<measures::complexity_result>(m, "Complexity")
      .def("rows",
           [](const measures::complexity_result& r) {
             return py::make_tuple(to_numpy(std::vector<double>(r.eci)),
                                   to_numpy(std::vector<value_status>(r.row_status)),
                                   to_numpy(std::vector<std::uint32_t>(r.row_component)));
           })
      .def("columns",
           [](const measures::complexity_result& r) {
             return py::make_tuple(to_numpy(std::vector<double>(r.pci)),
                                   to_numpy(std::vector<value_status>(r.column_status)),
                                   to_numpy(std::vector<std::uint32_t>(r.column_component)));
           })
      .def("unshifted",
           [](const measures::complexity_result& r) {
             return to_numpy(std::vector<double>(r.pci_unshifted));
           })
      .def("components",
           [](const measures::complexity_result& r) {
             py::list made;
             for (const auto& c : r.components)
               made.append(py::make_tuple(c.rows, c.columns, c.second, c.third));
             return made;
           })
      .def("iteration", [](const measures::complexity_result& r) {
        return py::make_tuple(r.iteration.iterations, r.iteration.residual, r.iteration.error_bound,
                              r.iteration.converged);
      });
  m.def(
      "complexity",
      [](const sparse_table& binary, const std::string& method, const std::string& scale, int ddof,
         int reflections, double tolerance, unsigned threads, const py::object& progress) {
        const measures::complexity_options options{parse_method(method), parse_scale(scale), ddof,
                                                   reflections, tolerance};
        return run(threads, progress, [&](const run_context& ctx) {
          return measures::complexity(binary, options, ctx);
        });
      },
      py::arg("binary"), py::kw_only(), py::arg("method"), py::arg("scale"), py::arg("ddof"),
      py::arg("reflections"), py::arg("tolerance"), py::arg("threads"), py::arg("progress"));
  m.def(
      "own_density",
      [](const sparse_table& binary, bool count_itself, unsigned threads,
         const py::object& progress) {
        return to_numpy(run(threads, progress, [&](const run_context& ctx) {
          return measures::density(binary, measures::density_options{count_itself}, ctx);
        }));
      },
      py::arg("binary"), py::kw_only(), py::arg("count_itself"), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "outlook",
      [](const sparse_table& binary, const array<double>& pci, bool count_itself, bool subtract_own,
         bool of_itself, const std::optional<array<double>>& density, bool of_held,
         const sparse_table* near, unsigned threads, const py::object& progress) {
        measures::outlook_options options{count_itself, subtract_own, of_itself, {}, of_held, near};
        options.density = as_span(density);
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::outlook(binary, as_span(pci), options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.coi)), to_numpy(std::move(r.cog)));
      },
      py::arg("binary"), py::arg("pci"), py::kw_only(), py::arg("count_itself"),
      py::arg("subtract_own"), py::arg("of_itself"), py::arg("density"), py::arg("of_held"),
      py::arg("near").none(true), py::arg("threads"), py::arg("progress"));
  m.def(
      "relatedness",
      [](const sparse_table& binary, const std::string& method, unsigned threads,
         const py::object& progress) {
        const auto chosen = parse_relatedness(method);
        return run(threads, progress, [&](const run_context& ctx) {
          return measures::relatedness(binary, chosen, ctx);
        });
      },
      py::arg("binary"), py::kw_only(), py::arg("method"), py::arg("threads"), py::arg("progress"));
  m.def(
      "added_density",
      [](const sparse_table& binary, const sparse_table& near, std::optional<std::uint32_t> column,
         unsigned threads, const py::object& progress) {
        return to_numpy(run(threads, progress, [&](const run_context& ctx) {
          return measures::added_density(binary, near, column, ctx);
        }));
      },
      py::arg("binary"), py::arg("near"), py::arg("column"), py::kw_only(), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "cohesion",
      [](const sparse_table& near, const graph::grouping& clusters, double quantile,
         unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::cohesion(near, clusters, {quantile}, ctx);
        });
        py::dict whole;
        whole["clusters_above_mean"] = r.clusters_above_mean;
        whole["clusters_above_quantile"] = r.clusters_above_quantile;
        whole["items_above_mean"] = r.all_items_above_mean;
        whole["items_above_quantile"] = r.all_items_above_quantile;
        whole["validation_score"] = r.validation_score;
        return py::make_tuple(
            to_numpy(std::move(r.size)), to_numpy(std::move(r.within)),
            to_numpy(std::move(r.between_mean)), to_numpy(std::move(r.between_quantile)),
            to_numpy(std::move(r.items_above_mean)), to_numpy(std::move(r.items_above_quantile)),
            to_numpy(std::move(r.status)), whole);
      },
      py::arg("near"), py::arg("clusters"), py::kw_only(), py::arg("quantile"), py::arg("threads"),
      py::arg("progress"));
}

}  // namespace kedja::python
