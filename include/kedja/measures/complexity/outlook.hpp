/// @file
/// What complexity is within reach. Source: Hausmann, Hidalgo et al., The Atlas of Economic
/// Complexity, MIT Press 2014, doi:10.7551/mitpress/9647.001.0001.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/run_context.hpp>
#include <kedja/measures/common/sparse_table.hpp>
#include <kedja/measures/complexity/complexity.hpp>
#include <kedja/measures/complexity/near_sums.hpp>

namespace kedja::measures {

struct outlook_options {
  bool count_itself = true;   ///< phi_kk = 1 is among what is near k
  bool subtract_own = false;  ///< take d_ck PCI_k off a gain, as the Atlas' glossary does
  /// density() of the same table with the same count_itself, where it is known already.
  std::span<const double> density = {};
};

struct outlook_result {
  std::vector<double> coi;      ///< per row, not standardised
  std::vector<double> cog;      ///< dense, row after row
  std::vector<double> density;  ///< likewise; empty when it was given
};

/// COI_c = sum_k (1 - M_ck) d_ck PCI_k and COG_ck = (1 - M_ck) sum_l (1 - M_cl) phi_lk PCI_l /
/// sum_m phi_lm, with d the density and PCI as complexity() gives it before the mean is taken off.
/// Rows without a complexity are NaN, and so are columns near nothing. Costs two near_sums(),
/// one where the density is given.
[[nodiscard]] inline outlook_result outlook(const sparse_table& binary,
                                            const complexity_result& found,
                                            const outlook_options& options = {},
                                            const run_context& ctx = {}) {
  const std::uint32_t n = binary.columns();
  const std::vector<double> ones(n, 1.0);
  const bool given = !options.density.empty();
  if (given && options.density.size() != std::size_t{binary.rows()} * n)
    throw invalid_argument("the density has " + std::to_string(options.density.size()) +
                           " entries, not rows x columns");
  const sparse_table phi = wide(binary) ? sparse_table() : proximity(binary, stage(ctx, 0.0, 0.1));
  const double middle = given ? 0.2 : 0.5;
  near_sums_result near = near_sums(binary, ones, options.count_itself, stage(ctx, 0.1, middle),
                                    given, wide(binary) ? nullptr : &phi);
  std::vector<double> weight(n);
  for (std::uint32_t k = 0; k < n; ++k) {
    const double pci = found.pci_unshifted[k];
    weight[k] = near.all[k] > 0 && !std::isnan(pci) ? pci / near.all[k] : 0.0;
  }
  near_sums_result gain = near_sums(binary, weight, options.count_itself, stage(ctx, middle, 1.0),
                                    false, wide(binary) ? nullptr : &phi);
  outlook_result r;
  r.coi.assign(binary.rows(), 0.0);
  r.density = std::move(near.has), r.cog = std::move(gain.has);
  std::vector<char> has(n);
  for (std::uint32_t c = 0; c < binary.rows(); ++c) {
    std::fill(has.begin(), has.end(), 0);
    for (const auto& e : binary.row(c)) has[e.column] = 1;
    const bool defined = !std::isnan(found.eci[c]);
    double* cog = r.cog.data() + std::size_t{c} * n;
    const double* known = options.density.data() + (given ? std::size_t{c} * n : 0);
    double* made = r.density.data() + (given ? 0 : std::size_t{c} * n);
    for (std::uint32_t k = 0; k < n; ++k) {
      const double pci = found.pci_unshifted[k];
      const bool near_any = near.all[k] > 0;
      const double density = given ? known[k] : near_any ? made[k] / near.all[k] : std::nan("");
      if (!given) made[k] = density;
      if (!has[k] && near_any && !std::isnan(pci)) r.coi[c] += density * pci;
      if (has[k])
        cog[k] = 0;
      else if (!near_any || std::isnan(pci) || !defined)
        cog[k] = std::nan("");
      else
        cog[k] = gain.all[k] - cog[k] - (options.subtract_own ? density * pci : 0.0);
    }
    if (!defined) r.coi[c] = std::nan("");
  }
  return r;
}

}  // namespace kedja::measures
