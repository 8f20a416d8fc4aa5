/// @file
/// Words and records that several binding sources turn into options and back.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include <kedja/core/error.hpp>
#include <kedja/measures/common/direction.hpp>
#include <kedja/measures/common/iteration.hpp>
#include <kedja/measures/common/length.hpp>

#include "bind.hpp"

namespace kedja::python {

template <class T>
T parse(const std::string& what, const std::string& text,
        std::initializer_list<std::pair<const char*, T>> words) {
  std::string allowed;
  for (const auto& [word, value] : words) {
    if (text == word) return value;
    allowed += std::string(allowed.empty() ? "" : ", ") + "'" + word + "'";
  }
  throw invalid_argument(what + " must be one of " + allowed + ", not '" + text + "'");
}
inline measures::path_direction parse_direction(const std::string& text) {
  return parse<measures::path_direction>("direction", text,
                                         {{"upstream", measures::path_direction::upstream},
                                          {"downstream", measures::path_direction::downstream}});
}
inline measures::link_length parse_length(const std::optional<std::string>& text) {
  if (!text) return measures::link_length::hops;
  return parse<measures::link_length>(
      "length", *text,
      {{"value", measures::link_length::value}, {"1/value", measures::link_length::inverse_value}});
}
inline py::dict record(const measures::iteration_record& r) {
  py::dict made;
  made["iterations"] = r.iterations;
  made["residual"] = r.residual;
  made["error_bound"] = r.error_bound;
  made["converged"] = r.converged;
  return made;
}

}  // namespace kedja::python
