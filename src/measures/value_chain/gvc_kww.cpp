#include <kedja/measures/value_chain/gvc_kww.hpp>

#include <limits>

namespace kedja::measures {

gvc_kww_result gvc_kww(const gvc_input& in, const run_context& ctx) {
  task job(ctx, 3);
  const gvc_table t(in, job);
  job.advance(1);
  const gvc_solution b(t, job);
  job.advance(1);
  const std::size_t groups = t.groups;

  // L_rr Y_rr and L_rr E_r of every group.
  std::vector<double> home(t.sectors), abroad(t.sectors);
  for (std::size_t r = 0; r < groups; ++r) {
    dense_matrix x(t.size(r), 2);
    for (std::size_t i = t.first[r]; i < t.first[r + 1]; ++i) {
      x(i - t.first[r], 0) = t.demand(i, r);
      x(i - t.first[r], 1) = t.total_exports(i);
    }
    b.domestic[r].solve(x, job);
    for (std::size_t i = t.first[r]; i < t.first[r + 1]; ++i) {
      home[i] = x(i - t.first[r], 0);
      abroad[i] = x(i - t.first[r], 1);
    }
  }

  gvc_kww_result result;
  for (auto& term : result.term) term.assign(groups, 0.0);
  result.exports.assign(groups, 0.0);
  for_blocks(groups, 1, job, [&](std::size_t s, std::size_t, std::size_t) {
    std::array<double, 9> sum{};
    double exports = 0;
    for (std::size_t i = t.first[s]; i < t.first[s + 1]; ++i) {
      sum[0] += b.content(s, i) * t.final_exports(i);
      sum[4] += b.returned[i] * home[i];
      sum[5] += b.returned[i] * abroad[i];
      sum[6] += b.foreign[i] * t.final_exports(i);
      double used_home = 0, used_abroad = 0;  // A_sr L_rr Y_rr and A_sr L_rr E_r, over all r
      const double* row = t.a.row(i);
      for (std::size_t j = 0; j < t.sectors; ++j) {
        if (t.of[j] == s) continue;
        used_home += row[j] * home[j];
        used_abroad += row[j] * abroad[j];
      }
      sum[7] += b.foreign[i] * used_home;
      sum[8] += b.foreign[i] * used_abroad;
      exports += t.total_exports(i);
    }
    for (std::size_t j = 0; j < t.sectors; ++j) {
      const std::size_t r = t.of[j];
      if (r == s) continue;
      double third = 0;
      for (std::size_t u = 0; u < groups; ++u)
        if (u != s && u != r) third += t.demand(j, u);
      sum[1] += b.content(s, j) * t.demand(j, r);
      sum[2] += b.content(s, j) * third;
      sum[3] += b.content(s, j) * t.demand(j, s);
    }
    for (std::size_t k = 0; k < 9; ++k) result.term[k][s] = sum[k];
    result.exports[s] = exports;
  });
  for (std::size_t s = 0; s < groups; ++s) {
    const auto& term = result.term;
    const double exports = result.exports[s];
    const bool any = exports > 0;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    result.vax.push_back(term[0][s] + term[1][s] + term[2][s]);
    result.backward.push_back(any ? (term[6][s] + term[7][s] + term[8][s]) / exports : nan);
    result.forward.push_back(any ? (term[2][s] + term[3][s] + term[4][s] + term[5][s]) / exports
                                 : nan);
    result.status.push_back(any ? value_status::ok : value_status::undefined);
  }
  job.finish();
  return result;
}

}  // namespace kedja::measures
