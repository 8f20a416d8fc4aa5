/// @file
/// What is known of companies on one day, how their fields go together, and who is a broker.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include <kedja/core/types.hpp>
#include <kedja/measures/common/simple_neighbours.hpp>
#include <kedja/measures/common/sparse_table.hpp>
#include <kedja/recommend/walks.hpp>

namespace kedja::recommend {

/// What is known on the day; everything by company.
struct evidence_tables {
  const walk_table& joint;                        ///< companies by joint works
  const walk_table& mixed;                        ///< the same with fields, places and words
  const measures::sparse_table& fields;           ///< companies by fields
  const measures::simple_neighbours& next_to;     ///< partners so far
  const measures::simple_neighbours& recent;      ///< partners of the last year
  std::span<const std::int32_t> country, region;  ///< codes; -1: unknown
  std::span<const double> lat, lon;               ///< degrees; NaN: unknown
  std::span<const char> firm;                     ///< who meets: field_pair and broker count these
  const measures::sparse_table& wants;            ///< companies by things asked for around them
  const measures::sparse_table& offers;    ///< companies by the same things: what they can do
  std::span<const std::int32_t> industry;  ///< codes; -1: unknown
  std::size_t industries;                  ///< how many there are
  std::span<const double> trade;           ///< industries by industries: lift of their trade
};

namespace detail {

/// How evenly the firms among each company's partners spread over regions: 1 - sum of squared
/// shares (the participation coefficient of Guimera & Amaral 2005, doi:10.1038/nature03288); 0
/// without a firm whose region is known. O(links log).
[[nodiscard]] inline std::vector<double> spread_over_regions(const evidence_tables& known) {
  std::vector<double> spread(known.next_to.num_vertices(), 0.0);
  std::vector<std::int32_t> region;
  for (vertex_id v = 0; v < known.next_to.num_vertices(); ++v) {
    region.clear();
    for (const vertex_id w : known.next_to.of(v))
      if (known.firm[w] != 0 && known.region[w] >= 0) region.push_back(known.region[w]);
    std::ranges::sort(region);
    double squares = 0;
    for (std::size_t first = 0, last = 0; first < region.size(); first = last) {
      while (last < region.size() && region[last] == region[first]) ++last;
      squares += static_cast<double>((last - first) * (last - first));
    }
    const auto all = static_cast<double>(region.size());
    if (all > 0) spread[v] = 1 - squares / (all * all);
  }
  return spread;
}

/// Where a place lies as seen from the middle of the earth; nowhere: 0, 0, 0. The product of two is
/// the cosine of the angle between them.
struct direction {
  double x = 0, y = 0, z = 0;
  friend double operator*(const direction& a, const direction& b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
  }
};
[[nodiscard]] inline std::vector<direction> directions(const evidence_tables& known) {
  constexpr double rad = std::numbers::pi / 180;
  std::vector<direction> made(known.lat.size());
  for (std::size_t v = 0; v < made.size(); ++v) {
    if (std::isnan(known.lat[v] + known.lon[v])) continue;
    const double lat = known.lat[v] * rad, lon = known.lon[v] * rad;
    made[v] = {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
  }
  return made;
}

/// Per company: length of its row of fields and its sum, per field its share of all, and per two
/// fields how much oftener than by chance partners (firms) come from them.
struct field_facts {
  static constexpr std::uint32_t most_fields = 1000;  ///< beyond, pairs of fields say nothing
  static constexpr double prior = 20;  ///< meetings by chance that are added to those counted

  explicit field_facts(const evidence_tables& known)
      : norm(known.fields.rows(), 0.0),
        sum(known.fields.rows(), 0.0),
        common(known.fields.columns(), 0.0),
        broker(spread_over_regions(known)),
        asked_by(known.wants.transposed()),
        offered_by(known.offers.transposed()),
        place(directions(known)) {
    const measures::sparse_table& fields = known.fields;
    double companies = 0;
    for (std::uint32_t u = 0; u < fields.rows(); ++u) {
      for (const auto& e : fields.row(u)) norm[u] += e.value * e.value, sum[u] += e.value;
      norm[u] = std::sqrt(norm[u]);
      if (sum[u] <= 0) continue;
      companies += 1;
      for (const auto& e : fields.row(u)) common[e.column] += e.value / sum[u];
    }
    for (double& c : common) c /= std::max(companies, 1.0);
    if (fields.columns() <= most_fields) count_meetings(known);
  }
  /// How much oftener than by chance partners come from fields f and g.
  [[nodiscard]] double meeting_lift(std::uint32_t f, std::uint32_t g) const {
    return lift[std::size_t{f} * common.size() + g];
  }
  std::vector<double> norm, sum, common;
  std::vector<double> broker;  ///< of each company: how evenly firms it met spread over regions
  std::vector<double> lift;    ///< fields by fields; empty: too many
  measures::sparse_table asked_by, offered_by;  ///< things by companies
  std::vector<direction> place;                 ///< of each company

 private:
  void count_meetings(const evidence_tables& known) {
    const std::size_t m = common.size();
    lift.assign(m * m, 0.0);
    for (vertex_id u = 0; u < known.fields.rows(); ++u) {
      if (known.firm[u] == 0 || sum[u] <= 0) continue;
      for (const vertex_id v : known.next_to.of(u)) {
        if (known.firm[v] == 0 || sum[v] <= 0) continue;
        for (const auto& a : known.fields.row(u))
          for (const auto& b : known.fields.row(v))
            lift[a.column * m + b.column] += a.value / sum[u] * (b.value / sum[v]);
      }
    }
    std::vector<double> of_field(m, 0.0);
    double all = 0;
    for (std::size_t f = 0; f < m; ++f)
      for (std::size_t g = 0; g < m; ++g) of_field[f] += lift[f * m + g];
    for (const double x : of_field) all += x;
    for (std::size_t f = 0; f < m; ++f)
      for (std::size_t g = 0; g < m; ++g) {
        const double chance = all > 0 ? of_field[f] * of_field[g] / all : 0.0;
        lift[f * m + g] = (lift[f * m + g] + prior) / (chance + prior);
      }
  }
};

}  // namespace detail

}  // namespace kedja::recommend
