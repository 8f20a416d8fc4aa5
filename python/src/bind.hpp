/// @file
/// Shared by the binding sources: one bind_<family>.cpp per measures/<family> folder. No defaults
/// and no prose here: the Python layer owns both, so they cannot drift.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/core/status.hpp>
#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>

namespace kedja::python {

namespace py = pybind11;

/// Hands a vector to NumPy without copying; the array owns it from then on.
template <class T, class Allocator>
py::array_t<T> to_numpy(std::vector<T, Allocator>&& values) {
  auto owner = std::make_unique<std::vector<T, Allocator>>(std::move(values));
  const auto size = static_cast<py::ssize_t>(owner->size());
  T* data = owner->data();
  py::capsule free(owner.get(), [](void* p) { delete static_cast<std::vector<T, Allocator>*>(p); });
  (void)owner.release();
  return py::array_t<T>(size, data, free);
}

/// Statuses travel as bytes; Python turns them into a category.
inline py::array_t<std::uint8_t> to_numpy(std::vector<value_status>&& values) {
  std::vector<std::uint8_t> codes(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) codes[i] = static_cast<std::uint8_t>(values[i]);
  return to_numpy(std::move(codes));
}

template <class T>
using array = py::array_t<T, py::array::c_style>;

template <class T>
std::span<const T> as_span(const array<T>& values) {
  return {values.data(), static_cast<std::size_t>(values.size())};
}
template <class T>
std::span<const T> as_span(const std::optional<array<T>>& values) {
  return values ? as_span(*values) : std::span<const T>();
}

/// Runs a measure without the GIL, with a callback that lets Ctrl-C through and forwards progress.
/// kedja installs no signal handler of its own.
template <class Call>
auto run(unsigned threads, const py::object& progress, Call call) {
  const run_context ctx{.threads = threads, .on_progress = [&progress](double fraction) {
                          const py::gil_scoped_acquire gil;
                          if (PyErr_CheckSignals() != 0) throw py::error_already_set();
                          return progress.is_none() || !progress(fraction).equal(py::bool_(false));
                        }};
  const py::gil_scoped_release no_gil;
  return call(ctx);
}

void bind_errors(py::module_& m);
void bind_graph(py::module_& m);
void bind_measures(py::module_& m);
void bind_centrality(py::module_& m);
void bind_dataset(py::module_& m);
void bind_tables(py::module_& m);
void bind_gap(py::module_& m);
void bind_store(py::module_& m);
void bind_network_structure(py::module_& m);
void bind_paths(py::module_& m);
void bind_shock(py::module_& m);
void bind_gvc(py::module_& m);
void bind_complexity(py::module_& m);
void bind_gap_needs(py::module_& m);
void bind_partners(py::module_& m);
void bind_inferred_links(py::module_& m);
void bind_value_chain(py::module_& m);
void bind_null_models(py::module_& m);

}  // namespace kedja::python
