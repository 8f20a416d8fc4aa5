/// @file
/// Groups that show in the data when nobody has declared them: companies of one region that work in
/// one field more often than the region's size and the field's size explain. Location quotient:
/// Florence, "Report on the location of industry", PEP 1939; as a cluster rule: Delgado, Porter &
/// Stern 2016, doi:10.1093/jeg/lbv017.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <kedja/core/error.hpp>
#include <kedja/core/types.hpp>

namespace kedja::measures {

struct observed_groups_options {
  std::uint32_t min_companies = 5;   ///< different companies in the region and field
  double min_location_quotient = 1;  ///< compared exactly when it is 1
};

struct observed_group {
  group_id region, field;
  std::uint64_t activities;  ///< how many activities its companies have in the field
  double location_quotient;
};

struct observed_groups_result {
  struct member {
    group_id group;  ///< position in `groups`
    vertex_id company;
    std::uint64_t activities;
  };
  std::vector<observed_group> groups;  ///< sorted by (region, field)
  std::vector<member> members;         ///< sorted by (group, company)
};

/// Activity i is one piece of work of company[i] in field[i] (a project counts once per field).
/// With n(r, f) activities of region r in field f, LQ = (n(r,f) / n(r,.)) / (n(.,f) / n(.,.)).
/// Companies whose region is no_vertex are left out, sums included. O(a log a) for a activities.
/// Throws invalid_argument, naming the row, when a company or region does not exist.
[[nodiscard]] inline observed_groups_result observed_groups(
    std::span<const group_id> region_of_company, std::span<const vertex_id> company,
    std::span<const group_id> field, const observed_groups_options& options = {}) {
  if (company.size() != field.size())
    throw invalid_argument("company and field must have one entry per activity");
  if (!(options.min_location_quotient >= 0) || std::isinf(options.min_location_quotient))
    throw invalid_argument("min_location_quotient must be a finite number >= 0");
  using cell = std::pair<group_id, group_id>;
  std::map<cell, std::map<vertex_id, std::uint64_t>> cells;
  std::map<group_id, std::uint64_t> in_region, in_field;
  std::uint64_t everywhere = 0;
  for (std::size_t i = 0; i < company.size(); ++i) {
    if (company[i] >= region_of_company.size())
      throw invalid_argument("activity " + std::to_string(i) + ": company " +
                             std::to_string(company[i]) + " does not exist");
    const group_id region = region_of_company[company[i]];
    if (region == no_vertex) continue;
    ++cells[{region, field[i]}][company[i]];
    ++in_region[region], ++in_field[field[i]], ++everywhere;
  }
  observed_groups_result result;
  for (const auto& [where, companies] : cells) {
    std::uint64_t count = 0;
    for (const auto& [who, activities] : companies) count += activities;
    // Cross-multiplied in 80 bits, so that a quotient of exactly 1 is not a matter of rounding.
    const auto share = static_cast<long double>(count) * static_cast<long double>(everywhere);
    const auto even = static_cast<long double>(in_region[where.first]) *
                      static_cast<long double>(in_field[where.second]);
    if (companies.size() < options.min_companies ||
        share < static_cast<long double>(options.min_location_quotient) * even)
      continue;
    const auto group = static_cast<group_id>(result.groups.size());
    result.groups.push_back({where.first, where.second, count, static_cast<double>(share / even)});
    for (const auto& [who, activities] : companies)
      result.members.push_back({group, who, activities});
  }
  return result;
}

}  // namespace kedja::measures
