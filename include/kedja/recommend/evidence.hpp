/// @file
/// Evidence for a new link between two companies: named features, each a function of what was known
/// on the day of the tables. Nothing of size n x n is formed.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/recommend/features.hpp>
#include <kedja/recommend/field_facts.hpp>
#include <kedja/recommend/walks.hpp>

namespace kedja::recommend {

namespace detail {

/// Great-circle distance in kilometres.
inline double distance_km(double lat_a, double lon_a, double lat_b, double lon_b) {
  constexpr double rad = std::numbers::pi / 180, diameter = 12742.0;
  const double dp = std::sin((lat_b - lat_a) * rad / 2), dl = std::sin((lon_b - lon_a) * rad / 2);
  const double h = dp * dp + std::cos(lat_a * rad) * std::cos(lat_b * rad) * dl * dl;
  return diameter * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

}  // namespace detail

/// Computes features of pairs whose sources come in blocks; one per thread.
class evidence_search {
 public:
  evidence_search(const evidence_tables& known, const detail::field_facts& fields)
      : known_(known),
        fields_(fields),
        two_hop_(known.next_to.num_vertices()),
        recent_(known.next_to.num_vertices()),
        need_(known.next_to.num_vertices()) {}

  /// Walks from up to walk_table::lanes companies; then row() may be asked for.
  void start(std::span<const vertex_id> source) {
    source_.assign(source.begin(), source.end());
    known_.joint.follow(source, joint_steps.back(), ws_,
                        [&](std::size_t s) { return place(joint_steps, joint_, s); });
    known_.mixed.follow(source, mixed_steps.back(), ws_,
                        [&](std::size_t s) { return place(mixed_steps, mixed_, s); });
  }
  /// Shared partners and needs of source i are counted anew: once per source, before its rows.
  void choose(std::size_t i) {
    chosen_ = i;
    for (const auto* list : {&two_hop_touched_, &recent_touched_, &need_touched_})
      for (const vertex_id v : *list) two_hop_[v] = recent_[v] = need_[v] = 0;
    two_hop_touched_.clear(), recent_touched_.clear(), need_touched_.clear();
    const vertex_id u = source_[i];
    for (const vertex_id w : known_.next_to.of(u)) {
      const auto degree = static_cast<double>(known_.next_to.degree(w));
      if (degree < 2) continue;
      const double worth = 1.0 / std::log(degree);
      for (const vertex_id v : known_.next_to.of(w)) {
        if (two_hop_[v] == 0) two_hop_touched_.push_back(v);
        two_hop_[v] += worth;
      }
    }
    for (const vertex_id w : known_.recent.of(u))
      for (const vertex_id v : known_.recent.of(w)) {
        if (recent_[v] == 0) recent_touched_.push_back(v);
        recent_[v] += 1;
      }
    match(known_.wants, fields_.offered_by, u), match(known_.offers, fields_.asked_by, u);
  }
  /// Lift of the longest mixed walk between the chosen source and v, not as a logarithm.
  [[nodiscard]] double reach(vertex_id v) const {
    return static_cast<double>(mixed_.back()[v][chosen_]) * known_.mixed.scarcity(source_[chosen_]);
  }
  /// What is asked for around the chosen source and v can do, and the other way round.
  [[nodiscard]] double need(vertex_id v) const { return need_[v]; }
  /// Lift of the trade between the industries of the chosen source and v; 0 where one is unknown.
  [[nodiscard]] double trade(vertex_id v) const {
    const std::int32_t a = known_.industry[source_[chosen_]], b = known_.industry[v];
    return a < 0 || b < 0 ? 0.0
                          : known_.trade[static_cast<std::size_t>(a) * known_.industries +
                                         static_cast<std::size_t>(b)];
  }
  /// Cosine of the angle between the places of the chosen source and v; 0 where one is unknown.
  [[nodiscard]] double nearness(vertex_id v) const {
    return fields_.place[source_[chosen_]] * fields_.place[v];
  }
  /// Features of the chosen source and v.
  [[nodiscard]] feature_row row(vertex_id v) const {
    const vertex_id u = source_[chosen_];
    feature_row f{};
    const auto log_lift = [](double lift) { return std::log(lift + 0.01); };
    for (std::size_t s = 0; s < joint_.size(); ++s)
      f[s] = log_lift(static_cast<double>(joint_[s][v][chosen_]) * known_.joint.scarcity(u));
    for (std::size_t s = 0; s < mixed_.size(); ++s)
      f[joint_.size() + s] =
          log_lift(static_cast<double>(mixed_[s][v][chosen_]) * known_.mixed.scarcity(u));
    const auto set = [&f](feature name, double value) {
      f[static_cast<std::size_t>(name)] = value;
    };
    const auto [dot, lift] = fields(u, v);
    set(feature::field_lift, log_lift(lift));
    set(feature::field_shared, dot);
    set(feature::field_pair, log_lift(field_pair(u, v)));
    set(feature::adamic_adar, std::log1p(two_hop_[v]));
    set(feature::recent_shared, std::log1p(recent_[v]));
    set(feature::same_country, same(known_.country, u, v));
    set(feature::same_region, same(known_.region, u, v));
    if (!std::isnan(known_.lat[u] + known_.lon[u] + known_.lat[v] + known_.lon[v]))
      set(feature::near, std::exp(-detail::distance_km(known_.lat[u], known_.lon[u], known_.lat[v],
                                                       known_.lon[v]) /
                                  300.0));
    const auto both = [&](feature sum, feature contrast, double a, double b) {
      set(sum, a + b), set(contrast, std::abs(a - b));
    };
    both(feature::broker, feature::broker_contrast, fields_.broker[u], fields_.broker[v]);
    both(feature::partners, feature::partners_contrast,
         std::log1p(static_cast<double>(known_.next_to.degree(u))),
         std::log1p(static_cast<double>(known_.next_to.degree(v))));
    both(feature::activity, feature::activity_contrast, std::log1p(known_.joint.weight(u)),
         std::log1p(known_.joint.weight(v)));
    set(feature::need_met, std::log1p(need(v)));
    set(feature::supply_fit, std::log1p(trade(v)));
    return f;
  }

 private:
  static constexpr std::array<std::size_t, 4> joint_steps = {2, 4, 6, 12};
  static constexpr std::array<std::size_t, 3> mixed_steps = {2, 4, 6};

  /// Where the state after step s is kept; nullptr for a step that no feature asks for.
  template <std::size_t N>
  static std::vector<walk_table::lane>* place(const std::array<std::size_t, N>& steps,
                                              std::array<std::vector<walk_table::lane>, N>& kept,
                                              std::size_t s) {
    for (std::size_t i = 0; i < N; ++i)
      if (steps[i] == s) return &kept[i];
    return nullptr;
  }
  static double same(std::span<const std::int32_t> code, vertex_id u, vertex_id v) {
    return code[u] >= 0 && code[u] == code[v] ? 1.0 : 0.0;
  }
  [[nodiscard]] std::pair<double, double> fields(vertex_id u, vertex_id v) const {
    const auto a = known_.fields.row(u), b = known_.fields.row(v);
    if (fields_.sum[u] <= 0 || fields_.sum[v] <= 0) return {0.0, 0.0};
    double dot = 0, lift = 0;
    for (std::size_t x = 0, y = 0; x < a.size() && y < b.size();) {
      if (a[x].column < b[y].column) {
        ++x;
      } else if (b[y].column < a[x].column) {
        ++y;
      } else {
        const double both = a[x].value * b[y].value;
        dot += both;
        lift += both / fields_.common[a[x].column];
        ++x, ++y;
      }
    }
    return {dot / (fields_.norm[u] * fields_.norm[v]), lift / (fields_.sum[u] * fields_.sum[v])};
  }

  /// Adds what u has in one table to all that have it in the other.
  void match(const measures::sparse_table& of_u, const measures::sparse_table& others,
             vertex_id u) {
    for (const auto& thing : of_u.row(u))
      for (const auto& other : others.row(thing.column)) {
        if (need_[other.column] == 0) need_touched_.push_back(other.column);
        need_[other.column] += thing.value * other.value;
      }
  }

  /// Mean over both companies' fields of how much oftener than by chance partners come from them.
  [[nodiscard]] double field_pair(vertex_id u, vertex_id v) const {
    if (fields_.lift.empty() || fields_.sum[u] <= 0 || fields_.sum[v] <= 0) return 0.0;
    double mean = 0;
    for (const auto& a : known_.fields.row(u))
      for (const auto& b : known_.fields.row(v))
        mean += a.value * b.value * fields_.meeting_lift(a.column, b.column);
    return mean / (fields_.sum[u] * fields_.sum[v]);
  }

  const evidence_tables& known_;
  const detail::field_facts& fields_;
  walk_table::workspace ws_;
  std::vector<vertex_id> source_;
  std::array<std::vector<walk_table::lane>, joint_steps.size()> joint_;
  std::array<std::vector<walk_table::lane>, mixed_steps.size()> mixed_;
  std::vector<double> two_hop_, recent_, need_;  // of the chosen source
  std::vector<vertex_id> two_hop_touched_, recent_touched_, need_touched_;
  std::size_t chosen_ = 0;
};

/// Throws invalid_argument unless every part has one entry per company.
inline void check(const evidence_tables& known) {
  const vertex_id n = known.joint.num_companies();
  if (known.mixed.num_companies() != n || known.fields.rows() != n ||
      known.next_to.num_vertices() != n || known.recent.num_vertices() != n ||
      known.country.size() != n || known.region.size() != n || known.lat.size() != n ||
      known.lon.size() != n || known.firm.size() != n || known.wants.rows() != n ||
      known.offers.rows() != n || known.industry.size() != n)
    throw invalid_argument("every part of the evidence must have one entry per company");
  if (known.wants.columns() != known.offers.columns())
    throw invalid_argument("what is wanted and what is offered must be the same things");
  if (known.trade.size() != known.industries * known.industries)
    throw invalid_argument("trade must have a row and a column per industry");
  for (const std::int32_t industry : known.industry)
    if (industry >= 0 && static_cast<std::size_t>(industry) >= known.industries)
      throw invalid_argument("industry " + std::to_string(industry) + " does not exist");
}

/// Features of given pairs, row by row. Pairs of the same source are computed together:
/// O(distinct sources * (walks + partners' degrees) + pairs * features). Bit-identical for any
/// number of threads. Throws invalid_argument for a company that does not exist.
[[nodiscard]] inline std::vector<double> pair_features(const evidence_tables& known,
                                                       std::span<const vertex_id> source,
                                                       std::span<const vertex_id> target,
                                                       const run_context& ctx = {}) {
  check(known);
  const vertex_id n = known.joint.num_companies();
  if (source.size() != target.size())
    throw invalid_argument("source and target must have one entry per pair");
  for (std::size_t i = 0; i < source.size(); ++i)
    if (source[i] >= n || target[i] >= n)
      throw invalid_argument("pair " + std::to_string(i) + ": company does not exist");
  std::vector<std::size_t> order(source.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return source[i]; });
  std::vector<std::size_t> first;  // of each distinct source
  for (std::size_t i = 0; i < order.size(); ++i)
    if (i == 0 || source[order[i]] != source[order[i - 1]]) first.push_back(i);
  const std::size_t distinct = first.size();
  first.push_back(order.size());

  const detail::field_facts facts(known);
  std::vector<double> result(source.size() * num_features);
  task job(ctx, static_cast<double>(distinct));
  for_blocks(
      distinct, walk_table::lanes, job, [&] { return evidence_search(known, facts); },
      [&](evidence_search& search, std::size_t begin, std::size_t end, std::size_t) {
        std::vector<vertex_id> block;
        for (std::size_t s = begin; s < end; ++s) block.push_back(source[order[first[s]]]);
        search.start(block);
        for (std::size_t s = begin; s < end; ++s) {
          search.choose(s - begin);
          for (std::size_t i = first[s]; i < first[s + 1]; ++i) {
            const feature_row f = search.row(target[order[i]]);
            std::ranges::copy(
                f, result.begin() + static_cast<std::ptrdiff_t>(order[i] * num_features));
          }
        }
        job.advance(static_cast<double>(end - begin));
      });
  job.finish();
  return result;
}

}  // namespace kedja::recommend
