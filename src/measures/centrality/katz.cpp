#include <kedja/measures/centrality/katz.hpp>

namespace kedja::measures {

template katz_result katz(const graph::csr_graph&, const katz_options&, const run_context&);
template katz_result katz(const graph::csr_view&, const katz_options&, const run_context&);

}  // namespace kedja::measures
