/// @file
/// Files that hold a graph rather than tables: GraphML and white-space edge lists.
#pragma once

#include <filesystem>
#include <vector>

#include <kedja/model/raw_table.hpp>

namespace kedja::ingest {

/// A table of links from lines "source target [value]" separated by spaces or tabs. Ids are text.
/// Lines that start with # are skipped. Throws data_error e_fields, e_utf8, naming the line.
[[nodiscard]] model::raw_table read_edgelist(const std::filesystem::path& path);

/// Tables of companies and links from GraphML. Node and edge data become columns; "weight" is read
/// as value. Any DOCTYPE is refused before parsing, so no entity is expanded and nothing is
/// fetched. Throws data_error e_xml_dtd, e_xml, e_xml_key, e_dup_id, e_dangling, e_number, naming
/// the line.
[[nodiscard]] std::vector<model::raw_table> read_graphml(const std::filesystem::path& path);

}  // namespace kedja::ingest
