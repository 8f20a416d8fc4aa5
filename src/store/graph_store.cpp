#include <kedja/store/graph_store.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

namespace kedja::store {
namespace {

enum : std::size_t { at_vertices, at_links, at_directed, at_weighted, head_size };

void add_half(std::vector<section>& into, const std::string& name, const graph::half_view& rows) {
  into.push_back(section_of(name + "/offset", rows.offset));
  into.push_back(section_of(name + "/neighbour", rows.neighbour));
  if (!rows.weight.empty()) into.push_back(section_of(name + "/weight", rows.weight));
}

graph::half_view half_in(const mapped_file& file, const std::string& name, std::uint64_t vertices,
                         bool weighted) {
  graph::half_view rows;
  rows.offset = file.array<edge_id>(name + "/offset");
  rows.neighbour = file.array<vertex_id>(name + "/neighbour");
  if (weighted) rows.weight = file.array<double>(name + "/weight");
  if (rows.offset.size() != vertices + 1 || rows.offset.front() != 0 ||
      rows.offset.back() != rows.neighbour.size() ||
      (weighted && rows.weight.size() != rows.neighbour.size()))
    file.damaged(name, "does not fit the graph");
  if (file.verifies()) {
    if (!std::is_sorted(rows.offset.begin(), rows.offset.end()))
      file.damaged(name + "/offset", "does not rise");
    for (const vertex_id v : rows.neighbour)
      if (v >= vertices) file.damaged(name + "/neighbour", "names a vertex that does not exist");
    for (const double w : rows.weight)
      if (!std::isfinite(w) || w < 0)
        file.damaged(name + "/weight", "has a value that is not a finite number >= 0");
  }
  return rows;
}

}  // namespace

std::string pack_texts(const model::text_column& texts) {
  const std::uint64_t count = texts.size();
  std::string packed(sizeof count + count * sizeof(std::uint64_t), '\0');
  std::memcpy(packed.data(), &count, sizeof count);
  if (count > 0)  // memcpy takes no null, whatever the size
    std::memcpy(packed.data() + sizeof count, texts.ends().data(), count * sizeof(std::uint64_t));
  return packed.append(texts.bytes());
}

model::text_column unpack_texts(const mapped_file& file, std::string_view section,
                                std::string name) {
  static_assert(sizeof(std::size_t) == sizeof(std::uint64_t));
  const std::string_view packed = file.text(section);
  std::uint64_t count = 0;
  if (packed.size() < sizeof count) file.damaged(section, "is too short");
  std::memcpy(&count, packed.data(), sizeof count);
  if (count > packed.size() / sizeof count - 1) file.damaged(section, "is too short");
  std::vector<std::size_t> end(count);
  if (count > 0) std::memcpy(end.data(), packed.data() + sizeof count, count * sizeof count);
  const std::string_view bytes = packed.substr((count + 1) * sizeof count);
  if (!std::is_sorted(end.begin(), end.end()) || (end.empty() ? 0 : end.back()) != bytes.size())
    file.damaged(section, "does not hold its texts");
  return {std::move(name), std::string(bytes), std::move(end)};
}

void save_graph(const std::filesystem::path& path, const graph::csr_view& g,
                const model::text_column& ids, std::span<const vertex_id> vertex_of_row,
                std::span<const section> extra) {
  if (ids.size() != g.num_vertices() ||
      (!vertex_of_row.empty() && vertex_of_row.size() != g.num_vertices()))
    throw invalid_argument("there must be one id per vertex");
  std::array<std::uint64_t, head_size> head{};
  head[at_vertices] = g.num_vertices();
  head[at_links] = g.num_links();
  head[at_directed] = g.directed();
  head[at_weighted] = g.weighted();
  const std::string packed_ids = pack_texts(ids);
  std::vector<section> made = {section_of("graph/head", std::span<const std::uint64_t>(head)),
                               section_of("graph/ids", packed_ids)};
  if (!vertex_of_row.empty()) made.push_back(section_of("graph/vertex_of_row", vertex_of_row));
  add_half(made, "graph/out", g.out());
  if (g.directed()) add_half(made, "graph/in", g.in());
  made.insert(made.end(), extra.begin(), extra.end());
  write_file(path, made);
}

graph::csr_graph graph_in(const std::shared_ptr<const mapped_file>& file) {
  const auto head = file->array<std::uint64_t>("graph/head");
  if (head.size() != head_size || head[at_vertices] >= no_vertex)
    file->damaged("graph/head", "does not describe a graph");
  const bool directed = head[at_directed] != 0, weighted = head[at_weighted] != 0;
  const auto out = half_in(*file, "graph/out", head[at_vertices], weighted);
  const auto in = directed ? half_in(*file, "graph/in", head[at_vertices], weighted) : out;
  if (in.neighbour.size() != out.neighbour.size() ||
      head[at_links] != out.neighbour.size() / (directed ? 1 : 2))
    file->damaged("graph/head", "does not fit the links");
  return {
      graph::csr_view(static_cast<vertex_id>(head[at_vertices]), directed, head[at_links], out, in),
      file};
}

model::text_column ids_in(const mapped_file& file) { return unpack_texts(file, "graph/ids", "id"); }

std::vector<vertex_id> vertex_of_row_in(const mapped_file& file) {
  if (!file.has("graph/vertex_of_row")) return {};
  const auto rows = file.array<vertex_id>("graph/vertex_of_row");
  std::vector<char> seen(rows.size(), 0);
  for (const vertex_id v : rows)
    if (v >= rows.size() || std::exchange(seen[v], 1) != 0)
      file.damaged("graph/vertex_of_row", "is not a numbering of the companies");
  return {rows.begin(), rows.end()};
}

}  // namespace kedja::store
