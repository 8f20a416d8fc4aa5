#include <string>

#include <kedja/measures/structure/bow_tie.hpp>
#include <kedja/measures/structure/core_number.hpp>
#include <kedja/measures/structure/structural_holes.hpp>
#include <kedja/measures/structure/triangles.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;

void bind_neighbourhoods(py::module_& m) {
  py::list parts;
  for (const auto name : measures::bow_tie_part_names) parts.append(py::str(std::string(name)));
  m.attr("bow_tie_parts") = py::tuple(parts);
  m.def(
      "bow_tie",
      [](const csr_graph& g, const py::object& progress) {
        const auto part =
            run(1, progress, [&](const run_context& ctx) { return measures::bow_tie(g, ctx); });
        std::vector<std::uint8_t> codes(part.size());
        for (std::size_t i = 0; i < part.size(); ++i) codes[i] = static_cast<std::uint8_t>(part[i]);
        return to_numpy(std::move(codes));
      },
      py::arg("graph"), py::kw_only(), py::arg("progress"));
  m.def(
      "core_number",
      [](const csr_graph& g, const py::object& progress) {
        return to_numpy(run(1, progress,
                            [&](const run_context& ctx) { return measures::core_number(g, ctx); }));
      },
      py::arg("graph"), py::kw_only(), py::arg("progress"));
  m.def(
      "triangles",
      [](const csr_graph& g, bool weighted, unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::triangles(g, {weighted}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.triangles)), to_numpy(std::move(r.clustering)),
                              to_numpy(std::move(r.status)), r.total, r.transitivity);
      },
      py::arg("graph"), py::kw_only(), py::arg("weighted"), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "structural_holes",
      [](const csr_graph& g, bool weighted, unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::structural_holes(g, {weighted}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.constraint)),
                              to_numpy(std::move(r.effective_size)),
                              to_numpy(std::move(r.efficiency)), to_numpy(std::move(r.hierarchy)),
                              to_numpy(std::move(r.status)));
      },
      py::arg("graph"), py::kw_only(), py::arg("weighted"), py::arg("threads"),
      py::arg("progress"));
}

}  // namespace

void bind_network_structure(py::module_& m) { bind_neighbourhoods(m); }

}  // namespace kedja::python
