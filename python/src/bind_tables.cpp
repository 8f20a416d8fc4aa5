/// Tables in and out: Arrow streams, ids interned from columns, files written whole.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kedja/core/atomic_file.hpp>
#include <kedja/core/error.hpp>
#include <kedja/ingest/read_arrow.hpp>
#include <kedja/model/dataset.hpp>
#include <kedja/model/interner.hpp>
#include <kedja/report/frame.hpp>
#include <kedja/report/write.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

constexpr const char* stream_name = "arrow_array_stream";

/// The stream in a capsule, which is empty from then on (its destructor sees that).
ArrowArrayStream& stream_in(const py::capsule& capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), stream_name));
  if (stream == nullptr) throw py::error_already_set();
  if (stream->release == nullptr) throw invalid_argument("the Arrow stream has been read already");
  return *stream;
}

py::capsule stream_out(std::shared_ptr<const report::frame> table) {
  auto stream = std::make_unique<ArrowArrayStream>();
  report::to_arrow(std::move(table), stream.get());
  py::capsule made(stream.get(), stream_name, [](PyObject* capsule) {
    auto* held = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, stream_name));
    if (held->release != nullptr) held->release(held);
    delete held;
  });
  (void)stream.release();
  return made;
}

/// UTF-8 of a str, or none for another object and for text that UTF-8 cannot carry.
std::optional<std::string_view> text_of(PyObject* item) {
  if (!PyUnicode_Check(item)) return std::nullopt;
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(item, &size);
  if (bytes == nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return std::string_view(bytes, static_cast<std::size_t>(size));
}

/// Codes of a sequence of str; None when an item is not one (then other rules apply).
py::object intern_objects(model::interner& ids, const py::object& items) {
  const auto fast = py::reinterpret_steal<py::object>(PySequence_Fast(items.ptr(), "a sequence"));
  if (!fast) throw py::error_already_set();
  std::vector<std::uint32_t> codes(static_cast<std::size_t>(PySequence_Fast_GET_SIZE(fast.ptr())));
  PyObject** item = PySequence_Fast_ITEMS(fast.ptr());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto text = text_of(item[i]);
    if (!text) return py::none();
    codes[i] = ids.add(*text);
  }
  return to_numpy(std::move(codes));
}

py::list texts_of(const model::interner& ids) {
  py::list made(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    made[i] = py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(ids[i].data(), static_cast<Py_ssize_t>(ids[i].size()), "strict"));
  return made;
}

/// Columns as (name, values): float64, int64 and bool arrays, or a sequence of str or None.
report::frame frame_of(const py::list& columns) {
  report::frame made;
  for (const py::handle entry : columns) {
    const auto pair = py::cast<py::tuple>(entry);
    const auto name = py::cast<std::string>(pair[0]);
    if (py::isinstance<array<double>>(pair[1])) {
      const auto values = as_span(py::cast<array<double>>(pair[1]));
      made.columns.push_back({name, std::vector<double>(values.begin(), values.end())});
    } else if (py::isinstance<array<std::int64_t>>(pair[1])) {
      const auto values = as_span(py::cast<array<std::int64_t>>(pair[1]));
      made.columns.push_back({name, std::vector<std::int64_t>(values.begin(), values.end())});
    } else if (py::isinstance<array<bool>>(pair[1])) {
      const auto values = as_span(py::cast<array<bool>>(pair[1]));
      made.columns.push_back({name, std::vector<char>(values.begin(), values.end())});
    } else {
      model::text_column text(name);
      std::vector<char> missing;
      for (const py::handle item : pair[1]) {
        missing.push_back(item.is_none());
        const auto cell = text_of(item.ptr());
        if (!cell && !item.is_none())
          throw invalid_argument("column '" + name + "' holds something that is not text");
        text.push_back(cell.value_or(std::string_view()));
      }
      made.columns.push_back({name, std::move(text), std::move(missing)});
    }
  }
  return made;
}

}  // namespace

void bind_tables(py::module_& m) {
  m.def("read_arrow",
        [](const py::capsule& stream, const std::string& table, const std::string& file) {
          ArrowArrayStream& from = stream_in(stream);
          const py::gil_scoped_release no_gil;
          return ingest::read_arrow(from, table, file);
        });
  py::class_<model::interner>(m, "Ids")
      .def(py::init<>())
      .def("__len__", &model::interner::size)
      .def("add_stream",
           [](model::interner& ids, const py::capsule& stream, const std::string& name) {
             ArrowArrayStream& from = stream_in(stream);
             std::vector<std::uint32_t> codes;
             {
               const py::gil_scoped_release no_gil;
               ingest::intern_arrow(from, name, ids, codes);
             }
             return to_numpy(std::move(codes));
           })
      .def("add_objects", &intern_objects)
      .def("texts", &texts_of)
      .def("rank", [](const model::interner& ids) {
        const py::gil_scoped_release no_gil;
        return model::rank_by_bytes(ids, ids.size());
      });

  py::class_<report::frame, std::shared_ptr<report::frame>>(m, "Frame")
      .def(py::init(&frame_of))
      .def("mask_personal_numbers", &report::mask_personal_numbers)
      .def("arrow", [](const std::shared_ptr<report::frame>& table) { return stream_out(table); })
      .def("csv", [](const report::frame& table,
                     bool excel_safe) { return py::bytes(report::to_csv(table, {excel_safe})); })
      .def("json", [](const report::frame& table, const std::string& meta) {
        return py::bytes(report::to_json(table, meta));
      });
  m.def("table_frame", [](const model::dataset& data, const std::string& table) {
    return std::make_shared<report::frame>(report::frame_of(data, table));
  });
  m.def("graphml", [](const graph::csr_graph& g, const py::list& names) {
    model::text_column text("id");
    for (const py::handle name : names) text.push_back(py::cast<std::string>(name));
    return py::bytes(report::to_graphml(g, text));
  });
  m.def("write_whole_file", [](const std::string& path, const py::bytes& content) {
    const auto bytes = static_cast<std::string_view>(content);
    const py::gil_scoped_release no_gil;
    write_whole_file(path, bytes);
  });
}

}  // namespace kedja::python
