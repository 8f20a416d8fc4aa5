/// @file
/// Who may sell to whom, where only sectors and sizes of companies are known: a network of greatest
/// entropy under what the sectors of an input-output table buy from one another. Source: Ialongo,
/// de Valk, Marchese, Jansen, Zmarrou, Squartini & Garlaschelli, "Reconstructing firm-level
/// interactions in the Dutch input-output network from production constraints", Sci. Rep. 12
/// (2022), doi:10.1038/s41598-022-13996-3 (stripe-corrected gravity model).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <kedja/core/run_context.hpp>
#include <kedja/core/types.hpp>
#include <kedja/measures/common/dense_matrix.hpp>

namespace kedja::measures {

struct inferred_links_input {
  std::span<const std::uint32_t> sector;  ///< of each company
  std::span<const double> output;         ///< of each company, > 0
  std::size_t sectors = 0;
  std::span<const double> inputs;  ///< sectors x sectors: of row g per unit of output of column h
  std::span<const double> sold_share;         ///< of each sector's output that other companies buy
  std::span<const std::uint32_t> place = {};  ///< of each company; none: distance has no say
  std::size_t places = 1;
  std::span<const double> nearness = {};  ///< places x places, > 0: f(d) of the pair's distance
};

struct inferred_link {
  vertex_id source, target;
  double probability;
  double value;  ///< expected value: of the link in a sample, of the pair (p times that) elsewhere
};

/// How one pair strength was scaled to the wanted number of links.
struct link_calibration {
  double z = 0;
  double expected_links = 0;
  double standard_error = 0;  ///< of expected_links; 0 where all pairs were added up
};

/// p_ij = t / (1 + t), t = z s_i s_j,g D: company i of sector g sells s_i to companies, company j
/// needs s_j,g of that sector, D is 1 or, with places, f(d) balanced by proportional fitting in
/// every sector so that needs and sales by place stay what they are. The expected value
/// s_j,g s_i D / (sum over k != j of s_k D) adds up to what j needs of every sector that has a
/// supplier. Companies are never paired all with all: suppliers are kept by sector and size.
class inferred_links {
 public:
  /// Throws invalid_argument naming the position of a bad value. O(n log n + sectors x places^2).
  explicit inferred_links(const inferred_links_input& in, const run_context& ctx = {});

  /// Sets z so that `links` links are expected. At most 2^20 candidate pairs are added up exactly,
  /// of more a sample of 2^20 drawn in proportion to t is (fixed seed). Throws invalid_argument
  /// where `links` is not between 0 and the number of pairs that may link.
  link_calibration calibrate(double links, const run_context& ctx = {});
  void set_z(double z);
  [[nodiscard]] double z() const noexcept { return z_; }
  /// Ordered pairs whose probability is not zero.
  [[nodiscard]] double candidates() const;

  [[nodiscard]] double probability(vertex_id source, vertex_id target) const;
  [[nodiscard]] double expected_value(vertex_id source, vertex_id target) const;

  /// One network: every pair is linked with its own probability, independently, and a link is worth
  /// expected value / probability. By target, then sector and size of the source. Stream `draw` of
  /// `seed`: neither threads nor other draws change it. O(n sectors + links), with places times the
  /// ratio of the largest nearness to the mean.
  [[nodiscard]] std::vector<inferred_link> sample(std::uint64_t seed, std::uint32_t draw,
                                                  const run_context& ctx = {}) const;

  /// The k most probable suppliers of every company, most probable first, equal ones by position.
  /// Without places every company of a sector asks the same suppliers: O(sectors (sectors + k) + n
  /// k).
  [[nodiscard]] std::vector<inferred_link> likely_suppliers(std::size_t k,
                                                            const run_context& ctx = {}) const;
  /// The same for buyers.
  [[nodiscard]] std::vector<inferred_link> likely_buyers(std::size_t k,
                                                         const run_context& ctx = {}) const;

 private:
  [[nodiscard]] double need(std::size_t g, vertex_id j) const {
    return inputs_(g, sector_[j]) * output_[j];
  }
  [[nodiscard]] double near(std::size_t g, vertex_id i, vertex_id j) const {
    return near_.empty() ? 1.0 : near_[g](place_[i], place_[j]);
  }
  [[nodiscard]] double strength(vertex_id i, vertex_id j) const;
  template <class Bound, class Key>
  [[nodiscard]] std::vector<inferred_link> rank(std::size_t k, const run_context& ctx,
                                                bool for_buyers, Bound bound, Key key) const;
  void balance(const inferred_links_input& in, const run_context& ctx);

  std::size_t sectors_;
  std::vector<std::uint32_t> sector_, place_;
  std::vector<double> output_, sold_;            ///< x_i and s_i
  dense_matrix inputs_;                          ///< a_gh
  std::vector<std::vector<vertex_id>> members_;  ///< of each sector, largest first
  std::vector<double> sales_;                    ///< sum of s_i of each sector
  std::vector<dense_matrix> near_;               ///< D of each sector; empty without places
  std::vector<dense_matrix> nearest_;            ///< 1 x places: largest D for a buyer there
  std::vector<dense_matrix> reach_;              ///< 1 x places: sum over suppliers of s_i D
  double z_ = 0;
};

}  // namespace kedja::measures
