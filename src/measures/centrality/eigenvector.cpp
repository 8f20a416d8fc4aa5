#include <kedja/measures/centrality/eigenvector.hpp>

namespace kedja::measures {

template eigenvector_result eigenvector(const graph::csr_graph&, const eigenvector_options&,
                                        const run_context&);
template eigenvector_result eigenvector(const graph::csr_view&, const eigenvector_options&,
                                        const run_context&);

}  // namespace kedja::measures
