/// Gap measures and shared neighbours; one function per header.
#include <cstdint>
#include <string>
#include <vector>

#include <kedja/measures/common/simple_neighbours.hpp>
#include <kedja/measures/common/two_hop.hpp>
#include <kedja/measures/common/two_hop_pairs.hpp>
#include <kedja/measures/complexity/proximity.hpp>
#include <kedja/measures/gap/capability.hpp>
#include <kedja/measures/gap/complementarity.hpp>
#include <kedja/measures/gap/reach.hpp>
#include <kedja/measures/gap/tie_deficit.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using graph::grouping;
using measures::cluster_profile;
using measures::gap_band;
using measures::sparse_table;

using ints = array<std::uint32_t>;
using doubles = array<double>;

/// Bands as three columns.
py::tuple bands(const std::vector<gap_band>& from) {
  std::vector<double> value, low, high;
  for (const gap_band& b : from)
    value.push_back(b.value), low.push_back(b.low), high.push_back(b.high);
  return py::make_tuple(to_numpy(std::move(value)), to_numpy(std::move(low)),
                        to_numpy(std::move(high)));
}

measures::two_hop_score parse_score(const std::string& text) {
  using measures::two_hop_score;
  if (text == "common_neighbours") return two_hop_score::common_neighbours;
  if (text == "adamic_adar") return two_hop_score::adamic_adar;
  if (text == "resource_allocation") return two_hop_score::resource_allocation;
  if (text == "jaccard") return two_hop_score::jaccard;
  if (text == "cosine") return two_hop_score::cosine;
  throw invalid_argument(
      "score must be 'common_neighbours', 'adamic_adar', 'resource_allocation', 'jaccard' or "
      "'cosine', not '" +
      text + "'");
}

void bind_profile(py::module_& m) {
  py::class_<cluster_profile>(m, "ClusterProfile")
      .def(py::init(
          [](const grouping& groups, const sparse_table& has, const std::optional<doubles>& need) {
            return measures::profile_of(groups, has, as_span(need));
          }))
      .def_property_readonly(
          "size",
          [](const cluster_profile& p) { return to_numpy(std::vector<std::uint32_t>(p.size)); })
      .def_property_readonly(
          "common",
          [](const cluster_profile& p) { return to_numpy(std::vector<double>(p.common)); })
      .def_property_readonly(
          "need", [](const cluster_profile& p) { return to_numpy(std::vector<double>(p.need)); })
      .def_property_readonly("share",
                             [](const cluster_profile& p) {
                               std::vector<double> share;
                               for (group_id a = 0; a < p.clusters; ++a)
                                 for (std::uint32_t k = 0; k < p.capabilities; ++k)
                                   share.push_back(p.share(a, k));
                               return to_numpy(std::move(share));
                             })
      .def("specialised", &measures::specialised_table);
}

void bind_gaps(py::module_& m) {
  m.def(
      "capability_gap",
      [](const cluster_profile& p, const grouping& groups, const sparse_table& has,
         const ints& clusters, std::uint32_t draws, std::uint64_t seed, unsigned threads,
         const py::object& progress) {
        const auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::capability_gap(p, groups, has, as_span(clusters), {draws, seed}, ctx);
        });
        return py::make_tuple(bands(r.whole), bands(r.random), bands(r.part));
      },
      py::arg("profile"), py::arg("groups"), py::arg("has"), py::arg("clusters"), py::arg("draws"),
      py::arg("seed"), py::kw_only(), py::arg("threads"), py::arg("progress"));
  // Pairs, offers, gap, random clusters, and what the gap is made of.
  m.def(
      "complementarity",
      [](const cluster_profile& p, const grouping& groups, const sparse_table& has,
         const doubles& near, const array<bool>& tied, double threshold, std::uint32_t draws,
         std::uint64_t seed, unsigned threads, const py::object& progress) {
        const auto given = as_span(tied);
        const std::vector<char> ties(given.begin(), given.end());
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::complementarity(p, groups, has, as_span(near), ties,
                                           {threshold, draws, seed}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.pair)), to_numpy(std::move(r.offer)),
                              bands(r.gap), bands(r.random), to_numpy(std::move(r.wanted)),
                              to_numpy(std::move(r.delivered)));
      },
      py::arg("profile"), py::arg("groups"), py::arg("has"), py::arg("near"), py::arg("tied"),
      py::arg("threshold"), py::arg("draws"), py::arg("seed"), py::kw_only(), py::arg("threads"),
      py::arg("progress"));
  m.def("tie_deficit", [](const ints& a, const ints& b, const doubles& observed,
                          const doubles& expected, const doubles& z, const doubles& q,
                          group_id clusters, bool directed, const doubles& weight, double alpha) {
    measures::tie_significance_result ties;
    const auto copy = [](const auto& from, auto& to) {
      const auto all = as_span(from);
      to.assign(all.begin(), all.end());
    };
    copy(a, ties.a), copy(b, ties.b);
    copy(observed, ties.observed), copy(expected, ties.expected);
    copy(z, ties.z), copy(q, ties.q);
    auto r = measures::tie_deficit(ties, clusters, directed, as_span(weight), alpha);
    const std::vector<std::uint8_t> significant(r.significant.begin(), r.significant.end());
    return py::make_tuple(to_numpy(std::move(r.observed)), to_numpy(std::move(r.expected)),
                          to_numpy(std::move(r.z)), to_numpy(std::move(r.q)),
                          to_numpy(std::move(r.deficit)),
                          to_numpy(std::vector<std::uint8_t>(significant)),
                          to_numpy(std::move(r.low)), to_numpy(std::move(r.high)), bands(r.gap));
  });
  // Per asked cluster: band, random clusters, rarefied, ties, those of all other clusters,
  // entropies (own and expected), ties per region, missing regions. And the spread of all clusters'
  // ties.
  m.def(
      "reach_gap",
      [](const std::vector<const csr_graph*>& graphs, const grouping& groups, const ints& region,
         std::uint32_t regions, const ints& clusters, std::uint32_t draws, std::uint64_t seed,
         std::uint32_t rarefy, unsigned threads, const py::object& progress) {
        const std::span<const csr_graph* const> given(graphs);
        auto found = run(threads, progress, [&](const run_context& ctx) {
          return measures::reach_gap<csr_graph>(given, groups, as_span(region), regions,
                                                as_span(clusters), {draws, seed, rarefy}, ctx);
        });
        measures::external_ties ties(groups.num_groups(), regions);
        for (const csr_graph* g : graphs) ties.add(*g, groups, as_span(region));
        const auto band = [](const gap_band& b) { return py::make_tuple(b.value, b.low, b.high); };
        py::list rows;
        for (std::size_t i = 0; i < found.size(); ++i) {
          const auto count = ties.row(as_span(clusters)[i]);
          rows.append(py::make_tuple(band(found[i].whole), band(found[i].random), found[i].rarefied,
                                     found[i].ties, found[i].other_ties,
                                     py::make_tuple(found[i].entropy, found[i].expected_entropy),
                                     to_numpy(std::vector<double>(count.begin(), count.end())),
                                     to_numpy(std::move(found[i].missing))));
        }
        return py::make_tuple(rows, to_numpy(measures::pooled_spread(ties)));
      },
      py::arg("graphs"), py::arg("groups"), py::arg("region"), py::arg("regions"),
      py::arg("clusters"), py::arg("draws"), py::arg("seed"), py::arg("rarefy"), py::kw_only(),
      py::arg("threads"), py::arg("progress"));
}

void bind_recommend(py::module_& m) {
  m.def(
      "two_hop",
      [](const csr_graph& g, const std::string& score, std::size_t k, unsigned threads,
         const py::object& progress) {
        const auto chosen = parse_score(score);
        const auto pairs = run(threads, progress, [&](const run_context& ctx) {
          return measures::best_two_hop_pairs(measures::simple_neighbours(g), chosen, k, ctx);
        });
        std::vector<vertex_id> source, target;
        std::vector<double> value;
        for (const auto& p : pairs)
          source.push_back(p.source), target.push_back(p.target), value.push_back(p.score);
        return py::make_tuple(to_numpy(std::move(source)), to_numpy(std::move(target)),
                              to_numpy(std::move(value)));
      },
      py::arg("graph"), py::arg("score"), py::arg("k"), py::kw_only(), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "two_hop_scores",
      [](const csr_graph& g, const std::string& score, const ints& source, const ints& target,
         unsigned threads, const py::object& progress) {
        const auto chosen = parse_score(score);
        return to_numpy(run(threads, progress, [&](const run_context& ctx) {
          return measures::two_hop_scores(measures::simple_neighbours(g), chosen, as_span(source),
                                          as_span(target), ctx);
        }));
      },
      py::arg("graph"), py::arg("score"), py::arg("source"), py::arg("target"), py::kw_only(),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "two_hop_per_company",
      [](const csr_graph& g, const std::string& score, std::size_t k, unsigned threads,
         const py::object& progress) {
        const auto chosen = parse_score(score);
        const auto pairs = run(threads, progress, [&](const run_context& ctx) {
          return measures::best_two_hop_per_vertex(measures::simple_neighbours(g), chosen, k, ctx);
        });
        std::vector<vertex_id> source, target;
        std::vector<double> value;
        for (const auto& p : pairs)
          source.push_back(p.source), target.push_back(p.target), value.push_back(p.score);
        return py::make_tuple(to_numpy(std::move(source)), to_numpy(std::move(target)),
                              to_numpy(std::move(value)));
      },
      py::arg("graph"), py::arg("score"), py::arg("k"), py::kw_only(), py::arg("threads"),
      py::arg("progress"));
}

}  // namespace

void bind_gap(py::module_& m) {
  bind_profile(m);
  bind_gaps(m);
  bind_recommend(m);
}

}  // namespace kedja::python
