#include <cstdio>
#include <span>
#include <vector>

#include <kedja/graph/csr_graph.hpp>

int main() {
  const std::vector<kedja::vertex_id> supplier{0, 1}, buyer{1, 2};
  const kedja::graph::csr_graph chain(3, std::span<const kedja::vertex_id>(supplier),
                                      std::span<const kedja::vertex_id>(buyer));
  std::printf("%llu links\n", static_cast<unsigned long long>(chain.num_links()));
  return chain.num_links() == 2 ? 0 : 1;
}
