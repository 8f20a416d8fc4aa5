#include <kedja/model/dataset.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <support/tables.hpp>

namespace kedja::model {
namespace {

using test::csv;
using test::refusal;
using test::refused;
using words = std::vector<std::string>;
using rows = std::vector<vertex_id>;

dataset load(std::vector<raw_table> tables) { return ingest::check(std::move(tables)).data; }

raw_table three_companies() { return csv("companies", "id\nC\nA\nB\n"); }
constexpr vertex_id A = 0, B = 1, C = 2;  // rank of the id, not its row

/// Sum of the weights of the arcs u -> v; an arc without a weight counts 1.
double weight(const graph::csr_graph& g, vertex_id u, vertex_id v) {
  double sum = 0;
  const auto to = g.successors(u);
  for (std::size_t i = 0; i < to.size(); ++i)
    if (to[i] == v) sum += g.weighted() ? g.successor_weights(u)[i] : 1.0;
  return sum;
}

dataset with_links(std::string_view text) { return load({three_companies(), csv("links", text)}); }

constexpr std::string_view all_kinds =
    "source,target,kind,value,currency,year\n"
    "A,B,supply,10,SEK,2020\n"
    "A,B,supply,5,SEK,2021\n"
    "B,A,supply,1,SEK,\n"
    "A,C,collaboration,2,SEK,2020\n"
    "C,A,collaboration,3,SEK,2020\n"
    "B,C,knowledge,7,SEK,2022\n"
    "A,B,ownership,60,,2020\n";

TEST(Dataset, AVertexIsTheRankOfItsId) {
  const dataset data = load({csv("companies", "id\nÖ\nb\nA\n10\n9\n")});
  EXPECT_EQ(data.num_companies(), 5u);
  EXPECT_EQ(data.vertex_of_row(), (rows{4, 3, 2, 0, 1}));
  EXPECT_EQ(data.row_of_vertex(), (rows{3, 4, 2, 1, 0}));
  EXPECT_EQ(data.company_id(0), "10");
  EXPECT_EQ(data.company_id(4), "Ö");
}

TEST(Dataset, RefusesTablesThatDoNotExist) {
  const dataset data = load({three_companies()});
  EXPECT_THROW((void)data["company"], invalid_argument);
  EXPECT_EQ(data["links"].rows, 0u);
}

TEST(DatasetGraph, WithoutLinksEveryCompanyIsAlone) {
  const auto g = load({three_companies()}).graph(link_kind::supply);
  EXPECT_EQ(g.num_vertices(), 3u);
  EXPECT_EQ(g.num_links(), 0u);
  EXPECT_TRUE(g.directed());
}

TEST(DatasetGraph, AKindHasItsOwnDirection) {
  const dataset data = with_links(all_kinds);
  const auto supply = data.graph(link_kind::supply);
  EXPECT_TRUE(supply.directed());
  EXPECT_EQ(supply.num_links(), 2u);
  EXPECT_EQ(weight(supply, A, B), 2.0);  // two years, each link counts 1
  EXPECT_EQ(weight(supply, B, A), 1.0);
  const auto shared = data.graph(link_kind::collaboration);
  EXPECT_FALSE(shared.directed());
  EXPECT_EQ(shared.num_links(), 1u);  // A-C and C-A are one
  EXPECT_EQ(weight(shared, A, C), 2.0);
  EXPECT_EQ(weight(shared, C, A), 2.0);
  EXPECT_FALSE(data.graph(link_kind::knowledge).directed());
  EXPECT_EQ(weight(data.graph(link_kind::knowledge), C, B), 1.0);
  const auto owned = data.graph(link_kind::ownership);
  EXPECT_TRUE(owned.directed());
  EXPECT_EQ(weight(owned, A, B), 1.0);
  EXPECT_EQ(weight(owned, B, A), 0.0);
}

TEST(DatasetGraph, WithoutAKindColumnLinksAreSupply) {
  const dataset data = with_links("source,target\nA,B\n");
  EXPECT_EQ(data.graph(link_kind::supply).num_links(), 1u);
  EXPECT_EQ(data.graph(link_kind::collaboration).num_links(), 0u);
}

TEST(DatasetGraph, MixedKindsNeedADirection) {
  const dataset data = with_links(all_kinds);
  EXPECT_THROW((void)data.graph(graph_request{.kinds = {}}), invalid_argument);
  graph_request mixed{.kinds = {link_kind::supply, link_kind::collaboration}};
  EXPECT_THROW((void)data.graph(mixed), invalid_argument);
  mixed.directed = false;
  const auto both = data.graph(mixed);
  EXPECT_FALSE(both.directed());
  EXPECT_EQ(weight(both, B, A), 3.0);  // all three rows of A and B
  EXPECT_EQ(weight(both, A, C), 2.0);
  mixed.directed = true;
  EXPECT_EQ(weight(data.graph(mixed), C, A), 1.0);
  // Two kinds that agree need no choice.
  const auto soft =
      data.graph(graph_request{.kinds = {link_kind::collaboration, link_kind::knowledge}});
  EXPECT_FALSE(soft.directed());
  EXPECT_EQ(soft.num_links(), 2u);
  EXPECT_EQ(
      data.graph(graph_request{.kinds = {link_kind::supply, link_kind::ownership}}).num_links(),
      2u);
}

TEST(DatasetGraph, YearsAreAClosedInterval) {
  const dataset data = with_links(all_kinds);
  graph_notes notes;
  graph_request request;
  request.first_year = 2021;
  const auto late = data.graph(request, {}, &notes);
  EXPECT_EQ(weight(late, A, B), 1.0);
  EXPECT_EQ(weight(late, B, A), 1.0);  // undated rows count
  EXPECT_EQ(notes.undated, 1u);
  request.last_year = 2021;
  EXPECT_EQ(weight(data.graph(request), A, B), 1.0);
  request.first_year = 2020;
  EXPECT_EQ(weight(data.graph(request), A, B), 2.0);
  request.first_year.reset();
  request.last_year = 2019;
  EXPECT_EQ(weight(data.graph(request), A, B), 0.0);
  (void)data.graph(graph_request{}, {}, &notes);
  EXPECT_EQ(notes.undated, 0u);  // no filter, nothing to note
}

TEST(DatasetGraph, ValuesAreSummed) {
  graph_request request;
  request.use_value = true;
  const dataset data = with_links(all_kinds);
  EXPECT_EQ(weight(data.graph(request), A, B), 15.0);
  request.first_year = request.last_year = 2021;
  EXPECT_EQ(weight(data.graph(request), A, B), 5.0);
  request = {.kinds = {link_kind::collaboration}};
  request.use_value = true;
  EXPECT_EQ(weight(data.graph(request), A, C), 5.0);
  EXPECT_THROW((void)with_links("source,target\nA,B\n").graph(request), invalid_argument);
}

TEST(DatasetGraph, AMissingValueIsAnErrorUnlessItCounts) {
  const dataset data = with_links("source,target,value\nB,C,4\nA,B,\n");
  graph_request request;
  request.use_value = true;
  EXPECT_EQ(refused([&] { return data.graph(request); }),
            (refusal{"E_MISSING", "links.csv", 3, "value", ""}));
  request.count_missing_as_one = true;
  EXPECT_EQ(weight(data.graph(request), A, B), 1.0);
  EXPECT_EQ(weight(data.graph(request), B, C), 4.0);
  request.count_missing_as_one = request.use_value = false;
  EXPECT_EQ(data.graph(request).num_links(), 2u);  // counting needs no values
}

TEST(DatasetGraph, CurrenciesAreNeverAddedWithoutRates) {
  const dataset data =
      with_links("source,target,value,currency\nA,B,100,SEK\nA,B,2,EUR\nB,C,3,EUR\n");
  graph_request request;
  EXPECT_EQ(weight(data.graph(request), A, B), 2.0);  // counting adds no values
  request.use_value = true;
  const refusal mixed = refused([&] { return data.graph(request); });
  EXPECT_EQ(mixed, (refusal{"E_CURRENCY_MIX", "links.csv", 3, "currency", "EUR"}));
  EXPECT_TRUE(test::says(mixed.message, "SEK"));
  request.rates = {{"SEK", 1.0}, {"EUR", 10.0}};
  EXPECT_EQ(weight(data.graph(request), A, B), 120.0);
  EXPECT_EQ(weight(data.graph(request), B, C), 30.0);
  request.rates = {{"SEK", 1.0}};
  EXPECT_EQ(refused([&] { return data.graph(request); }),
            (refusal{"E_CURRENCY_MIX", "links.csv", 3, "currency", "EUR"}));
}

TEST(DatasetGraph, AnUnnamedCurrencyIsAnotherOne) {
  const dataset data = with_links(all_kinds);
  graph_request request{.kinds = {link_kind::supply, link_kind::ownership}};
  request.use_value = true;  // kronor and per cent
  EXPECT_EQ(refused([&] { return data.graph(request); }),
            (refusal{"E_CURRENCY_MIX", "links.csv", 8, "currency", ""}));
  request.kinds = {link_kind::ownership};
  EXPECT_EQ(weight(data.graph(request), A, B), 60.0);
}

TEST(DatasetGraph, DuplicatesAreSummedKeptOrRefused) {
  const dataset data =
      with_links("source,target,value,year\nA,B,10,2020\nA,B,5,2021\nB,A,1,2020\n");
  graph_request request;
  request.use_value = true;
  EXPECT_EQ(data.graph(request).num_links(), 2u);
  request.duplicates = graph::duplicate_policy::keep;
  const auto kept = data.graph(request);
  EXPECT_EQ(kept.num_links(), 3u);
  ASSERT_EQ(kept.successors(A).size(), 2u);
  EXPECT_EQ(kept.successor_weights(A)[0], 5.0);  // in the order of the values
  EXPECT_EQ(kept.successor_weights(A)[1], 10.0);
  request.duplicates = graph::duplicate_policy::refuse;
  EXPECT_THROW((void)data.graph(request), invalid_argument);
}

TEST(DatasetGraph, SelfLinksAreKept) {
  const dataset data = with_links("source,target,kind\nA,A,supply\nB,B,collaboration\n");
  EXPECT_EQ(weight(data.graph(link_kind::supply), A, A), 1.0);
  const auto shared = data.graph(link_kind::collaboration);
  EXPECT_EQ(shared.num_links(), 1u);
  EXPECT_EQ(shared.successors(B).size(), 2u);  // an undirected self-link adds 2 to the degree
}

TEST(Dataset, ParticipationsAreNumberedByName) {
  const dataset data = load({three_companies(), csv("participations",
                                                    "company,project,field,year\n"
                                                    "C,P2,b,2020\nA,P2,b,2020\n"
                                                    "B,P1,a,\nC,P3,a,2019\nA,P4,,2018\n")});
  const auto found = data.participations();
  EXPECT_EQ(found.company, (rows{C, A, B, C, A}));
  EXPECT_EQ(found.project, (std::vector<std::uint32_t>{1, 1, 0, 2, 3}));
  // No field sorts first, then field a without a year, a in 2019, b in 2020.
  EXPECT_EQ(found.stratum, (std::vector<std::uint32_t>{3, 3, 1, 2, 0}));
  EXPECT_THROW((void)load({three_companies()}).participations(), invalid_argument);
}

constexpr std::string_view projects =
    "company,project,year\n"
    "A,P1,2019\nB,P1,2019\nC,P1,2019\n"
    "A,P2,2020\nB,P2,2020\nB,P2,2020\n"
    "A,P3,2020\n";

TEST(DatasetGraph, SharedProjectsAreCollaboration) {
  const dataset data = load({three_companies(), csv("participations", projects)});
  graph_request request{.kinds = {link_kind::collaboration}};
  const auto count = data.graph(request);
  EXPECT_FALSE(count.directed());
  EXPECT_EQ(count.num_links(), 3u);
  EXPECT_EQ(weight(count, A, B), 2.0);
  EXPECT_EQ(weight(count, C, A), 1.0);
  EXPECT_EQ(weight(count, B, C), 1.0);
  EXPECT_EQ(data.graph(link_kind::supply).num_links(), 0u);
  // Newman (2001): a project of n gives each pair 1 / (n - 1); repeated rows count once.
  request.projection = graph::projection_weight::newman;
  EXPECT_EQ(weight(data.graph(request), A, B), 1.5);
  EXPECT_EQ(weight(data.graph(request), A, C), 0.5);
  graph_notes notes;
  request.max_project_size = 2;
  const auto small = data.graph(request, {}, &notes);
  EXPECT_EQ(notes.skipped_projects, 1u);
  EXPECT_EQ(small.num_links(), 1u);
  EXPECT_EQ(weight(small, A, B), 1.0);
  request.max_project_size = 0;
  request.first_year = 2020;
  EXPECT_EQ(data.graph(request).num_links(), 1u);
}

TEST(DatasetGraph, ProjectsAndLinksAddUp) {
  const dataset data = load({three_companies(), csv("participations", projects),
                             csv("links", "source,target,kind\nB,A,collaboration\n")});
  const auto g = data.graph(link_kind::collaboration);
  EXPECT_EQ(g.num_links(), 3u);
  EXPECT_EQ(weight(g, A, B), 3.0);
}

TEST(DatasetGraph, TheOrderOfRowsChangesNoBit) {
  // 0.1 + 0.2 + 0.3 depends on the order of its terms.
  const dataset forth =
      load({csv("companies", "id\nA\nB\nC\n"),
            csv("links", "source,target,value,year\nA,B,0.1,2001\nA,B,0.2,2002\nA,B,0.3,2003\n"),
            csv("participations", projects)});
  const dataset back =
      load({csv("companies", "id\nC\nB\nA\n"),
            csv("links", "source,target,value,year\nA,B,0.3,2003\nA,B,0.2,2002\nA,B,0.1,2001\n"),
            csv("participations", "company,project\nA,P3\nB,P2\nA,P2\nC,P1\nB,P1\nA,P1\n")});
  graph_request request;
  request.use_value = true;
  EXPECT_EQ(graph_checksum(forth.graph(request)), graph_checksum(back.graph(request)));
  request = {.kinds = {link_kind::collaboration}};
  request.projection = graph::projection_weight::newman;
  EXPECT_EQ(graph_checksum(forth.graph(request)), graph_checksum(back.graph(request)));
}

/// Name of the only group of a vertex; empty when it has none.
std::string only(const named_groups& groups, vertex_id v) {
  const auto of = groups.grouping.of(v);
  EXPECT_LE(of.size(), 1u);
  return of.empty() ? "" : groups.names[of[0].group];
}

TEST(DatasetGroups, ByCodesOfTheCompanies) {
  const dataset data = load({csv("companies",
                                 "id,type,country,nuts,nace,owner\n"
                                 "C,,SE,SE2,C,Åsa\n"
                                 "A,university,EL,EL300,24.10,Bo\n"
                                 "B,,UK,UKN06,,\n")});
  const auto country = data.groups("country");
  EXPECT_EQ(country.names, (words{"GB", "GR", "SE"}));
  EXPECT_EQ(country.grouping.num_groups(), 3u);
  EXPECT_EQ(only(country, A), "GR");
  EXPECT_EQ(only(country, C), "SE");
  const auto nuts1 = data.groups("nuts1"), nuts2 = data.groups("nuts2"),
             nuts3 = data.groups("nuts3");
  EXPECT_EQ(nuts1.names, (words{"EL3", "SE2", "UKN"}));
  EXPECT_EQ(nuts2.names, (words{"EL30", "UKN0"}));
  EXPECT_EQ(only(nuts2, C), "");  // known no closer than SE2
  EXPECT_EQ(nuts3.names, (words{"EL300", "UKN06"}));
  EXPECT_EQ(data.groups("nuts").names, (words{"EL300", "SE2", "UKN06"}));
  const auto division = data.groups("nace2");
  EXPECT_EQ(division.names, words{"24"});  // a section has no division
  EXPECT_EQ(only(division, A), "24");
  EXPECT_EQ(only(division, B), "");
  const auto type = data.groups("type");
  EXPECT_EQ(type.names, (words{"company", "university"}));
  EXPECT_EQ(only(type, B), "company");      // the default
  const auto owner = data.groups("owner");  // a column of the user's own
  EXPECT_EQ(owner.names, (words{"Bo", "Åsa"}));
  EXPECT_EQ(only(owner, C), "Åsa");
  EXPECT_EQ(only(owner, B), "");
}

TEST(DatasetGroups, ByCluster) {
  const dataset data =
      load({three_companies(), csv("clusters", "id\nÖ\nK2\nK1\nempty\n"),
            csv("memberships", "company,cluster,weight\nA,K2,3\nA,K1,1\nA,K1,0.5\nB,Ö,\n")});
  const auto groups = data.groups("cluster");
  EXPECT_EQ(groups.names, (words{"K1", "K2", "empty", "Ö"}));
  // A: K1 with its larger weight 1 beside K2 with 3.
  const auto a = groups.grouping.of(A);
  ASSERT_EQ(a.size(), 2u);
  EXPECT_EQ(a[0], (graph::group_share{0, 0.25}));
  EXPECT_EQ(a[1], (graph::group_share{1, 0.75}));
  EXPECT_EQ(only(groups, B), "Ö");
  EXPECT_EQ(only(groups, C), "");
  EXPECT_FALSE(groups.grouping.is_partition());
}

TEST(DatasetGroups, WithoutMembershipsThereAreNone) {
  const auto groups = load({three_companies()}).groups("cluster");
  EXPECT_TRUE(groups.names.empty());
  EXPECT_EQ(groups.grouping.num_vertices(), 3u);
}

TEST(DatasetGroups, AnUnknownGroupingListsWhatThereIs) {
  const dataset data = load({csv("companies", "id,size,owner\nA,1,x\n")});
  try {
    (void)data.groups("ownr");
    FAIL();
  } catch (const invalid_argument& e) {
    for (const auto* part : {"ownr", "cluster", "country", "nuts2", "nace2", "owner"})
      EXPECT_TRUE(test::says(e.what(), part)) << e.what();
  }
  EXPECT_THROW((void)data.groups("size"), invalid_argument);  // numbers are no groups
  EXPECT_THROW((void)data.groups("country"), invalid_argument);
}

TEST(DatasetAsOf, LeavesOutWhatWasNotYetOrNoLonger) {
  const dataset data = load({three_companies(),
                             csv("memberships",
                                 "company,cluster,since,until\n"
                                 "A,K,2020,2021\n"
                                 "B,K,2020-06-01,\n"
                                 "C,K,,2019\n"),
                             csv("links", "source,target,year\nA,B,2019\nB,C,2021\nC,A,\n"),
                             csv("participations", "company,project,year\nA,P,2020\nB,P,2022\n"),
                             csv("capabilities", "company,capability,year\nA,welding,2021\n")});
  const auto members = [&](std::int32_t year) { return data.as_of(year)["memberships"].rows; };
  EXPECT_EQ(members(2018), 1u);  // C
  EXPECT_EQ(members(2019), 1u);  // C, in its last year
  EXPECT_EQ(members(2020), 2u);  // A and B in their first
  EXPECT_EQ(members(2021), 2u);
  EXPECT_EQ(members(2022), 1u);  // B
  const dataset past = data.as_of(2020);
  EXPECT_EQ(past.graph(link_kind::supply).num_links(), 2u);  // 2019 and undated
  EXPECT_EQ(past["participations"].rows, 1u);
  EXPECT_EQ(past["capabilities"].rows, 0u);
  EXPECT_EQ(past.num_companies(), 3u);
  EXPECT_EQ(past["links"].at(1).row, 4u);  // rows still know their line
  EXPECT_EQ(data["links"].rows, 3u);       // the data itself is unchanged
}

}  // namespace
}  // namespace kedja::model
