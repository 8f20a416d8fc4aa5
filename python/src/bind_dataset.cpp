#include <map>
#include <optional>
#include <string>

#include <kedja/core/error.hpp>
#include <kedja/ingest/door_check.hpp>
#include <kedja/ingest/read_csv.hpp>
#include <kedja/ingest/read_graph_file.hpp>
#include <kedja/model/dataset.hpp>
#include <kedja/model/parse_truth.hpp>
#include <kedja/model/privacy.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using model::dataset;

ingest::bad_rows parse_policy(const std::string& text) {
  if (text == "raise") return ingest::bad_rows::raise;
  if (text == "report") return ingest::bad_rows::report;
  if (text == "drop") return ingest::bad_rows::drop;
  throw invalid_argument("on_bad must be 'raise', 'report' or 'drop', not '" + text + "'");
}

/// (severity, code, file, row or None, column, value, rule, action, message, count)
py::list diagnostics(const model::diagnostics& report) {
  py::list rows;
  for (const auto& d : report.entries()) {
    const code_info& entry = info(d.code);
    rows.append(
        py::make_tuple(entry.level == severity::error     ? "error"
                       : entry.level == severity::warning ? "warning"
                                                          : "info",
                       std::string(entry.name), d.where.file,
                       d.where.has_row ? py::object(py::int_(d.where.row)) : py::object(py::none()),
                       d.where.column, d.where.value, std::string(entry.rule),
                       std::string(entry.action), d.message, d.count));
  }
  return rows;
}

/// Columns of a table as (name, kind, values): text, number, year, boolean; references as ids.
py::list columns(const dataset& data, const std::string& name) {
  const model::table& t = data[name];
  py::list made;
  for (const auto& c : t.columns) {
    if (const auto* text = std::get_if<model::text_column>(&c.values)) {
      py::list cells;
      for (std::size_t row = 0; row < t.rows; ++row)
        cells.append(py::str(std::string((*text)[row])));
      made.append(py::make_tuple(c.name, c.rule ? "text" : "extra", cells));
    } else if (const auto* numbers = std::get_if<std::vector<double>>(&c.values)) {
      made.append(py::make_tuple(c.name, "number", to_numpy(std::vector<double>(*numbers))));
    } else {
      const auto& whole = std::get<std::vector<std::int32_t>>(c.values);
      py::list cells;
      for (const std::int32_t v : whole) {
        if (v == model::missing)
          cells.append(py::none());
        else if (c.rule->type == model::cell::company || c.rule->type == model::cell::cluster)
          cells.append(py::str(std::string(
              data[c.rule->type == model::cell::company ? "companies" : "clusters"].text(
                  "id", static_cast<std::size_t>(v)))));
        else if (c.rule->type == model::cell::word)
          cells.append(py::str(std::string(model::word_of(*c.rule, v))));
        else if (c.rule->type == model::cell::boolean)
          cells.append(py::bool_(v == 1));
        else
          cells.append(py::int_(v));
      }
      const bool year = c.rule->type == model::cell::year || c.rule->type == model::cell::date;
      made.append(py::make_tuple(c.name,
                                 year                                   ? "year"
                                 : c.rule->type == model::cell::boolean ? "boolean"
                                                                        : "text",
                                 cells));
    }
  }
  return made;
}

model::link_kind parse_kind(const std::string& text) {
  static const std::map<std::string, model::link_kind> kinds = {
      {"supply", model::link_kind::supply},
      {"collaboration", model::link_kind::collaboration},
      {"knowledge", model::link_kind::knowledge},
      {"ownership", model::link_kind::ownership}};
  const auto found = kinds.find(text);
  if (found == kinds.end())
    throw invalid_argument(
        "kind must be 'supply', 'collaboration', 'knowledge' or 'ownership', not '" + text + "'");
  return found->second;
}

}  // namespace

void bind_dataset(py::module_& m) {
  using model::raw_table;
  py::class_<raw_table>(m, "RawTable")
      .def(py::init([](const std::string& table, const std::string& file,
                       const std::vector<std::pair<std::string, std::vector<std::string>>>& cells,
                       std::vector<std::uint64_t> line) {
        raw_table t;
        t.table = table;
        t.file = file;
        t.line = std::move(line);
        for (const auto& [name, values] : cells) {
          t.columns.emplace_back(name);
          for (const std::string& v : values) t.columns.back().push_back(v);
        }
        return t;
      }))
      .def_readwrite("table", &raw_table::table)
      .def_readonly("file", &raw_table::file)
      .def_property_readonly("num_rows", &raw_table::num_rows);
  m.def("read_csv", [](const std::string& path, const std::string& encoding,
                       const std::string& decimal, const std::string& comment) {
    ingest::csv_options options;
    options.encoding = encoding;
    options.decimal = decimal.empty() ? '\0' : decimal[0];
    options.comment = comment.empty() ? '\0' : comment[0];
    const py::gil_scoped_release no_gil;
    return ingest::read_csv(path, options);
  });
  m.def("read_edgelist", [](const std::string& path) { return ingest::read_edgelist(path); });
  m.def("read_graphml", [](const std::string& path) { return ingest::read_graphml(path); });
  m.def("find_table", [](const std::string& name) {
    const auto* rule = model::find_table(name);
    return rule ? std::string(rule->name) : std::string();
  });
  m.def("truth", [](const std::string& text) { return model::parse_truth(text); });
  m.def("masked", [](const std::string& text) { return model::masked(text); });

  py::class_<dataset>(m, "Dataset")
      .def_property_readonly("num_companies", &dataset::num_companies)
      .def("columns", &columns)
      .def("num_rows", [](const dataset& d, const std::string& name) { return d[name].rows; })
      .def("vertex_of_row",
           [](const dataset& d) { return to_numpy(std::vector<vertex_id>(d.vertex_of_row())); })
      .def("ids_by_vertex",
           [](const dataset& d) {
             py::list ids;
             for (vertex_id v = 0; v < d.num_companies(); ++v)
               ids.append(py::str(std::string(d.company_id(v))));
             return ids;
           })
      .def("capabilities",
           [](const dataset& d, const std::string& by) {
             auto pairs = d.capabilities(by);
             return py::make_tuple(to_numpy(std::move(pairs.company)),
                                   to_numpy(std::move(pairs.item)), pairs.names);
           })
      .def("participations",
           [](const dataset& d) {
             auto p = d.participations();
             return py::make_tuple(to_numpy(std::move(p.company)), to_numpy(std::move(p.project)),
                                   to_numpy(std::move(p.stratum)));
           })
      .def("needs", [](const dataset& d,
                       const std::vector<std::string>& names) { return to_numpy(d.needs(names)); })
      .def("as_of", &dataset::as_of)
      .def("groups",
           [](const dataset& d, const std::string& by) {
             auto g = d.groups(by);
             return py::make_tuple(std::move(g.grouping), std::move(g.names));
           })
      .def(
          "graph",
          [](const dataset& d, const std::vector<std::string>& kinds, std::optional<bool> directed,
             bool use_value, std::optional<int> first_year, std::optional<int> last_year,
             bool missing_as_one, const std::map<std::string, double>& rates,
             const std::string& duplicates, const std::string& projection, std::uint32_t max_size,
             unsigned threads, const py::object& progress) {
            model::graph_request request;
            request.kinds.clear();
            for (const auto& k : kinds) request.kinds.push_back(parse_kind(k));
            request.directed = directed;
            request.use_value = use_value;
            request.first_year = first_year;
            request.last_year = last_year;
            request.count_missing_as_one = missing_as_one;
            request.rates.assign(rates.begin(), rates.end());
            request.duplicates = duplicates == "keep"    ? graph::duplicate_policy::keep
                                 : duplicates == "error" ? graph::duplicate_policy::refuse
                                                         : graph::duplicate_policy::sum;
            request.projection = projection == "newman" ? graph::projection_weight::newman
                                                        : graph::projection_weight::count;
            request.max_project_size = max_size;
            model::graph_notes notes;
            auto g = run(threads, progress,
                         [&](const run_context& ctx) { return d.graph(request, ctx, &notes); });
            return py::make_tuple(std::move(g), notes.undated, notes.skipped_projects);
          },
          py::kw_only(), py::arg("kinds"), py::arg("directed"), py::arg("use_value"),
          py::arg("first_year"), py::arg("last_year"), py::arg("missing_as_one"), py::arg("rates"),
          py::arg("duplicates"), py::arg("projection"), py::arg("max_size"), py::arg("threads"),
          py::arg("progress"));
  m.def("check", [](std::vector<raw_table> tables, const std::string& on_bad,
                    const std::map<std::string, std::string>& names) {
    const ingest::check_options options{parse_policy(on_bad), names};
    auto checked = ingest::check(std::move(tables), options);
    auto rows = diagnostics(checked.report);
    return py::make_tuple(std::move(checked.data), rows);
  });
}

}  // namespace kedja::python
