#include <optional>
#include <string>
#include <tuple>

#include <kedja/core/error.hpp>
#include <kedja/measures/centrality/approximate_betweenness.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/degree.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <kedja/measures/centrality/pagerank.hpp>
#include <kedja/measures/structure/brokerage.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <kedja/measures/structure/observed_groups.hpp>
#include <kedja/measures/structure/participation.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using graph::grouping;

template <class T>
T parse(const std::string& what, const std::string& text,
        std::initializer_list<std::pair<const char*, T>> words) {
  std::string allowed;
  for (const auto& [word, value] : words) {
    if (text == word) return value;
    allowed += std::string(allowed.empty() ? "" : ", ") + "'" + word + "'";
  }
  throw invalid_argument(what + " must be one of " + allowed + ", not '" + text + "'");
}
measures::path_direction parse_direction(const std::string& text) {
  return parse<measures::path_direction>("direction", text,
                                         {{"upstream", measures::path_direction::upstream},
                                          {"downstream", measures::path_direction::downstream}});
}
measures::link_length parse_length(const std::optional<std::string>& text) {
  if (!text) return measures::link_length::hops;
  return parse<measures::link_length>(
      "length", *text,
      {{"value", measures::link_length::value}, {"1/value", measures::link_length::inverse_value}});
}
py::dict record(const measures::iteration_record& r) {
  py::dict made;
  made["iterations"] = r.iterations;
  made["residual"] = r.residual;
  made["error_bound"] = r.error_bound;
  made["converged"] = r.converged;
  return made;
}

template <class T>
py::tuple counts(measures::directed_counts<T>&& c) {
  return py::make_tuple(to_numpy(std::move(c.total)), to_numpy(std::move(c.upstream)),
                        to_numpy(std::move(c.downstream)));
}

void bind_centrality(py::module_& m) {
  m.def("degree", [](const csr_graph& g) { return counts(measures::degree(g)); });
  m.def("strength", [](const csr_graph& g) { return counts(measures::strength(g)); });
  m.def(
      "harmonic_closeness",
      [](const csr_graph& g, const std::string& direction, bool normalized,
         std::optional<std::uint32_t> max_hops, const std::optional<std::string>& length,
         unsigned threads, const py::object& progress) {
        measures::harmonic_closeness_options options{.direction = parse_direction(direction),
                                                     .normalized = normalized,
                                                     .length = parse_length(length)};
        if (max_hops) options.max_hops = *max_hops;
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::harmonic_closeness(g, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.reached)));
      },
      py::arg("graph"), py::kw_only(), py::arg("direction"), py::arg("normalized"),
      py::arg("max_hops"), py::arg("length"), py::arg("threads"), py::arg("progress"));
  m.def(
      "betweenness",
      [](const csr_graph& g, bool normalized, const std::optional<std::string>& length,
         unsigned threads, const py::object& progress) {
        const measures::betweenness_options options{normalized, parse_length(length)};
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::betweenness(g, options, ctx);
        });
        return to_numpy(std::move(r.score));
      },
      py::arg("graph"), py::kw_only(), py::arg("normalized"), py::arg("length"), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "approximate_betweenness",
      [](const csr_graph& g, double epsilon, double delta, std::uint64_t seed, unsigned threads,
         const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::approximate_betweenness(g, {epsilon, delta, seed}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.score)), r.samples, r.diameter_bound);
      },
      py::arg("graph"), py::kw_only(), py::arg("epsilon"), py::arg("delta"), py::arg("seed"),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "pagerank",
      [](const csr_graph& g, double damping, const std::string& direction, bool weighted,
         const std::optional<array<double>>& personalization, double tolerance, int max_iterations,
         unsigned threads, const py::object& progress) {
        const measures::pagerank_options options{damping,   parse_direction(direction),
                                                 weighted,  as_span(personalization),
                                                 tolerance, max_iterations};
        auto r = run(threads, progress,
                     [&](const run_context& ctx) { return measures::pagerank(g, options, ctx); });
        return py::make_tuple(to_numpy(std::move(r.score)), record(r.iteration));
      },
      py::arg("graph"), py::kw_only(), py::arg("damping"), py::arg("direction"),
      py::arg("weighted"), py::arg("personalization"), py::arg("tolerance"),
      py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
}

void bind_structure(py::module_& m) {
  m.def("components", [](const csr_graph& g, const std::string& kind) {
    const bool strong = parse<bool>("kind", kind, {{"weak", false}, {"strong", true}});
    auto r = strong ? measures::strong_components(g) : measures::weak_components(g);
    return py::make_tuple(to_numpy(std::move(r.component)), r.count);
  });
  m.def("participation", [](const csr_graph& g, const grouping& groups,
                            const std::string& direction, bool weighted) {
    auto r = measures::participation(
        g, groups,
        {parse<measures::link_direction>("direction", direction,
                                         {{"both", measures::link_direction::both},
                                          {"upstream", measures::link_direction::upstream},
                                          {"downstream", measures::link_direction::downstream}}),
         weighted});
    return py::make_tuple(to_numpy(std::move(r.participation)),
                          to_numpy(std::move(r.within_module_z)), to_numpy(std::move(r.status)),
                          r.skipped_links);
  });
  m.def("mixing", [](const csr_graph& g, const grouping& groups, bool weighted) {
    auto r = measures::mixing(g, groups, {weighted});
    return py::make_tuple(to_numpy(std::move(r.external)), to_numpy(std::move(r.internal)),
                          to_numpy(std::move(r.ei)), to_numpy(std::move(r.expected_ei)),
                          to_numpy(std::move(r.status)), r.whole_ei, r.whole_expected_ei,
                          r.skipped_links);
  });
  m.def("modularity",
        [](const csr_graph& g, const grouping& groups, double resolution, bool weighted) {
          return measures::modularity(g, groups, {resolution, weighted});
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
  bind_centrality(m);
  bind_structure(m);
  bind_observed(m);
}

}  // namespace kedja::python
