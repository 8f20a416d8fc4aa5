#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <kedja/graph/csr_graph.hpp>
#include <kedja/ingest/door_check.hpp>
#include <kedja/measures/centrality/pagerank.hpp>
#include <kedja/store/dataset_store.hpp>
#include <kedja/store/graph_store.hpp>

#include "support/random_graphs.hpp"
#include "support/tables.hpp"

namespace kedja::test {
namespace {

model::text_column names(vertex_id n) {
  model::text_column ids("id");
  for (vertex_id v = 0; v < n; ++v) ids.push_back("företag " + std::to_string(v));
  return ids;
}

graph::csr_graph stored(const std::filesystem::path& path) {
  return store::graph_in(std::make_shared<const store::mapped_file>(path));
}

TEST(GraphStore, GivesBackEveryGraphBitForBit) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto links = make_links(seed);
    const auto g = links.graph(seed % 2 == 0, seed % 3 == 0);
    const auto path = temp_file("g.kedja", "");
    store::save_graph(path, g, names(links.n));
    const graph::csr_graph again = stored(path);  // the mapping lives as long as the graph
    EXPECT_EQ(graph::graph_checksum(again), graph::graph_checksum(g));
    EXPECT_EQ(again.num_links(), g.num_links());
    EXPECT_EQ(again.directed(), g.directed());
    for (vertex_id v = 0; v < links.n; ++v) {
      const auto a = again.predecessors(v), b = g.predecessors(v);
      EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
    EXPECT_EQ(measures::pagerank(again).score, measures::pagerank(g).score);
    const store::mapped_file file(path);
    const auto ids = store::ids_in(file);
    EXPECT_EQ(ids.size(), links.n);
    for (vertex_id v = 0; v < links.n; ++v) EXPECT_EQ(ids[v], names(links.n)[v]);
    EXPECT_TRUE(store::vertex_of_row_in(file).empty());
  }
}

TEST(GraphStore, KeepsTheOrderOfRows) {
  const auto path = temp_file("g.kedja", "");
  const std::vector<vertex_id> rows = {2, 0, 1};
  store::save_graph(
      path, graph::csr_graph(3, std::span<const vertex_id>(rows), std::span<const vertex_id>(rows)),
      names(3), rows);
  EXPECT_EQ(store::vertex_of_row_in(store::mapped_file(path)), rows);
  EXPECT_THROW(store::save_graph(path, graph::csr_graph(), names(1)), invalid_argument);
}

/// A file with right checksums that was not written by this library.
refusal foreign_graph(std::vector<std::uint64_t> head, std::vector<edge_id> offset,
                      std::vector<vertex_id> neighbour, std::vector<double> weight = {}) {
  const auto path = temp_file("foreign.kedja", "");
  std::vector<store::section> sections = {
      store::section_of("graph/head", std::span<const std::uint64_t>(head)),
      store::section_of("graph/out/offset", std::span<const edge_id>(offset)),
      store::section_of("graph/out/neighbour", std::span<const vertex_id>(neighbour)),
      store::section_of("graph/out/weight", std::span<const double>(weight))};
  store::write_file(path, sections);
  return refused([&] { return stored(path); });
}

TEST(GraphStore, AForeignGraphCannotLeadOutsideItsArrays) {
  // undirected, 2 vertices, one link 0 - 1
  EXPECT_EQ(foreign_graph({2, 1, 0, 0}, {0, 1, 2}, {1, 0}).code, "");
  EXPECT_TRUE(says(foreign_graph({2, 1, 0, 0}, {0, 1, 2}, {1, 7}).message, "does not exist"));
  EXPECT_TRUE(says(foreign_graph({2, 1, 0, 0}, {0, 9, 2}, {1, 0}).message, "does not rise"));
  EXPECT_TRUE(says(foreign_graph({2, 1, 0, 0}, {0, 1, 3}, {1, 0}).message, "does not fit"));
  EXPECT_TRUE(says(foreign_graph({3, 1, 0, 0}, {0, 1, 2}, {1, 0}).message, "does not fit"));
  EXPECT_TRUE(says(foreign_graph({2, 5, 0, 0}, {0, 1, 2}, {1, 0}).message, "does not fit"));
  EXPECT_TRUE(says(foreign_graph({2, 1, 0, 1}, {0, 1, 2}, {1, 0}, {-1, -1}).message, ">= 0"));
  EXPECT_TRUE(says(foreign_graph({2, 1, 0, 1}, {0, 1, 2}, {1, 0}, {1}).message, "does not fit"));
  EXPECT_TRUE(says(foreign_graph({2, 1}, {0, 1, 2}, {1, 0}).message, "does not describe a graph"));
  EXPECT_TRUE(says(foreign_graph({2, 1, 1, 0}, {0, 1, 2}, {1, 0}).message, "is missing"));
}

model::dataset some_data() {
  auto checked = ingest::check(
      {csv("companies",
           "id,name,country,size,sme,type,mood\nö1,\"Å, B\",SE,12,true,university,x\n"
           "b,B,,,,,\nc,C,NO,3.5,false,company,\n"),
       csv("clusters", "id,name\nk,Klustret\n"),
       csv("memberships", "company,cluster,since\nb,k,2015\nc,k,\n"),
       csv("links", "source,target,kind,value,year\nö1,b,supply,2.5,2017\nb,c,ownership,,\n"),
       csv("capabilities", "company,capability,level\nb,welding,0.5\n")},
      {});
  return std::move(checked.data);
}

TEST(DatasetStore, GivesBackEveryTable) {
  const model::dataset data = some_data();
  const auto path = temp_file("d.kedja", "");
  store::save_dataset(path, data);
  const store::mapped_file file(path);
  EXPECT_TRUE(store::holds_dataset(file));
  const model::dataset again = store::dataset_in(file);
  ASSERT_EQ(again.num_companies(), 3u);
  for (const auto& rule : model::table_rules) {
    const auto &a = data[rule.name], &b = again[rule.name];
    EXPECT_EQ(a.rows, b.rows) << rule.name;
    ASSERT_EQ(a.columns.size(), b.columns.size()) << rule.name;
    for (std::size_t c = 0; c < a.columns.size(); ++c) {
      EXPECT_EQ(a.columns[c].name, b.columns[c].name);
      EXPECT_EQ(a.columns[c].rule, b.columns[c].rule);
      ASSERT_EQ(a.columns[c].values.index(), b.columns[c].values.index());
      for (std::size_t row = 0; row < a.rows; ++row) {
        EXPECT_EQ(a.text(a.columns[c].name, row), b.text(a.columns[c].name, row));
        if (const auto* x = a.numbers(a.columns[c].name)) {
          const auto& y = *b.numbers(a.columns[c].name);
          EXPECT_EQ(std::isnan((*x)[row]), std::isnan(y[row]));
          if (!std::isnan(y[row])) {
            EXPECT_EQ((*x)[row], y[row]);
          }
        }
        if (const auto* x = a.whole(a.columns[c].name)) {
          EXPECT_EQ((*x)[row], (*b.whole(a.columns[c].name))[row]);
        }
      }
    }
    EXPECT_EQ(a.at(0).file, b.at(0).file);
    if (a.rows > 0) {
      EXPECT_EQ(a.at(0).row, b.at(0).row);
    }
  }
  EXPECT_EQ(graph::graph_checksum(again.graph(model::link_kind::supply)),
            graph::graph_checksum(data.graph(model::link_kind::supply)));
  EXPECT_EQ(again.groups("cluster").names, std::vector<std::string>{"k"});
}

TEST(DatasetStore, AForeignReferenceCannotLeadOutsideItsTable) {
  const auto with = [](std::int32_t company, std::string_view kind, std::string_view column) {
    const auto texts = [](std::initializer_list<std::string_view> cells) {
      model::text_column made;
      for (const auto cell : cells) made.push_back(cell);
      return store::pack_texts(made);
    };
    const std::string companies = texts({"companies.csv", "1", "id", "id", "text"}),
                      id = texts({"a"}),
                      members = texts(
                          {"m.csv", "1", "company", column, kind, "cluster", "cluster", "whole"}),
                      clusters = texts({"c.csv", "1", "id", "id", "text"});
    const std::vector<std::int32_t> who = {company}, what = {0};
    const std::vector<store::section> sections = {
        store::section_of("table/companies/columns", std::string_view(companies)),
        store::section_of("table/companies/0", std::string_view(id)),
        store::section_of("table/clusters/columns", std::string_view(clusters)),
        store::section_of("table/clusters/0", std::string_view(id)),
        store::section_of("table/memberships/columns", std::string_view(members)),
        store::section_of("table/memberships/0", std::span<const std::int32_t>(who)),
        store::section_of("table/memberships/1", std::span<const std::int32_t>(what))};
    const auto path = temp_file("foreign.kedja", "");
    store::write_file(path, sections);
    return refused([&] { return store::dataset_in(store::mapped_file(path)); });
  };
  EXPECT_EQ(with(0, "whole", "company").code, "");
  EXPECT_TRUE(says(with(1, "whole", "company").message, "does not exist"));
  EXPECT_TRUE(says(with(-2, "whole", "company").message, "does not exist"));
  EXPECT_TRUE(says(with(model::missing, "whole", "company").message, "does not exist"));
  EXPECT_TRUE(says(with(0, "number", "company").message, "whole number of entries"));
  EXPECT_TRUE(says(with(0, "whole", "firm").message, "a rule that does not exist"));
  EXPECT_TRUE(says(with(0, "whole", "").message, "of the wrong kind"));
}

TEST(DatasetStore, AnEmptyDatasetIsADataset) {
  const auto path = temp_file("e.kedja", "");
  store::save_dataset(path, model::dataset());
  const store::mapped_file file(path);
  EXPECT_TRUE(store::holds_dataset(file));
  EXPECT_EQ(store::dataset_in(file).num_companies(), 0u);
}

}  // namespace
}  // namespace kedja::test
