#include <Eigen/Eigenvalues>
#include <complex>

#include <kedja/measures/common/dominant_vector.hpp>

namespace kedja::measures {

small_eigenpair rightmost_eigenpair(std::span<const double> matrix, std::size_t k) {
  using dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size = static_cast<Eigen::Index>(k);
  const Eigen::Map<const dense> given(matrix.data(), size, size);
  const Eigen::EigenSolver<dense> solved(given);
  Eigen::Index best = 0;
  solved.eigenvalues().real().maxCoeff(&best);
  // A multiple value may come out as a complex pair a rounding apart, whose vector is turned so
  // that its largest entry is real.
  const Eigen::VectorXcd vector = solved.eigenvectors().col(best);
  Eigen::Index largest = 0;
  vector.cwiseAbs().maxCoeff(&largest);
  const std::complex<double> turn = std::conj(vector[largest]) / std::abs(vector[largest]);
  small_eigenpair pair{solved.eigenvalues()[best].real(), std::vector<double>(k)};
  for (Eigen::Index i = 0; i < size; ++i)
    pair.vector[static_cast<std::size_t>(i)] = (turn * vector[i]).real();
  return pair;
}

}  // namespace kedja::measures
