/// @file
/// Pairs of vertices that every graph with the same degrees, and as many links inside groups, links
/// or leaves unlinked: their probability is 1 or 0, which no finite fitness gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/measures/null_models/degree_fit.hpp>

namespace kedja::measures {

/// Takes out lines (a class of rows or of columns, or all pairs inside groups) that are empty or
/// full, over and over, as taking one out can empty or fill another; the degrees that are left are
/// those of the rest. Members of a class are alike, so a class is kept or taken out as a whole.
/// O(classes) per line.
class forced_pairs {
 public:
  explicit forced_pairs(degree_problem& problem) : p_(problem), n_(problem.group.size()) {
    row_.resize(n_), column_.resize(n_);
    for (const std::uint32_t g : p_.group)
      if (g != no_class_group && g + std::size_t{1} > groups_) groups_ = g + std::size_t{1};
    for (bool again = true; again;) {
      again = take_within();
      for (std::size_t c = 0; c < n_; ++c) {
        again = take(c, row_, column_, p_.row_degree, p_.column_degree) || again;
        again = take(c, column_, row_, p_.column_degree, p_.row_degree) || again;
      }
    }
    for (std::size_t c = 0; c < n_; ++c) {
      if (row_[c].step != kept) p_.row_degree[c] = 0;
      if (column_[c].step != kept) p_.column_degree[c] = 0;
    }
    p_.no_within = within_.step != kept;
  }

  /// The probability of the pair where it is forced, else `fitted`.
  [[nodiscard]] double probability(std::size_t r, std::size_t c, double fitted) const {
    line first = row_[r].step < column_[c].step ? row_[r] : column_[c];
    if (same(r, c) && within_.step < first.step) first = within_;
    return first.step == kept ? fitted : first.full ? 1.0 : 0.0;
  }

 private:
  static constexpr std::uint32_t kept = 0xffffffffu;
  struct line {
    std::uint32_t step = kept;
    bool full = false;
  };

  [[nodiscard]] bool same(std::size_t r, std::size_t c) const {
    return p_.group[r] != no_class_group && p_.group[r] == p_.group[c];
  }
  /// Partners of a member of class c on the other side that are not decided.
  [[nodiscard]] double open(std::size_t c, const std::vector<line>& other) const {
    double sum = 0;
    for (std::size_t d = 0; d < n_; ++d)
      if (other[d].step == kept && !(within_.step != kept && same(c, d)))
        sum += p_.row_size[d] - (c == d ? 1.0 : 0.0);
    return sum;
  }
  bool take(std::size_t c, std::vector<line>& mine, std::vector<line>& other,
            std::vector<double>& degree, std::vector<double>& other_degree) {
    if (mine[c].step != kept) return false;
    const bool empty = degree[c] == 0;
    if (!empty && degree[c] != open(c, other)) return false;
    mine[c] = {next_++, !empty};
    if (empty) return true;
    for (std::size_t d = 0; d < n_; ++d) {
      if (other[d].step != kept || (within_.step != kept && same(c, d))) continue;
      const double pairs = p_.row_size[c] - (c == d ? 1.0 : 0.0);
      other_degree[d] -= pairs;
      if (same(c, d)) p_.within_links -= pairs * p_.row_size[d];
    }
    return true;
  }
  bool take_within() {
    if (within_.step != kept || groups_ == 0) return false;
    std::vector<double> columns(groups_, 0.0), rows(groups_, 0.0);
    for (std::size_t c = 0; c < n_; ++c) {
      if (p_.group[c] == no_class_group) continue;
      if (column_[c].step == kept) columns[p_.group[c]] += p_.row_size[c];
      if (row_[c].step == kept) rows[p_.group[c]] += p_.row_size[c];
    }
    double open = 0;
    for (std::size_t c = 0; c < n_; ++c)
      if (p_.group[c] != no_class_group && row_[c].step == kept)
        open += p_.row_size[c] * (columns[p_.group[c]] - (column_[c].step == kept ? 1.0 : 0.0));
    if (p_.within_links != 0 && p_.within_links != open) return false;
    within_ = {next_++, p_.within_links != 0};
    if (!within_.full) return true;
    for (std::size_t c = 0; c < n_; ++c) {
      if (p_.group[c] == no_class_group || row_[c].step != kept) continue;
      p_.row_degree[c] -= columns[p_.group[c]] - (column_[c].step == kept ? 1.0 : 0.0);
    }
    for (std::size_t c = 0; c < n_; ++c) {
      if (p_.group[c] == no_class_group || column_[c].step != kept) continue;
      p_.column_degree[c] -= rows[p_.group[c]] - (row_[c].step == kept ? 1.0 : 0.0);
    }
    p_.within_links = 0;
    return true;
  }

  degree_problem& p_;
  std::size_t n_, groups_ = 0;
  std::vector<line> row_, column_;
  line within_;
  std::uint32_t next_ = 0;
};

}  // namespace kedja::measures
