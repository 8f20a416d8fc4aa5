#include <kedja/measures/centrality/harmonic_closeness.hpp>

namespace kedja::measures {

template harmonic_closeness_result harmonic_closeness(const graph::csr_graph&,
                                                      const harmonic_closeness_options&,
                                                      const run_context&);
template harmonic_closeness_result harmonic_closeness(const graph::csr_view&,
                                                      const harmonic_closeness_options&,
                                                      const run_context&);

}  // namespace kedja::measures
