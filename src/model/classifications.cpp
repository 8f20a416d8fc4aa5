#include <kedja/model/classifications.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <kedja/model/fold_case.hpp>

namespace kedja::model {
namespace {

#include "code_lists.inc"

template <class Add>
void for_each_entry(std::string_view list, Add add) {
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = list.find('|', at);
    add(list.substr(at, end - at));
    at = end + 1;
  }
}

using code_set = std::unordered_set<std::string_view>;
code_set make_set(std::string_view list) {
  code_set set;
  for_each_entry(list, [&](std::string_view code) { set.insert(code); });
  return set;
}
const code_set& nace(bool revised) {
  static const code_set rev2 = make_set(nace_rev2_list), rev21 = make_set(nace_rev21_list);
  return revised ? rev21 : rev2;
}

using place_map = std::unordered_map<std::string, std::string_view>;
const place_map& places() {
  static const place_map map = [] {
    place_map made;
    for (const auto list :
         {municipality_code_list, municipality_name_list, county_code_list, county_name_list})
      for_each_entry(list, [&](std::string_view entry) {
        const std::size_t equals = entry.find('=');
        made.emplace(fold_case(entry.substr(0, equals)), entry.substr(equals + 1));
      });
    return made;
  }();
  return map;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

/// NACE spelling of 2 to 4 digits: 24, 24.1, 24.10.
std::string dotted(std::string_view digits) {
  std::string code(digits.substr(0, 2));
  if (digits.size() > 2) code += '.', code += digits.substr(2);
  return code;
}

/// What the digits could mean: as they are, with SNI's fifth digit cut off, with a lost zero.
std::vector<std::string> readings(std::string_view digits, bool dot_after_one) {
  std::vector<std::string> found;
  const std::size_t n = digits.size();
  if (!dot_after_one) {
    if (n >= 2 && n <= 4) found.push_back(dotted(digits));
    if (n == 5) found.push_back(dotted(digits.substr(0, 4)));
  }
  std::string zero(1, '0');
  zero.append(digits);
  if (n >= 1 && n <= 3) found.push_back(dotted(zero));
  if (n == 4) found.push_back(dotted(std::string_view(zero).substr(0, 4)));
  return found;
}

}  // namespace

nace_reading read_nace(std::string_view text, std::string_view version) {
  std::string digits;
  std::string_view rest = text;
  if (!rest.empty() && is_letter(rest[0])) rest.remove_prefix(1);  // C24.10
  std::size_t dot = std::string_view::npos;
  bool clean = true;
  for (const char c : rest) {
    if (is_digit(c))
      digits += c;
    else if (c == '.' && dot == std::string_view::npos)
      dot = digits.size();
    else
      clean = false;
  }
  std::vector<std::string> options;
  if (rest.empty() && text.size() == 1) {
    options.emplace_back(text);  // a section
  } else if (clean && !digits.empty() && digits.size() <= 5 &&
             (dot == std::string_view::npos || dot == 2 || dot == 1) &&
             (dot == std::string_view::npos || dot < digits.size())) {
    options = readings(digits, dot == 1);
    // A written dot after two digits, or five digits, settles that no zero is lost.
    if (dot == 2 || digits.size() == 5) options.resize(1);
  }
  nace_reading reading;
  const bool only_rev21 = version == "2.1", only_rev2 = version == "2";
  for (const std::string& code : options) {
    const bool in2 = !only_rev21 && nace(false).contains(code);
    const bool in21 = !only_rev2 && nace(true).contains(code);
    if (!in2 && !in21) continue;
    reading.candidates.push_back(code);
    reading.version = in2 ? "2" : "2.1";
  }
  // One digit, or one before the dot, has lost its zero for certain: say so, do not guess.
  const bool lost_zero = dot == 1 || (dot == std::string_view::npos && digits.size() == 1);
  if (reading.candidates.size() == 1 && !lost_zero) {
    reading.code = std::move(reading.candidates.front());
    reading.candidates.clear();
  } else {
    reading.version.clear();
  }
  return reading;
}

nuts_state check_nuts(std::string_view code) {
  static const code_set known = make_set(nuts_list);
  if (known.contains(code)) return nuts_state::known;
  if (code.size() < 2 || code.size() > 5 || !is_letter(code[0]) || !is_letter(code[1]))
    return nuts_state::malformed;
  for (const char c : code.substr(2))
    if (!is_digit(c) && !is_letter(c)) return nuts_state::malformed;
  if (!known.contains(code.substr(0, 2)) && !read_country(code.substr(0, 2)))
    return nuts_state::malformed;
  return nuts_state::other_edition;
}

std::string_view nuts_at_level(std::string_view code, int level) {
  const auto length = static_cast<std::size_t>(2 + level);
  if (code.size() < length) return {};
  if (level == 2 && code.size() == 5 && code.starts_with("UKN")) return "UKN0";
  return code.substr(0, length);
}

std::optional<std::string> read_country(std::string_view text) {
  static const code_set known = make_set(country_list);
  std::string code;
  for (const char c : text) code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (code == "EL") return "GR";
  if (code == "UK") return "GB";
  if (known.contains(code) || code == "XK") return code;
  return std::nullopt;
}

bool is_currency(std::string_view code) {
  static const code_set known = make_set(currency_list);
  return known.contains(code);
}

std::optional<std::string> nuts_of_place(std::string_view place) {
  std::string key = fold_case(place);
  if (key.ends_with(" kommun")) key.resize(key.size() - 7);
  auto found = places().find(key);
  if (found == places().end()) found = places().find(key + " län");
  if (found == places().end()) found = places().find(key + "s län");
  if (found == places().end()) return std::nullopt;
  return std::string(found->second);
}

}  // namespace kedja::model
