#include <kedja/measures/null_models/rewire.hpp>

#include <algorithm>
#include <cmath>

namespace kedja::measures {
namespace {

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

link_switcher::link_switcher(std::span<const vertex_id> source, std::span<const vertex_id> target,
                             bool directed, task& job)
    : directed_(directed), links_(source.size()), known_(source.size()) {
  if (source.size() >= 0xffffffffu) throw invalid_argument("rewire: more than 2^32 - 2 links");
  pacer pace(job);
  for (std::size_t i = 0; i < source.size(); ++i, pace()) {
    links_[i] = {source[i], target[i]};
    known_.insert(key(source[i], target[i]));
  }
}

std::uint64_t link_switcher::run(std::uint64_t attempts, random_stream& random, task& job) {
  const auto m = static_cast<std::uint32_t>(links_.size());
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
      prefetch(&links_[drawn[i].first]), prefetch(&links_[drawn[i].second]);
    }
    if (!directed_) {
      const std::uint32_t turns = random.next_u32();
      for (std::uint64_t i = 0; i < count; ++i) drawn[i].turn = (turns >> i & 1) != 0;
    }
    const auto first_of = [&](const attempt& x) {
      const link one = links_[x.first];
      return x.turn ? link{one.target, one.source} : one;
    };
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto [a, b] = first_of(drawn[i]);
      const auto [c, d] = links_[drawn[i].second];
      known_.prefetch(key(a, d)), known_.prefetch(key(c, b));
      known_.prefetch(key(a, b)), known_.prefetch(key(c, d));
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto [a, b] = first_of(drawn[i]);
      const auto [c, d] = links_[drawn[i].second];
      if (a == d || c == b || drawn[i].first == drawn[i].second) continue;
      const std::uint64_t ad = key(a, d), cb = key(c, b);
      if (ad == cb || known_.contains(ad) || known_.contains(cb)) continue;
      known_.erase(key(a, b)), known_.erase(key(c, d));
      known_.insert(ad), known_.insert(cb);
      links_[drawn[i].first] = {a, d};
      links_[drawn[i].second] = {c, b};
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
  const std::uint64_t m = original.links().size();
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
      stands += now.contains(original.links()[i].source, original.links()[i].target);
    r.overlap.push_back(static_cast<double>(stands) / static_cast<double>(looked));
  }
  r.source = now.source(), r.target = now.target();
  return r;
}

}  // namespace kedja::measures
