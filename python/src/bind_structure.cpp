#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <kedja/measures/structure/bow_tie.hpp>
#include <kedja/measures/structure/brokerage_by_chance.hpp>
#include <kedja/measures/structure/communities.hpp>
#include <kedja/measures/structure/compare_partitions.hpp>
#include <kedja/measures/structure/core_number.hpp>
#include <kedja/measures/structure/cut_points.hpp>
#include <kedja/measures/structure/spanning_forest.hpp>
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

void bind_communities(py::module_& m) {
  m.def(
      "communities",
      [](const csr_graph& g, double resolution, std::uint64_t seed, const std::string& method,
         bool weighted, int max_iterations, unsigned threads, const py::object& progress) {
        if (method != "leiden" && method != "louvain")
          throw invalid_argument("method must be one of 'leiden', 'louvain', not '" + method + "'");
        const measures::communities_options options{method == "leiden"
                                                        ? measures::community_method::leiden
                                                        : measures::community_method::louvain,
                                                    resolution, seed, weighted, max_iterations};
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::communities(g, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.community)), r.count, r.modularity, r.iterations,
                              r.converged);
      },
      py::arg("graph"), py::kw_only(), py::arg("resolution"), py::arg("seed"), py::arg("method"),
      py::arg("weighted"), py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
  using ints = array<std::uint32_t>;
  m.def(
      "compare_partitions",
      [](std::uint32_t n, const ints& vertex_a, const ints& group_a, const ints& vertex_b,
         const ints& group_b, unsigned threads, const py::object& progress) {
        struct outcome {
          measures::partition_agreement agreement;
          double omega = std::nan("");
          bool partition = true;
        };
        const auto r = run(threads, progress, [&](const run_context& ctx) {
          const auto groups = [n](const ints& vertex, const ints& group) {
            std::uint32_t largest = 0;
            for (const std::uint32_t x : as_span(group)) largest = std::max(largest, x);
            return graph::grouping(n, largest + 1, as_span(vertex), as_span(group));
          };
          const auto a = groups(vertex_a, group_a), b = groups(vertex_b, group_b);
          outcome made;
          made.partition = a.is_partition() && b.is_partition();
          if (!made.partition) {
            made.omega = measures::omega_index(a, b, ctx);
            return made;
          }
          const auto labels = [n](const graph::grouping& of) {
            std::vector<group_id> label(n);
            for (vertex_id v = 0; v < n; ++v) label[v] = of.of(v).front().group;
            return label;
          };
          made.agreement = measures::compare_partitions(labels(a), labels(b), ctx);
          made.omega = made.agreement.ari;  // the same for partitions
          return made;
        });
        py::dict made;
        made["nmi"] = r.agreement.nmi;
        made["ami"] = r.agreement.ami;
        made["ari"] = r.agreement.ari;
        made["vi"] = r.agreement.vi;
        made["homogeneity"] = r.agreement.homogeneity;
        made["completeness"] = r.agreement.completeness;
        made["omega"] = r.omega;
        made["partition"] = r.partition;
        return made;
      },
      py::arg("n"), py::arg("vertex_a").noconvert(), py::arg("group_a").noconvert(),
      py::arg("vertex_b").noconvert(), py::arg("group_b").noconvert(), py::kw_only(),
      py::arg("threads"), py::arg("progress"));
}

py::tuple columns(measures::brokerage_result&& r) {
  return py::make_tuple(to_numpy(std::move(r.coordinator)), to_numpy(std::move(r.itinerant)),
                        to_numpy(std::move(r.representative)), to_numpy(std::move(r.gatekeeper)),
                        to_numpy(std::move(r.liaison)), to_numpy(std::move(r.total)));
}

void bind_ties(py::module_& m) {
  m.def(
      "cut_points",
      [](const csr_graph& g, const py::object& progress) {
        auto r =
            run(1, progress, [&](const run_context& ctx) { return measures::cut_points(g, ctx); });
        std::vector<std::uint8_t> cut(r.cut_point.begin(), r.cut_point.end());
        std::vector<vertex_id> source, target;
        for (const auto& [u, v] : r.bridges) source.push_back(u), target.push_back(v);
        return py::make_tuple(to_numpy(std::move(cut)), to_numpy(std::move(source)),
                              to_numpy(std::move(target)));
      },
      py::arg("graph"), py::kw_only(), py::arg("progress"));
  m.def(
      "spanning_forest",
      [](const csr_graph& g, const std::optional<std::string>& length, const py::object& progress) {
        if (length && *length != "value" && *length != "1/value")
          throw invalid_argument("length must be one of None, 'value', '1/value', not '" + *length +
                                 "'");
        const auto rule = !length              ? measures::link_length::hops
                          : *length == "value" ? measures::link_length::value
                                               : measures::link_length::inverse_value;
        auto r = run(1, progress, [&](const run_context& ctx) {
          return measures::spanning_forest(g, rule, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.source)), to_numpy(std::move(r.target)),
                              to_numpy(std::move(r.length)), r.total);
      },
      py::arg("graph"), py::kw_only(), py::arg("length"), py::arg("progress"));
  m.def(
      "brokerage_by_chance",
      [](const csr_graph& g, const graph::grouping& groups, unsigned threads,
         const py::object& progress) {
        measures::brokerage_result observed;
        auto r = run(threads, progress, [&](const run_context& ctx) {
          observed = measures::brokerage(g, groups, ctx);
          return measures::brokerage_by_chance(g, groups, observed);
        });
        auto status = to_numpy(std::move(observed.status));
        return py::make_tuple(columns(std::move(observed)), columns(std::move(r.expected)),
                              columns(std::move(r.z)), std::move(status));
      },
      py::arg("graph"), py::arg("groups"), py::kw_only(), py::arg("threads"), py::arg("progress"));
}

}  // namespace

void bind_network_structure(py::module_& m) {
  bind_neighbourhoods(m);
  bind_communities(m);
  bind_ties(m);
}

}  // namespace kedja::python
