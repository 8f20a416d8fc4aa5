/// Complexity; one function per header of measures/complexity.
#include <cstdint>
#include <optional>
#include <string>
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
      .def("specialisation",
           [](const sparse_table& t, double threshold) {
             return measures::specialisation(t, threshold);
           })
      .def("transposed", &sparse_table::transposed)
      .def("cells", [](const sparse_table& t) {
        std::vector<std::uint32_t> row, column;
        std::vector<double> value;
        for (std::uint32_t r = 0; r < t.rows(); ++r)
          for (const auto& e : t.row(r))
            row.push_back(r), column.push_back(e.column), value.push_back(e.value);
        return py::make_tuple(to_numpy(std::move(row)), to_numpy(std::move(column)),
                              to_numpy(std::move(value)));
      });
  m.def("rca", [](const sparse_table& t) {
    auto r = measures::rca(t);
    return py::make_tuple(to_numpy(std::move(r.value)), to_numpy(std::move(r.empty_rows)),
                          to_numpy(std::move(r.empty_columns)));
  });
  m.def(
      "proximity",
      [](const sparse_table& binary, unsigned threads, const py::object& progress) {
        return run(threads, progress,
                   [&](const run_context& ctx) { return measures::proximity(binary, ctx); });
      },
      py::arg("binary"), py::kw_only(), py::arg("threads"), py::arg("progress"));
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
      [](const sparse_table& binary, const measures::complexity_result& found, bool count_itself,
         bool subtract_own, const std::optional<array<double>>& density, unsigned threads,
         const py::object& progress) {
        measures::outlook_options options{count_itself, subtract_own, {}};
        options.density = as_span(density);
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::outlook(binary, found, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.coi)), to_numpy(std::move(r.cog)));
      },
      py::arg("binary"), py::arg("complexity"), py::kw_only(), py::arg("count_itself"),
      py::arg("subtract_own"), py::arg("density"), py::arg("threads"), py::arg("progress"));
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
