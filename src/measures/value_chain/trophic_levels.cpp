#include <kedja/measures/value_chain/trophic_levels.hpp>

namespace kedja::measures {

template trophic_result trophic_levels(const graph::csr_graph&, const trophic_options&,
                                       const run_context&);
template trophic_result trophic_levels(const graph::csr_view&, const trophic_options&,
                                       const run_context&);

}  // namespace kedja::measures
