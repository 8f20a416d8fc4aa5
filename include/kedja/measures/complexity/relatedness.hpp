/// @file
/// Relatedness of columns: how much more often they come together than their sizes suggest. Source:
/// van Eck & Waltman, "How to normalize cooccurrence data?", JASIST 60 (2009),
/// doi:10.1002/asi.21075; the probability form after Steijn, QSS 2 (2021),
/// doi:10.1162/qss_a_00122.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/measures/common/cooccurrence.hpp>
#include <kedja/measures/common/sparse_table.hpp>

namespace kedja::measures {

enum class relatedness_method { association, cosine, jaccard, probability };

/// With C the rows that two columns share (diagonal 0), s_i = sum_j C_ij and T = sum of C:
/// association C T / (s_i s_j); cosine C / sqrt(s_i s_j); Jaccard C / (s_i + s_j - C); probability
/// C / [(s_i/T s_j/(T - s_i) + s_j/T s_i/(T - s_j)) T/2]. Pairs without a shared row are left out.
/// Cost as for cooccurrence.
[[nodiscard]] inline sparse_table relatedness(const sparse_table& binary, relatedness_method method,
                                              const run_context& ctx = {}) {
  const cooccurrence_counts counts = cooccurrence(binary.transposed(), ctx);
  std::vector<double> s(counts.rows(), 0.0);
  double all = 0;
  for (std::uint32_t i = 0; i < counts.rows(); ++i) {
    for (const auto& [j, count] : counts.row(i))
      if (j != i) s[i] += count;
    all += s[i];
  }
  return pairs_table(counts, [&](std::uint32_t i, std::uint32_t j, double c) {
    if (i == j) return 0.0;
    switch (method) {
      case relatedness_method::association:
        return c * all / (s[i] * s[j]);
      case relatedness_method::cosine:
        return c / std::sqrt(s[i] * s[j]);
      case relatedness_method::jaccard:
        return c / (s[i] + s[j] - c);
      case relatedness_method::probability:
        break;
    }
    const double chance = s[i] / all * (s[j] / (all - s[i])) + s[j] / all * (s[i] / (all - s[j]));
    return c / (chance * all / 2);
  });
}

}  // namespace kedja::measures
