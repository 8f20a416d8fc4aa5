#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <kedja/ingest/door_check.hpp>
#include <kedja/ingest/read_csv.hpp>
#include <kedja/ingest/read_graph_file.hpp>
#include <kedja/model/schema.hpp>

namespace kedja::ingest {
namespace {

namespace fs = std::filesystem;

/// File name without its endings: companies.csv.gz -> companies.
std::string stem(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.substr(0, name.find('.'));
}
bool ends_with_any(const std::string& name, std::initializer_list<const char*> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](const char* ending) { return name.ends_with(ending); });
}
bool is_text_table(const std::string& name) {
  return ends_with_any(name, {".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz"});
}

}  // namespace

checked_data read(const std::string& path, const check_options& options) {
  const fs::path given(path);
  std::vector<model::raw_table> tables;
  if (fs::is_directory(given)) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(given)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      if (!is_text_table(file.filename().string())) continue;
      const auto* rule = model::find_table(stem(file));
      if (rule == nullptr) continue;  // a folder may hold other things
      tables.push_back(read_csv(file));
      tables.back().table = rule->name;
    }
    if (tables.empty())
      throw data_error(error_code::e_file, {.file = given.filename().string()},
                       given.string() + ": the folder holds no table such as companies.csv");
  } else {
    const std::string name = given.filename().string();
    if (is_text_table(name)) {
      tables.push_back(read_csv(given));
      if (const auto* rule = model::find_table(stem(given))) tables.back().table = rule->name;
    } else if (name.ends_with(".edgelist")) {
      tables.push_back(read_edgelist(given));
    } else if (name.ends_with(".graphml")) {
      tables = read_graphml(given);
    } else {
      throw data_error(error_code::e_format, {.file = name},
                       name +
                           ": not a kind of file that can be read here; use .csv, .tsv (also "
                           ".gz), .graphml or .edgelist");
    }
  }
  return check(std::move(tables), options);
}

model::dataset read_folder(const std::string& path) { return read(path).data; }

}  // namespace kedja::ingest
