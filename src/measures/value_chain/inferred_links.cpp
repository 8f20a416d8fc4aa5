#include <kedja/measures/value_chain/inferred_links.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <queue>
#include <string>
#include <utility>

#include <kedja/core/error.hpp>
#include <kedja/core/parallel.hpp>
#include <kedja/core/rng.hpp>

namespace kedja::measures {

namespace {

constexpr std::size_t grain = 512;  // companies per piece of parallel work
constexpr std::size_t pairs_added_up = 1 << 20;

[[noreturn]] void refuse(const char* what, std::size_t i, const std::string& must) {
  throw invalid_argument(std::string(what) + "[" + std::to_string(i) + "] must be " + must);
}

void check(std::span<const double> values, const char* what, bool zero_too) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]) || values[i] < 0 || (!zero_too && values[i] == 0))
      refuse(what, i, zero_too ? "a finite number >= 0" : "a finite number > 0");
}

void check(std::span<const std::uint32_t> codes, std::size_t count, const char* what) {
  for (std::size_t i = 0; i < codes.size(); ++i)
    if (codes[i] >= count) refuse(what, i, "less than " + std::to_string(count));
}

double logistic(double t) { return t / (1 + t); }

/// The pieces in order, each given back once it is copied.
std::vector<inferred_link> joined(std::vector<std::vector<inferred_link>> pieces) {
  std::size_t total = 0;
  for (const auto& piece : pieces) total += piece.size();
  std::vector<inferred_link> links;
  links.reserve(total);
  for (auto& piece : pieces) {
    links.insert(links.end(), piece.begin(), piece.end());
    std::vector<inferred_link>().swap(piece);
  }
  return links;
}

/// Item of a cumulated list at share u of its end.
std::size_t pick(const std::vector<double>& cumulated, double u) {
  const auto at = std::upper_bound(cumulated.begin(), cumulated.end(), u * cumulated.back());
  return std::min(static_cast<std::size_t>(at - cumulated.begin()), cumulated.size() - 1);
}

}  // namespace

inferred_links::inferred_links(const inferred_links_input& in, const run_context& ctx)
    : sectors_(in.sectors),
      sector_(in.sector.begin(), in.sector.end()),
      place_(in.place.begin(), in.place.end()),
      output_(in.output.begin(), in.output.end()),
      sold_(in.output.size()),
      inputs_(in.sectors, in.sectors),
      members_(in.sectors),
      sales_(in.sectors, 0.0) {
  const std::size_t n = output_.size();
  if (sector_.size() != n) throw invalid_argument("sector must have one value per company");
  if (in.inputs.size() != sectors_ * sectors_ || in.sold_share.size() != sectors_)
    throw invalid_argument("inputs must be sectors x sectors, and sold_share one per sector");
  if (in.place.empty() != in.nearness.empty() || (!in.place.empty() && in.place.size() != n) ||
      (!in.place.empty() && in.nearness.size() != in.places * in.places))
    throw invalid_argument("place must have one value per company, nearness places x places");
  check(in.sector, sectors_, "sector");
  check(in.place, in.places, "place");
  check(in.output, "output", false);
  check(in.inputs, "inputs", true);
  check(in.sold_share, "sold_share", true);
  check(in.nearness, "nearness", false);
  inputs_.value.assign(in.inputs.begin(), in.inputs.end());
  for (std::size_t i = 0; i < n; ++i) {
    sold_[i] = in.sold_share[sector_[i]] * output_[i];
    members_[sector_[i]].push_back(static_cast<vertex_id>(i));
  }
  for (std::size_t g = 0; g < sectors_; ++g) {
    std::stable_sort(members_[g].begin(), members_[g].end(),
                     [&](vertex_id a, vertex_id b) { return output_[a] > output_[b]; });
    for (const vertex_id i : members_[g]) sales_[g] += sold_[i];
  }
  if (!place_.empty()) balance(in, ctx);
}

/// D = u f(d) v per sector: every place sells and buys in all what its companies sell and need.
void inferred_links::balance(const inferred_links_input& in, const run_context& ctx) {
  const std::size_t places = in.places;
  near_.assign(sectors_, dense_matrix(places, places));
  nearest_.assign(sectors_, dense_matrix(1, places));
  reach_.assign(sectors_, dense_matrix(1, places));
  dense_matrix made(sectors_, places);  // output of each sector at each place
  for (std::size_t i = 0; i < output_.size(); ++i) made(sector_[i], place_[i]) += output_[i];
  task job(ctx, static_cast<double>(sectors_));
  for_blocks(sectors_, 1, job, [&](std::size_t g, std::size_t, std::size_t) {
    std::vector<double> sold(places), needed(places, 0.0), u(places, 1.0), v(places, 1.0);
    double all_sold = 0, all_needed = 0;
    for (std::size_t p = 0; p < places; ++p) {
      sold[p] = in.sold_share[g] * made(g, p);
      for (std::size_t h = 0; h < sectors_; ++h) needed[p] += inputs_(g, h) * made(h, p);
      all_sold += sold[p];
      all_needed += needed[p];
    }
    if (!(all_sold > 0 && all_needed > 0)) return;
    const auto f = [&](std::size_t p, std::size_t q) { return in.nearness[p * places + q]; };
    for (int round = 0; round < 1000; ++round) {
      double change = 0;
      for (std::size_t q = 0; q < places; ++q) {
        double sum = 0;
        for (std::size_t p = 0; p < places; ++p) sum += sold[p] * u[p] * f(p, q);
        const double next = all_sold / sum;
        if (needed[q] > 0) change = std::max(change, std::abs(next / v[q] - 1));
        v[q] = next;
      }
      for (std::size_t p = 0; p < places; ++p) {
        if (!(sold[p] > 0)) continue;  // keeps 1, and no weight
        double sum = 0;
        for (std::size_t q = 0; q < places; ++q) sum += needed[q] * v[q] * f(p, q);
        u[p] = all_needed / sum;
      }
      job.checkpoint();
      if (change < 1e-12) break;
    }
    for (std::size_t p = 0; p < places; ++p)
      for (std::size_t q = 0; q < places; ++q) {
        const double d = near_[g](p, q) = u[p] * v[q] * f(p, q);
        if (sold[p] > 0) nearest_[g](0, q) = std::max(nearest_[g](0, q), d);
        reach_[g](0, q) += sold[p] * d;
      }
    job.advance(1);
  });
  job.finish();
}

double inferred_links::strength(vertex_id i, vertex_id j) const {
  if (i == j) return 0;
  const std::size_t g = sector_[i];
  return z_ * sold_[i] * need(g, j) * near(g, i, j);
}

double inferred_links::probability(vertex_id source, vertex_id target) const {
  return logistic(strength(source, target));
}

double inferred_links::expected_value(vertex_id source, vertex_id target) const {
  if (source == target) return 0;
  const std::size_t g = sector_[source];
  double all = near_.empty() ? sales_[g] : reach_[g](0, place_[target]);
  if (sector_[target] == g) all -= sold_[target] * near(g, target, target);
  const double value = need(g, target) * sold_[source] * near(g, source, target);
  return value > 0 ? value / all : 0.0;
}

void inferred_links::set_z(double z) {
  if (!(z >= 0) || std::isinf(z)) throw invalid_argument("z must be a finite number >= 0");
  z_ = z;
}

double inferred_links::candidates() const {
  double count = 0;
  for (std::size_t g = 0; g < sectors_; ++g) {
    if (!(sales_[g] > 0)) continue;
    const auto suppliers = static_cast<double>(members_[g].size());
    for (std::size_t h = 0; h < sectors_; ++h)
      if (inputs_(g, h) > 0) count += suppliers * static_cast<double>(members_[h].size());
    if (inputs_(g, g) > 0) count -= suppliers;
  }
  return count;
}

link_calibration inferred_links::calibrate(double links, const run_context& ctx) {
  const double most = candidates();
  if (!(links > 0 && links < most))
    throw invalid_argument("the expected number of links must lie between 0 and the " +
                           std::to_string(static_cast<std::uint64_t>(most)) +
                           " pairs that may link, not be " + std::to_string(links));
  task job(ctx, 100);
  // Each entry stands for `weight` / t pairs of strength t at z = 1 (exact: t itself, one pair).
  std::vector<double> strengths, near_of;
  double weight = 0, sum = 0;
  const bool exact = most <= static_cast<double>(pairs_added_up);
  if (exact) {
    for (std::size_t g = 0; g < sectors_; ++g)
      for (const vertex_id i : members_[g])
        for (vertex_id j = 0; j < output_.size(); ++j) {
          const double t = i == j ? 0.0 : sold_[i] * need(g, j) * near(g, i, j);
          if (t > 0) strengths.push_back(t), sum += t;
        }
  } else {
    std::vector<double> by_sector(sectors_, 0.0);
    std::vector<std::vector<double>> size(sectors_), buying(sectors_);
    for (std::size_t h = 0; h < sectors_; ++h) {
      double total = 0;
      for (const vertex_id j : members_[h]) size[h].push_back(total += output_[j]);
    }
    double all = 0;
    for (std::size_t g = 0; g < sectors_; ++g) {
      double total = 0;
      for (std::size_t h = 0; h < sectors_; ++h)
        buying[g].push_back(total += size[h].empty() ? 0.0 : inputs_(g, h) * size[h].back());
      by_sector[g] = all += sales_[g] * total;
    }
    weight = all / static_cast<double>(pairs_added_up);
    strengths.resize(pairs_added_up);
    near_of.resize(pairs_added_up);
    for_blocks(pairs_added_up, 1 << 12, job, [&](std::size_t first, std::size_t last, std::size_t) {
      for (std::size_t k = first; k < last; ++k) {
        random_stream random(0x6b65646a61, k);
        const double u =
            (static_cast<double>(k) + random.uniform()) / static_cast<double>(pairs_added_up);
        const std::size_t g = pick(by_sector, u), h = pick(buying[g], random.uniform());
        const vertex_id i = members_[g][pick(size[g], random.uniform())];
        const vertex_id j = members_[h][pick(size[h], random.uniform())];
        near_of[k] = i == j ? 0.0 : near(g, i, j);
        strengths[k] = sold_[i] * need(g, j) * near_of[k];
      }
    });
    for (const double d : near_of) sum += weight * d;
  }
  const auto expected = [&](double z) {
    return ordered_reduce(
        strengths.size(), 1 << 14, job, 0.0,
        [&](std::size_t first, std::size_t last) {
          double part = 0;
          for (std::size_t k = first; k < last; ++k)
            part += exact ? logistic(z * strengths[k])
                          : weight * z * near_of[k] / (1 + z * strengths[k]);
          return part;
        },
        [](double a, double b) { return a + b; });
  };
  // t / (1 + t) < t, so z is at least links / sum; then it doubles until there are enough links.
  double low = links / sum, high = low;
  while (expected(high) < links) {
    low = high;
    high *= 2;
    if (!std::isfinite(high))
      throw invalid_argument("so many links cannot be reached; ask for fewer");
  }
  for (int step = 0; step < 100 && high / low - 1 > 1e-14; ++step) {
    const double middle = std::sqrt(low * high);
    (expected(middle) < links ? low : high) = middle;
    job.advance(1);
  }
  z_ = high;
  link_calibration made{z_, expected(z_), 0};
  if (!exact) {
    double squares = 0;
    const double mean = made.expected_links / static_cast<double>(pairs_added_up);
    for (std::size_t k = 0; k < pairs_added_up; ++k) {
      const double gap = weight * z_ * near_of[k] / (1 + z_ * strengths[k]) - mean;
      squares += gap * gap;
    }
    made.standard_error = std::sqrt(squares);
  }
  job.finish();
  return made;
}

std::vector<inferred_link> inferred_links::sample(std::uint64_t seed, std::uint32_t draw,
                                                  const run_context& ctx) const {
  const std::size_t n = output_.size();
  task job(ctx, static_cast<double>(n));
  std::vector<std::vector<inferred_link>> found((n + grain - 1) / grain);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    for (std::size_t b = first; b < last; ++b) {
      const auto j = static_cast<vertex_id>(b);
      random_stream random(seed, std::uint64_t{draw} << 32 | j);
      for (std::size_t g = 0; g < sectors_; ++g) {
        const double scale = z_ * need(g, j) * (near_.empty() ? 1.0 : nearest_[g](0, place_[j]));
        if (!(scale > 0) || !(sales_[g] > 0)) continue;
        // Miller & Hagberg 2011: suppliers in falling order of what bounds their probability; the
        // next one to look at is found by one geometric step, and kept with what is left of it.
        const auto& suppliers = members_[g];
        double bound = logistic(scale * sold_[suppliers[0]]);
        for (std::size_t k = 0; k < suppliers.size() && bound > 0; ++k) {
          if (bound < 1) {
            const double steps = std::floor(std::log1p(-random.uniform()) / std::log1p(-bound));
            if (!(steps < static_cast<double>(suppliers.size() - k))) break;
            k += static_cast<std::size_t>(steps);
          }
          const vertex_id i = suppliers[k];
          const double p = probability(i, j), kept = random.uniform() * bound;
          bound = logistic(scale * sold_[i]);
          if (kept < p) found[block].push_back({i, j, p, expected_value(i, j) / p});
        }
      }
      if (b % 64 == 0) job.checkpoint();
    }
    job.advance(static_cast<double>(last - first));
  });
  auto links = joined(std::move(found));
  job.finish();
  return links;
}

namespace {

/// The best by key, equal ones by position; keeps as many as asked.
class leaders {
 public:
  explicit leaders(std::size_t keep) : keep_(keep) {}
  [[nodiscard]] bool may_enter(double bound) const {
    return queue_.size() < keep_ || bound >= queue_.top().key;
  }
  void offer(double key, vertex_id who) {
    if (queue_.size() == keep_ && !better({key, who}, queue_.top())) return;
    queue_.push({key, who});
    if (queue_.size() > keep_) queue_.pop();
  }
  [[nodiscard]] std::vector<vertex_id> take() {
    std::vector<vertex_id> made(queue_.size());
    for (std::size_t k = made.size(); k-- > 0; queue_.pop()) made[k] = queue_.top().who;
    return made;
  }

 private:
  struct entry {
    double key;
    vertex_id who;
  };
  static bool better(const entry& a, const entry& b) {
    return a.key != b.key ? a.key > b.key : a.who < b.who;
  }
  struct worst_on_top {
    bool operator()(const entry& a, const entry& b) const { return better(a, b); }
  };
  std::size_t keep_;
  std::priority_queue<entry, std::vector<entry>, worst_on_top> queue_;
};

}  // namespace

/// Partners are ranked alike for all companies of one sector at one place: what differs, the
/// company's size, is a common factor. So there is one ranking per sector and place, of k + 1
/// partners since a company is none of its own.
template <class Bound, class Key>
std::vector<inferred_link> inferred_links::rank(std::size_t k, const run_context& ctx,
                                                bool for_buyers, Bound bound, Key key) const {
  const std::size_t n = output_.size(), places = near_.empty() ? 1 : near_[0].rows;
  task job(ctx, static_cast<double>(sectors_ * places + n));
  std::vector<vertex_id> example(sectors_ * places, std::numeric_limits<vertex_id>::max());
  const auto kind = [&](vertex_id v) {
    return sector_[v] * places + (near_.empty() ? 0 : place_[v]);
  };
  for (vertex_id v = 0; v < n; ++v) example[kind(v)] = std::min(example[kind(v)], v);
  std::vector<std::vector<vertex_id>> ranking(example.size());
  for_blocks(example.size(), 1, job, [&](std::size_t at, std::size_t, std::size_t) {
    const vertex_id me = example[at];
    if (me == std::numeric_limits<vertex_id>::max()) return;
    leaders best(k + 1);
    for (std::size_t s = 0; s < sectors_; ++s)
      for (const vertex_id v : members_[s]) {
        const double most = bound(me, s) * output_[v];
        // Twelve digits of slack: bound and key round differently.
        if (!(most > 0) || !best.may_enter(most * (1 + 1e-12))) break;
        best.offer(key(me, v), v);
      }
    ranking[at] = best.take();
    job.checkpoint();
  });
  std::vector<std::vector<inferred_link>> found((n + grain - 1) / grain);
  for_blocks(n, grain, job, [&](std::size_t first, std::size_t last, std::size_t block) {
    for (std::size_t c = first; c < last; ++c) {
      const auto me = static_cast<vertex_id>(c);
      std::size_t taken = 0;
      for (const vertex_id v : ranking[kind(me)]) {
        if (v == me || taken == k) continue;
        const vertex_id i = for_buyers ? v : me, j = for_buyers ? me : v;
        found[block].push_back({i, j, probability(i, j), expected_value(i, j)});
        ++taken;
      }
    }
  });
  auto links = joined(std::move(found));
  job.finish();
  return links;
}

std::vector<inferred_link> inferred_links::likely_suppliers(std::size_t k,
                                                            const run_context& ctx) const {
  // Keys leave out z and the buyer's output.
  return rank(
      k, ctx, true,
      [&](vertex_id me, std::size_t g) {
        if (members_[g].empty()) return 0.0;
        const vertex_id first = members_[g][0];
        return inputs_(g, sector_[me]) * (sold_[first] / output_[first]) *
               (near_.empty() ? 1.0 : nearest_[g](0, place_[me]));
      },
      [&](vertex_id me, vertex_id v) {
        const std::size_t g = sector_[v];
        return inputs_(g, sector_[me]) * sold_[v] * near(g, v, me);
      });
}

std::vector<inferred_link> inferred_links::likely_buyers(std::size_t k,
                                                         const run_context& ctx) const {
  return rank(
      k, ctx, false,
      [&](vertex_id me, std::size_t h) {
        const std::size_t g = sector_[me];
        if (!(sales_[g] > 0)) return 0.0;
        double nearest = 1;
        if (!near_.empty()) {
          const double* row = near_[g].row(place_[me]);
          nearest = *std::max_element(row, row + near_[g].columns);
        }
        return inputs_(g, h) * nearest;
      },
      [&](vertex_id me, vertex_id v) {
        return inputs_(sector_[me], sector_[v]) * output_[v] * near(sector_[me], me, v);
      });
}

}  // namespace kedja::measures
