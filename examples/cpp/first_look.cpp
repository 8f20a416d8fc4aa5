// A first look at European collaboration: what was loaded, who is central, who brokers between
// clusters, and which clusters the chosen one is tied to more than chance explains.
//
//   first_look examples/data/cordis_h2020 "SE23|LEIT"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include <kedja/kedja.hpp>

namespace {

/// The k positions with the largest values, NaN last.
std::vector<kedja::vertex_id> largest(const std::vector<double>& values, std::size_t k) {
  std::vector<kedja::vertex_id> order(values.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto key = [&](kedja::vertex_id v) { return std::isnan(values[v]) ? -1.0 : values[v]; };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) > key(b); });
  order.resize(std::min(k, order.size()));
  return order;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: first_look FOLDER CLUSTER\n";
    return 2;
  }
  try {
    const auto checked = kedja::ingest::read(argv[1]);
    const auto& data = checked.data;
    const auto graph = data.graph(kedja::model::link_kind::collaboration);
    const auto clusters = data.groups("cluster");
    std::cout << data.num_companies() << " organisations, " << graph.num_links() << " links, "
              << clusters.names.size() << " clusters, "
              << checked.report.total(kedja::severity::warning) << " warnings\n";

    const auto& companies = data["companies"];
    const auto name = [&](kedja::vertex_id v) {
      const auto text = companies.text("name", data.row_of_vertex()[v]);
      return std::string(text.empty() ? data.company_id(v) : text);
    };
    const auto closeness = kedja::measures::harmonic_closeness(graph, {.normalized = true});
    std::cout << "\nmost central\n" << std::fixed << std::setprecision(3);
    for (const auto v : largest(closeness.score, 5))
      std::cout << "  " << closeness.score[v] << "  " << name(v) << '\n';

    const auto broker = kedja::measures::brokerage(graph, clusters.grouping);
    std::cout << "\nbrokers between clusters (pairs they connect)\n" << std::setprecision(0);
    for (const auto v : largest(broker.liaison, 5))
      std::cout << "  " << broker.liaison[v] << "  " << name(v) << '\n';

    const auto found = std::find(clusters.names.begin(), clusters.names.end(), argv[2]);
    if (found == clusters.names.end()) throw kedja::invalid_argument("there is no such cluster");
    const auto mine = static_cast<kedja::group_id>(found - clusters.names.begin());
    const auto ties = kedja::measures::tie_significance(graph, clusters.grouping);
    std::vector<double> strength(ties.z.size(), -1.0);
    for (std::size_t i = 0; i < strength.size(); ++i)
      if (ties.a[i] != ties.b[i] && (ties.a[i] == mine || ties.b[i] == mine))
        strength[i] = ties.z[i];
    std::cout << "\nstrongest ties of " << argv[2] << " against the configuration model\n"
              << std::setprecision(1);
    for (const auto i : largest(strength, 5))
      std::cout << "  " << clusters.names[ties.a[i] == mine ? ties.b[i] : ties.a[i]] << ": "
                << ties.observed[i] << " seen, " << ties.expected[i] << " expected, z " << ties.z[i]
                << '\n';
  } catch (const kedja::error& e) {
    std::cerr << "first_look: " << e.what() << '\n';
    return 2;
  }
}
