/// @file
/// What every measure of an input-output table takes and returns.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/status.hpp>
#include <kedja/measures/common/productive_system.hpp>

namespace kedja::measures {

/// Flows between sectors and each sector's output, in one unit of money. Borrowed.
struct flow_table {
  flow_matrix z;                   ///< row sells to column
  std::span<const double> output;  ///< one per sector, >= 0
};

/// How exact the values are. Where several systems were solved, the worse of each.
struct solve_facts {
  int iterations = 0;
  double residual = 0.0;
  double error_bound = 0.0;   ///< no value is farther than this from the exact answer
  double radius_bound = 0.0;  ///< the spectral radius is at most this, below 1
  double condition = 0.0;     ///< of I - A, in the largest-absolute-row-sum norm
  bool converged = true;
  bool direct = true;
};

inline void combine(solve_facts& facts, const productive_system& system,
                    const solve_record& record) {
  facts.iterations += record.iterations;
  facts.residual = std::max(facts.residual, record.residual);
  facts.error_bound = std::max(facts.error_bound, record.error_bound);
  facts.radius_bound = std::max(facts.radius_bound, system.radius_bound());
  facts.condition = std::max(facts.condition, system.condition());
  facts.converged = facts.converged && record.converged;
  facts.direct = facts.direct && system.is_direct();
}

struct sector_values {
  std::vector<double> value;
  /// isolated: buys and sells nothing; undefined: output is 0, so the value is a convention.
  std::vector<value_status> status;
  solve_facts facts;
};

/// Status by sector. O(m).
[[nodiscard]] inline std::vector<value_status> sector_status(const flow_table& flows,
                                                             const run_context& ctx = {}) {
  std::vector<value_status> made(flows.z.n, value_status::ok);
  const flow_matrix& z = flows.z;
  std::vector<char> used(z.n, 0);
  task job(ctx);
  for (std::size_t i = 0; i < z.n; ++i) {
    const auto meet = [&](std::size_t j, double v) {
      if (v != 0) used[i] = used[j] = 1;
    };
    if (z.is_dense())
      for (std::size_t j = 0; j < z.n; ++j) meet(j, z.dense[i * z.n + j]);
    else
      for (auto k = static_cast<std::size_t>(z.offsets[i]);
           k < static_cast<std::size_t>(z.offsets[i + 1]); ++k)
        meet(z.columns[k], z.values[k]);
  }
  for (std::size_t i = 0; i < z.n; ++i)
    if (!used[i])
      made[i] = value_status::isolated;
    else if (!(flows.output[i] > 0))
      made[i] = value_status::undefined;
  job.finish();
  return made;
}

}  // namespace kedja::measures
