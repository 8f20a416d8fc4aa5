#include <limits>
#include <optional>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/core/rng.hpp>
#include <kedja/measures/shock/cascade.hpp>
#include <kedja/measures/shock/esri.hpp>
#include <kedja/measures/shock/screening.hpp>
#include <kedja/measures/shock/sourcing.hpp>
#include <kedja/measures/structure/robustness.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using ints = array<std::uint32_t>;

/// Owns the arrays that a production borrows.
struct supply_side {
  std::optional<ints> sector;
  std::uint32_t num_sectors;
  std::optional<array<std::uint8_t>> essential;
  std::optional<ints> market;
  std::uint32_t num_markets;
  std::optional<array<double>> revenue, cost, weight;

  [[nodiscard]] measures::production view() const {
    return {as_span(sector), num_sectors,      as_span(essential), as_span(market),
            num_markets,     as_span(revenue), as_span(cost),      as_span(weight)};
  }
};

measures::scenarios make_scenarios(std::span<const std::uint64_t> offset,
                                   std::span<const std::uint32_t> company,
                                   std::span<const double> remaining) {
  measures::scenarios made;
  for (std::size_t i = 0; i + 1 < offset.size(); ++i) {
    for (std::uint64_t k = offset[i]; k < offset[i + 1]; ++k) made.add({company[k], remaining[k]});
    made.close();
  }
  return made;
}

measures::esri_mode parse_mode(const std::string& text) {
  if (text == "fixed_point") return measures::esri_mode::fixed_point;
  if (text == "published") return measures::esri_mode::published;
  if (text == "closed_form") return measures::esri_mode::closed_form;
  throw invalid_argument("mode must be one of 'fixed_point', 'published', 'closed_form', not '" +
                         text + "'");
}

}  // namespace

void bind_shock(py::module_& m) {
  py::class_<supply_side>(m, "SupplySide")
      .def(py::init<std::optional<ints>, std::uint32_t, std::optional<array<std::uint8_t>>,
                    std::optional<ints>, std::uint32_t, std::optional<array<double>>,
                    std::optional<array<double>>, std::optional<array<double>>>(),
           py::kw_only(), py::arg("sector").noconvert(), py::arg("num_sectors"),
           py::arg("essential").noconvert(), py::arg("market").noconvert(), py::arg("num_markets"),
           py::arg("revenue"), py::arg("cost"), py::arg("weight"));
  py::class_<measures::scenarios>(m, "Scenarios")
      .def_static("each_company", &measures::scenarios::each_company)
      .def_static("from_rows", [](const array<std::uint64_t>& offset, const ints& company,
                                  const array<double>& remaining) {
        return make_scenarios(as_span(offset), as_span(company), as_span(remaining));
      });
  m.def(
      "esri",
      [](const csr_graph& g, const supply_side& side, const measures::scenarios& given,
         const std::string& mode, std::optional<double> eps, int max_iterations,
         const std::string& precision, unsigned threads, const py::object& progress) {
        measures::esri_options options{parse_mode(mode), eps, max_iterations};
        if (precision == "single")
          options.single_precision_from = 0;
        else if (precision == "double")
          options.single_precision_from = std::numeric_limits<std::uint32_t>::max();
        else if (precision != "auto")
          throw invalid_argument("precision must be one of 'auto', 'single', 'double', not '" +
                                 precision + "'");
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::esri(g, side.view(), given, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.esri)), to_numpy(std::move(r.downstream)),
                              to_numpy(std::move(r.upstream)), to_numpy(std::move(r.iterations)),
                              to_numpy(std::move(r.error_bound)), to_numpy(std::move(r.status)));
      },
      py::arg("graph"), py::arg("side"), py::arg("scenarios"), py::kw_only(), py::arg("mode"),
      py::arg("eps"), py::arg("max_iterations"), py::arg("precision"), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "sourcing",
      [](const csr_graph& g, const ints& sector, double theta, unsigned threads,
         const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::sourcing(g, as_span(sector), theta, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.hhi)), to_numpy(std::move(r.hhi_all_suppliers)),
                              to_numpy(std::move(r.effective_suppliers)),
                              to_numpy(std::move(r.single_source_share)),
                              to_numpy(std::move(r.status)));
      },
      py::arg("graph"), py::arg("sector").noconvert(), py::kw_only(), py::arg("theta"),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "cascade",
      [](const csr_graph& g, const supply_side& side, const measures::scenarios& given, int steps,
         double eps, unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::cascade(g, side.view(), given, steps, eps, ctx);
        });
        return py::make_tuple(
            py::make_tuple(to_numpy(std::move(r.esri)), to_numpy(std::move(r.downstream)),
                           to_numpy(std::move(r.upstream)), to_numpy(std::move(r.change))),
            to_numpy(std::move(r.loss_downstream)), to_numpy(std::move(r.loss_upstream)),
            to_numpy(std::move(r.first_step)), r.converged);
      },
      py::arg("graph"), py::arg("side"), py::arg("scenarios"), py::kw_only(), py::arg("steps"),
      py::arg("eps"), py::arg("threads"), py::arg("progress"));
  m.def(
      "screening",
      [](const csr_graph& g, const supply_side& side, const measures::scenarios& given,
         unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::screening(g, side.view(), given, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.esri)), to_numpy(std::move(r.downstream)),
                              to_numpy(std::move(r.upstream)), to_numpy(std::move(r.steps)));
      },
      py::arg("graph"), py::arg("side"), py::arg("scenarios"), py::kw_only(), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "removal_curve",
      [](const csr_graph& g, const ints& order, unsigned threads, const py::object& progress) {
        return to_numpy(run(threads, progress, [&](const run_context& ctx) {
          return measures::removal_curve(g, as_span(order), ctx);
        }));
      },
      py::arg("graph"), py::arg("order").noconvert(), py::kw_only(), py::arg("threads"),
      py::arg("progress"));
  m.def("random_order", [](std::uint32_t n, std::uint64_t seed, std::uint64_t stream) {
    std::vector<std::uint32_t> order(n);
    for (std::uint32_t v = 0; v < n; ++v) order[v] = v;
    random_stream random(seed, stream);
    shuffle(order, random);
    return to_numpy(std::move(order));
  });
}

}  // namespace kedja::python
