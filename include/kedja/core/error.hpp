/// @file
/// Error types. The library throws; it never prints, asserts on user input, aborts or exits.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <kedja/core/codes.hpp>

namespace kedja {

/// Base of every exception thrown on purpose by kedja.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller passed something outside the documented domain. Python: ValueError.
class invalid_argument : public error {
 public:
  using error::error;
};

/// Where in the user's data something is wrong. Empty text and row 0 mean "not applicable".
struct data_location {
  std::string file;         ///< file name, or the table's name when it came from memory
  std::uint64_t row = 0;    ///< 1-based physical line of a text file, 0-based record otherwise
  bool has_row = false;     ///< tells record 0 from "no row"
  std::string column = {};  ///< column name as the user wrote it
  std::string value = {};   ///< offending text, escaped and shortened
};

/// A table cannot be read or means something impossible. Python: kedja.DataError (a ValueError).
class data_error : public error {
 public:
  data_error(error_code c, data_location where, const std::string& message)
      : error(message), code_(c), where_(std::move(where)) {}
  [[nodiscard]] error_code code() const noexcept { return code_; }
  [[nodiscard]] const data_location& where() const noexcept { return where_; }

 private:
  error_code code_;
  data_location where_;
};

/// The progress callback returned false, the stop token was set or the deadline has passed.
class cancelled : public error {
 public:
  cancelled() : error("cancelled") {}
};

}  // namespace kedja
