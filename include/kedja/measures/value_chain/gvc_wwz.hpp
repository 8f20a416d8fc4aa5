/// @file
/// Gross exports taken apart by exporting sector and importing group. Source: Wang, Wei & Zhu,
/// "Quantifying international production sharing at the bilateral and sector levels", NBER Working
/// Paper 19677 (2013), doi:10.3386/w19677.
#pragma once

#include <array>
#include <string_view>

#include <kedja/core/run_context.hpp>
#include <kedja/measures/value_chain/gvc_table.hpp>

namespace kedja::measures {

/// The sixteen terms in their usual order. DVA_INT and so on: first the origin of the value added
/// (domestic, returned, foreign of the importer or another group, counted twice), then the kind of
/// good and where it is absorbed.
inline constexpr std::array<std::string_view, 16> gvc_wwz_terms = {
    "DVA_FIN", "DVA_INT",  "DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2", "RDV_INT",
    "RDV_FIN", "RDV_FIN2", "OVA_FIN",      "MVA_FIN",     "OVA_INT",      "MVA_INT",
    "DDC_FIN", "DDC_INT",  "ODC",          "MDC"};

struct gvc_wwz_result {
  /// sectors x groups, sectors in input order: one value per exporting sector and importing group,
  /// 0 for the own group. The terms add up to `exports`.
  std::array<dense_matrix, 16> term;
  dense_matrix exports;
};

/// All sixteen terms of every sector and partner. Beyond gvc_solution it solves three right-hand
/// sides per group and takes the diagonal blocks of the inverse: 4/3 n^3 + 8 G n^2 operations.
/// Sums over third groups are added up without the first two, never found as a difference, so that
/// small terms keep their digits. Bit-identical for any number of threads.
[[nodiscard]] gvc_wwz_result gvc_wwz(const gvc_input& in, const run_context& ctx = {});

}  // namespace kedja::measures
