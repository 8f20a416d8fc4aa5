#include <kedja/measures/structure/diameter.hpp>
#include <kedja/measures/structure/eccentricity.hpp>

#include "bind.hpp"
#include "words.hpp"

namespace kedja::python {

using graph::csr_graph;

void bind_paths(py::module_& m) {
  m.def(
      "eccentricity",
      [](const csr_graph& g, const std::string& direction, const std::optional<std::string>& length,
         unsigned threads, const py::object& progress) {
        const measures::eccentricity_options options{parse_direction(direction),
                                                     parse_length(length)};
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::eccentricity(g, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.eccentricity)),
                              to_numpy(std::move(r.mean_distance)), to_numpy(std::move(r.reached)),
                              to_numpy(std::move(r.status)), r.diameter, r.radius, r.mean);
      },
      py::arg("graph"), py::kw_only(), py::arg("direction"), py::arg("length"), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "diameter",
      [](const csr_graph& g, const std::optional<std::string>& length, double tolerance,
         std::uint32_t max_searches, const py::object& progress) {
        const measures::diameter_options options{parse_length(length), tolerance, max_searches};
        const auto r = run(1, progress, [&](const run_context& ctx) {
          return measures::diameter(g, options, ctx);
        });
        return py::make_tuple(r.lower, r.upper, r.source, r.target, r.searches);
      },
      py::arg("graph"), py::kw_only(), py::arg("length"), py::arg("tolerance"),
      py::arg("max_searches"), py::arg("progress"));
}

}  // namespace kedja::python
