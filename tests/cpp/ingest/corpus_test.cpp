// Runs the corpus of bad inputs: each case replaces one table of its base.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <kedja/ingest/door_check.hpp>
#include <kedja/ingest/read_csv.hpp>
#include <kedja/ingest/read_graph_file.hpp>
#include <support/shared_files.hpp>

namespace kedja::ingest {
namespace {

namespace fs = std::filesystem;

struct outcome {
  std::string error_code;
  data_location where;
  std::string message;
  std::vector<std::string> warnings;
};

outcome load(const fs::path& corpus, const std::string& file, const std::string& table,
             bool alone = false) {
  outcome got;
  try {
    std::vector<model::raw_table> tables;
    if (table == "graphs") {
      tables = file.ends_with(".graphml") ? read_graphml(corpus / file)
                                          : std::vector{read_edgelist(corpus / file)};
    } else {
      for (const std::string name : {"companies", "clusters", "memberships", "links"}) {
        // Lists with ids of their own stand alone: the base's links would all dangle.
        if (alone && name != table && (table == "companies" || name != "companies")) continue;
        tables.push_back(
            read_csv(name == table ? corpus / file : corpus / "base" / (name + ".csv")));
        tables.back().table = name;
      }
    }
    const checked_data checked = check(std::move(tables));
    for (const auto& d : checked.report.entries())
      if (info(d.code).level == severity::warning) got.warnings.emplace_back(info(d.code).name);
    for (const bool value :
         {false, true})  // what no table check can see shows when values are added
      for (const auto kind : {model::link_kind::supply, model::link_kind::collaboration}) {
        if (value && checked.data["links"].numbers("value") == nullptr) continue;
        model::graph_request request{.kinds = {kind}};
        request.use_value = value;
        request.count_missing_as_one = true;
        (void)checked.data.graph(request);
      }
  } catch (const data_error& e) {
    got.error_code = info(e.code()).name;
    got.where = e.where();
    got.message = e.what();
  }
  return got;
}

bool names(const outcome& got, const std::string& what) {
  if (what == "file") return !got.where.file.empty();
  if (what == "row") return got.where.has_row;
  if (what == "column") return !got.where.column.empty();
  return what == "value" && got.message.find(got.where.value) != std::string::npos;
}

TEST(Corpus, EveryTextCaseEndsAsTheManifestSays) {
  const auto manifest_path = test::shared_file("corpus/manifest.csv");
  if (!manifest_path) GTEST_SKIP() << test::no_shared_files;
  const fs::path corpus = manifest_path->parent_path();
  const model::raw_table manifest = read_csv(*manifest_path);
  const auto cell = [&](std::size_t row, std::string_view name) -> std::string {
    for (const auto& c : manifest.columns)
      if (c.name() == name) return std::string(c[row]);
    return "";
  };
  std::size_t ran = 0;
  for (std::size_t row = 0; row < manifest.num_rows(); ++row) {
    const std::string file = cell(row, "file"), expected = cell(row, "expected");
    if (file.ends_with(".parquet") || file.find("leontief") != std::string::npos) continue;
    SCOPED_TRACE(file + ": " + cell(row, "what_is_wrong"));
    outcome got = load(corpus, file, cell(row, "table"));
    if (expected != "error" && got.error_code == "E_DANGLING" && cell(row, "table") != "links")
      got = load(corpus, file, cell(row, "table"), true);
    ++ran;
    // The manifest allows this one to be accepted when every row has the delimiter.
    if (cell(row, "category") == "ragged" && got.error_code.empty()) {
      EXPECT_EQ(got.warnings, std::vector<std::string>{"W_TRAILING_DELIMITER"});
      continue;
    }
    EXPECT_LT(got.message.size(), 4096u);
    if (expected == "error") {
      EXPECT_EQ(got.error_code, cell(row, "error_code")) << got.message;
      const std::string must = cell(row, "error_must_name");
      for (std::size_t at = 0; at < must.size();) {
        const std::size_t end = std::min(must.find(';', at), must.size());
        EXPECT_TRUE(names(got, must.substr(at, end - at)))
            << must.substr(at, end - at) << " is not named in: " << got.message;
        at = end + 1;
      }
    } else {
      EXPECT_EQ(got.error_code, "") << got.message;
      if (expected == "accept_with_warning") {
        EXPECT_FALSE(got.warnings.empty());
        const std::string detail = cell(row, "expected_detail");
        if (const auto at = detail.find("W_"); at != std::string::npos) {
          const std::string code =
              detail.substr(at, detail.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", at) - at);
          EXPECT_NE(std::find(got.warnings.begin(), got.warnings.end(), code), got.warnings.end())
              << code;
        }
      }
    }
  }
  EXPECT_GE(ran, 100u);
}

}  // namespace
}  // namespace kedja::ingest
