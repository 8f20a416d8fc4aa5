#include <map>
#include <string>

#include <kedja/store/dataset_store.hpp>
#include <kedja/store/graph_store.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using store::mapped_file;

std::vector<store::section> sections_of(const std::map<std::string, std::string>& extra) {
  std::vector<store::section> made;
  for (const auto& [name, text] : extra)
    made.push_back(store::section_of(name, std::string_view(text)));
  return made;
}

}  // namespace

void bind_store(py::module_& m) {
  py::class_<mapped_file, std::shared_ptr<mapped_file>>(m, "StoreFile")
      .def(py::init([](const std::string& path, bool verify) {
        return std::make_shared<mapped_file>(
            path, verify ? store::verification::first_use : store::verification::none);
      }))
      .def_property_readonly("holds_dataset",
                             [](const mapped_file& f) { return store::holds_dataset(f); })
      .def("has", &mapped_file::has)
      .def("sections", &mapped_file::sections)
      .def("text",
           [](const mapped_file& f, const std::string& section) {
             return py::bytes(std::string(f.text(section)));
           })
      .def("graph",
           [](const std::shared_ptr<mapped_file>& f) {
             const py::gil_scoped_release no_gil;
             return store::graph_in(f);
           })
      .def("ids",
           [](const mapped_file& f) {
             const auto ids = store::ids_in(f);
             py::list made;
             for (std::size_t i = 0; i < ids.size(); ++i)
               made.append(py::str(ids[i].data(), ids[i].size()));
             return made;
           })
      .def("vertex_of_row",
           [](const mapped_file& f) { return to_numpy(store::vertex_of_row_in(f)); })
      .def("dataset", [](const mapped_file& f) {
        const py::gil_scoped_release no_gil;
        return store::dataset_in(f);
      });
  m.def("save_graph",
        [](const std::string& path, const graph::csr_graph& g, const std::vector<std::string>& ids,
           const array<std::uint32_t>& vertex_of_row,
           const std::map<std::string, std::string>& extra) {
          model::text_column texts("id");
          for (const std::string& id : ids) texts.push_back(id);
          const auto rows = as_span(vertex_of_row);
          const py::gil_scoped_release no_gil;
          store::save_graph(path, g, texts, rows, sections_of(extra));
        });
  m.def("save_dataset", [](const std::string& path, const model::dataset& data,
                           const std::map<std::string, std::string>& extra) {
    const py::gil_scoped_release no_gil;
    store::save_dataset(path, data, sections_of(extra));
  });
}

}  // namespace kedja::python
