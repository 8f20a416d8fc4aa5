// A first look at European collaboration: what was loaded, who is central, who brokers between
// clusters, which clusters the chosen one is tied to more or less than chance explains, what it
// lacks and with whom its members could work.
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

/// Shared projects with other clusters against the null model that fits them: participations dealt
/// at random inside each field and year.
void print_ties(const kedja::model::dataset& data, const kedja::model::named_groups& clusters,
                kedja::group_id mine) {
  const auto part = data.participations();
  const auto ties = kedja::measures::coparticipation_significance(clusters.grouping, part.company,
                                                                  part.project, part.stratum);
  std::vector<double> more(ties.z.size(), std::nan("")), fewer = more;
  for (std::size_t i = 0; i < more.size(); ++i)
    if (ties.a[i] != ties.b[i] && (ties.a[i] == mine || ties.b[i] == mine))
      more[i] = ties.z[i], fewer[i] = -ties.z[i];
  for (const auto* side : {&more, &fewer}) {
    std::cout << "\n"
              << (side == &more ? "strongest" : "weakest") << " ties against chance\n"
              << std::setprecision(1);
    for (const auto i : largest(*side, 3))
      std::cout << "  " << clusters.names[ties.a[i] == mine ? ties.b[i] : ties.a[i]] << ": "
                << ties.observed[i] << " seen, " << ties.expected[i]
                << " expected, z = " << ties.z[i] << ", q = " << std::setprecision(3) << ties.q[i]
                << std::setprecision(1) << '\n';
  }
}

/// What the cluster lacks, the cluster that is strongest in it, and partners elsewhere.
template <class Name>
void print_gaps_and_partners(const kedja::model::dataset& data,
                             const kedja::graph::csr_graph& graph,
                             const kedja::model::named_groups& clusters, kedja::group_id mine,
                             Name name) {
  namespace measures = kedja::measures;
  const kedja::vertex_id n = data.num_companies();
  const auto pairs = data.capabilities();
  const measures::sparse_table has(n, static_cast<std::uint32_t>(pairs.names.size()), pairs.company,
                                   pairs.item);
  const auto profile = measures::profile_of(clusters.grouping, has, data.needs(pairs.names));
  const std::vector<kedja::group_id> asked = {mine};
  const auto gap = measures::capability_gap(profile, clusters.grouping, has, asked);
  std::cout << "\nmissing capabilities " << std::setprecision(2) << gap.whole[0].value << " ("
            << gap.whole[0].low << " to " << gap.whole[0].high << "), random clusters up to "
            << gap.random[0].high << '\n';
  std::vector<double> part(pairs.names.size());
  for (std::size_t k = 0; k < part.size(); ++k) part[k] = gap.part[k].value;
  for (const auto k : largest(part, 3)) {
    kedja::group_id best = mine;
    for (kedja::group_id a = 0; a < profile.clusters; ++a)
      if (profile.size[a] > 0 && profile.share(a, k) > profile.share(best, k)) best = a;
    std::cout << "  " << pairs.names[k] << ": " << part[k] << ", strongest in "
              << clusters.names[best] << '\n';
  }

  std::vector<char> named(n);
  for (kedja::vertex_id v = 0; v < n; ++v)
    named[v] = !data["companies"].text("name", data.row_of_vertex()[v]).empty();
  const std::vector<std::int32_t> country(n, -1);  // not used for the rank
  std::vector<kedja::vertex_id> members;
  const kedja::graph::group_members by_cluster(clusters.grouping);
  for (const auto& m : by_cluster.of(mine)) members.push_back(m.vertex);
  const auto partners = kedja::recommend::partners(
      measures::simple_neighbours(graph), clusters.grouping, has, {named, country}, members);
  std::cout << "\npartners (a rank among " << partners.candidates << " pairs, no probability)\n";
  for (const auto& p : partners.best)
    std::cout << "  " << name(p.source) << " - " << name(p.target) << ": " << p.common_neighbours
              << " shared partners, similarity " << p.similarity << '\n';
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
    print_ties(data, clusters, mine);
    print_gaps_and_partners(data, graph, clusters, mine, name);
  } catch (const kedja::error& e) {
    std::cerr << "first_look: " << e.what() << '\n';
    return 2;
  }
}
