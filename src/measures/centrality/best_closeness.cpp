#include <kedja/measures/centrality/best_closeness.hpp>

namespace kedja::measures {

template best_closeness_result best_harmonic_closeness(const graph::csr_graph&, std::size_t,
                                                       const harmonic_closeness_options&,
                                                       const run_context&);
template best_closeness_result best_harmonic_closeness(const graph::csr_view&, std::size_t,
                                                       const harmonic_closeness_options&,
                                                       const run_context&);
template best_closeness_result best_closeness(const graph::csr_graph&, std::size_t,
                                              const closeness_options&, const run_context&);
template best_closeness_result best_closeness(const graph::csr_view&, std::size_t,
                                              const closeness_options&, const run_context&);

}  // namespace kedja::measures
