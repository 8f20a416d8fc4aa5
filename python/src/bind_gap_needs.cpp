/// Coverage, fragility and unmet need: gap measures that rest on answers, supply links and needs.
#include <cstdint>
#include <vector>

#include <kedja/measures/common/binomial.hpp>
#include <kedja/measures/gap/coverage.hpp>
#include <kedja/measures/gap/fragility.hpp>
#include <kedja/measures/gap/unmet_need.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using graph::grouping;
using measures::sparse_table;

using ints = array<std::uint32_t>;
using doubles = array<double>;

template <class T>
std::vector<T> copied(std::span<const T> from) {
  return {from.begin(), from.end()};
}
std::vector<char> flags(const array<bool>& from) {
  const auto all = as_span(from);
  return {all.begin(), all.end()};
}

py::tuple bands(const std::vector<measures::gap_band>& from) {
  std::vector<double> value, low, high;
  for (const auto& b : from) value.push_back(b.value), low.push_back(b.low), high.push_back(b.high);
  return py::make_tuple(to_numpy(std::move(value)), to_numpy(std::move(low)),
                        to_numpy(std::move(high)));
}

void bind_coverage(py::module_& m) {
  m.def("binomial_interval", &measures::binomial_interval);
  // members, answered, gap, breadth gap, random, lack, share, and per cluster its greedy cover.
  m.def(
      "coverage_gap",
      [](const grouping& groups, const sparse_table& level, const doubles& need,
         const array<bool>& answered, std::size_t steps, std::uint32_t draws, std::uint64_t seed,
         unsigned threads, const py::object& progress) {
        const auto said = flags(answered);
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::coverage_gap(groups, level, as_span(need), said, {draws, seed}, ctx);
        });
        py::list cover;
        for (group_id a = 0; a < groups.num_groups(); ++a) {
          py::list chosen;
          if (r.answered[a] > 0)
            for (const auto& step : measures::greedy_cover(r, as_span(need), a, steps))
              chosen.append(py::make_tuple(step.cluster, step.gain));
          cover.append(chosen);
        }
        return py::make_tuple(to_numpy(std::move(r.members)), to_numpy(std::move(r.answered)),
                              bands(r.gap), bands(r.breadth_gap), bands(r.random),
                              to_numpy(std::move(r.lack)), to_numpy(std::move(r.share)), cover);
      },
      py::arg("groups"), py::arg("level"), py::arg("need"), py::arg("answered"), py::arg("steps"),
      py::arg("draws"), py::arg("seed"), py::kw_only(), py::arg("threads"), py::arg("progress"));
}

void bind_fragility(py::module_& m) {
  using measures::single_source_result;
  py::class_<single_source_result>(m, "SingleSources")
      .def_property_readonly(
          "dependence",
          [](const single_source_result& r) { return to_numpy(copied<double>(r.dependence)); })
      .def_property_readonly("found", [](const single_source_result& r) {
        std::vector<vertex_id> buyer, supplier;
        std::vector<std::uint32_t> sector;
        std::vector<double> of_type, of_inputs, essential, value;
        for (const auto& s : r.found) {
          buyer.push_back(s.buyer), supplier.push_back(s.supplier), sector.push_back(s.sector);
          of_type.push_back(s.of_type), of_inputs.push_back(s.of_inputs);
          essential.push_back(s.essential), value.push_back(s.value);
        }
        return py::make_tuple(to_numpy(std::move(buyer)), to_numpy(std::move(supplier)),
                              to_numpy(std::move(sector)), to_numpy(std::move(of_type)),
                              to_numpy(std::move(of_inputs)), to_numpy(std::move(essential)),
                              to_numpy(std::move(value)));
      });
  m.def(
      "single_sources",
      [](const csr_graph& g, const ints& sector, std::uint32_t sectors,
         const std::optional<doubles>& essential, double theta, unsigned threads,
         const py::object& progress) {
        return run(threads, progress, [&](const run_context& ctx) {
          return measures::single_sources(g, as_span(sector), sectors, as_span(essential), theta,
                                          ctx);
        });
      },
      py::arg("graph"), py::arg("sector"), py::arg("sectors"), py::arg("essential"),
      py::arg("theta"), py::kw_only(), py::arg("threads"), py::arg("progress"));
  // Per source i and cluster a: the seller that could stand in, or no_vertex.
  m.def("instead_of",
        [](const csr_graph& g, const grouping& groups, const ints& sector, std::uint32_t sectors,
           const ints& of_sector, const ints& supplier, const ints& cluster) {
          const measures::outside_sales sales(g, groups, as_span(sector), sectors);
          std::vector<group_id> by;
          std::vector<vertex_id> company;
          const auto k = as_span(of_sector), s = as_span(supplier), a = as_span(cluster);
          if (k.size() != s.size() || k.size() != a.size())
            throw invalid_argument("sector, supplier and cluster must match in size");
          for (std::size_t i = 0; i < k.size(); ++i) {
            if (k[i] >= sectors) throw invalid_argument("no such sector");
            const auto found = sales.instead_of(k[i], s[i], a[i], groups);
            by.push_back(found.cluster), company.push_back(found.company);
          }
          return py::make_tuple(to_numpy(std::move(by)), to_numpy(std::move(company)));
        });
  m.def(
      "fragility",
      [](const single_source_result& sources, const grouping& groups,
         const std::optional<doubles>& weight, const ints& clusters, std::uint32_t draws,
         std::uint64_t seed, unsigned threads, const py::object& progress) {
        const auto rows = run(threads, progress, [&](const run_context& ctx) {
          return measures::fragility(sources, groups, as_span(weight), as_span(clusters),
                                     {draws, seed}, ctx);
        });
        std::vector<measures::gap_band> whole, random;
        std::vector<std::uint32_t> members, buyers;
        for (const auto& row : rows) {
          whole.push_back(row.whole), random.push_back(row.random);
          members.push_back(row.members), buyers.push_back(row.buyers);
        }
        return py::make_tuple(bands(whole), bands(random), to_numpy(std::move(members)),
                              to_numpy(std::move(buyers)));
      },
      py::arg("sources"), py::arg("groups"), py::arg("weight"), py::arg("clusters"),
      py::arg("draws"), py::arg("seed"), py::kw_only(), py::arg("threads"), py::arg("progress"));
}

void bind_unmet_need(py::module_& m) {
  // home none: home supply meets home need first. Gives pair, offer, unmet, alone, joint, tied,
  // gap, total.
  m.def("unmet_need",
        [](const doubles& need, const doubles& supply, const std::optional<doubles>& home,
           std::size_t clusters, std::size_t kinds, const std::optional<doubles>& omega,
           const array<bool>& tied) {
          measures::need_and_supply given{clusters, kinds, copied(as_span(need)),
                                          copied(as_span(supply)), copied(as_span(home))};
          if (given.need.size() != given.supply.size())
            throw invalid_argument("needs and supplies must match in size");
          if (!home) measures::home_first(given);
          const auto ties = flags(tied);
          auto r = measures::unmet_need(given, as_span(omega), ties);
          return py::make_tuple(to_numpy(std::move(r.pair)), to_numpy(std::move(r.offer)),
                                to_numpy(std::move(r.unmet)), to_numpy(std::move(r.alone)),
                                to_numpy(std::move(r.joint)), to_numpy(std::move(r.tied)),
                                to_numpy(std::move(r.gap)), r.joint_total);
        });
  m.def("joint_optimum", [](const doubles& unmet, const doubles& spare) {
    if (unmet.size() != spare.size()) throw invalid_argument("unmet and spare differ in size");
    std::vector<double> received;
    const double total = measures::joint_optimum(as_span(unmet), as_span(spare), received);
    return py::make_tuple(total, to_numpy(std::move(received)));
  });
}

}  // namespace

void bind_gap_needs(py::module_& m) {
  bind_coverage(m);
  bind_fragility(m);
  bind_unmet_need(m);
}

}  // namespace kedja::python
