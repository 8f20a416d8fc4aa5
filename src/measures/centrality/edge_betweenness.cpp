#include <kedja/measures/centrality/edge_betweenness.hpp>

namespace kedja::measures {

template edge_betweenness_result edge_betweenness(const graph::csr_graph&,
                                                  const edge_betweenness_options&,
                                                  const run_context&);
template edge_betweenness_result edge_betweenness(const graph::csr_view&,
                                                  const edge_betweenness_options&,
                                                  const run_context&);

}  // namespace kedja::measures
