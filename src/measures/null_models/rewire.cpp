#include <kedja/measures/null_models/rewire.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace kedja::measures {
namespace {

constexpr std::uint64_t empty = ~std::uint64_t{0};  // no link: a vertex is never linked with itself

/// Uniform in 0 .. n-1 (Lemire 2019, doi:10.1145/3230636); the division is almost never needed.
std::uint32_t below(std::uint32_t n, random_stream& random) {
  std::uint64_t product = std::uint64_t{random.next_u32()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t reject = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < reject)
      product = std::uint64_t{random.next_u32()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

void prefetch(const void* at) {
#if defined(__GNUC__)
  __builtin_prefetch(at);
#else
  (void)at;
#endif
}

}  // namespace

link_switcher::link_switcher(std::vector<vertex_id> source, std::vector<vertex_id> target,
                             bool directed, task& job)
    : directed_(directed), source_(std::move(source)), target_(std::move(target)) {
  if (source_.size() >= 0xffffffffu) throw invalid_argument("rewire: more than 2^32 - 2 links");
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(2 * source_.size(), 16));
  shift_ = 64 - std::countr_zero(size);
  table_.assign(size, empty);
  pacer pace(job);
  for (std::size_t i = 0; i < source_.size(); ++i, pace()) insert(key(source_[i], target_[i]));
}

bool link_switcher::has(std::uint64_t k) const noexcept {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = slot(k);; at = (at + 1) & mask) {
    if (table_[at] == k) return true;
    if (table_[at] == empty) return false;
  }
}
bool link_switcher::contains(vertex_id u, vertex_id v) const noexcept { return has(key(u, v)); }

void link_switcher::insert(std::uint64_t k) noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = slot(k);
  while (table_[at] != empty) at = (at + 1) & mask;
  table_[at] = k;
}

/// Closes the gap by moving back those behind it that hashed to it or before.
void link_switcher::erase(std::uint64_t k) noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t gap = slot(k);
  while (table_[gap] != k) gap = (gap + 1) & mask;
  for (std::size_t at = (gap + 1) & mask; table_[at] != empty; at = (at + 1) & mask)
    if (((at - slot(table_[at])) & mask) >= ((at - gap) & mask)) {
      table_[gap] = table_[at];
      gap = at;
    }
  table_[gap] = empty;
}

std::uint64_t link_switcher::run(std::uint64_t attempts, random_stream& random, task& job) {
  const auto m = static_cast<std::uint32_t>(source_.size());
  if (m < 2) return 0;
  // Attempts are drawn some ahead, so that memory is on its way when their turn comes.
  constexpr std::uint64_t ahead = 32;
  struct attempt {
    std::uint32_t first, second;
    bool turn;
  };
  attempt drawn[ahead];
  std::uint64_t done = 0;
  for (std::uint64_t start = 0; start < attempts; start += ahead) {
    const std::uint64_t count = std::min(ahead, attempts - start);
    for (std::uint64_t i = 0; i < count; ++i) {
      drawn[i] = {below(m, random), below(m, random), false};
      prefetch(&source_[drawn[i].first]), prefetch(&target_[drawn[i].first]);
      prefetch(&source_[drawn[i].second]), prefetch(&target_[drawn[i].second]);
    }
    if (!directed_) {
      const std::uint32_t turns = random.next_u32();
      for (std::uint64_t i = 0; i < count; ++i) drawn[i].turn = (turns >> i & 1) != 0;
    }
    const auto ends = [&](const attempt& x) {
      vertex_id a = source_[x.first], b = target_[x.first];
      if (x.turn) std::swap(a, b);
      return std::pair(std::pair(a, b), std::pair(source_[x.second], target_[x.second]));
    };
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto [one, two] = ends(drawn[i]);
      prefetch(&table_[slot(key(one.first, two.second))]);
      prefetch(&table_[slot(key(two.first, one.second))]);
      prefetch(&table_[slot(key(one.first, one.second))]);
      prefetch(&table_[slot(key(two.first, two.second))]);
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto [one, two] = ends(drawn[i]);
      const auto [a, b] = one;
      const auto [c, d] = two;
      if (a == d || c == b || drawn[i].first == drawn[i].second) continue;
      const std::uint64_t ad = key(a, d), cb = key(c, b);
      if (ad == cb || has(ad) || has(cb)) continue;
      erase(key(a, b)), erase(key(c, d));
      insert(ad), insert(cb);
      source_[drawn[i].first] = a, target_[drawn[i].first] = d;
      source_[drawn[i].second] = c, target_[drawn[i].second] = b;
      ++done;
    }
    if ((start & 0xffff) == 0) job.checkpoint();
  }
  return done;
}

rewired_links rewire(const link_switcher& original, const rewire_options& options,
                     std::uint64_t draw, task& job) {
  rewired_links r;
  link_switcher now = original;
  random_stream random(options.seed, draw);
  const std::uint64_t m = original.source().size();
  const auto all =
      static_cast<std::uint64_t>(std::llround(options.switches_per_link * static_cast<double>(m)));
  const std::uint64_t stride = std::max<std::uint64_t>(1, m / 4096);
  job.checkpoint();
  while (r.attempts < all) {
    const std::uint64_t next = std::min(m, all - r.attempts);
    r.done += now.run(next, random, job);
    r.attempts += next;
    std::uint64_t looked = 0, stands = 0;
    for (std::uint64_t i = 0; i < m; i += stride, ++looked)
      stands += now.contains(original.source()[i], original.target()[i]);
    r.overlap.push_back(static_cast<double>(stands) / static_cast<double>(looked));
  }
  r.source = now.source(), r.target = now.target();
  return r;
}

}  // namespace kedja::measures
