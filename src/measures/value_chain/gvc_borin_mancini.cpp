#include <kedja/measures/value_chain/gvc_borin_mancini.hpp>

#include <algorithm>
#include <utility>

namespace kedja::measures {

namespace {

enum term { exgr, dc, dva, vax, davax, ref, ddc, fc, fva, fdc, gvc, gvcb, gvcf };

/// What foreign value added adds up to before any of it comes back through s's own exports:
/// V_t B_ts (B_ss)^-1 L_ss, since B_ts = B^(not s)_ts (L_ss)^-1 B_ss.
std::vector<double> foreign_first_time(const gvc_table& t, const gvc_solution& b, std::size_t s,
                                       task& job) {
  dense_matrix row(1, t.size(s));
  std::copy_n(b.foreign.data() + t.first[s], t.size(s), row.row(0));
  // All leading minors of B_ss, part of an inverse without negative parts, are positive as well.
  const dense_lu inverse(b.whole.inverse_block(t.first[s], t.first[s + 1], job), job);
  inverse.solve_left(row, job);
  b.domestic[s].solve_left(row, job);
  return std::move(row.value);
}

}  // namespace

gvc_borin_mancini_result gvc_borin_mancini(const gvc_input& in, const run_context& ctx) {
  task job(ctx, 4.0 + static_cast<double>(in.groups) * 2);
  const gvc_table t(in, job);
  const gvc_solution b(t, job);
  job.advance(3);
  const std::size_t groups = t.groups, n = t.sectors;
  dense_matrix output = t.demand;  // B Y: what is made for the final demand of each group
  b.whole.solve(output, job);
  job.advance(1);

  std::vector<double> home(n), twice(n), foreign_once(n);
  for_blocks(groups, 1, job, [&](std::size_t s, std::size_t, std::size_t) {
    dense_matrix demand(t.size(s), 1), back(1, t.size(s));
    for (std::size_t i = t.first[s]; i < t.first[s + 1]; ++i)
      demand(i - t.first[s], 0) = t.demand(i, s);
    std::copy_n(b.returned.data() + t.first[s], t.size(s), back.row(0));
    b.domestic[s].solve(demand, job);
    b.domestic[s].solve_left(back, job);
    const auto once = foreign_first_time(t, b, s, job);
    for (std::size_t i = 0; i < t.size(s); ++i) {
      home[t.first[s] + i] = demand(i, 0);  // L_ss Y_ss
      twice[t.first[s] + i] = back(0, i);   // V_s (B_ss - L_ss), without the difference
      foreign_once[t.first[s] + i] = once[i];
    }
    job.advance(1);
  });

  gvc_borin_mancini_result result;
  for (auto& m : result.term) m = dense_matrix(n, groups);
  std::vector<double> column(groups);
  dense_matrix abroad(n, groups);  // made for the final demand of all groups but this
  for (std::size_t j = 0; j < n; ++j) sums_without(output.row(j), groups, groups, abroad.row(j));
  for_blocks(groups, 1, job, [&](std::size_t r, std::size_t, std::size_t) {
    const std::size_t first = t.first[r], size = t.size(r);
    dense_matrix u(size, 3);
    for (std::size_t s = 0; s < groups; ++s) {
      if (s == r) continue;
      for (std::size_t j = 0; j < size; ++j) {
        u(j, 0) = -abroad(first + j, s);
        u(j, 1) = -output(first + j, s);
        u(j, 2) = -home[first + j];
      }
      const dense_matrix used = minus_product(t.a, t.first[s], t.size(s), first, u);
      for (std::size_t i = t.first[s]; i < t.first[s + 1]; ++i) {
        const double* got = used.row(i - t.first[s]);
        const double exports = t.exports(i, r), final_goods = t.demand(i, r);
        const double domestic_once = b.first_time[i];
        const double double_counted = twice[i] * exports;
        const double directly = domestic_once * (final_goods + got[2]);
        const double foreign = b.foreign[i] * exports, own = domestic_once * exports;
        const std::size_t to = t.order[i];
        const auto put = [&](term k, double value) { result.term[k](to, r) = value; };
        put(exgr, exports);
        put(dc, b.content(s, i) * exports);
        put(dva, own);
        put(vax, domestic_once * (final_goods + got[0]));
        put(davax, directly);
        put(ref, domestic_once * got[1]);
        put(ddc, double_counted);
        put(fc, foreign);
        put(fva, foreign_once[i] * exports);
        put(fdc, (b.foreign[i] - foreign_once[i]) * exports);
        put(gvc, exports - directly);
        put(gvcb, foreign + double_counted);
        put(gvcf, own - directly);
      }
    }
    job.advance(1);
  });
  job.finish();
  return result;
}

}  // namespace kedja::measures
