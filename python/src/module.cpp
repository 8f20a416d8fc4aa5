#include <kedja/core/codes.hpp>

#include "bind.hpp"

PYBIND11_MODULE(_core, m, pybind11::mod_gil_not_used()) {
  namespace py = pybind11;
  m.doc() = "Compiled core of kedja. Private: import kedja instead.";
  m.attr("version") = KEDJA_VERSION;
  py::list statuses;
  for (const auto name : kedja::value_status_names) statuses.append(py::str(std::string(name)));
  m.attr("status_names") = py::tuple(statuses);
  kedja::python::bind_errors(m);
  kedja::python::bind_graph(m);
  kedja::python::bind_measures(m);
  kedja::python::bind_centrality(m);
  kedja::python::bind_dataset(m);
  kedja::python::bind_tables(m);
  kedja::python::bind_gap(m);
  kedja::python::bind_store(m);
  kedja::python::bind_network_structure(m);
  kedja::python::bind_paths(m);
  kedja::python::bind_shock(m);
  kedja::python::bind_gvc(m);
  kedja::python::bind_complexity(m);
  kedja::python::bind_gap_needs(m);
  kedja::python::bind_partners(m);
  kedja::python::bind_inferred_links(m);
  kedja::python::bind_value_chain(m);
  kedja::python::bind_null_models(m);
}
