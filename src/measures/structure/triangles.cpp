#include <kedja/measures/structure/triangles.hpp>

namespace kedja::measures {

template triangles_result triangles(const graph::csr_graph&, const triangles_options&,
                                    const run_context&);
template triangles_result triangles(const graph::csr_view&, const triangles_options&,
                                    const run_context&);

}  // namespace kedja::measures
