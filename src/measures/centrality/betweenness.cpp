#include <kedja/measures/centrality/betweenness.hpp>

namespace kedja::measures {

template betweenness_result betweenness(const graph::csr_graph&, const betweenness_options&,
                                        const run_context&);
template betweenness_result betweenness(const graph::csr_view&, const betweenness_options&,
                                        const run_context&);

}  // namespace kedja::measures
