#include <kedja/core/error.hpp>
#include <kedja/core/utf8.hpp>
#include <kedja/graph/links.hpp>
#include <kedja/report/number_text.hpp>
#include <kedja/report/write.hpp>

namespace kedja::report {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      // An attribute's line breaks and tabs would be read back as spaces.
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          throw invalid_argument("'" + escaped(text) + "' holds a character that XML cannot carry");
        out += c;
    }
  }
}

}  // namespace

std::string to_graphml(const graph::csr_graph& g, const model::text_column& name_of_vertex) {
  if (name_of_vertex.size() != g.num_vertices())
    throw invalid_argument("GraphML needs one name per vertex");
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  if (g.weighted())
    out += "<key id=\"weight\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n";
  out +=
      g.directed() ? "<graph edgedefault=\"directed\">\n" : "<graph edgedefault=\"undirected\">\n";
  for (vertex_id v = 0; v < g.num_vertices(); ++v) {
    out += "<node id=\"";
    append_escaped(out, name_of_vertex[v]);
    out += "\"/>\n";
  }
  graph::for_each_link(g, [&](vertex_id u, vertex_id v, double weight) {
    out += "<edge source=\"";
    append_escaped(out, name_of_vertex[u]);
    out += "\" target=\"";
    append_escaped(out, name_of_vertex[v]);
    if (g.weighted()) {
      out += "\"><data key=\"weight\">";
      append_number(out, weight);
      out += "</data></edge>\n";
    } else {
      out += "\"/>\n";
    }
  });
  out += "</graph>\n</graphml>\n";
  return out;
}

}  // namespace kedja::report
