/// Null models; one function per header of measures/null_models.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/measures/common/benjamini_hochberg.hpp>
#include <kedja/measures/common/poisson_regression.hpp>
#include <kedja/measures/null_models/bicm.hpp>
#include <kedja/measures/null_models/configuration.hpp>
#include <kedja/measures/null_models/coparticipation.hpp>
#include <kedja/measures/null_models/rewire.hpp>
#include <kedja/measures/null_models/sampled_ties.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>
#include <kedja/measures/null_models/weighted_configuration.hpp>
#include <kedja/measures/null_models/within_between.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using graph::grouping;
using measures::sparse_table;

using ints = array<std::uint32_t>;
using doubles = array<double>;

measures::tail parse_tail(const std::string& text) {
  if (text == "two-sided") return measures::tail::two_sided;
  if (text == "less") return measures::tail::less;
  if (text == "greater") return measures::tail::greater;
  throw invalid_argument("tail must be one of 'two-sided', 'less', 'greater', not '" + text + "'");
}
py::dict record(const measures::iteration_record& r) {
  py::dict made;
  made["iterations"] = r.iterations;
  made["residual"] = r.residual;
  made["error_bound"] = r.error_bound;
  made["converged"] = r.converged;
  return made;
}

py::dict ties(measures::tie_significance_result&& r) {
  py::dict made;
  made["a"] = to_numpy(std::move(r.a));
  made["b"] = to_numpy(std::move(r.b));
  made["observed"] = to_numpy(std::move(r.observed));
  made["expected"] = to_numpy(std::move(r.expected));
  made["variance"] = to_numpy(std::move(r.variance));
  made["z"] = to_numpy(std::move(r.z));
  made["pvalue"] = to_numpy(std::move(r.p));
  made["qvalue"] = to_numpy(std::move(r.q));
  made["iteration"] = record(r.iteration);
  return made;
}

/// Draws by switching or by labels share their arguments.
template <class Call>
void bind_sampled(py::module_& m, const char* name, Call call) {
  m.def(
      name,
      [call](const csr_graph& g, const grouping& groups, const std::string& tail,
             std::uint32_t draws, std::uint64_t seed, double switches_per_link, unsigned threads,
             const py::object& progress) {
        const measures::sampled_ties_options options{parse_tail(tail), draws, seed,
                                                     switches_per_link};
        return ties(run(threads, progress,
                        [&](const run_context& ctx) { return call(g, groups, options, ctx); }));
      },
      py::arg("graph"), py::arg("groups"), py::kw_only(), py::arg("tail"), py::arg("draws"),
      py::arg("seed"), py::arg("switches_per_link"), py::arg("threads"), py::arg("progress"));
}

void bind_ties(py::module_& m) {
  m.def(
      "tie_significance",
      [](const csr_graph& g, const grouping& groups, const std::string& tail, unsigned threads,
         const py::object& progress) {
        const auto side = parse_tail(tail);
        return ties(run(threads, progress, [&](const run_context& ctx) {
          return measures::tie_significance(g, groups, {.side = side}, ctx);
        }));
      },
      py::arg("graph"), py::arg("groups"), py::kw_only(), py::arg("tail"), py::arg("threads"),
      py::arg("progress"));
  m.def(
      "coparticipation_significance",
      [](const grouping& groups, const ints& company, const ints& project, const ints& stratum,
         const std::string& tail, std::uint32_t draws, std::uint64_t seed, unsigned threads,
         const py::object& progress) {
        const auto side = parse_tail(tail);
        return ties(run(threads, progress, [&](const run_context& ctx) {
          return measures::coparticipation_significance(groups, as_span(company), as_span(project),
                                                        as_span(stratum), {side, draws, seed}, ctx);
        }));
      },
      py::arg("groups"), py::arg("company").noconvert(), py::arg("project").noconvert(),
      py::arg("stratum").noconvert(), py::kw_only(), py::arg("tail"), py::arg("draws"),
      py::arg("seed"), py::arg("threads"), py::arg("progress"));
  m.def(
      "within_between_significance",
      [](const csr_graph& g, const grouping& groups, const std::string& tail, unsigned threads,
         const py::object& progress) {
        const auto side = parse_tail(tail);
        return ties(run(threads, progress, [&](const run_context& ctx) {
          return measures::within_between_significance(g, groups, {.side = side}, ctx);
        }));
      },
      py::arg("graph"), py::arg("groups"), py::kw_only(), py::arg("tail"), py::arg("threads"),
      py::arg("progress"));
  bind_sampled(m, "rewired_significance",
               [](const csr_graph& g, const grouping& groups,
                  const measures::sampled_ties_options& options, const run_context& ctx) {
                 return measures::rewired_significance(g, groups, options, ctx);
               });
  bind_sampled(m, "permutation_significance",
               [](const csr_graph& g, const grouping& groups,
                  const measures::sampled_ties_options& options, const run_context& ctx) {
                 return measures::permutation_significance(g, groups, options, ctx);
               });
  m.def("ties_of_moments",
        [](const ints& a, const ints& b, const doubles& observed, const doubles& expected,
           const doubles& variance, const std::string& tail) {
          measures::tie_significance_result r;
          const auto copy = [](const auto& from, auto& to) {
            const auto all = as_span(from);
            to.assign(all.begin(), all.end());
          };
          copy(a, r.a), copy(b, r.b), copy(observed, r.observed), copy(expected, r.expected);
          copy(variance, r.variance);
          measures::detail::finish_ties(r, parse_tail(tail));
          return ties(std::move(r));
        });
  m.def("observed_ties", [](const csr_graph& g, const grouping& groups) {
    measures::detail::check_sampled({}, groups.num_vertices(), g.num_vertices());
    return to_numpy(run(1, py::none(), [&](const run_context& ctx) {
      task job(ctx);
      const auto links = measures::make_switcher(g, job);
      const measures::detail::pair_counter counter(groups, g.directed());
      std::vector<double> sum(counter.size());
      counter.count(
          links.source(), links.target(), [](vertex_id v) { return v; }, sum, job);
      return sum;
    }));
  });
}

void bind_models(py::module_& m) {
  using measures::bipartite_model;
  using measures::configuration_model;
  py::class_<bipartite_model>(m, "BipartiteModel")
      .def(py::init([](const sparse_table& binary, double tolerance, int max_iterations,
                       unsigned threads, const py::object& progress) {
             return run(threads, progress, [&](const run_context& ctx) {
               return measures::fit_bipartite(binary, {tolerance, max_iterations}, ctx);
             });
           }),
           py::arg("binary"), py::kw_only(), py::arg("tolerance"), py::arg("max_iterations"),
           py::arg("threads"), py::arg("progress"))
      .def("iteration", [](const bipartite_model& b) { return record(b.iteration); })
      .def("classes",
           [](const bipartite_model& b) {
             return py::make_tuple(b.row_classes(), b.column_classes());
           })
      .def("probabilities",
           [](const bipartite_model& b) {
             std::vector<double> p;
             p.reserve(b.row_class.size() * b.column_class.size());
             for (std::uint32_t r = 0; r < b.row_class.size(); ++r)
               for (std::uint32_t c = 0; c < b.column_class.size(); ++c)
                 p.push_back(b.probability(r, c));
             return to_numpy(std::move(p));
           })
      .def(
          "shared",
          [](const bipartite_model& b, const sparse_table& binary, bool rows, unsigned threads,
             const py::object& progress) {
            auto r = run(threads, progress, [&](const run_context& ctx) {
              return rows ? measures::shared_columns(binary, b, ctx)
                          : measures::shared_columns(binary.transposed(), b.transposed(), ctx);
            });
            auto q = measures::q_values(r.p);
            return py::make_tuple(to_numpy(std::move(r.shared)), to_numpy(std::move(r.p)),
                                  to_numpy(std::move(q)));
          },
          py::arg("binary"), py::kw_only(), py::arg("rows"), py::arg("threads"),
          py::arg("progress"))
      .def("draw", [](const bipartite_model& b, std::uint64_t seed, std::uint64_t number) {
        return measures::draw_bipartite(b, seed, number);
      });
  py::class_<configuration_model>(m, "ConfigurationModel")
      .def(py::init([](const csr_graph& g, double tolerance, int max_iterations, unsigned threads,
                       const py::object& progress) {
             return run(threads, progress, [&](const run_context& ctx) {
               return measures::fit_configuration(g, {tolerance, max_iterations}, ctx);
             });
           }),
           py::arg("graph"), py::kw_only(), py::arg("tolerance"), py::arg("max_iterations"),
           py::arg("threads"), py::arg("progress"))
      .def("iteration", [](const configuration_model& c) { return record(c.iteration); })
      .def("vertices",
           [](const configuration_model& c) {
             std::vector<double> x, y, out, in;
             for (const auto k : c.class_of) {
               x.push_back(c.x[k]), y.push_back(c.y[k]);
               out.push_back(c.out[k]), in.push_back(c.in[k]);
             }
             return py::make_tuple(to_numpy(std::move(x)), to_numpy(std::move(y)),
                                   to_numpy(std::move(out)), to_numpy(std::move(in)));
           })
      .def("probabilities",
           [](const configuration_model& c, const ints& source, const ints& target) {
             const auto s = as_span(source), t = as_span(target);
             if (s.size() != t.size()) throw invalid_argument("as many sources as targets");
             std::vector<double> p;
             for (std::size_t i = 0; i < s.size(); ++i) {
               if (s[i] >= c.class_of.size() || t[i] >= c.class_of.size())
                 throw invalid_argument("pair " + std::to_string(i) + ": no such company");
               p.push_back(s[i] == t[i] ? 0.0 : c.probability(c.class_of[s[i]], c.class_of[t[i]]));
             }
             return to_numpy(std::move(p));
           })
      .def("draw", [](const configuration_model& c, std::uint64_t seed, std::uint64_t number) {
        auto links = measures::draw_configuration(c, seed, number);
        return py::make_tuple(to_numpy(std::move(links.first)), to_numpy(std::move(links.second)));
      });
  using measures::weighted_configuration_model;
  py::class_<weighted_configuration_model>(m, "WeightedConfigurationModel")
      .def(py::init([](const csr_graph& g, double tolerance, int max_iterations, unsigned threads,
                       const py::object& progress) {
             return run(threads, progress, [&](const run_context& ctx) {
               const measures::configuration_options options{tolerance, max_iterations};
               return measures::fit_values(
                   measures::fit_configuration(g, options, stage(ctx, 0.0, 0.3)),
                   measures::strengths_of(g), options, stage(ctx, 0.3, 1.0));
             });
           }),
           py::arg("graph"), py::kw_only(), py::arg("tolerance"), py::arg("max_iterations"),
           py::arg("threads"), py::arg("progress"))
      .def("iteration", [](const weighted_configuration_model& w) { return record(w.iteration); })
      .def("links", [](const weighted_configuration_model& w) { return w.links; })
      .def("rates",
           [](const weighted_configuration_model& w) {
             return py::make_tuple(to_numpy(std::vector<double>(w.out_rate)),
                                   to_numpy(std::vector<double>(w.in_rate)));
           })
      .def(
          "significance",
          [](const weighted_configuration_model& w, const csr_graph& g, const grouping& groups,
             const std::string& tail, unsigned threads, const py::object& progress) {
            const auto side = parse_tail(tail);
            return ties(run(threads, progress, [&](const run_context& ctx) {
              return measures::weighted_significance(w, groups, measures::values_between(g, groups),
                                                     side, ctx);
            }));
          },
          py::arg("graph"), py::arg("groups"), py::kw_only(), py::arg("tail"), py::arg("threads"),
          py::arg("progress"));
  m.def(
      "rewire",
      [](const csr_graph& g, double switches_per_link, std::uint64_t seed, std::uint32_t draws,
         unsigned threads, const py::object& progress) {
        const measures::rewire_options options{switches_per_link, seed};
        measures::check_rewire(options);
        auto made = run(threads, progress, [&](const run_context& ctx) {
          task job(ctx, draws);
          const auto original = measures::make_switcher(g, job);
          std::vector<measures::rewired_links> all(draws);
          for_blocks(draws, 1, job, [&](std::size_t first, std::size_t, std::size_t) {
            all[first] = measures::rewire(original, options, first, job);
            job.advance(1);
          });
          job.finish();
          return all;
        });
        py::list list;
        for (auto& one : made)
          list.append(py::make_tuple(to_numpy(std::move(one.source)),
                                     to_numpy(std::move(one.target)), one.attempts, one.done,
                                     to_numpy(std::move(one.overlap))));
        return list;
      },
      py::arg("graph"), py::kw_only(), py::arg("switches_per_link"), py::arg("seed"),
      py::arg("draws"), py::arg("threads"), py::arg("progress"));
  m.def(
      "poisson_regression",
      [](const doubles& y, const doubles& x, std::size_t terms, double tolerance,
         int max_iterations, unsigned threads, const py::object& progress) {
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return measures::poisson_regression(as_span(y), as_span(x), terms,
                                              {tolerance, max_iterations}, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.coefficient)),
                              to_numpy(std::move(r.robust_error)), to_numpy(std::move(r.fitted)),
                              r.dispersion, r.deviance, record(r.iteration));
      },
      py::arg("y"), py::arg("x"), py::arg("terms"), py::kw_only(), py::arg("tolerance"),
      py::arg("max_iterations"), py::arg("threads"), py::arg("progress"));
  m.def("q_values",
        [](const array<double>& p) { return to_numpy(measures::q_values(as_span(p))); });
}

}  // namespace

void bind_null_models(py::module_& m) {
  bind_ties(m);
  bind_models(m);
}

}  // namespace kedja::python
