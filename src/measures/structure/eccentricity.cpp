#include <kedja/measures/structure/eccentricity.hpp>

namespace kedja::measures {

template eccentricity_result eccentricity(const graph::csr_graph&, const eccentricity_options&,
                                          const run_context&);
template eccentricity_result eccentricity(const graph::csr_view&, const eccentricity_options&,
                                          const run_context&);

}  // namespace kedja::measures
