#include <kedja/measures/structure/distances.hpp>

namespace kedja::measures {

template distances_result distances(const graph::csr_graph&, vertex_id, const distances_options&,
                                    const run_context&);
template distances_result distances(const graph::csr_view&, vertex_id, const distances_options&,
                                    const run_context&);

}  // namespace kedja::measures
