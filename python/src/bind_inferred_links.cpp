#include <kedja/measures/value_chain/inferred_links.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using numbers = array<double>;
using ints = array<std::uint32_t>;
using measures::inferred_links;

py::tuple columns(const std::vector<measures::inferred_link>& links) {
  std::vector<std::uint32_t> source, target;
  std::vector<double> probability, value;
  source.reserve(links.size()), target.reserve(links.size());
  probability.reserve(links.size()), value.reserve(links.size());
  for (const auto& x : links) {
    source.push_back(x.source), target.push_back(x.target);
    probability.push_back(x.probability), value.push_back(x.value);
  }
  return py::make_tuple(to_numpy(std::move(source)), to_numpy(std::move(target)),
                        to_numpy(std::move(probability)), to_numpy(std::move(value)));
}

}  // namespace

void bind_inferred_links(py::module_& m) {
  py::class_<inferred_links>(m, "InferredLinks")
      .def(py::init([](const ints& sector, const numbers& output, const numbers& inputs,
                       const numbers& sold_share, const std::optional<ints>& place,
                       const std::optional<numbers>& nearness, unsigned threads,
                       const py::object& progress) {
             const auto places =
                 nearness ? static_cast<std::size_t>(nearness->shape(0)) : std::size_t{1};
             const measures::inferred_links_input in{
                 as_span(sector), as_span(output),     static_cast<std::size_t>(sold_share.size()),
                 as_span(inputs), as_span(sold_share), as_span(place),
                 places,          as_span(nearness)};
             return run(threads, progress,
                        [&](const run_context& ctx) { return inferred_links(in, ctx); });
           }),
           py::arg("sector"), py::arg("output"), py::arg("inputs"), py::arg("sold_share"),
           py::arg("place").none(true), py::arg("nearness").none(true), py::kw_only(),
           py::arg("threads"), py::arg("progress"))
      .def_property_readonly("z", &inferred_links::z)
      .def("candidates", &inferred_links::candidates)
      .def(
          "calibrate",
          [](inferred_links& model, double links, unsigned threads, const py::object& progress) {
            const auto found = run(threads, progress, [&](const run_context& ctx) {
              return model.calibrate(links, ctx);
            });
            return py::make_tuple(found.z, found.expected_links, found.standard_error);
          },
          py::arg("links"), py::kw_only(), py::arg("threads"), py::arg("progress"))
      .def(
          "sample",
          [](const inferred_links& model, std::uint64_t seed, std::uint32_t draw, unsigned threads,
             const py::object& progress) {
            return columns(run(threads, progress, [&](const run_context& ctx) {
              return model.sample(seed, draw, ctx);
            }));
          },
          py::arg("seed"), py::arg("draw"), py::kw_only(), py::arg("threads"), py::arg("progress"))
      .def(
          "likely",
          [](const inferred_links& model, std::size_t k, bool suppliers, unsigned threads,
             const py::object& progress) {
            return columns(run(threads, progress, [&](const run_context& ctx) {
              return suppliers ? model.likely_suppliers(k, ctx) : model.likely_buyers(k, ctx);
            }));
          },
          py::arg("k"), py::arg("suppliers"), py::kw_only(), py::arg("threads"),
          py::arg("progress"))
      .def("pairs", [](const inferred_links& model, const ints& source, const ints& target) {
        if (source.size() != target.size())
          throw invalid_argument("source and target must be equally long");
        std::vector<double> probability, value;
        for (py::ssize_t k = 0; k < source.size(); ++k) {
          probability.push_back(model.probability(source.data()[k], target.data()[k]));
          value.push_back(model.expected_value(source.data()[k], target.data()[k]));
        }
        return py::make_tuple(to_numpy(std::move(probability)), to_numpy(std::move(value)));
      });
}

}  // namespace kedja::python
