/// @file
/// The load report: every problem found at the door, in file order, with what was done about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/codes.hpp>
#include <kedja/core/error.hpp>

namespace kedja::model {

struct diagnostic {
  error_code code;
  data_location where;
  std::string message;      ///< one sentence: what is wrong here and what to do
  std::uint64_t count = 1;  ///< how many places this entry stands for
};

/// Collects diagnostics. Keeps the first `limit` entries of a code and counts the rest, so that a
/// file with a million bad rows makes a short report with the right totals.
class diagnostics {
 public:
  explicit diagnostics(std::size_t limit = 1000) : limit_(limit) {}

  void add(error_code c, data_location where, std::string message) {
    std::uint64_t& seen = total_[static_cast<std::size_t>(c)];
    ++seen;
    if (seen <= limit_) entries_.push_back({c, std::move(where), std::move(message), 1});
  }
  [[nodiscard]] const std::vector<diagnostic>& entries() const noexcept { return entries_; }
  /// How often a code was met, the entries beyond the limit included.
  [[nodiscard]] std::uint64_t total(error_code c) const noexcept {
    return total_[static_cast<std::size_t>(c)];
  }
  [[nodiscard]] std::uint64_t total(severity level) const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < total_.size(); ++i)
      if (code_table[i].level == level) sum += total_[i];
    return sum;
  }
  [[nodiscard]] bool ok() const noexcept { return total(severity::error) == 0; }

 private:
  std::size_t limit_;
  std::vector<diagnostic> entries_;
  std::array<std::uint64_t, code_table.size()> total_{};
};

}  // namespace kedja::model
