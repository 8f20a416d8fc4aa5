/// @file
/// Gross exports taken apart without double counting. Source: Borin & Mancini, "Measuring what
/// matters in value-added trade", Econ. Syst. Res. 35 (2023), doi:10.1080/09535314.2022.2153221,
/// source-based from the exporting group's perspective.
#pragma once

#include <array>
#include <string_view>

#include <kedja/core/run_context.hpp>
#include <kedja/measures/value_chain/gvc_table.hpp>

namespace kedja::measures {

inline constexpr std::array<std::string_view, 13> gvc_borin_mancini_terms = {
    "exgr", "dc", "dva", "vax", "davax", "ref", "ddc", "fc", "fva", "fdc", "gvc", "gvcb", "gvcf"};

struct gvc_borin_mancini_result {
  /// sectors x groups, sectors in input order: one value per exporting sector and importing group,
  /// 0 for the own group. exgr = dc + fc, dc = dva + ddc, dva = vax + ref, fc = fva + fdc,
  /// gvc = exgr - davax = gvcb + gvcf, gvcb = fc + ddc.
  std::array<dense_matrix, 13> term;
};

/// Gross exports (exgr), their domestic content (dc) and foreign content (fc), each value added
/// (dva, fva) the first time it crosses the border and double counting (ddc, fdc) after; dva
/// absorbed abroad (vax), by the direct importer alone (davax), or back at home (ref); what crosses
/// more than one border (gvc), as a user of others' inputs (gvcb) or as a supplier of inputs
/// (gvcf). 4/3 n^3 + 4 G n^2 operations. Bit-identical for any number of threads.
[[nodiscard]] gvc_borin_mancini_result gvc_borin_mancini(const gvc_input& in,
                                                         const run_context& ctx = {});

}  // namespace kedja::measures
