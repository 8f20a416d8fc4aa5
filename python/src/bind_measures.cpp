#include <optional>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/measures/structure/brokerage.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <kedja/measures/structure/observed_groups.hpp>
#include <kedja/measures/structure/participation.hpp>

#include "bind.hpp"
#include "words.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using graph::grouping;

void bind_structure(py::module_& m) {
  m.def(
      "components",
      [](const csr_graph& g, const std::string& kind, const py::object& progress) {
        const bool strong = parse<bool>("kind", kind, {{"weak", false}, {"strong", true}});
        auto r = run(1, progress, [&](const run_context& ctx) {
          return strong ? measures::strong_components(g, ctx) : measures::weak_components(g, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.component)), r.count);
      },
      py::arg("graph"), py::arg("kind"), py::kw_only(), py::arg("progress"));
  m.def(
      "participation", [](const csr_graph& g, const grouping& groups, const std::string& direction,
                          bool weighted, const py::object& progress) {
        const measures::participation_options options{
            parse<measures::link_direction>("direction", direction,
                                            {{"both", measures::link_direction::both},
                                             {"upstream", measures::link_direction::upstream},
                                             {"downstream", measures::link_direction::downstream}}),
            weighted};
        auto r = run(1, progress, [&](const run_context& ctx) {
          return measures::participation(g, groups, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.participation)),
                              to_numpy(std::move(r.within_module_z)), to_numpy(std::move(r.status)),
                              r.skipped_links);
      });
  m.def("mixing",
        [](const csr_graph& g, const grouping& groups, bool weighted, const py::object& progress) {
          auto r = run(1, progress, [&](const run_context& ctx) {
            return measures::mixing(g, groups, {weighted}, ctx);
          });
          return py::make_tuple(to_numpy(std::move(r.external)), to_numpy(std::move(r.internal)),
                                to_numpy(std::move(r.ei)), to_numpy(std::move(r.expected_ei)),
                                to_numpy(std::move(r.status)), r.whole_ei, r.whole_expected_ei,
                                r.skipped_links);
        });
  m.def("modularity", [](const csr_graph& g, const grouping& groups, double resolution,
                         bool weighted, const py::object& progress) {
    return run(1, progress, [&](const run_context& ctx) {
      return measures::modularity(g, groups, {resolution, weighted}, ctx);
    });
  });
  m.def(
      "brokerage",
      [](const csr_graph& g, const grouping& groups, unsigned threads, const py::object& progress) {
        auto r = run(threads, progress,
                     [&](const run_context& ctx) { return measures::brokerage(g, groups, ctx); });
        return py::make_tuple(to_numpy(std::move(r.coordinator)), to_numpy(std::move(r.itinerant)),
                              to_numpy(std::move(r.representative)),
                              to_numpy(std::move(r.gatekeeper)), to_numpy(std::move(r.liaison)),
                              to_numpy(std::move(r.total)), to_numpy(std::move(r.status)));
      },
      py::arg("graph"), py::arg("groups"), py::kw_only(), py::arg("threads"), py::arg("progress"));
}

using ints = array<std::uint32_t>;

void bind_observed(py::module_& m) {
  m.def("observed_groups", [](const ints& region, const ints& company, const ints& field,
                              std::uint32_t min_companies, double min_lq) {
    const auto r = measures::observed_groups(as_span(region), as_span(company), as_span(field),
                                             {min_companies, min_lq});
    py::list groups, members;
    for (const auto& x : r.groups)
      groups.append(py::make_tuple(x.region, x.field, x.activities, x.location_quotient));
    for (const auto& x : r.members)
      members.append(py::make_tuple(x.group, x.company, x.activities));
    return py::make_tuple(groups, members);
  });
}

}  // namespace

void bind_measures(py::module_& m) {
  bind_structure(m);
  bind_observed(m);
}

}  // namespace kedja::python
