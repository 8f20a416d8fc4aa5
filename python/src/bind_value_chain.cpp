#include <optional>
#include <string>
#include <utility>

#include <kedja/measures/shock/inoperability.hpp>
#include <kedja/measures/value_chain/influence.hpp>
#include <kedja/measures/value_chain/leontief.hpp>
#include <kedja/measures/value_chain/trophic_levels.hpp>
#include <kedja/measures/value_chain/upstreamness.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using measures::flow_matrix;
using measures::flow_table;

/// The arrays of a kedja.Flows, kept alive with the matrix that borrows them.
struct held_flows {
  std::optional<array<double>> dense;
  array<std::int64_t> offsets;
  array<std::uint32_t> columns;
  array<double> values, output;

  held_flows(std::size_t n, std::optional<array<double>> full, array<std::int64_t> o,
             array<std::uint32_t> c, array<double> v, array<double> x)
      : dense(std::move(full)),
        offsets(std::move(o)),
        columns(std::move(c)),
        values(std::move(v)),
        output(std::move(x)),
        table{{n, as_span(dense), as_span(offsets), as_span(columns), as_span(values)},
              as_span(output)} {
    const flow_matrix& z = table.z;
    bool good = table.output.size() == n;
    if (dense) {
      good = good && z.dense.size() == n * n && z.offsets.empty();
    } else {
      good = good && z.offsets.size() == n + 1 && z.columns.size() == z.values.size() &&
             z.offsets.front() == 0 &&
             z.offsets.back() == static_cast<std::int64_t>(z.values.size());
      for (std::size_t i = 0; good && i < n; ++i) good = z.offsets[i] <= z.offsets[i + 1];
      for (std::size_t k = 0; good && k < z.columns.size(); ++k) good = z.columns[k] < n;
    }
    if (!good) throw invalid_argument("the arrays of a table of flows do not fit together");
  }

  flow_table table;
};

py::dict facts_of(const measures::solve_facts& f) {
  py::dict made;
  made["iterations"] = f.iterations;
  made["residual"] = f.residual;
  made["error_bound"] = f.error_bound;
  made["spectral_radius_bound"] = f.radius_bound;
  made["condition"] = f.condition;
  made["converged"] = f.converged;
  made["method"] = f.direct ? "direct" : "iterative";
  return made;
}

/// Runs a measure; a spectral radius of 1 or more comes back as a dict that Python names.
template <class Call, class Pack>
py::object solved(unsigned threads, const py::object& progress, Call call, Pack pack) {
  try {
    return pack(run(threads, progress, call));
  } catch (const measures::radius_error& e) {
    py::dict refused;
    refused["low"] = e.low();
    refused["high"] = e.high();
    refused["component"] = to_numpy(std::vector<std::uint32_t>(e.component()));
    return refused;
  }
}

py::object pack_values(measures::sector_values&& r) {
  return py::make_tuple(to_numpy(std::move(r.value)), to_numpy(std::move(r.status)),
                        facts_of(r.facts));
}
py::object pack_inverse(measures::inverse_result&& r) {
  return py::make_tuple(to_numpy(std::move(r.value)), facts_of(r.facts));
}

measures::solve_options method_of(const std::string& text) {
  if (text == "automatic") return {};
  if (text == "direct") return {.method = measures::solver::direct};
  if (text == "iterative") return {.method = measures::solver::iterative};
  throw invalid_argument("solver must be 'automatic', 'direct' or 'iterative', not '" + text + "'");
}

}  // namespace

void bind_value_chain(py::module_& m) {
  py::class_<held_flows>(m, "FlowTable")
      .def(py::init<std::size_t, std::optional<array<double>>, array<std::int64_t>,
                    array<std::uint32_t>, array<double>, array<double>>(),
           py::arg("n"), py::arg("dense"), py::arg("offsets"), py::arg("columns"),
           py::arg("values"), py::arg("output"))
      .def("margins", [](const held_flows& f) {
        task job(run_context{.threads = 1});
        auto made = measures::margins_of(f.table.z, job);
        return py::make_tuple(to_numpy(std::move(made.row)), to_numpy(std::move(made.column)));
      });

  const auto plain = [&m](const char* name, auto measure) {
    m.def(
        name,
        [measure](const held_flows& f, const std::string& solver, unsigned threads,
                  const py::object& progress) {
          return solved(
              threads, progress,
              [&](const run_context& ctx) { return measure(f.table, method_of(solver), ctx); },
              pack_values);
        },
        py::arg("flows"), py::kw_only(), py::arg("solver"), py::arg("threads"),
        py::arg("progress"));
  };
  plain("upstreamness", measures::upstreamness);
  plain("downstreamness", measures::downstreamness);
  plain("extraction", measures::extraction);

  const auto with_vector = [&m](const char* name, auto measure) {
    m.def(
        name,
        [measure](const held_flows& f, const array<double>& vector, const std::string& solver,
                  unsigned threads, const py::object& progress) {
          return solved(
              threads, progress,
              [&](const run_context& ctx) {
                return measure(f.table, as_span(vector), method_of(solver), ctx);
              },
              pack_values);
        },
        py::arg("flows"), py::arg("vector"), py::kw_only(), py::arg("solver"), py::arg("threads"),
        py::arg("progress"));
  };
  with_vector("leontief", measures::leontief);
  with_vector("ghosh", measures::ghosh);
  with_vector("inoperability", measures::inoperability);
  m.def(
      "inoperability_path",
      [](const held_flows& f, const array<double>& disturbance, const array<double>& resilience,
         const array<double>& start, std::size_t steps, unsigned threads,
         const py::object& progress) {
        return to_numpy(run(threads, progress, [&](const run_context& ctx) {
          return measures::inoperability_path(f.table, as_span(disturbance), as_span(resilience),
                                              as_span(start), steps, ctx);
        }));
      },
      py::arg("flows"), py::arg("disturbance"), py::arg("resilience"), py::arg("start"),
      py::arg("steps"), py::kw_only(), py::arg("threads"), py::arg("progress"));

  const auto whole = [&m](const char* name, auto measure) {
    m.def(
        name,
        [measure](const held_flows& f, unsigned threads, const py::object& progress) {
          return solved(
              threads, progress, [&](const run_context& ctx) { return measure(f.table, ctx); },
              pack_inverse);
        },
        py::arg("flows"), py::kw_only(), py::arg("threads"), py::arg("progress"));
  };
  whole("leontief_inverse", measures::leontief_inverse);
  whole("ghosh_inverse", measures::ghosh_inverse);

  m.def(
      "multipliers",
      [](const held_flows& f, const array<double>& value_added, const std::string& solver,
         unsigned threads, const py::object& progress) {
        return solved(
            threads, progress,
            [&](const run_context& ctx) {
              return measures::multipliers(f.table, as_span(value_added), method_of(solver), ctx);
            },
            [](measures::multipliers_result&& r) -> py::object {
              return py::make_tuple(to_numpy(std::move(r.output)),
                                    to_numpy(std::move(r.value_added)),
                                    to_numpy(std::move(r.status)), facts_of(r.facts));
            });
      },
      py::arg("flows"), py::arg("value_added"), py::kw_only(), py::arg("solver"),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "linkages",
      [](const held_flows& f, const std::string& solver, unsigned threads,
         const py::object& progress) {
        return solved(
            threads, progress,
            [&](const run_context& ctx) {
              return measures::linkages(f.table, method_of(solver), ctx);
            },
            [](measures::linkages_result&& r) -> py::object {
              return py::make_tuple(to_numpy(std::move(r.backward)), to_numpy(std::move(r.forward)),
                                    to_numpy(std::move(r.status)), facts_of(r.facts));
            });
      },
      py::arg("flows"), py::kw_only(), py::arg("solver"), py::arg("threads"), py::arg("progress"));
  m.def(
      "trophic_levels",
      [](const graph::csr_graph& g, bool weighted, int max_iterations, unsigned threads,
         const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::trophic_levels(g, {weighted, max_iterations}, ctx);
        });
        py::dict facts;
        facts["incoherence"] = r.incoherence;
        facts["components"] = r.components;
        facts["iterations"] = r.iterations;
        facts["residual"] = r.residual;
        facts["error_bound"] = r.error_bound;
        facts["converged"] = r.converged;
        return py::make_tuple(to_numpy(std::move(r.level)), to_numpy(std::move(r.status)), facts);
      },
      py::arg("graph"), py::kw_only(), py::arg("weighted"), py::arg("max_iterations"),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "influence",
      [](const held_flows& f, double labour_share, const std::string& solver, unsigned threads,
         const py::object& progress) {
        return solved(
            threads, progress,
            [&](const run_context& ctx) {
              return measures::influence(f.table.z, labour_share, method_of(solver), ctx);
            },
            pack_values);
      },
      py::arg("flows"), py::kw_only(), py::arg("labour_share"), py::arg("solver"),
      py::arg("threads"), py::arg("progress"));
}

}  // namespace kedja::python
