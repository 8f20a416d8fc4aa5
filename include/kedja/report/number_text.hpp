/// @file
/// Numbers as text, the same in every output.
#pragma once

#include <charconv>
#include <string>

namespace kedja::report {

/// The shortest text that reads back to the same number.
template <class Number>
void append_number(std::string& out, Number value) {
  char text[40];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace kedja::report
