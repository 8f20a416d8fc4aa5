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
  /// What the proximity of k and l is a share of in a gain: all that is near the other lacking
  /// column l (as ecomplexity), or all that is near k itself (as economic-complexity).
  bool of_itself = false;
  /// density() of the same table with the same count_itself, where it is known already.
  std::span<const double> density = {};
  bool of_held = false;  ///< give a gain for columns that the row has, too
  /// What phi is, symmetric, where it is not proximity() of the table; with its own diagonal.
  const sparse_table* near = nullptr;
};

struct outlook_result {
  std::vector<double> coi;      ///< per row, not standardised
  std::vector<double> cog;      ///< dense, row after row
  std::vector<double> density;  ///< likewise; empty when it was given
};

/// COI_c = sum_k (1 - M_ck) d_ck PCI_k and COG_ck = (1 - M_ck) sum_l (1 - M_cl) phi_lk PCI_l /
/// sum_m phi_lm (of_itself: sum_m phi_km), with d the density. Columns whose PCI is NaN count for
/// nothing; NaN are their gains, those of columns near nothing, and all of rows that have no column
/// with a PCI. Costs two near_sums(), one where the density is given.
[[nodiscard]] inline outlook_result outlook(const sparse_table& binary, std::span<const double> pci,
                                            const outlook_options& options = {},
                                            const run_context& ctx = {}) {
  const std::uint32_t n = binary.columns();
  if (pci.size() != n) throw invalid_argument("there must be one PCI per column");
  const std::vector<double> ones(n, 1.0);
  const bool given = !options.density.empty();
  if (given && options.density.size() != std::size_t{binary.rows()} * n)
    throw invalid_argument("the density has " + std::to_string(options.density.size()) +
                           " entries, not rows x columns");
  if (options.near != nullptr && (options.near->rows() != n || options.near->columns() != n))
    throw invalid_argument("near must have one row and one column per column of the table");
  const bool walk = options.near == nullptr && wide(binary);  // needs no matrix of proximities
  const sparse_table whole =
      walk || options.near != nullptr ? sparse_table() : proximity(binary, stage(ctx, 0.0, 0.1));
  const sparse_table* phi = options.near != nullptr ? options.near : &whole;
  const auto sums = [&](std::span<const double> weight, bool only_all, const run_context& part) {
    return walk ? near_sums(binary, weight, options.count_itself, part, only_all)
                : detail::near_sums_by_matrix(binary, *phi, weight, options.count_itself, part,
                                              only_all);
  };
  const double middle = given ? 0.2 : 0.5;
  near_sums_result near = sums(ones, given, stage(ctx, 0.1, middle));
  // What a column is worth to COI and to the gain of others; what a gain is divided by.
  std::vector<double> worth(n, 0.0), weight(n, 0.0), divisor(n, 1.0);
  std::vector<char> counts(n, 0);
  for (std::uint32_t k = 0; k < n; ++k) {
    counts[k] = near.all[k] > 0 && !std::isnan(pci[k]);
    if (counts[k] == 0) continue;
    worth[k] = pci[k];
    weight[k] = options.of_itself ? pci[k] : pci[k] / near.all[k];
    if (options.of_itself) divisor[k] = near.all[k];
  }
  near_sums_result gain = sums(weight, false, stage(ctx, middle, 1.0));
  outlook_result r;
  r.coi.assign(binary.rows(), std::nan(""));
  r.density = std::move(near.has), r.cog = std::move(gain.has);
  for (double& all : near.all) all = all > 0 ? all : std::nan("");
  std::vector<double> lacked(n);
  for (std::uint32_t c = 0; c < binary.rows(); ++c) {
    double* cog = r.cog.data() + std::size_t{c} * n;
    const double* density = options.density.data() + (given ? std::size_t{c} * n : 0);
    if (!given) {
      double* made = r.density.data() + std::size_t{c} * n;
      for (std::uint32_t k = 0; k < n; ++k) made[k] /= near.all[k];
      density = made;
    }
    bool defined = false;
    for (const auto& e : binary.row(c)) defined = defined || !std::isnan(pci[e.column]);
    lacked = worth;
    for (const auto& e : binary.row(c)) lacked[e.column] = 0;
    double coi = 0;
    for (std::uint32_t k = 0; k < n; ++k) {
      const double here = density[k] * lacked[k];
      coi += counts[k] != 0 ? here : 0.0;
      const double own = options.subtract_own ? density[k] * worth[k] : 0.0;
      cog[k] = counts[k] != 0 && defined ? (gain.all[k] - cog[k]) / divisor[k] - own : std::nan("");
    }
    if (!options.of_held)
      for (const auto& e : binary.row(c)) cog[e.column] = 0;
    if (defined) r.coi[c] = coi;
  }
  return r;
}

/// With PCI as complexity() gives it before the mean is taken off.
[[nodiscard]] inline outlook_result outlook(const sparse_table& binary,
                                            const complexity_result& found,
                                            const outlook_options& options = {},
                                            const run_context& ctx = {}) {
  return outlook(binary, found.pci_unshifted, options, ctx);
}

}  // namespace kedja::measures
