#include <kedja/measures/structure/communities.hpp>

namespace kedja::measures {

template communities_result communities(const graph::csr_graph&, const communities_options&,
                                        const run_context&);
template communities_result communities(const graph::csr_view&, const communities_options&,
                                        const run_context&);

}  // namespace kedja::measures
