#include <kedja/measures/centrality/group_closeness.hpp>

namespace kedja::measures {

template group_closeness_result group_closeness(const graph::csr_graph&,
                                                const group_closeness_options&, const run_context&);
template group_closeness_result group_closeness(const graph::csr_view&,
                                                const group_closeness_options&, const run_context&);

}  // namespace kedja::measures
