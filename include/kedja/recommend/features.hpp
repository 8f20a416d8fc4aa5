/// @file
/// Names of the evidence for a new link between two companies.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace kedja::recommend {

/// In the order of a row of features. Lifts are natural logarithms of (lift + 0.01); 0 = as likely
/// as by chance. All are symmetric in the two companies.
enum class feature : std::size_t {
  walk_2,             ///< log lift of a walk of two steps over joint work (shared partners)
  walk_4,             ///< of four steps (partners' partners and their partners)
  walk_6,             ///< of six
  walk_12,            ///< of twelve: the same part of the network
  mixed_2,            ///< log lift of two steps over joint work, fields, places and words of names
  mixed_4,            ///< of four steps
  mixed_6,            ///< of six steps
  field_lift,         ///< log lift of meeting in a field, from both companies' shares of fields
  field_shared,       ///< cosine of what both do, in [0, 1]
  field_pair,         ///< log lift of partners from both companies' fields meeting
  adamic_adar,        ///< log(1 + Adamic-Adar)
  recent_shared,      ///< log(1 + partners shared in the last year)
  same_country,       ///< 1 or 0
  same_region,        ///< 1 or 0
  near,               ///< exp(-distance / 300 km); 0 where a place is unknown
  broker,             ///< sum of how evenly the firms among both's partners spread over regions
  broker_contrast,    ///< absolute difference of the same
  partners,           ///< log of the product of both companies' numbers of partners, each + 1
  partners_contrast,  ///< absolute difference of the logarithms of the same
  activity,           ///< log of the product of both companies' joint works, each + 1
  activity_contrast,  ///< absolute difference of the logarithms of the same
  need_met,           ///< log(1 + asks around one that the other can answer, both ways)
  supply_fit          ///< log(1 + lift of the trade between both industries); 0 where unknown
};
inline constexpr std::array<std::string_view, 23> feature_names = {"walk_2",
                                                                   "walk_4",
                                                                   "walk_6",
                                                                   "walk_12",
                                                                   "mixed_2",
                                                                   "mixed_4",
                                                                   "mixed_6",
                                                                   "field_lift",
                                                                   "field_shared",
                                                                   "field_pair",
                                                                   "adamic_adar",
                                                                   "recent_shared",
                                                                   "same_country",
                                                                   "same_region",
                                                                   "near",
                                                                   "broker",
                                                                   "broker_contrast",
                                                                   "partners",
                                                                   "partners_contrast",
                                                                   "activity",
                                                                   "activity_contrast",
                                                                   "need_met",
                                                                   "supply_fit"};
inline constexpr std::size_t num_features = feature_names.size();
using feature_row = std::array<double, num_features>;

}  // namespace kedja::recommend
