/// @file
/// Which codes exist: NACE Rev. 2 and 2.1 (with SNI's fifth digit), NUTS 2016, countries,
/// currencies, and the Swedish places that stand for a NUTS 3 region.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kedja::model {

struct nace_reading {
  std::string code;     ///< as NACE writes it: A, 24, 24.1 or 24.10; empty when refused
  std::string version;  ///< "2" or "2.1"
  std::vector<std::string> candidates;  ///< what a refused code could have meant
};

/// Reads 24.10, 2410, 24100 (SNI), C24.10, 24.1, 24 or C. A code that could have lost its leading
/// zero (1610 is 16.10, or 01.61 with SNI's fifth digit) is refused with the candidates, as is one
/// that is not in the edition asked for. `version` is "", "2" or "2.1"; without one, a code that
/// stands in both editions is read as Rev. 2.
[[nodiscard]] nace_reading read_nace(std::string_view text, std::string_view version = {});

enum class nuts_state { known, other_edition, malformed };
/// Codes of another edition are well formed in a country that has NUTS; outside NUTS countries
/// only the shape is checked (two letters, then one to three letters or digits).
[[nodiscard]] nuts_state check_nuts(std::string_view code);
/// The first 2 + level characters, except Northern Ireland's NUTS 2 (UKN0), which 2016's level 3
/// does not spell out. Empty when the code is shorter.
[[nodiscard]] std::string_view nuts_at_level(std::string_view code, int level);

/// ISO 3166-1 alpha-2 in capitals; EL and UK are read as GR and GB. None when it does not exist.
/// XK, which the European Union uses for Kosovo, is accepted.
[[nodiscard]] std::optional<std::string> read_country(std::string_view text);
[[nodiscard]] bool is_currency(std::string_view code);
/// NUTS 3 of a Swedish municipality or county, by code or name; none when unknown.
[[nodiscard]] std::optional<std::string> nuts_of_place(std::string_view place);

}  // namespace kedja::model
