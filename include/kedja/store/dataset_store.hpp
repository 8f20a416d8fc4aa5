/// @file
/// All tables of a dataset in a .kedja file.
#pragma once

#include <filesystem>
#include <span>

#include <kedja/model/dataset.hpp>
#include <kedja/store/file.hpp>

namespace kedja::store {

/// Writes every table that has columns, whole or not at all; `extra` sections go into the same
/// file.
void save_dataset(const std::filesystem::path& path, const model::dataset& data,
                  std::span<const section> extra = {});

/// The tables in `file`. Tables are copied into memory; references to companies and clusters, words
/// and truth values are checked, so that a file from a stranger cannot lead outside them. Throws
/// data_error e_checksum or e_format naming the section. O(cells).
[[nodiscard]] model::dataset dataset_in(const mapped_file& file);

/// True when the file holds a dataset (else it may hold a graph).
[[nodiscard]] bool holds_dataset(const mapped_file& file);

}  // namespace kedja::store
