#include <kedja/ingest/door_check.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <kedja/core/utf8.hpp>
#include <kedja/ingest/merge_lists.hpp>
#include <kedja/ingest/suggest.hpp>
#include <kedja/ingest/table_check.hpp>
#include <kedja/model/classifications.hpp>
#include <kedja/model/fold_case.hpp>
#include <kedja/model/interner.hpp>
#include <kedja/model/privacy.hpp>

namespace kedja::ingest {
namespace {

using model::column;
using model::interner;
using model::missing;
using model::table;
using model::text_column;

const text_column& texts(const table& t, std::string_view name) {
  return std::get<text_column>(t.find(name)->values);
}

class door {
 public:
  explicit door(const check_options& options) : options_(options) {}

  checked_data run(std::vector<model::raw_table> raw) {
    std::map<std::string, model::raw_table> by_name;
    std::vector<model::raw_table> companies;
    for (model::raw_table& t : raw) {
      for (const auto& note : t.notes.entries()) report_.add(note.code, note.where, note.message);
      if (t.table.empty()) t.table = "companies";  // a single sheet or file of any name
      if (t.table == "companies") {
        companies.push_back(std::move(t));
      } else if (const auto [at, fresh] = by_name.try_emplace(t.table, std::move(t)); !fresh) {
        throw data_error(error_code::e_dup_table, {.file = t.file},
                         t.file + ": the table " + at->first + " is given twice");
      }
    }
    check_companies(std::move(companies), by_name);
    check_clusters(by_name);
    for (const auto& rule : model::table_rules) {
      const auto found = by_name.find(std::string(rule.name));
      if (found == by_name.end() || rule.name == "clusters") continue;
      check_rest(found->second, rule);
    }
    add_memberships_of_lists();
    data_.rank_companies();
    return {std::move(data_), std::move(report_)};
  }

  [[nodiscard]] model::diagnostics& report() { return report_; }

 private:
  /// Drops bad rows when asked, then stores the table.
  table& settle(typed_table typed) {
    const auto bad = static_cast<std::size_t>(std::count(typed.bad.begin(), typed.bad.end(), 1));
    if (bad > 0 && options_.on_bad == bad_rows::drop) {
      model::keep_good_rows(typed.table, typed.bad);
      report_.add(error_code::w_dropped, {.file = typed.table.file},
                  typed.table.file + ": " + std::to_string(bad) + " rows with errors were dropped");
    }
    if (typed.table.rows == 0 && typed.table.name != "companies")
      report_.add(error_code::w_empty_table, {.file = typed.table.file},
                  typed.table.file + ": the table has no rows");
    return data_[typed.table.name] = std::move(typed.table);
  }

  void check_ids(typed_table& typed, const model::raw_table& raw, interner& ids) {
    complaints complain(report_, typed);
    const text_column& id = texts(typed.table, "id");
    const std::string column_name = user_name(raw, typed.table, "id");
    std::map<std::string, std::size_t> folded, normal;
    std::vector<std::size_t> first_row;
    for (std::size_t row = 0; row < id.size(); ++row) {
      if (id[row].empty()) {
        ids.add(std::string("\0", 1) + std::to_string(row));  // keeps numbers and rows in step
        first_row.push_back(row);
        continue;
      }
      const std::size_t before = ids.size();
      const std::uint32_t number = ids.add(id[row]);
      if (ids.size() == before) {
        const std::size_t other = first_row[number];
        if (same_row(raw, row, other)) {
          complain.add(error_code::w_dup_row, row, column_name, id[row],
                       "the row repeats row " + std::to_string(typed.table.at(other).row) +
                           " and was ignored");
          typed.bad[row] = 2;  // left out under every policy
        } else {
          complain.add(
              error_code::e_dup_id, row, column_name, id[row],
              "the id stands in row " + std::to_string(typed.table.at(other).row) + " already");
        }
        continue;
      }
      first_row.push_back(row);
      const std::string one = model::composed(id[row]);
      if (const auto [at, fresh] = normal.emplace(one, row); !fresh)
        complain.add(error_code::e_id_normalisation, row, column_name, id[row],
                     "the id is that of row " + std::to_string(typed.table.at(at->second).row) +
                         " in another Unicode spelling");
      else if (const auto [same, first] = folded.emplace(model::fold_case(one), row); !first)
        complain.add(error_code::w_id_case, row, column_name, id[row],
                     "differs from row " + std::to_string(typed.table.at(same->second).row) +
                         " only in case; both were kept");
      if (typed.table.name == "companies" && model::is_personal_number(id[row]))
        complain.add(error_code::w_personal_number, row, column_name, id[row],
                     "looks like a personal identity number; it is masked in reports and exports "
                     "unless personal=True");
    }
    const bool repeated = std::find(typed.bad.begin(), typed.bad.end(), 2) != typed.bad.end();
    if (repeated) {
      std::vector<char> out(typed.bad.size()), rest;
      for (std::size_t row = 0; row < out.size(); ++row) {
        out[row] = typed.bad[row] == 2;
        if (!out[row]) rest.push_back(typed.bad[row]);
      }
      model::keep_good_rows(typed.table, out);
      typed.bad = std::move(rest);
    }
  }

  static std::string user_name(const model::raw_table& raw, const table& t, std::string_view name) {
    const auto* rule = t.find(name)->rule;
    for (const auto& c : raw.columns)
      if (model::find_column(*model::find_table(t.name), c.name()) == rule) return c.name();
    return std::string(name);
  }
  static bool same_row(const model::raw_table& raw, std::size_t a, std::size_t b) {
    return std::all_of(raw.columns.begin(), raw.columns.end(),
                       [&](const text_column& c) { return c[a] == c[b]; });
  }

  void check_companies(std::vector<model::raw_table> lists,
                       std::map<std::string, model::raw_table>& others) {
    if (lists.empty()) {
      if (!others.contains("links"))
        throw data_error(error_code::e_empty, {.file = "companies"},
                         "there is neither a table of companies nor one of links");
      lists.push_back(companies_of_links(others.at("links")));
    }
    const bool several = lists.size() > 1;
    model::raw_table raw = several ? merge_lists(std::move(lists), options_.columns, report_)
                                   : std::move(lists.front());
    typed_table typed =
        check_table(raw, *model::find_table("companies"), options_.columns, report_);
    if (typed.table.rows == 0)
      throw data_error(error_code::e_empty, {.file = raw.file},
                       raw.file + ": there are no companies, so nothing else can be joined");
    interner seen;
    check_ids(typed, raw, seen);
    fill_nuts(typed);
    take_clusters(typed);
    settle(std::move(typed));
    const text_column& id = texts(data_["companies"], "id");
    for (std::size_t row = 0; row < id.size(); ++row) {
      const std::size_t before = company_number_.size();
      company_number_.add(id[row]);
      if (company_number_.size() > before) company_row_.push_back(row);
    }
  }

  /// Links alone: their ends are the companies.
  model::raw_table companies_of_links(const model::raw_table& links) const {
    model::raw_table raw;
    raw.table = "companies";
    raw.file = links.file;
    raw.columns.emplace_back("id");
    interner ids;
    const auto& rule = *model::find_table("links");
    for (const auto& c : links.columns) {
      const auto chosen = options_.columns.find(c.name());
      const auto* meaning =
          model::find_column(rule, chosen == options_.columns.end() ? c.name() : chosen->second);
      if (meaning == nullptr || meaning->type != model::cell::company) continue;
      for (std::size_t row = 0; row < c.size(); ++row)
        if (!c[row].empty()) ids.add(c[row]);
    }
    for (std::size_t i = 0; i < ids.size(); ++i) raw.columns[0].push_back(ids[i]);
    return raw;
  }

  /// A municipality or county stands for its NUTS 3 region where no region is given.
  void fill_nuts(typed_table& typed) {
    table& t = typed.table;
    const column* town = t.find("municipality");
    const column* county = t.find("county");
    if (town == nullptr && county == nullptr) return;
    complaints complain(report_, typed);
    text_column nuts("nuts");
    std::size_t taken = 0;
    for (std::size_t row = 0; row < t.rows; ++row) {
      std::string value(t.text("nuts", row));
      for (const column* place : {town, county}) {
        if (!value.empty() || place == nullptr) continue;
        const std::string_view name = t.text(place->name, row);
        if (name.empty()) continue;
        if (const auto found = model::nuts_of_place(name)) {
          value = *found;
          ++taken;
        } else {
          complain.add(error_code::w_missing, row, place->name, name,
                       "not a Swedish municipality or county; the region stays unknown");
        }
      }
      nuts.push_back(value);
    }
    const auto* rule = model::find_column(*model::find_table("companies"), "nuts");
    std::erase_if(t.columns, [](const column& c) { return c.name == "nuts"; });
    t.columns.push_back({"nuts", rule, std::move(nuts)});
    if (taken > 0)
      report_.add(error_code::i_nuts_from_place, {.file = t.file, .column = "nuts"},
                  t.file + ": the NUTS region of " + std::to_string(taken) +
                      " companies was taken from their municipality or county");
  }

  /// "Medlem i": names of clusters, separated by semicolons, become memberships.
  void take_clusters(const typed_table& typed) {
    const column* named = typed.table.find("cluster");
    if (named == nullptr || named->rule == nullptr) return;
    const auto& cells = std::get<text_column>(named->values);
    for (std::size_t row = 0; row < cells.size(); ++row) {
      const std::string_view all = cells[row];
      for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find(';', at), all.size());
        std::string_view name = all.substr(at, end - at);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!name.empty())
          listed_members_.emplace_back(std::string(typed.table.text("id", row)), std::string(name));
        at = end + 1;
      }
    }
  }

  void check_clusters(std::map<std::string, model::raw_table>& others) {
    const auto& rule = *model::find_table("clusters");
    if (const auto found = others.find("clusters"); found != others.end()) {
      typed_table typed = check_table(found->second, rule, options_.columns, report_);
      interner seen;
      check_ids(typed, found->second, seen);
      settle(std::move(typed));
    } else {
      // Memberships and lists name their clusters; without a table of clusters those are all.
      table& t = data_["clusters"];
      t.name = "clusters";
      t.file = "clusters";
      text_column id("id");
      interner names;
      if (const auto members = others.find("memberships"); members != others.end())
        for (const auto& c : members->second.columns) {
          const auto* meaning = model::find_column(*model::find_table("memberships"), c.name());
          if (meaning == nullptr || meaning->type != model::cell::cluster) continue;
          for (std::size_t row = 0; row < c.size(); ++row)
            if (!c[row].empty()) names.add(c[row]);
        }
      for (const auto& [company, cluster] : listed_members_) names.add(cluster);
      for (std::size_t i = 0; i < names.size(); ++i) id.push_back(names[i]);
      t.rows = names.size();
      t.columns.push_back({"id", model::find_column(rule, "id"), std::move(id)});
    }
    const table& clusters = data_["clusters"];
    for (std::size_t row = 0; row < clusters.rows; ++row) {
      const std::size_t before = cluster_number_.size();
      cluster_number_.add(clusters.text("id", row));
      if (cluster_number_.size() > before) cluster_row_.push_back(row);
    }
  }

  void check_rest(const model::raw_table& raw, const model::table_rule& rule) {
    typed_table typed = check_table(raw, rule, options_.columns, report_);
    for (column& c : typed.table.columns) {
      if (c.rule == nullptr) continue;
      if (c.rule->type == model::cell::company)
        c.values = resolve(typed, c, company_number_, company_row_, "companies");
      else if (c.rule->type == model::cell::cluster)
        c.values = resolve(typed, c, cluster_number_, cluster_row_, "clusters");
    }
    if (rule.name == "links") check_links(typed);
    if (rule.name == "memberships") check_memberships(typed);
    settle(std::move(typed));
  }

  std::vector<std::int32_t> resolve(typed_table& typed, const column& c, const interner& numbers,
                                    const std::vector<std::size_t>& rows, const char* where) {
    complaints complain(report_, typed);
    const auto& cells = std::get<text_column>(c.values);
    std::vector<std::int32_t> found(cells.size(), missing);
    bool hinted = false;
    for (std::size_t row = 0; row < cells.size(); ++row) {
      if (cells[row].empty()) continue;  // already reported as missing
      if (const auto number = numbers.find(cells[row])) {
        found[row] = static_cast<std::int32_t>(rows[*number]);
      } else {
        std::string hint;
        if (!hinted && numbers.size() < 20000) {  // one hint is enough to see the habit
          std::string all;
          for (std::size_t i = 0; i < numbers.size(); ++i)
            all += (i ? "|" : "") + std::string(numbers[i]);
          hint = closest(cells[row], all);
          hinted = true;
        }
        complain.add(error_code::e_dangling, row, c.name, cells[row],
                     std::string("not an id of ") + where + hint);
      }
    }
    return found;
  }

  void check_links(typed_table& typed) {
    complaints complain(report_, typed);
    const table& t = typed.table;
    const auto& source = *t.whole("source");
    const auto& target = *t.whole("target");
    const auto* kind = t.whole("kind");
    const auto* year = t.whole("year");
    const auto* value = t.numbers("value");
    using key = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t>;
    std::vector<std::pair<key, std::size_t>> keyed;
    std::map<std::pair<std::int32_t, std::int32_t>, double> owned;
    for (std::size_t row = 0; row < t.rows; ++row) {
      if (typed.bad[row]) continue;
      const std::int32_t k = kind ? (*kind)[row] : 0, y = year ? (*year)[row] : missing;
      std::int32_t a = source[row], b = target[row];
      if ((k == 1 || k == 2) && b < a) std::swap(a, b);  // collaboration, knowledge: A-B is B-A
      keyed.push_back({{a, b, k, y}, row});
      if (k == 3 && value && !std::isnan((*value)[row])) owned[{target[row], y}] += (*value)[row];
    }
    std::sort(keyed.begin(), keyed.end());
    double sum = 0;
    for (std::size_t i = 0; i < keyed.size(); ++i) {
      const bool again = i > 0 && keyed[i].first == keyed[i - 1].first;
      const double v =
          value && !std::isnan((*value)[keyed[i].second]) ? (*value)[keyed[i].second] : 0;
      sum = again ? sum + v : v;
      if (again)
        complain.add(
            error_code::w_dup_link, keyed[i].second, "source",
            data_["companies"].text("id", static_cast<std::size_t>(source[keyed[i].second])),
            "the same link stands in row " + std::to_string(t.at(keyed[i - 1].second).row) +
                " with the same kind and year; values are summed");
    }
    double everything = 0;
    for (std::size_t row = 0; value && row < t.rows; ++row)
      if (!std::isnan((*value)[row])) everything += (*value)[row];
    if (std::isinf(everything))
      throw data_error(error_code::e_overflow, {.file = t.file, .column = "value"},
                       t.file +
                           ", column value: the sum of the values is too large for a number; "
                           "check their unit");
    std::size_t loops = 0;
    for (std::size_t row = 0; row < t.rows; ++row)
      if (source[row] == target[row] && source[row] != missing && ++loops <= 10)
        complain.add(error_code::w_self_link, row, "target",
                     data_["companies"].text("id", static_cast<std::size_t>(target[row])),
                     "the link joins a company with itself; it was kept");
    for (const auto& [owner_year, total] : owned)
      if (total > 100 + 1e-9) {
        const std::string company(
            data_["companies"].text("id", static_cast<std::size_t>(owner_year.first)));
        std::string percent = std::to_string(total);
        percent.erase(percent.find_last_not_of('0') + 1);
        if (percent.ends_with('.')) percent.pop_back();
        report_.add(error_code::w_ownership_sum, {t.file, 0, false, "value", company},
                    t.file + ": the owners of " + escaped(company) + " hold " + percent +
                        " per cent together");
      }
  }

  void check_memberships(typed_table& typed) {
    complaints complain(report_, typed);
    const table& t = typed.table;
    const auto* since = t.whole("since");
    const auto* until = t.whole("until");
    // A company that stands twice in a cluster is one member; its roles are all kept.
    const auto& company = *t.whole("company");
    const auto& cluster = *t.whole("cluster");
    std::map<std::pair<std::int32_t, std::int32_t>, std::size_t> first;
    for (std::size_t row = 0; row < t.rows; ++row) {
      if (typed.bad[row]) continue;
      const auto [at, fresh] = first.try_emplace({company[row], cluster[row]}, row);
      if (!fresh)
        complain.add(error_code::w_conflict, row, "company",
                     data_["companies"].text("id", static_cast<std::size_t>(company[row])),
                     "the membership stands in row " + std::to_string(t.at(at->second).row) +
                         " already; both rows were kept, the company counts once");
    }
    for (std::size_t row = 0; since && until && row < t.rows; ++row)
      if ((*since)[row] != missing && (*until)[row] != missing && (*until)[row] < (*since)[row])
        complain.add(
            error_code::e_contradiction, row, "until", std::to_string((*until)[row]),
            "the membership ends before it begins (" + std::to_string((*since)[row]) + ")");
  }

  /// Memberships that stand in the lists of companies join the table of memberships.
  void add_memberships_of_lists() {
    if (listed_members_.empty()) return;
    table& t = data_["memberships"];
    const auto& rule = *model::find_table("memberships");
    if (t.rows > 0 || !t.columns.empty()) {
      report_.add(error_code::w_conflict, {.file = t.file},
                  t.file +
                      ": there is a table of memberships, so the cluster column of companies "
                      "was not used");
      return;
    }
    std::vector<std::int32_t> company, cluster;
    for (const auto& [id, name] : listed_members_) {
      const auto who = company_number_.find(id);
      const auto where = cluster_number_.find(name);
      if (!who) continue;  // the company's row was dropped
      if (!where)
        throw data_error(
            error_code::e_dangling,
            {.file = "companies", .column = "cluster", .value = escaped(name)},
            "companies, column cluster: '" + escaped(name) + "' is not an id of clusters");
      company.push_back(static_cast<std::int32_t>(company_row_[*who]));
      cluster.push_back(static_cast<std::int32_t>(cluster_row_[*where]));
    }
    t.name = "memberships";
    t.file = data_["companies"].file;
    t.rows = company.size();
    t.columns.push_back({"company", model::find_column(rule, "company"), std::move(company)});
    t.columns.push_back({"cluster", model::find_column(rule, "cluster"), std::move(cluster)});
  }

  const check_options& options_;
  model::diagnostics report_{10000};
  model::dataset data_;
  interner company_number_, cluster_number_;
  std::vector<std::size_t> company_row_, cluster_row_;
  std::vector<std::pair<std::string, std::string>> listed_members_;
};

/// The first error with up to nine more behind it, below 4 KB.
[[noreturn]] void raise_first(const model::diagnostics& report) {
  const model::diagnostic* first = nullptr;
  std::string message;
  std::size_t shown = 0;
  for (const model::diagnostic& d : report.entries()) {
    if (info(d.code).level != severity::error) continue;
    if (first == nullptr) first = &d;
    if (++shown > 10 || message.size() + d.message.size() > 3000) break;
    message += (message.empty() ? "" : "\n") + d.message;
  }
  const auto total = report.total(severity::error);
  if (total > 1) message += "\n" + std::to_string(total) + " problems in all";
  message += "; " + std::string(info(first->code).action) + " [" +
             std::string(info(first->code).name) + "]";
  throw data_error(first->code, first->where, message);
}

}  // namespace

checked_data check(std::vector<model::raw_table> tables, const check_options& options) {
  checked_data checked = door(options).run(std::move(tables));
  if (options.on_bad == bad_rows::raise && !checked.report.ok()) raise_first(checked.report);
  return checked;
}

}  // namespace kedja::ingest
