/// @file
/// A graph with its ids in a .kedja file. Reading maps the arrays; nothing is copied.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <kedja/graph/csr_graph.hpp>
#include <kedja/model/raw_table.hpp>
#include <kedja/store/file.hpp>

namespace kedja::store {

/// Writes a graph and its ids, by row, whole or not at all. `vertex_of_row` is empty when row i is
/// vertex i; `extra` sections go into the same file. Throws invalid_argument when the numbers of
/// ids and vertices differ.
void save_graph(const std::filesystem::path& path, const graph::csr_view& g,
                const model::text_column& ids, std::span<const vertex_id> vertex_of_row = {},
                std::span<const section> extra = {});

/// The graph in `file`, sharing ownership of the mapping. With verification every offset and
/// neighbour is checked too, so that a graph from a stranger cannot lead outside its arrays.
/// Throws data_error e_checksum or e_format naming the section. O(n + m) once per file, O(1)
/// without verification.
[[nodiscard]] graph::csr_graph graph_in(const std::shared_ptr<const mapped_file>& file);

/// Ids of the graph in `file`, by row.
[[nodiscard]] model::text_column ids_in(const mapped_file& file);

/// Vertex of each row; empty when row i is vertex i.
[[nodiscard]] std::vector<vertex_id> vertex_of_row_in(const mapped_file& file);

/// A column of texts as one section, and back: number of cells, their ends, their bytes.
[[nodiscard]] std::string pack_texts(const model::text_column& texts);
[[nodiscard]] model::text_column unpack_texts(const mapped_file& file, std::string_view section,
                                              std::string name = {});

}  // namespace kedja::store
