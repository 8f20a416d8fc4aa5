#include <pybind11/pybind11.h>

#include <exception>
#include <string>

#include <kedja/core/codes.hpp>
#include <kedja/core/error.hpp>

#include "bind.hpp"

namespace kedja::python {

/// The exception classes live in kedja._errors, where they can be read; here they are looked up.
void bind_errors(py::module_& m) {
  py::list codes;
  for (const code_info& entry : code_table) {
    const char* level = entry.level == severity::error     ? "error"
                        : entry.level == severity::warning ? "warning"
                                                           : "info";
    codes.append(py::make_tuple(std::string(entry.name), level, std::string(entry.rule),
                                std::string(entry.action)));
  }
  m.attr("code_table") = py::tuple(codes);

  py::register_exception_translator([](std::exception_ptr pending) {
    const auto raise = [](const char* name, const py::object& made_with, const char* what) {
      const py::object type = py::module_::import("kedja._errors").attr(name);
      PyErr_SetObject(type.ptr(), made_with.is_none() ? py::str(what).ptr()
                                                      : type(*py::tuple(made_with)).ptr());
    };
    try {
      if (pending) std::rethrow_exception(pending);
    } catch (const data_error& e) {
      const data_location& at = e.where();
      raise("DataError",
            py::make_tuple(py::str(e.what()), std::string(info(e.code()).name), at.file,
                           at.has_row ? py::object(py::int_(at.row)) : py::object(py::none()),
                           at.column, at.value),
            e.what());
    } catch (const invalid_argument& e) {
      raise("InvalidArgumentError", py::none(), e.what());
    } catch (const cancelled& e) {
      raise("Cancelled", py::none(), e.what());
    }
  });
}

}  // namespace kedja::python
