#include <kedja/graph/csr_graph.hpp>

#include <cstdint>

namespace kedja::graph {

template csr_graph::csr_graph(vertex_id, std::span<const std::uint32_t>,
                              std::span<const std::uint32_t>, std::span<const double>,
                              const graph_options&, const run_context&);
template csr_graph::csr_graph(vertex_id, std::span<const std::int32_t>,
                              std::span<const std::int32_t>, std::span<const double>,
                              const graph_options&, const run_context&);
template csr_graph::csr_graph(vertex_id, std::span<const std::int64_t>,
                              std::span<const std::int64_t>, std::span<const double>,
                              const graph_options&, const run_context&);

}  // namespace kedja::graph
