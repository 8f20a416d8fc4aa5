/// @file
/// Shocks: which companies lose how much at the start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

/// Scenario i hits some companies, each of which keeps `remaining` of its output: 0 failed, 1
/// whole.
class scenarios {
 public:
  struct hit {
    vertex_id company;
    double remaining;
  };

  scenarios() = default;

  /// Every company alone, failed.
  [[nodiscard]] static scenarios each_company(vertex_id n) {
    scenarios made;
    made.hits_.reserve(n);
    for (vertex_id v = 0; v < n; ++v) made.add({v, 0.0}), made.close();
    return made;
  }

  [[nodiscard]] scenarios some(std::span<const std::size_t> which) const {
    scenarios made;
    for (const std::size_t i : which) {
      for (const hit& h : of(i)) made.add(h);
      made.close();
    }
    return made;
  }

  void add(hit h) { hits_.push_back(h); }
  /// Ends the scenario that the last hits belong to.
  void close() { offset_.push_back(hits_.size()); }

  [[nodiscard]] std::size_t count() const noexcept { return offset_.size() - 1; }
  [[nodiscard]] std::span<const hit> of(std::size_t i) const noexcept {
    return {hits_.data() + offset_[i], hits_.data() + offset_[i + 1]};
  }
  /// Throws invalid_argument naming the scenario: an unknown company, one that stands in it twice,
  /// or a remaining outside [0, 1]. O(hits + n).
  void check(vertex_id n) const {
    const auto refuse = [](std::size_t scenario, const std::string& what) {
      throw invalid_argument("scenario " + std::to_string(scenario) + ": " + what);
    };
    std::vector<std::size_t> last(n, count());  // scenario in which a company was met last
    for (std::size_t i = 0; i < count(); ++i)
      for (const hit& h : of(i)) {
        const auto company = [&] { return "company " + std::to_string(h.company); };
        if (h.company >= n) refuse(i, company() + " does not exist");
        if (!(h.remaining >= 0 && h.remaining <= 1))
          refuse(i, "remaining is " + std::to_string(h.remaining) + ", outside [0, 1]");
        if (std::exchange(last[h.company], i) == i) refuse(i, company() + " stands in it twice");
      }
  }

 private:
  std::vector<std::size_t> offset_ = {0};
  std::vector<hit> hits_;
};

}  // namespace kedja::measures
