#include <kedja/measures/centrality/pagerank.hpp>

namespace kedja::measures {

template pagerank_result pagerank(const graph::csr_graph&, const pagerank_options&,
                                  const run_context&);
template pagerank_result pagerank(const graph::csr_view&, const pagerank_options&,
                                  const run_context&);

}  // namespace kedja::measures
