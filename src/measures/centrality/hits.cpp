#include <kedja/measures/centrality/hits.hpp>

namespace kedja::measures {

template hits_result hits(const graph::csr_graph&, const hits_options&, const run_context&);
template hits_result hits(const graph::csr_view&, const hits_options&, const run_context&);

}  // namespace kedja::measures
