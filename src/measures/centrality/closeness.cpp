#include <kedja/measures/centrality/closeness.hpp>

namespace kedja::measures {

template closeness_result closeness(const graph::csr_graph&, const closeness_options&,
                                    const run_context&);
template closeness_result closeness(const graph::csr_view&, const closeness_options&,
                                    const run_context&);

}  // namespace kedja::measures
