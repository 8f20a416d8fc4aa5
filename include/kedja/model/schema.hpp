/// @file
/// The table contract: which tables and columns there are, what a cell may hold, and the names that
/// people use for them. Nothing else in the library knows a column's name or alias.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kedja::model {

enum class cell : std::uint8_t {
  id,        ///< unique text
  company,   ///< an id of companies
  cluster,   ///< an id of clusters
  label,     ///< text that must not be empty (project, capability, stage, sector)
  text,      ///< any text
  number,    ///< finite number
  positive,  ///< finite number >= 0
  level,     ///< number in [0, 1]
  count,     ///< headcount: number in [0, 10^8]
  latitude,
  longitude,
  boolean,
  word,  ///< one of `words`
  year,  ///< four-digit year
  date,  ///< year or ISO date; kept as its year
  country,
  nuts,
  nace,
  currency,
  place,       ///< Swedish municipality or county; gives the NUTS region where none is given
  members_of,  ///< cluster names, separated by semicolons; becomes memberships
};

struct column_rule {
  std::string_view name;
  cell type;
  bool required;
  std::string_view aliases;     ///< separated by |, in lower case, words separated by one space
  std::string_view words = {};  ///< for cell::word, separated by |; the first is the default
};

struct table_rule {
  std::string_view name;
  std::string_view aliases;
  std::span<const column_rule> columns;
};

namespace schema {

inline constexpr std::array companies = {
    column_rule{"id", cell::id, true,
                "company id|organisationsnummer|orgnr|org nr|org.nr|organisation number|"
                "organisationsnr|bolagsnummer"},
    column_rule{"name", cell::text, false,
                "namn|company|company name|företag|företagsnamn|organisation|bolag"},
    column_rule{"type", cell::word, false, "typ|organisationstyp",
                "company|university|research|public|other"},
    column_rule{"country", cell::country, false, "land|landskod|country code"},
    column_rule{"nuts", cell::nuts, false, "nuts3|nuts 3|nuts2|nuts 2|nuts code|nuts kod|region"},
    column_rule{"nace", cell::nace, false,
                "sni|sni kod|sni code|nace code|nace kod|bransch|branschkod|sni2007"},
    column_rule{"nace_version", cell::word, false, "nace rev|sni version",
                "2|2.1|2.0|sni2007|sni2025"},
    column_rule{"size", cell::count, false,
                "employees|anställda|antal anställda|headcount|antal medarbetare"},
    column_rule{"revenue", cell::positive, false, "turnover sek|omsättning|revenue sek"},
    column_rule{"revenue_currency", cell::currency, false, "omsättning valuta"},
    column_rule{"sme", cell::boolean, false, "is sme"},
    column_rule{"lat", cell::latitude, false, "latitude|latitud"},
    column_rule{"lon", cell::longitude, false, "longitude|longitud|lng"},
    column_rule{"municipality", cell::place, false, "kommun|kommunkod|kommunnamn|säteskommun"},
    column_rule{"county", cell::place, false, "län|länskod|länsnamn"},
    column_rule{"cluster", cell::members_of, false, "medlem i|kluster|clusters|member of"},
};
inline constexpr std::array clusters = {
    column_rule{"id", cell::id, true, "cluster|cluster id|kluster"},
    column_rule{"name", cell::text, false, "namn|cluster name|klusternamn"},
    column_rule{"country", cell::country, false, "land"},
    column_rule{"region", cell::nuts, false, "nuts|nuts2|nuts3"},
    column_rule{"field", cell::text, false, "område|fält"},
};
inline constexpr std::array memberships = {
    column_rule{"company", cell::company, true,
                "company id|organisationsnummer|orgnr|företag|member"},
    column_rule{"cluster", cell::cluster, true, "cluster id|kluster|medlem i"},
    column_rule{"role", cell::text, false, "roll"},
    column_rule{"weight", cell::positive, false, "vikt"},
    column_rule{"since", cell::date, false, "från|sedan|from|medlem sedan"},
    column_rule{"until", cell::date, false, "till|to"},
};
inline constexpr std::array links = {
    column_rule{"source", cell::company, true, "supplier|leverantör|från|säljare|from"},
    column_rule{"target", cell::company, true, "buyer|kund|till|köpare|to"},
    column_rule{"kind", cell::word, false, "typ|slag|type",
                "supply|collaboration|knowledge|ownership"},
    column_rule{"value", cell::positive, false, "värde|belopp|amount|weight"},
    column_rule{"currency", cell::currency, false, "valuta"},
    column_rule{"year", cell::year, false, "år"},
};
inline constexpr std::array participations = {
    column_rule{"company", cell::company, true,
                "company id|organisation|organisationsnummer|orgnr|företag"},
    column_rule{"project", cell::label, true, "projekt|project id"},
    column_rule{"role", cell::text, false, "roll"},
    column_rule{"value", cell::positive, false, "värde|belopp|amount"},
    column_rule{"currency", cell::currency, false, "valuta"},
    column_rule{"year", cell::year, false, "år|start year|startår"},
    column_rule{"field", cell::text, false, "område|program|programme"},
};
inline constexpr std::array capabilities = {
    column_rule{"company", cell::company, true, "company id|organisationsnummer|orgnr|företag"},
    column_rule{"capability", cell::label, true, "förmåga|kompetens"},
    column_rule{"kind", cell::word, false, "typ|slag", "technology|skill|green|digital|service"},
    column_rule{"level", cell::level, false, "nivå"},
    column_rule{"year", cell::year, false, "år"},
};
inline constexpr std::array needs = {
    column_rule{"company", cell::company, true, "company id|organisationsnummer|orgnr|företag"},
    column_rule{"capability", cell::label, true, "förmåga|behov|need"},
    column_rule{"value", cell::positive, false, "priority|prioritet|värde"},
    column_rule{"year", cell::year, false, "år"},
};
inline constexpr std::array stages = {
    column_rule{"stage", cell::label, true, "steg"},
    column_rule{"order", cell::number, false, "ordning"},
    column_rule{"goes_into", cell::text, false, "går till"},
    column_rule{"capability", cell::text, false, "förmåga"},
    column_rule{"nace", cell::nace, false, "sni"},
};
inline constexpr std::array requirements = {
    column_rule{"set", cell::label, true, "mängd|kravmängd"},
    column_rule{"capability", cell::label, true, "förmåga"},
    column_rule{"weight", cell::positive, false, "vikt"},
};
inline constexpr std::array flows = {
    column_rule{"source", cell::label, true, "from|från|supplier sector"},
    column_rule{"target", cell::label, true, "to|till|buyer sector"},
    column_rule{"value", cell::number, true, "värde"},
};

}  // namespace schema

inline constexpr std::array<table_rule, 10> table_rules = {{
    {"companies", "företag|medlemmar|members|organisations|organisationer", schema::companies},
    {"clusters", "kluster", schema::clusters},
    {"memberships", "medlemskap", schema::memberships},
    {"links", "länkar|edges", schema::links},
    {"participations", "deltaganden|deltagande", schema::participations},
    {"capabilities", "förmågor", schema::capabilities},
    {"needs", "behov", schema::needs},
    {"stages", "steg", schema::stages},
    {"requirements", "krav", schema::requirements},
    {"flows", "flöden", schema::flows},
}};

/// The table of that name or alias, or null.
[[nodiscard]] const table_rule* find_table(std::string_view name);
/// The column of that name or alias, or null. Case, spaces, underscores and hyphens do not count.
[[nodiscard]] const column_rule* find_column(const table_rule& table, std::string_view name);
/// A name as aliases are written: lower case, one space between words.
[[nodiscard]] std::string plain_name(std::string_view name);

}  // namespace kedja::model
