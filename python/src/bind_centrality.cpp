#include <optional>
#include <string>

#include <kedja/measures/centrality/approximate_betweenness.hpp>
#include <kedja/measures/centrality/best_closeness.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/closeness.hpp>
#include <kedja/measures/centrality/current_flow_betweenness.hpp>
#include <kedja/measures/centrality/degree.hpp>
#include <kedja/measures/centrality/edge_betweenness.hpp>
#include <kedja/measures/centrality/eigenvector.hpp>
#include <kedja/measures/centrality/group_closeness.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <kedja/measures/centrality/hits.hpp>
#include <kedja/measures/centrality/katz.hpp>
#include <kedja/measures/centrality/pagerank.hpp>
#include <kedja/measures/structure/distances.hpp>

#include "bind.hpp"
#include "words.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using ints = array<std::uint32_t>;

template <class T>
py::tuple counts(measures::directed_counts<T>&& c) {
  return py::make_tuple(to_numpy(std::move(c.total)), to_numpy(std::move(c.upstream)),
                        to_numpy(std::move(c.downstream)));
}

py::tuple best(measures::best_closeness_result&& r) {
  return py::make_tuple(to_numpy(std::move(r.vertex)), to_numpy(std::move(r.score)),
                        to_numpy(std::move(r.reached)));
}

}  // namespace

void bind_centrality(py::module_& m) {
  m.def("degree", [](const csr_graph& g) { return counts(measures::degree(g)); });
  m.def("strength", [](const csr_graph& g) { return counts(measures::strength(g)); });
  m.def(
      "harmonic_closeness",
      [](const csr_graph& g, const std::string& direction, bool normalized,
         std::optional<std::uint32_t> max_hops, const std::optional<std::string>& length,
         unsigned threads, const py::object& progress) {
        measures::harmonic_closeness_options options{.direction = parse_direction(direction),
                                                     .normalized = normalized,
                                                     .length = parse_length(length)};
        if (max_hops) options.max_hops = *max_hops;
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::harmonic_closeness(g, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.reached)));
      },
      py::arg("graph"), py::kw_only(), py::arg("direction"), py::arg("normalized"),
      py::arg("max_hops"), py::arg("length"), py::arg("threads"), py::arg("progress"));
  m.def(
      "best_harmonic_closeness",
      [](const csr_graph& g, std::size_t k, const std::string& direction, bool normalized,
         std::optional<std::uint32_t> max_hops, const std::optional<std::string>& length,
         unsigned threads, const py::object& progress) {
        measures::harmonic_closeness_options options{.direction = parse_direction(direction),
                                                     .normalized = normalized,
                                                     .length = parse_length(length)};
        if (max_hops) options.max_hops = *max_hops;
        return best(run(threads, progress, [&](const run_context& ctx) {
          return measures::best_harmonic_closeness(g, k, options, ctx);
        }));
      },
      py::arg("graph"), py::arg("k"), py::kw_only(), py::arg("direction"), py::arg("normalized"),
      py::arg("max_hops"), py::arg("length"), py::arg("threads"), py::arg("progress"));
  m.def(
      "best_closeness",
      [](const csr_graph& g, std::size_t k, const std::string& direction, bool wf_improved,
         const std::optional<std::string>& length, unsigned threads, const py::object& progress) {
        const measures::closeness_options options{parse_direction(direction), wf_improved,
                                                  parse_length(length)};
        return best(run(threads, progress, [&](const run_context& ctx) {
          return measures::best_closeness(g, k, options, ctx);
        }));
      },
      py::arg("graph"), py::arg("k"), py::kw_only(), py::arg("direction"), py::arg("wf_improved"),
      py::arg("length"), py::arg("threads"), py::arg("progress"));
  m.def(
      "closeness",
      [](const csr_graph& g, const std::string& direction, bool wf_improved,
         const std::optional<std::string>& length, unsigned threads, const py::object& progress) {
        const measures::closeness_options options{parse_direction(direction), wf_improved,
                                                  parse_length(length)};
        auto r = run(threads, progress,
                     [&](const run_context& ctx) { return measures::closeness(g, options, ctx); });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.reached)),
                              to_numpy(std::move(r.status)));
      },
      py::arg("graph"), py::kw_only(), py::arg("direction"), py::arg("wf_improved"),
      py::arg("length"), py::arg("threads"), py::arg("progress"));
  m.def(
      "betweenness",
      [](const csr_graph& g, bool normalized, const std::optional<std::string>& length,
         const std::optional<ints>& sources, const std::optional<ints>& targets, unsigned threads,
         const py::object& progress) {
        measures::betweenness_options options{.normalized = normalized,
                                              .length = parse_length(length)};
        if (sources) options.sources = as_span(*sources);
        if (targets) options.targets = as_span(*targets);
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::betweenness(g, options, ctx);
        });
        return to_numpy(std::move(r.score));
      },
      py::arg("graph"), py::kw_only(), py::arg("normalized"), py::arg("length"),
      py::arg("sources").none(true), py::arg("targets").none(true), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "edge_betweenness",
      [](const csr_graph& g, bool normalized, const std::optional<std::string>& length,
         const std::optional<ints>& sources, const std::optional<ints>& targets, unsigned threads,
         const py::object& progress) {
        measures::edge_betweenness_options options{.normalized = normalized,
                                                   .length = parse_length(length)};
        if (sources) options.sources = as_span(*sources);
        if (targets) options.targets = as_span(*targets);
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::edge_betweenness(g, options, ctx);
        });
        return to_numpy(std::move(r.score));
      },
      py::arg("graph"), py::kw_only(), py::arg("normalized"), py::arg("length"),
      py::arg("sources").none(true), py::arg("targets").none(true), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "group_closeness",
      [](const csr_graph& g, const std::optional<ints>& group, std::size_t size,
         const std::string& direction, unsigned threads, const py::object& progress) {
        measures::group_closeness_options options{.size = size,
                                                  .direction = parse_direction(direction)};
        if (group) options.group = as_span(*group);
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::group_closeness(g, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.member)), to_numpy(std::move(r.score)),
                              to_numpy(std::move(r.reached)));
      },
      py::arg("graph"), py::kw_only(), py::arg("group").none(true), py::arg("size"),
      py::arg("direction"), py::arg("threads"), py::arg("progress"));
  m.def(
      "eigenvector",
      [](const csr_graph& g, const std::string& direction, bool weighted, double tolerance,
         int max_iterations, unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::eigenvector(
              g, {parse_direction(direction), weighted, tolerance, max_iterations}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.status)),
                              r.eigenvalue, record(r.iteration));
      },
      py::arg("graph"), py::kw_only(), py::arg("direction"), py::arg("weighted"),
      py::arg("tolerance"), py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
  m.def(
      "hits",
      [](const csr_graph& g, bool normalized, bool weighted, double tolerance, int max_iterations,
         unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::hits(g, {normalized, weighted, tolerance, max_iterations}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.hubs)), to_numpy(std::move(r.authorities)),
                              to_numpy(std::move(r.status)), record(r.iteration));
      },
      py::arg("graph"), py::kw_only(), py::arg("normalized"), py::arg("weighted"),
      py::arg("tolerance"), py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
  m.def(
      "katz",
      [](const csr_graph& g, double alpha, double beta, const std::optional<array<double>>& betas,
         bool normalized, const std::string& direction, bool weighted, double tolerance,
         int max_iterations, unsigned threads, const py::object& progress) {
        const measures::katz_options options{
            alpha,    beta,      as_span(betas), normalized, parse_direction(direction),
            weighted, tolerance, max_iterations};
        auto r = run(threads, progress,
                     [&](const run_context& ctx) { return measures::katz(g, options, ctx); });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.status)),
                              record(r.iteration));
      },
      py::arg("graph"), py::kw_only(), py::arg("alpha"), py::arg("beta"),
      py::arg("betas").none(true), py::arg("normalized"), py::arg("direction"), py::arg("weighted"),
      py::arg("tolerance"), py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
  m.def(
      "current_flow_betweenness",
      [](const csr_graph& g, bool normalized, bool weighted, double epsilon, double delta,
         std::uint64_t seed, double tolerance, int max_iterations, unsigned threads,
         const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::current_flow_betweenness(
              g, {normalized, weighted, epsilon, delta, seed, tolerance, max_iterations}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.status)),
                              r.samples, r.residual, r.converged);
      },
      py::arg("graph"), py::kw_only(), py::arg("normalized"), py::arg("weighted"),
      py::arg("epsilon"), py::arg("delta"), py::arg("seed"), py::arg("tolerance"),
      py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
  m.def(
      "distances",
      [](const csr_graph& g, vertex_id source, const std::string& direction,
         const std::optional<std::string>& length, unsigned threads, const py::object& progress) {
        const measures::distances_options options{parse_direction(direction), parse_length(length)};
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::distances(g, source, options, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.distance)), r.reached);
      },
      py::arg("graph"), py::arg("source"), py::kw_only(), py::arg("direction"), py::arg("length"),
      py::arg("threads"), py::arg("progress"));
  m.def(
      "approximate_betweenness",
      [](const csr_graph& g, double epsilon, double delta, std::uint64_t seed, std::size_t top_k,
         unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::approximate_betweenness(g, {epsilon, delta, seed, top_k}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.score)), to_numpy(std::move(r.lower)),
                              to_numpy(std::move(r.upper)), to_numpy(std::move(r.status)),
                              r.samples, r.diameter_bound, r.error_bound);
      },
      py::arg("graph"), py::kw_only(), py::arg("epsilon"), py::arg("delta"), py::arg("seed"),
      py::arg("top_k"), py::arg("threads"), py::arg("progress"));
  m.def(
      "pagerank",
      [](const csr_graph& g, double damping, const std::string& direction, bool weighted,
         const std::optional<array<double>>& personalization, double tolerance, int max_iterations,
         unsigned threads, const py::object& progress) {
        const measures::pagerank_options options{damping,   parse_direction(direction),
                                                 weighted,  as_span(personalization),
                                                 tolerance, max_iterations};
        auto r = run(threads, progress,
                     [&](const run_context& ctx) { return measures::pagerank(g, options, ctx); });
        return py::make_tuple(to_numpy(std::move(r.score)), record(r.iteration));
      },
      py::arg("graph"), py::kw_only(), py::arg("damping"), py::arg("direction"),
      py::arg("weighted"), py::arg("personalization"), py::arg("tolerance"),
      py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
}

}  // namespace kedja::python
