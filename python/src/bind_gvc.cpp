#include <kedja/measures/value_chain/gvc_borin_mancini.hpp>
#include <kedja/measures/value_chain/gvc_kww.hpp>
#include <kedja/measures/value_chain/gvc_wwz.hpp>

#include <string>

#include "bind.hpp"

namespace kedja::python {
namespace {

using numbers = array<double>;
using ints = array<std::uint32_t>;
using measures::gvc_input;

gvc_input input_of(const numbers& flows, const numbers& demand, const numbers& output,
                   const ints& group) {
  if (demand.ndim() != 2) throw invalid_argument("demand must have two dimensions");
  return {static_cast<std::size_t>(output.size()),
          static_cast<std::size_t>(demand.shape(1)),
          as_span(flows),
          as_span(demand),
          as_span(output),
          as_span(group)};
}

/// Runs a decomposition; where there is none, the answer is the sector at which it fails.
template <class Decompose>
auto attempt(unsigned threads, const py::object& progress, Decompose decompose)
    -> std::pair<decltype(decompose(run_context{})), py::object> {
  try {
    return {run(threads, progress, decompose), py::none()};
  } catch (const measures::not_productive& e) {
    return {decltype(decompose(run_context{}))(), py::int_(e.position())};
  }
}

template <std::size_t N>
py::dict by_name(std::array<measures::dense_matrix, N>& terms,
                 const std::array<std::string_view, N>& names) {
  py::dict made;
  for (std::size_t k = 0; k < N; ++k) {
    const auto rows = static_cast<py::ssize_t>(terms[k].rows);
    made[py::str(std::string(names[k]))] =
        to_numpy(std::move(terms[k].value)).reshape({rows, py::ssize_t{-1}});
  }
  return made;
}

}  // namespace

void bind_gvc(py::module_& m) {
  m.def(
      "gvc_kww",
      [](const numbers& flows, const numbers& demand, const numbers& output, const ints& group,
         unsigned threads, const py::object& progress) -> py::tuple {
        const auto in = input_of(flows, demand, output, group);
        auto [r, failed] = attempt(
            threads, progress, [&](const run_context& ctx) { return measures::gvc_kww(in, ctx); });
        if (!failed.is_none()) return py::make_tuple(failed);
        py::dict made;
        for (std::size_t k = 0; k < r.term.size(); ++k)
          made[py::str("T" + std::to_string(k + 1))] = to_numpy(std::move(r.term[k]));
        made["exports"] = to_numpy(std::move(r.exports));
        made["vax"] = to_numpy(std::move(r.vax));
        made["backward"] = to_numpy(std::move(r.backward));
        made["forward"] = to_numpy(std::move(r.forward));
        made["status"] = to_numpy(std::move(r.status));
        return py::make_tuple(failed, made);
      },
      py::arg("flows"), py::arg("demand"), py::arg("output"), py::arg("group"), py::kw_only(),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "gvc_wwz",
      [](const numbers& flows, const numbers& demand, const numbers& output, const ints& group,
         unsigned threads, const py::object& progress) -> py::tuple {
        const auto in = input_of(flows, demand, output, group);
        auto [r, failed] = attempt(
            threads, progress, [&](const run_context& ctx) { return measures::gvc_wwz(in, ctx); });
        if (!failed.is_none()) return py::make_tuple(failed);
        py::dict made = by_name(r.term, measures::gvc_wwz_terms);
        const auto rows = static_cast<py::ssize_t>(r.exports.rows);
        made["exports"] = to_numpy(std::move(r.exports.value)).reshape({rows, py::ssize_t{-1}});
        return py::make_tuple(failed, made);
      },
      py::arg("flows"), py::arg("demand"), py::arg("output"), py::arg("group"), py::kw_only(),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "gvc_borin_mancini",
      [](const numbers& flows, const numbers& demand, const numbers& output, const ints& group,
         unsigned threads, const py::object& progress) -> py::tuple {
        const auto in = input_of(flows, demand, output, group);
        auto [r, failed] = attempt(threads, progress, [&](const run_context& ctx) {
          return measures::gvc_borin_mancini(in, ctx);
        });
        if (!failed.is_none()) return py::make_tuple(failed);
        return py::make_tuple(failed, by_name(r.term, measures::gvc_borin_mancini_terms));
      },
      py::arg("flows"), py::arg("demand"), py::arg("output"), py::arg("group"), py::kw_only(),
      py::arg("threads"), py::arg("progress"));
}

}  // namespace kedja::python
