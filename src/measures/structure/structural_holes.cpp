#include <kedja/measures/structure/structural_holes.hpp>

namespace kedja::measures {

template structural_holes_result structural_holes(const graph::csr_graph&,
                                                  const structural_holes_options&,
                                                  const run_context&);
template structural_holes_result structural_holes(const graph::csr_view&,
                                                  const structural_holes_options&,
                                                  const run_context&);

}  // namespace kedja::measures
