#include <kedja/measures/centrality/current_flow_betweenness.hpp>

namespace kedja::measures {

template current_flow_result current_flow_betweenness(const graph::csr_graph&,
                                                      const current_flow_options&,
                                                      const run_context&);
template current_flow_result current_flow_betweenness(const graph::csr_view&,
                                                      const current_flow_options&,
                                                      const run_context&);

}  // namespace kedja::measures
