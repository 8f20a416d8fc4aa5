/// @file
/// Restarted GMRES. Source: Saad & Schultz, SIAM J. Sci. Stat. Comput. 7
/// (1986), doi:10.1137/0907058.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace kedja::measures {

/// Makes `out` solve M out = b until the residual has shrunk to `reduction` of b, in at most
/// `most` products; returns how many were used. product(v, y) sets y = M v.
template <class Product>
int gmres(const Product& product, std::span<const double> b, std::span<double> out,
          double reduction, int most) {
  constexpr int restart = 40;
  const std::size_t n = b.size();
  const auto dot = [n](std::span<const double> p, std::span<const double> q) {
    double sum[4] = {};
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
      for (std::size_t l = 0; l < 4; ++l) sum[l] += p[i + l] * q[i + l];
    for (; i < n; ++i) sum[0] += p[i] * q[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
  };
  std::ranges::fill(out, 0.0);
  std::vector<double> r(b.begin(), b.end()), image(n);
  const double target = reduction * std::sqrt(dot(b, b));
  int used = 0;
  std::vector<std::vector<double>> basis;
  double h[restart + 1][restart] = {}, cosine[restart] = {}, sine[restart] = {};
  while (true) {
    const double size = std::sqrt(dot(r, r));
    if (!(size > target) || used >= most) return used;
    double right[restart + 1] = {size};
    basis.resize(std::max<std::size_t>(basis.size(), 1));
    basis[0].resize(n);
    for (std::size_t i = 0; i < n; ++i) basis[0][i] = r[i] / size;
    int k = 0;
    while (k < restart && used < most) {
      product(basis[static_cast<std::size_t>(k)], image);
      ++used;
      for (int j = 0; j <= k; ++j) {  // modified Gram-Schmidt
        const auto& v = basis[static_cast<std::size_t>(j)];
        const double part = h[j][k] = dot(image, v);
        for (std::size_t i = 0; i < n; ++i) image[i] -= part * v[i];
      }
      const double length = h[k + 1][k] = std::sqrt(dot(image, image));
      if (basis.size() < static_cast<std::size_t>(k) + 2) basis.emplace_back(n);
      auto& next = basis[static_cast<std::size_t>(k) + 1];
      if (length > 0)
        for (std::size_t i = 0; i < n; ++i) next[i] = image[i] / length;
      for (int j = 0; j < k; ++j) {
        const double a = h[j][k], c = h[j + 1][k];
        h[j][k] = cosine[j] * a + sine[j] * c;
        h[j + 1][k] = cosine[j] * c - sine[j] * a;
      }
      const double radius = std::hypot(h[k][k], h[k + 1][k]);
      cosine[k] = radius > 0 ? h[k][k] / radius : 1.0;
      sine[k] = radius > 0 ? h[k + 1][k] / radius : 0.0;
      h[k][k] = radius;
      right[k + 1] = -sine[k] * right[k];
      right[k] *= cosine[k];
      ++k;
      if (std::abs(right[k]) <= target || !(length > 0)) break;
    }
    double y[restart] = {};
    for (int i = k; i-- > 0;) {
      double sum = right[i];
      for (int j = i + 1; j < k; ++j) sum -= h[i][j] * y[j];
      y[i] = h[i][i] > 0 ? sum / h[i][i] : 0.0;
    }
    for (int j = 0; j < k; ++j)
      for (std::size_t i = 0; i < n; ++i) out[i] += y[j] * basis[static_cast<std::size_t>(j)][i];
    if (std::abs(right[k]) <= target || used >= most) return used;
    product(out, image);
    ++used;
    for (std::size_t i = 0; i < n; ++i) r[i] = b[i] - image[i];
  }
}

}  // namespace kedja::measures
