/// @file
/// A smaller graph with the same betweenness by hops. Sources: Sariyuce, Saule, Kaya & Catalyurek,
/// "Shattering and compressing networks for betweenness centrality", SDM 2013,
/// doi:10.1137/1.9781611972832.76, for twins and cut vertices; Baglioni, Geraci, Pellegrini &
/// Lastres, "Fast exact computation of betweenness centrality in social networks", ASONAM 2012,
/// doi:10.1109/ASONAM.2012.79, for those with one neighbour.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <kedja/core/parallel.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/centrality/hop_searches.hpp>
#include <kedja/measures/centrality/twin_classes.hpp>
#include <kedja/measures/common/blocks.hpp>
#include <kedja/measures/common/hub_sorted_graph.hpp>

namespace kedja::measures::detail {

/// Twins become one vertex, and an undirected graph falls apart at its cut vertices, which stand
/// once in every block they join. A vertex counts as often as a source, and is worth as much as a
/// target, as all that it stands for: its class, and what hangs behind it outside the block. What
/// is left to searches are paths inside blocks; those inside a block of one link pass nobody.
class reduced_paths {
 public:
  /// source[v] and credit[v]: how often paths start in v, and what one is worth that ends there.
  reduced_paths(const hub_sorted_graph& g, const std::vector<double>& source,
                const std::vector<double>& credit, task& job)
      : class_of_(g.num_vertices()) {
    merge_twins(g, source, credit, job);
    if (g.directed())
      merge_pendants();
    else
      cut(job);
    hub_sorted_graph links(parts_, job, group_);
    std::vector<vertex_id> begin;
    for (vertex_id v = 0; v < links.num_vertices(); ++v)
      if (v == 0 || (!group_.empty() && group_[links.original[v]] != group_[links.original[v - 1]]))
        begin.push_back(v);
    begin.push_back(links.num_vertices());
    for (auto* values : {&source_, &credit_, &alike_, &pendant_, &pendant_credit_}) {
      std::vector<double> sorted;
      for (std::size_t v = 0; v < values->size(); ++v)
        sorted.push_back((*values)[links.original[v]]);
      values->swap(sorted);
    }
    searches_.emplace(weighted_parts{std::move(links), std::move(begin), std::move(source_),
                                     std::move(credit_), std::move(alike_), std::move(pendant_),
                                     std::move(pendant_credit_)});
  }

  [[nodiscard]] const weighted_parts& searches() const noexcept { return *searches_; }

  /// Dependencies of the vertices of g from those of searches().
  [[nodiscard]] std::vector<double> spread(const std::vector<double>& searched) const {
    std::vector<double> of_class(known_), result(class_of_.size());
    for (std::size_t v = 0; v < searched.size(); ++v)
      of_class[class_at_[searches_->links.original[v]]] += searched[v];
    for (std::size_t v = 0; v < result.size(); ++v) result[v] = of_class[class_of_[v]];
    return result;
  }

 private:
  struct rows {
    std::vector<std::size_t> offset;
    std::vector<vertex_id> neighbour;
    [[nodiscard]] std::span<const vertex_id> of(vertex_id v) const noexcept {
      return {neighbour.data() + offset[v], neighbour.data() + offset[v + std::size_t{1}]};
    }
  };
  struct plain_graph {
    rows on, back;
    bool is_directed = false;
    [[nodiscard]] vertex_id num_vertices() const noexcept {
      return static_cast<vertex_id>(on.offset.size() - 1);
    }
    [[nodiscard]] bool directed() const noexcept { return is_directed; }
    [[nodiscard]] std::span<const vertex_id> successors(vertex_id v) const noexcept {
      return on.of(v);
    }
    [[nodiscard]] std::span<const vertex_id> predecessors(vertex_id v) const noexcept {
      return is_directed ? back.of(v) : on.of(v);
    }
  };
  /// One vertex for each class. Twins that are not linked see each other through those between.
  void merge_twins(const hub_sorted_graph& g, const std::vector<double>& source,
                   const std::vector<double>& credit, task& job) {
    const twin_classes twins(g, job);
    std::vector<vertex_id> leaders;
    for (vertex_id v = 0; v < g.num_vertices(); ++v) {
      if (twins.leader[v] == v) {
        class_of_[v] = static_cast<vertex_id>(leaders.size());
        leaders.push_back(v);
      }
      class_of_[v] = class_of_[twins.leader[v]];
    }
    const std::size_t classes = leaders.size();
    std::vector<double> to_itself(classes, 0.0);
    source_.assign(classes, 0.0), credit_.assign(classes, 0.0), known_.assign(classes, 0.0);
    for (vertex_id v = 0; v < g.num_vertices(); ++v) {
      source_[class_of_[v]] += source[v];
      credit_[class_of_[v]] += credit[v];
      to_itself[class_of_[v]] += source[v] * credit[v];
    }
    const auto fill = [&](rows& to, auto row_of) {
      to.offset.assign(1, 0);
      for (const vertex_id a : leaders) {
        for (const vertex_id w : row_of(a))
          if (twins.leader[w] == w && w != a) to.neighbour.push_back(class_of_[w]);
        to.offset.push_back(to.neighbour.size());
      }
      job.checkpoint();
    };
    parts_.is_directed = g.directed();
    fill(parts_.on, [&](vertex_id v) { return g.successors(v); });
    if (g.directed()) fill(parts_.back, [&](vertex_id v) { return g.predecessors(v); });
    for (std::size_t c = 0; c < classes; ++c) {
      alike_.push_back(twins.size[leaders[c]]);
      class_at_.push_back(static_cast<vertex_id>(c));
      const double pairs = source_[c] * credit_[c] - to_itself[c];
      if (alike_[c] == 1 || pairs == 0) continue;
      const auto between = twin_classes::between(g, leaders[c]);
      const auto is_twin = [&](vertex_id w) { return class_of_[w] == c; };
      if (std::any_of(between.begin(), between.end(), is_twin)) continue;  // one step apart
      for (const vertex_id w : between)
        if (twins.leader[w] == w)
          known_[class_of_[w]] += pairs / static_cast<double>(between.size());
    }
  }

  void merge_pendants() {
    pendant_.assign(source_.size(), 0.0), pendant_credit_.assign(source_.size(), 0.0);
    for (vertex_id s = 0; s < parts_.num_vertices(); ++s) {
      const auto on = parts_.successors(s), back = parts_.predecessors(s);
      if (on.size() != 1 || alike_[on[0]] != 1) continue;
      if (!back.empty() && (back.size() > 1 || back[0] != on[0])) continue;
      pendant_[on[0]] += source_[s];
      if (!back.empty()) pendant_credit_[on[0]] += source_[s] * credit_[s];
      source_[s] = 0;
    }
  }

  /// Blocks with their own copies of cut vertices. `below` is what a vertex stands for with all
  /// that hangs in blocks below it, `whole` its component.
  void cut(task& job) {
    const vertex_id n = parts_.num_vertices();
    const blocks block(parts_, job);
    struct ends {
      double source = 0, credit = 0;
    };
    std::vector<ends> below(n), whole(n), branch(block.top.size());
    for (vertex_id v = 0; v < n; ++v) below[v] = {source_[v], credit_[v]};
    for (std::size_t i = n; i-- > 0;) {
      const vertex_id v = block.order[i], b = block.home[v];
      if (b == blocks::none) continue;
      for (ends* above : {&branch[b], &below[block.top[b]]})
        above->source += below[v].source, above->credit += below[v].credit;
    }
    for (const vertex_id v : block.order)
      whole[v] = block.home[v] == blocks::none ? below[v] : whole[block.top[block.home[v]]];
    // Paths from one branch at a cut vertex to another pass one of its class.
    const auto add_branch = [&](vertex_id v, const ends& one) {
      const double others = whole[v].credit - credit_[v] - one.credit;
      known_[v] += one.source * others / alike_[v];
    };
    for (std::size_t b = 0; b < branch.size(); ++b) add_branch(block.top[b], branch[b]);
    for (vertex_id v = 0; v < n; ++v)
      add_branch(v, {whole[v].source - below[v].source, whole[v].credit - below[v].credit});

    std::vector<vertex_id> at_home(n, no_vertex), at_top(branch.size(), no_vertex), copied;
    std::vector<double> source, credit, alike;
    const auto copy = [&](vertex_id v, vertex_id b, const ends& stands_for) {
      copied.push_back(v), group_.push_back(b), alike.push_back(alike_[v]);
      source.push_back(stands_for.source), credit.push_back(stands_for.credit);
      return static_cast<vertex_id>(copied.size() - 1);
    };
    for (vertex_id b = 0; b < branch.size(); ++b)
      if (const vertex_id v = block.top[b]; block.size[b] > 2)
        at_top[b] =
            copy(v, b, {whole[v].source - branch[b].source, whole[v].credit - branch[b].credit});
    for (vertex_id v = 0; v < n; ++v)
      if (const vertex_id b = block.home[v]; b != blocks::none && block.size[b] > 2)
        at_home[v] = copy(v, b, below[v]);
    const auto for_each_link = [&](auto link) {
      for (vertex_id u = 0; u < n; ++u)
        for (const vertex_id w : parts_.successors(u)) {
          const vertex_id b = block.home[block.entered[u] < block.entered[w] ? w : u];
          if (block.size[b] < 3) continue;
          link(block.home[u] == b ? at_home[u] : at_top[b],
               block.home[w] == b ? at_home[w] : at_top[b]);
        }
      job.checkpoint();
    };
    rows links{std::vector<std::size_t>(copied.size() + 1, 0), {}};
    for_each_link([&](vertex_id u, vertex_id) { ++links.offset[u + std::size_t{1}]; });
    for (std::size_t v = 0; v < copied.size(); ++v) links.offset[v + 1] += links.offset[v];
    links.neighbour.resize(links.offset.back());
    std::vector<std::size_t> cursor(links.offset);
    for_each_link([&](vertex_id u, vertex_id w) { links.neighbour[cursor[u]++] = w; });
    parts_.on = std::move(links);
    class_at_ = std::move(copied);
    source_ = std::move(source), credit_ = std::move(credit), alike_ = std::move(alike);
  }

  std::vector<vertex_id> class_of_;  ///< by vertex of g
  std::vector<double> known_;        ///< by class: each member's dependencies outside blocks
  std::vector<vertex_id> class_at_;  ///< by vertex of parts_
  std::vector<vertex_id> group_;     ///< by vertex of parts_: its block; empty: one
  plain_graph parts_;
  std::vector<double> source_, credit_, alike_, pendant_, pendant_credit_;
  std::optional<weighted_parts> searches_;
};

}  // namespace kedja::measures::detail
