#include <kedja/measures/value_chain/gvc_wwz.hpp>

#include <algorithm>

namespace kedja::measures {

namespace {

enum term {
  dva_fin,
  dva_int,
  dva_rex_i1,
  dva_rex_f,
  dva_rex_i2,
  rdv_int,
  rdv_fin,
  rdv_fin2,
  ova_fin,
  mva_fin,
  ova_int,
  mva_int,
  ddc_fin,
  ddc_int,
  odc,
  mdc
};

/// Columns of what importer r makes of a unit of inputs, to be multiplied by A_sr.
enum use {
  absorbed,
  third_absorbed,
  third_final,
  third_traded,
  back_final,
  back_final2,
  back_intermediate,
  again_final,
  home_chain,
  export_chain,
  uses
};

}  // namespace

gvc_wwz_result gvc_wwz(const gvc_input& in, const run_context& ctx) {
  task job(ctx, 4.0 + static_cast<double>(in.groups) * 2);
  const gvc_table t(in, job);
  const gvc_solution b(t, job);
  job.advance(3);
  const std::size_t groups = t.groups, n = t.sectors;

  // B times: what others buy of each group, what each buys at home, what each sells abroad.
  dense_matrix x(n, 3 * groups);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t g = 0; g < groups; ++g) x(i, g) = t.final_exports(i, g);
    x(i, groups + t.of[i]) = t.demand(i, t.of[i]);
    x(i, 2 * groups + t.of[i]) = t.final_exports(i);
  }
  b.whole.solve(x, job);
  job.advance(1);

  // (V_s B_ss - V_s L_ss) without the difference: V_s sum_r B_sr A_rs L_ss. And V_t B_ts over the t
  // that are neither exporter nor importer.
  std::vector<double> twice = b.returned;
  dense_matrix others(n, groups);
  for (std::size_t s = 0; s < groups; ++s) {
    dense_matrix row(1, t.size(s));
    std::copy_n(twice.data() + t.first[s], t.size(s), row.row(0));
    b.domestic[s].solve_left(row, job);
    std::copy_n(row.row(0), t.size(s), twice.data() + t.first[s]);
  }
  std::vector<double> column(groups);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t g = 0; g < groups; ++g) column[g] = b.content(g, i);
    sums_without(column.data(), groups, t.of[i], others.row(i));
  }

  gvc_wwz_result result;
  for (auto& m : result.term) m = dense_matrix(n, groups);
  result.exports = dense_matrix(n, groups);
  for_blocks(groups, 1, job, [&](std::size_t r, std::size_t, std::size_t) {
    const std::size_t first = t.first[r], size = t.size(r);
    const dense_matrix own = b.whole.inverse_block(first, first + size, job);  // B_rr
    dense_matrix given(size, groups);
    for (std::size_t j = 0; j < size; ++j)
      for (std::size_t g = 0; g < groups; ++g) given(j, g) = -t.demand(first + j, g);
    const dense_matrix made = minus_product(own, 0, size, 0, given);  // B_rr Y_rt
    dense_matrix chain(size, 2);
    for (std::size_t j = 0; j < size; ++j) {
      chain(j, 0) = t.demand(first + j, r);
      chain(j, 1) = t.total_exports(first + j);
    }
    b.domestic[r].solve(chain, job);

    dense_matrix third_home(size, groups), third_final_use(size, groups),
        third_export(size, groups);
    for (std::size_t j = 0; j < size; ++j) {
      const double* row = x.row(first + j);
      sums_without(row + groups, groups, r, third_home.row(j));
      sums_without(made.row(j), groups, r, third_final_use.row(j));
      sums_without(row + 2 * groups, groups, r, third_export.row(j));
    }
    dense_matrix u(size, uses);
    for (std::size_t s = 0; s < groups; ++s) {
      if (s == r) continue;
      for (std::size_t j = 0; j < size; ++j) {
        const double* row = x.row(first + j);
        double* to = u.row(j);
        // Sum over third groups t of B_rt Y_ts.
        const double via_third = groups > 2 ? row[s] - made(j, s) : 0.0;
        to[absorbed] = made(j, r);
        to[third_absorbed] = third_home(j, s);
        to[third_final] = third_final_use(j, s);
        to[third_traded] = third_export(j, s) - via_third;
        to[back_final] = made(j, s);
        to[back_final2] = via_third;
        to[back_intermediate] = row[groups + s];
        to[again_final] = row[2 * groups + s];
        to[home_chain] = chain(j, 0);
        to[export_chain] = chain(j, 1);
        for (std::size_t k = 0; k < uses; ++k) to[k] = -to[k];
      }
      const dense_matrix used = minus_product(t.a, t.first[s], t.size(s), first, u);
      for (std::size_t i = t.first[s]; i < t.first[s + 1]; ++i) {
        const double* got = used.row(i - t.first[s]);
        const double final_goods = t.demand(i, r), inputs = t.inputs(i, r);
        const double own_share = b.first_time[i], importer = b.content(r, i), other = others(i, r);
        const std::size_t to = t.order[i];
        const auto put = [&](term k, double value) { result.term[k](to, r) = value; };
        put(dva_fin, b.content(s, i) * final_goods);
        put(dva_int, own_share * got[absorbed]);
        put(dva_rex_i1, own_share * got[third_absorbed]);
        put(dva_rex_f, own_share * got[third_final]);
        put(dva_rex_i2, own_share * got[third_traded]);
        put(rdv_int, own_share * got[back_intermediate]);
        put(rdv_fin, own_share * got[back_final]);
        put(rdv_fin2, own_share * got[back_final2]);
        put(ova_fin, other * final_goods);
        put(mva_fin, importer * final_goods);
        put(ova_int, other * got[home_chain]);
        put(mva_int, importer * got[home_chain]);
        put(ddc_fin, own_share * got[again_final]);
        put(ddc_int, twice[i] * inputs);
        put(odc, other * got[export_chain]);
        put(mdc, importer * got[export_chain]);
        result.exports(to, r) = t.exports(i, r);
      }
    }
    job.advance(2);
  });
  job.finish();
  return result;
}

}  // namespace kedja::measures
