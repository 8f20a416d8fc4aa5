/// Evidence for new links, the model on it and the best candidates: recommend/*.hpp.
#include <memory>
#include <string>
#include <vector>

#include <kedja/graph/projection.hpp>
#include <kedja/measures/common/simple_neighbours.hpp>
#include <kedja/recommend/candidates.hpp>
#include <kedja/recommend/cover.hpp>
#include <kedja/recommend/sampling.hpp>

#include "bind.hpp"

namespace kedja::python {
namespace {

using graph::csr_graph;
using graph::grouping;
using measures::simple_neighbours;
using measures::sparse_table;
using namespace recommend;

using ints = array<std::uint32_t>;
using codes = array<std::int32_t>;
using doubles = array<double>;

csr_graph joint_graph(vertex_id companies, const ints& company, const ints& work) {
  std::uint32_t works = 0;
  for (const std::uint32_t w : as_span(work)) works = std::max(works, w + 1);
  return graph::project(companies, works, as_span(company), as_span(work)).graph;
}

/// Who has worked with whom: company[i] took part in work[i].
simple_neighbours partners_in(vertex_id companies, const ints& company, const ints& work) {
  return simple_neighbours(joint_graph(companies, company, work));
}

/// Owns what evidence_tables refers to.
struct evidence {
  evidence(const sparse_table& joint_table, const sparse_table& mixed_table,
           sparse_table field_table, const ints& company, const ints& work,
           const ints& recent_company, const ints& recent_work, const codes& country_code,
           const codes& region_code, const doubles& latitude, const doubles& longitude,
           const array<bool>& is_firm, sparse_table wanted, sparse_table offered,
           const codes& industry_code, const doubles& trade_lift)
      : joint(joint_table),
        mixed(mixed_table),
        fields(std::move(field_table)),
        next_to(partners_in(joint_table.rows(), company, work)),
        recent(partners_in(joint_table.rows(), recent_company, recent_work)),
        country(as_span(country_code).begin(), as_span(country_code).end()),
        region(as_span(region_code).begin(), as_span(region_code).end()),
        lat(as_span(latitude).begin(), as_span(latitude).end()),
        lon(as_span(longitude).begin(), as_span(longitude).end()),
        firm(as_span(is_firm).begin(), as_span(is_firm).end()),
        wants(std::move(wanted)),
        offers(std::move(offered)),
        industry(as_span(industry_code).begin(), as_span(industry_code).end()),
        trade(as_span(trade_lift).begin(), as_span(trade_lift).end()),
        industries(static_cast<std::size_t>(trade_lift.ndim() == 2 ? trade_lift.shape(0) : 0)) {
    check(tables());
  }
  [[nodiscard]] evidence_tables tables() const {
    return {joint, mixed, fields, next_to, recent,   country,    region, lat,
            lon,   firm,  wants,  offers,  industry, industries, trade};
  }

  walk_table joint, mixed;
  sparse_table fields;
  simple_neighbours next_to, recent;
  std::vector<std::int32_t> country, region;
  std::vector<double> lat, lon;
  std::vector<char> firm;
  sparse_table wants, offers;
  std::vector<std::int32_t> industry;
  std::vector<double> trade;
  std::size_t industries;
};

logistic_model model_of(const doubles& cap, const ints& column, const doubles& knot,
                        const doubles& mean, const doubles& scale, const doubles& coefficients,
                        const doubles& covariance) {
  const auto copy = [](const auto& from) {
    const auto all = as_span(from);
    return std::vector(all.begin(), all.end());
  };
  logistic_model m;
  m.cap = copy(cap), m.column = copy(column), m.knot = copy(knot), m.mean = copy(mean);
  m.scale = copy(scale), m.coefficients = copy(coefficients), m.covariance = copy(covariance);
  const std::size_t q = m.num_terms() + 1;
  if (m.cap.empty() || m.column.size() + 1 != q || m.knot.size() + 1 != q ||
      m.scale.size() + 1 != q || m.coefficients.size() != q || m.covariance.size() != q * q)
    throw invalid_argument("the parts of the model differ in size");
  for (const std::uint32_t c : m.column)
    if (c >= m.num_columns()) throw invalid_argument("a term names a column that is not there");
  return m;
}

/// f of each row of a flat table.
template <class F>
auto by_row(const logistic_model& model, const doubles& rows, F f) {
  const auto all = as_span(rows);
  const std::size_t p = model.num_columns();
  if (all.size() % p != 0) throw invalid_argument("rows must have one value per column");
  std::vector<double> found;
  for (std::size_t i = 0; i < all.size(); i += p) found.push_back(f(all.subspan(i, p)));
  return to_numpy(std::move(found));
}

template <class Values>
auto copied(const Values& from) {
  return to_numpy(std::vector<typename Values::value_type>(from));
}

}  // namespace

void bind_partners(py::module_& m) {
  py::list names;
  for (const auto name : feature_names) names.append(py::str(std::string(name)));
  m.attr("partner_features") = py::tuple(names);
  py::list by;
  for (const auto way : ways) by.append(py::str(std::string(way)));
  m.attr("partner_ways") = py::tuple(by);

  py::class_<logistic_model>(m, "LogisticModel")
      .def(py::init(&model_of), py::arg("cap"), py::arg("column"), py::arg("knot"), py::arg("mean"),
           py::arg("scale"), py::arg("coefficients"), py::arg("covariance"))
      .def_property_readonly("cap", [](const logistic_model& l) { return copied(l.cap); })
      .def_property_readonly("column", [](const logistic_model& l) { return copied(l.column); })
      .def_property_readonly("knot", [](const logistic_model& l) { return copied(l.knot); })
      .def_property_readonly("mean", [](const logistic_model& l) { return copied(l.mean); })
      .def_property_readonly("scale", [](const logistic_model& l) { return copied(l.scale); })
      .def_property_readonly("coefficients",
                             [](const logistic_model& l) { return copied(l.coefficients); })
      .def_property_readonly("covariance",
                             [](const logistic_model& l) { return copied(l.covariance); })
      .def_readonly("iterations", &logistic_model::iterations)
      .def_readonly("converged", &logistic_model::converged)
      .def("log_odds",
           [](const logistic_model& l, const doubles& rows) {
             return by_row(l, rows, [&](auto row) { return l.log_odds(row); });
           })
      .def("errors", [](const logistic_model& l, const doubles& rows) {
        return by_row(l, rows, [&](auto row) { return l.error(row); });
      });
  py::class_<evidence>(m, "PartnerEvidence")
      .def(py::init<const sparse_table&, const sparse_table&, sparse_table, const ints&,
                    const ints&, const ints&, const ints&, const codes&, const codes&,
                    const doubles&, const doubles&, const array<bool>&, sparse_table, sparse_table,
                    const codes&, const doubles&>())
      .def(
          "features",
          [](const evidence& e, const ints& source, const ints& target, unsigned threads,
             const py::object& progress) {
            return to_numpy(run(threads, progress, [&](const run_context& ctx) {
              return pair_features(e.tables(), as_span(source), as_span(target), ctx);
            }));
          },
          py::arg("source"), py::arg("target"), py::kw_only(), py::arg("threads"),
          py::arg("progress"))
      .def("linked",
           [](const evidence& e, const ints& source, const ints& target) {
             const auto a = as_span(source), b = as_span(target);
             std::vector<std::uint8_t> found(a.size());
             for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
               found[i] = e.next_to.adjacent(a[i], b[i]);
             return to_numpy(std::move(found));
           })
      // Partners that both have, as vertices.
      .def("shared",
           [](const evidence& e, vertex_id u, vertex_id v) {
             std::vector<vertex_id> both;
             std::ranges::set_intersection(e.next_to.of(u), e.next_to.of(v),
                                           std::back_inserter(both));
             return to_numpy(std::move(both));
           })
      // How many partners both have, pair by pair.
      .def("num_shared",
           [](const evidence& e, const ints& source, const ints& target) {
             const auto a = as_span(source), b = as_span(target);
             if (a.size() != b.size())
               throw invalid_argument("source and target must have one entry per pair");
             std::vector<double> found(a.size(), 0.0);
             for (std::size_t i = 0; i < a.size(); ++i) {
               const auto mine = e.next_to.of(a[i]), theirs = e.next_to.of(b[i]);
               for (std::size_t x = 0, y = 0; x < mine.size() && y < theirs.size();) {
                 found[i] += mine[x] == theirs[y] ? 1 : 0;
                 const bool step_x = mine[x] <= theirs[y], step_y = theirs[y] <= mine[x];
                 x += step_x, y += step_y;
               }
             }
             return to_numpy(std::move(found));
           })
      .def("degree",
           [](const evidence& e) {
             std::vector<double> degree(e.next_to.num_vertices());
             for (vertex_id v = 0; v < e.next_to.num_vertices(); ++v)
               degree[v] = static_cast<double>(e.next_to.degree(v));
             return to_numpy(std::move(degree));
           })
      // Columns source, target, log odds, standard error, features row by row, ways; how many
      // considered.
      .def(
          "best",
          [](const evidence& e, const grouping& groups, const array<bool>& eligible,
             const logistic_model& model, const ints& sources, std::size_t k, std::size_t reach,
             bool other_groups, unsigned threads, const py::object& progress) {
            const auto allowed = as_span(eligible);
            const std::vector<char> flags(allowed.begin(), allowed.end());
            auto r = run(threads, progress, [&](const run_context& ctx) {
              return best_candidates(e.tables(), groups, flags, model, as_span(sources),
                                     {k, reach, other_groups}, ctx);
            });
            return py::make_tuple(to_numpy(std::move(r.source)), to_numpy(std::move(r.target)),
                                  to_numpy(std::move(r.log_odds)), to_numpy(std::move(r.error)),
                                  to_numpy(std::move(r.features)), to_numpy(std::move(r.ways)),
                                  r.considered);
          },
          py::arg("groups"), py::arg("eligible"), py::arg("model"), py::arg("sources"),
          py::arg("k"), py::arg("reach"), py::arg("other_groups"), py::kw_only(),
          py::arg("threads"), py::arg("progress"));
  m.def(
      "fit_logistic",
      [](const doubles& x, std::size_t columns, const doubles& y, const doubles& weight,
         const ints& group, double ridge, double quantile, const std::vector<double>& bends,
         unsigned threads, const py::object& progress) {
        return run(threads, progress, [&](const run_context& ctx) {
          return fit_logistic(as_span(x), columns, as_span(y), as_span(weight), as_span(group),
                              {.quantile = quantile, .ridge = ridge, .bends = bends}, ctx);
        });
      },
      py::arg("x"), py::arg("columns"), py::arg("y"), py::arg("weight"), py::arg("group"),
      py::arg("ridge"), py::arg("quantile"), py::arg("bends") = std::vector<double>{},
      py::kw_only(), py::arg("threads"), py::arg("progress"));
  // Pairs source < target that share a work, in rising order.
  m.def("joint_pairs", [](vertex_id companies, const ints& company, const ints& work) {
    std::vector<vertex_id> source, target;
    {
      const py::gil_scoped_release no_gil;
      const simple_neighbours next_to = partners_in(companies, company, work);
      for (vertex_id u = 0; u < companies; ++u)
        for (const vertex_id v : next_to.of(u))
          if (u < v) source.push_back(u), target.push_back(v);
    }
    return py::make_tuple(to_numpy(std::move(source)), to_numpy(std::move(target)));
  });
  // Chosen offers, what each adds, the value and the bound on any choice of k.
  m.def(
      "best_cover",
      [](const sparse_table& covers, const doubles& worth, const doubles& needed, std::size_t k,
         const std::vector<std::pair<std::vector<std::uint32_t>, std::uint32_t>>& budgets,
         unsigned threads, const py::object& progress) {
        std::vector<cover_budget> limits;
        for (const auto& [account, limit] : budgets) limits.push_back({account, limit});
        auto r = run(threads, progress, [&](const run_context& ctx) {
          return best_cover(covers, as_span(worth), as_span(needed), k, limits, ctx);
        });
        return py::make_tuple(to_numpy(std::move(r.chosen)), to_numpy(std::move(r.gain)), r.value,
                              r.bound);
      },
      py::arg("covers"), py::arg("worth"), py::arg("needed"), py::arg("k"), py::arg("budgets"),
      py::kw_only(), py::arg("threads"), py::arg("progress"));
  m.def("permuted_pairs", [](const ints& ends, const ints& taken_a, const ints& taken_b,
                             std::size_t count, std::uint64_t seed) {
    std::vector<company_pair> taken;
    const auto a = as_span(taken_a), b = as_span(taken_b);
    for (std::size_t i = 0; i < a.size(); ++i) taken.emplace_back(std::minmax(a[i], b[i]));
    std::ranges::sort(taken);
    std::vector<vertex_id> source, target;
    {
      const py::gil_scoped_release no_gil;
      for (const auto& [u, v] : permuted_pairs(as_span(ends), taken, count, seed))
        source.push_back(u), target.push_back(v);
    }
    return py::make_tuple(to_numpy(std::move(source)), to_numpy(std::move(target)));
  });
}

}  // namespace kedja::python
