/// @file
/// Who comes into question as a partner of one company, and by what it was found.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include <kedja/recommend/evidence.hpp>

namespace kedja::recommend {

/// Ways to a candidate, in the order of the bits of `found::ways`.
inline constexpr std::array<std::string_view, 4> ways = {
    "network",  // walks over joint works, fields, places and words of names
    "need",     // it can do what is asked for around the company, or the other way round
    "supply",   // industries that trade more than by chance
    "place"};   // it lies within 150 km

struct found {
  vertex_id vertex;
  std::uint8_t ways;
};

/// The best by each way, each company once. Walks have all seats that the other ways leave; these
/// have a tenth each, so that who is near, needed or in the right trade is looked at however far
/// off it is in the network.
class candidate_finder {
 public:
  candidate_finder(std::size_t seats, std::size_t companies) : seats_(seats), mark_(companies, 0) {}

  /// Begins anew for the source that `search` has chosen.
  void start() {
    for (auto& list : lists_) list.clear();
  }
  /// Whether anything speaks for v at all; then it is kept in mind.
  template <class Allowed>
  void consider(const evidence_search& search, vertex_id v, Allowed allowed) {
    const double reach = search.reach(v), need = search.need(v), trade = search.trade(v),
                 nearness = search.nearness(v);
    const bool by_trade = trade > 1, near = nearness > cosine_of_near;
    if ((reach > 0 || need > 0 || by_trade || near) && allowed(v)) {
      if (reach > 0) lists_[0].push_back({reach, reach, v});
      if (need > 0) lists_[1].push_back({need, reach, v});
      if (by_trade) lists_[2].push_back({trade, reach, v});
      if (near) lists_[3].push_back({nearness, reach, v});
    }
  }
  /// The chosen, by vertex; at most as many as there are seats.
  [[nodiscard]] const std::vector<found>& choose() {
    chosen_.clear();
    for (std::size_t way = 1; way < ways.size(); ++way) {
      best_of(lists_[way], seats_ / 10);
      for (const entry& e : lists_[way]) seat(e.vertex, way);
    }
    best_of(lists_[0], seats_);
    std::ranges::sort(lists_[0], before);
    for (const entry& e : lists_[0])
      if (chosen_.size() < seats_ || mark_[e.vertex] != 0) seat(e.vertex, 0);
    std::ranges::sort(chosen_, {}, &found::vertex);
    for (found& f : chosen_) f.ways = mark_[f.vertex], mark_[f.vertex] = 0;
    return chosen_;
  }

 private:
  struct entry {
    double value, reach;
    vertex_id vertex;
  };
  static constexpr double cosine_of_near = 0.99972285;  // cos(150 km / 6371 km)

  /// By falling value; of equals, those that walks reach better; then by vertex.
  static bool before(const entry& a, const entry& b) {
    return std::tuple(-a.value, -a.reach, a.vertex) < std::tuple(-b.value, -b.reach, b.vertex);
  }
  static void best_of(std::vector<entry>& list, std::size_t most) {
    if (list.size() <= most) return;
    std::ranges::nth_element(list, list.begin() + static_cast<std::ptrdiff_t>(most), before);
    list.resize(most);
  }
  void seat(vertex_id v, std::size_t way) {
    if (mark_[v] == 0) chosen_.push_back({v, 0});
    mark_[v] = static_cast<std::uint8_t>(mark_[v] | (1U << way));
  }

  std::size_t seats_;
  std::vector<std::uint8_t> mark_;  // ways to a company so far
  std::array<std::vector<entry>, ways.size()> lists_;
  std::vector<found> chosen_;
};

}  // namespace kedja::recommend
