#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/core/checked.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/graph/links.hpp>
#include <kedja/graph/quotient.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

graph::duplicate_policy parse_policy(const std::string& text) {
  if (text == "keep") return graph::duplicate_policy::keep;
  if (text == "sum") return graph::duplicate_policy::sum;
  if (text == "error") return graph::duplicate_policy::refuse;
  throw invalid_argument("duplicates must be 'keep', 'sum' or 'error', not '" + text + "'");
}

// Signed and unsigned columns are read as they are, never cast: a cast to uint32 would turn -1 into
// vertex 4294967295.
template <class Index>
graph::csr_graph make_graph(std::int64_t n, const array<Index>& source, const array<Index>& target,
                            const std::optional<array<double>>& weight, bool directed,
                            const std::string& duplicates, unsigned threads,
                            const py::object& progress) {
  if (n < 0 || n >= no_vertex)
    throw invalid_argument("the number of companies must lie in [0, 2^32 - 1)");
  const graph::graph_options options{directed, parse_policy(duplicates)};
  return run(threads, progress, [&](const run_context& ctx) {
    return graph::csr_graph(static_cast<vertex_id>(n), as_span(source), as_span(target),
                            as_span(weight), options, ctx);
  });
}

template <class Index>
void def_make_graph(py::module_& m) {
  m.def("make_graph", &make_graph<Index>, py::arg("n"), py::arg("source").noconvert(),
        py::arg("target").noconvert(), py::arg("weight").none(true), py::arg("directed"),
        py::arg("duplicates"), py::arg("threads"), py::arg("progress"));
}

// Each link once, in canonical order; an undirected link from its smaller end.
py::tuple links(const graph::csr_graph& g) {
  std::vector<vertex_id> source, target;
  std::vector<double> weight;
  source.reserve(g.num_links()), target.reserve(g.num_links());
  graph::for_each_link(g, [&](vertex_id u, vertex_id v, double w) {
    source.push_back(u), target.push_back(v);
    if (g.weighted()) weight.push_back(w);
  });
  return py::make_tuple(to_numpy(std::move(source)), to_numpy(std::move(target)),
                        g.weighted() ? py::object(to_numpy(std::move(weight))) : py::none());
}

}  // namespace

void bind_graph(py::module_& m) {
  using graph::csr_graph;
  py::class_<csr_graph>(m, "Graph")
      .def_property_readonly("num_vertices", &csr_graph::num_vertices)
      .def_property_readonly("num_links", &csr_graph::num_links)
      .def_property_readonly("num_arcs", &csr_graph::num_arcs)
      .def_property_readonly("directed", &csr_graph::directed)
      .def_property_readonly("weighted", &csr_graph::weighted)
      .def_property_readonly("checksum", [](const csr_graph& g) { return graph_checksum(g); })
      .def("links", &links);
  def_make_graph<std::int64_t>(m);
  def_make_graph<std::int32_t>(m);
  def_make_graph<std::uint32_t>(m);

  py::class_<graph::grouping>(m, "Grouping")
      .def(py::init([](std::uint32_t n, std::uint32_t num_groups,
                       const array<std::uint32_t>& vertex, const array<std::uint32_t>& group,
                       const std::optional<array<double>>& weight) {
             return graph::grouping(n, num_groups, as_span(vertex), as_span(group),
                                    as_span(weight));
           }),
           py::arg("n"), py::arg("num_groups"), py::arg("vertex").noconvert(),
           py::arg("group").noconvert(), py::arg("weight").none(true))
      .def_property_readonly("num_vertices", &graph::grouping::num_vertices)
      .def_property_readonly("num_groups", &graph::grouping::num_groups)
      // Memberships as (vertex, group, share), by vertex and group.
      .def("rows", [](const graph::grouping& groups) {
        std::vector<vertex_id> vertex;
        std::vector<group_id> group;
        std::vector<double> share;
        for (vertex_id v = 0; v < groups.num_vertices(); ++v)
          for (const auto& [g, s] : groups.of(v))
            vertex.push_back(v), group.push_back(g), share.push_back(s);
        return py::make_tuple(to_numpy(std::move(vertex)), to_numpy(std::move(group)),
                              to_numpy(std::move(share)));
      });

  // Ids are hashed in vertex order with their lengths, then the links: row order does not matter.
  // Whole numbers are hashed as their decimal digits, without a Python text for each.
  const auto add_id = [](checksum& sum, std::string_view id) {
    sum.update_value(static_cast<std::uint64_t>(id.size()));
    sum.update(id);
  };
  m.def(
      "checksum_with_ids",
      [add_id](const csr_graph& g, const array<std::int64_t>& ids) {
        checksum sum;
        char digits[24];
        for (const std::int64_t id : as_span(ids)) {
          const auto end = std::to_chars(digits, digits + sizeof digits, id).ptr;
          add_id(sum, std::string_view(digits, static_cast<std::size_t>(end - digits)));
        }
        sum.update_value(graph_checksum(g));
        return to_hex(sum.digest());
      },
      py::arg("graph"), py::arg("ids").noconvert());
  m.def(
      "checksum_with_ids",
      [add_id](const csr_graph& g, const std::vector<std::string>& ids) {
        checksum sum;
        for (const std::string& id : ids) add_id(sum, id);
        sum.update_value(graph_checksum(g));
        return to_hex(sum.digest());
      },
      py::arg("graph"), py::arg("ids"));

  m.def("tie_counts", [](const csr_graph& g, const graph::grouping& groups) {
    const auto counted = graph::tie_counts(g, groups);
    std::vector<group_id> a, b;
    std::vector<double> count, value;
    for (const auto& tie : counted.ties)
      a.push_back(tie.a), b.push_back(tie.b), count.push_back(tie.links),
          value.push_back(tie.value);
    return py::make_tuple(to_numpy(std::move(a)), to_numpy(std::move(b)),
                          to_numpy(std::move(count)), to_numpy(std::move(value)),
                          counted.skipped_links);
  });
}

}  // namespace kedja::python
