#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <string>

#include <kedja/core/utf8.hpp>
#include <kedja/ingest/read_csv.hpp>
#include <kedja/ingest/read_graph_file.hpp>
#include <kedja/model/interner.hpp>
#include <kedja/model/parse_number.hpp>

namespace kedja::ingest {
namespace {

constexpr std::size_t max_depth = 256;
constexpr std::size_t max_text = 64 * 1024;

class graphml_reader {
 public:
  graphml_reader(std::string bytes, std::string file)
      : bytes_(std::move(bytes)), file_(std::move(file)) {
    for (std::size_t at = 0; (at = bytes_.find('\n', at)) != std::string::npos; ++at)
      line_end_.push_back(at);
  }

  std::vector<model::raw_table> read() {
    refuse_doctype();
    pugi::xml_document document;
    const auto parsed = document.load_buffer(bytes_.data(), bytes_.size(),
                                             pugi::parse_default & ~pugi::parse_doctype);
    if (!parsed)
      fail(error_code::e_xml, static_cast<std::size_t>(parsed.offset), "", parsed.description());
    refuse_entities();
    const pugi::xml_node root = document.document_element();
    if (local(root.name()) != "graphml")
      fail(error_code::e_xml, root, root.name(), "the root element is not graphml");
    check_depth(root, 1);
    companies_.table = "companies", links_.table = "links";
    companies_.file = links_.file = file_;
    companies_.columns.emplace_back("id");
    links_.columns.emplace_back("source");
    links_.columns.emplace_back("target");
    if (std::strcmp(root.attribute("xmlns").value(), "http://graphml.graphdrawing.org/xmlns") != 0)
      companies_.notes.add(error_code::w_xml_namespace, {.file = file_},
                           file_ + ": the GraphML namespace is missing; read as GraphML");
    for (const pugi::xml_node node : root)
      if (local(node.name()) == "key") read_key(node);
    pugi::xml_node graph;
    for (const pugi::xml_node node : root)
      if (local(node.name()) == "graph") {
        if (graph) fail(error_code::e_xml, node, "", "the file holds more than one graph");
        graph = node;
      }
    if (!graph) fail(error_code::e_xml, root, "", "the file holds no graph");
    const bool directed = std::string_view(graph.attribute("edgedefault").value()) != "undirected";
    for (const pugi::xml_node node : graph)
      if (local(node.name()) == "node") read_node(node);
    for (const pugi::xml_node node : graph)
      if (local(node.name()) == "edge") read_edge(node);
    if (!directed) {
      // Undirected links have a kind of their own; the contract's default would be supply.
      links_.columns.emplace_back("kind");
      for (std::size_t row = 0; row < links_.line.size(); ++row)
        links_.columns.back().push_back("collaboration");
    }
    return {std::move(companies_), std::move(links_)};
  }

 private:
  struct key {
    std::string name, type, fallback;
    bool for_node;
    std::size_t column;
  };

  static std::string_view local(std::string_view name) {
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
  }
  [[nodiscard]] std::uint64_t line_of(std::size_t offset) const {
    return 1 + static_cast<std::uint64_t>(std::ranges::lower_bound(line_end_, offset) -
                                          line_end_.begin());
  }
  [[noreturn]] void fail(error_code code, std::size_t offset, std::string_view value,
                         const std::string& what) const {
    const std::uint64_t row = line_of(offset);
    std::string message = file_ + ", row " + std::to_string(row);
    if (!value.empty()) message += ", value '" + escaped(value) + "'";
    throw data_error(code, {file_, row, true, "", escaped(value)}, message + ": " + what);
  }
  [[noreturn]] void fail(error_code code, pugi::xml_node at, std::string_view value,
                         const std::string& what) const {
    fail(code, static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, at.offset_debug())), value,
         what);
  }

  void refuse_doctype() const {
    for (std::size_t at = 0; (at = bytes_.find("<!", at)) != std::string::npos; ++at) {
      std::string word = bytes_.substr(at + 2, 8);
      std::transform(word.begin(), word.end(), word.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      if (word.starts_with("DOCTYPE") || word.starts_with("ENTITY"))
        fail(error_code::e_xml_dtd, at, "", "document type declarations are refused");
    }
  }
  /// pugixml leaves unknown entities as text; XML says that they are errors.
  void refuse_entities() const {
    for (std::size_t at = 0; (at = bytes_.find('&', at)) != std::string::npos; ++at) {
      const std::size_t end = bytes_.find_first_of("; <\n", at);
      const std::string name = bytes_.substr(at + 1, end - at - 1);
      if (end == std::string::npos || bytes_[end] != ';' ||
          (name != "amp" && name != "lt" && name != "gt" && name != "quot" && name != "apos" &&
           !name.starts_with('#')))
        fail(error_code::e_xml, at, "&" + name, "the entity is not defined");
    }
  }
  void check_depth(pugi::xml_node node, std::size_t depth) const {
    if (depth > max_depth) fail(error_code::e_limit, node, "", "elements are nested too deep");
    for (const pugi::xml_node child : node) {
      if (std::strlen(child.value()) > max_text)
        fail(error_code::e_limit, child, "", "a text is longer than 64 KiB");
      check_depth(child, depth + 1);
    }
  }

  void read_key(pugi::xml_node node) {
    key k;
    k.for_node = std::string_view(node.attribute("for").value()) != "edge";
    k.name = node.attribute("attr.name") ? node.attribute("attr.name").value()
                                         : node.attribute("id").value();
    if (!k.for_node && (k.name == "weight" || k.name == "Weight")) k.name = "value";
    if (k.for_node && k.name == "id") k.name = "node id";
    k.type = node.attribute("attr.type").value();
    for (const pugi::xml_node child : node)
      if (local(child.name()) == "default") k.fallback = child.child_value();
    model::raw_table& table = k.for_node ? companies_ : links_;
    k.column = table.columns.size();
    table.columns.emplace_back(k.name);
    keys_.emplace(node.attribute("id").value(), k);
  }

  void read_data(pugi::xml_node element, bool node_data, model::raw_table& table) {
    std::map<std::size_t, std::string> cells;
    for (const auto& [id, k] : keys_)
      if (k.for_node == node_data) cells[k.column] = k.fallback;
    for (const pugi::xml_node data : element) {
      if (local(data.name()) != "data") continue;
      const std::string id = data.attribute("key").value();
      const auto found = keys_.find(id);
      if (found == keys_.end() || found->second.for_node != node_data)
        fail(error_code::e_xml_key, data, id, "the data refers to a key that is not declared");
      const std::string text = data.child_value();
      const std::string& type = found->second.type;
      if ((type == "double" || type == "float") && !model::parse_number(text, false))
        fail(error_code::e_number, data, text, "not a finite number");
      if (type == "int" || type == "long") {
        std::int64_t value = 0;
        const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (bad != std::errc{} || end != text.data() + text.size())
          fail(error_code::e_number, data, text, "not a whole number of 64 bits");
      }
      cells[found->second.column] = text;
    }
    for (const auto& [column, text] : cells) table.columns[column].push_back(text);
    table.line.push_back(line_of(static_cast<std::size_t>(element.offset_debug())));
  }

  void read_node(pugi::xml_node node) {
    const std::string id = node.attribute("id").value();
    if (id.empty()) fail(error_code::e_id_empty, node, "", "a node has no id");
    const std::size_t before = ids_.size();
    ids_.add(id);
    if (ids_.size() == before) fail(error_code::e_dup_id, node, id, "the node id stands twice");
    companies_.columns[0].push_back(id);
    read_data(node, true, companies_);
  }
  void read_edge(pugi::xml_node edge) {
    for (int end = 0; end < 2; ++end) {
      const std::string id = edge.attribute(end == 0 ? "source" : "target").value();
      if (!ids_.find(id))
        fail(error_code::e_dangling, edge, id, "the edge ends at no declared node");
      links_.columns[static_cast<std::size_t>(end)].push_back(id);
    }
    read_data(edge, false, links_);
  }

  std::string bytes_, file_;
  std::vector<std::size_t> line_end_;  ///< positions of the line feeds
  std::map<std::string, key> keys_;
  model::interner ids_;
  model::raw_table companies_, links_;
};

}  // namespace

std::vector<model::raw_table> read_graphml(const std::filesystem::path& path) {
  return graphml_reader(read_bytes(path), path.filename().string()).read();
}

}  // namespace kedja::ingest
