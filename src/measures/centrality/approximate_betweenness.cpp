#include <kedja/measures/centrality/approximate_betweenness.hpp>

namespace kedja::measures {

template approximate_betweenness_result approximate_betweenness(
    const graph::csr_graph&, const approximate_betweenness_options&, const run_context&);
template approximate_betweenness_result approximate_betweenness(
    const graph::csr_view&, const approximate_betweenness_options&, const run_context&);

}  // namespace kedja::measures
