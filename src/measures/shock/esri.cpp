#include <kedja/measures/shock/esri.hpp>

namespace kedja::measures {

template esri_result esri(const graph::csr_graph&, const production&, const scenarios&,
                          const esri_options&, const run_context&);
template esri_result esri(const graph::csr_view&, const production&, const scenarios&,
                          const esri_options&, const run_context&);

}  // namespace kedja::measures
