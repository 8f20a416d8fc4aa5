#include <kedja/model/dataset.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <kedja/core/error.hpp>
#include <kedja/model/classifications.hpp>

namespace kedja::model {
namespace {

std::size_t position(std::string_view name) {
  for (std::size_t i = 0; i < table_rules.size(); ++i)
    if (table_rules[i].name == name) return i;
  throw invalid_argument("there is no table " + std::string(name));
}

bool is_directed(link_kind kind) {
  return kind == link_kind::supply || kind == link_kind::ownership;
}

bool inside(std::int32_t year, const graph_request& request, graph_notes& notes) {
  if (!request.first_year && !request.last_year) return true;
  if (year == missing) {
    ++notes.undated;
    return true;
  }
  return (!request.first_year || year >= *request.first_year) &&
         (!request.last_year || year <= *request.last_year);
}

/// Values of one table in one currency; throws where currencies would be added unconverted.
class valuation {
 public:
  valuation(const table& t, const graph_request& request) : table_(t), request_(request) {
    values_ = t.numbers("value");
    if (request.use_value && values_ == nullptr)
      throw invalid_argument("weight=\"value\" needs a column value in " + t.name);
  }

  double of(std::size_t row) {
    if (!request_.use_value) return 1.0;
    const double value = (*values_)[row];
    if (std::isnan(value)) {
      if (request_.count_missing_as_one) return 1.0;
      throw data_error(error_code::e_missing, table_.at(row, "value"),
                       table_.file + ", row " + std::to_string(table_.at(row).row) +
                           ", column value: the value is missing; choose what it counts with "
                           "missing=");
    }
    const std::string currency(table_.text("currency", row));
    if (!request_.rates.empty()) {
      for (const auto& [code, rate] : request_.rates)
        if (code == currency) return value * rate;
      throw data_error(error_code::e_currency_mix, table_.at(row, "currency", currency),
                       table_.file + ": rates has no factor for currency '" + currency + "'");
    }
    if (!first_) first_ = currency;
    if (currency != *first_)
      throw data_error(error_code::e_currency_mix, table_.at(row, "currency", currency),
                       table_.file + ", row " + std::to_string(table_.at(row).row) +
                           ", column currency: '" + currency + "' cannot be added to '" + *first_ +
                           "'; pass rates={\"" + currency + "\": ...}");
    return value;
  }

 private:
  const table& table_;
  const graph_request& request_;
  const std::vector<double>* values_ = nullptr;
  std::optional<std::string> first_;
};

}  // namespace

const table& dataset::operator[](std::string_view name) const { return tables_[position(name)]; }
table& dataset::operator[](std::string_view name) { return tables_[position(name)]; }

void dataset::rank_companies() {
  const table& companies = (*this)["companies"];
  vertex_of_row_.clear();
  row_of_vertex_.assign(companies.rows, 0);
  if (companies.rows == 0) return;
  vertex_of_row_ =
      rank_by_bytes(std::get<text_column>(companies.find("id")->values), companies.rows);
  for (std::size_t row = 0; row < companies.rows; ++row)
    row_of_vertex_[vertex_of_row_[row]] = static_cast<vertex_id>(row);
}

graph::csr_graph dataset::graph(const graph_request& request, const run_context& ctx,
                                graph_notes* notes) const {
  if (request.kinds.empty()) throw invalid_argument("kind must name at least one kind of link");
  bool directed = is_directed(request.kinds.front());
  for (const link_kind kind : request.kinds)
    if (is_directed(kind) != directed && !request.directed)
      throw invalid_argument(
          "supply and ownership links are directed, collaboration and knowledge are not: "
          "say directed=True or directed=False");
  directed = request.directed.value_or(directed);

  graph_notes counted;
  std::vector<vertex_id> source, target;
  std::vector<double> value;
  const table& links = (*this)["links"];
  if (links.rows > 0) {
    const auto& from = *links.whole("source");
    const auto& to = *links.whole("target");
    const auto* kind = links.whole("kind");
    const auto* year = links.whole("year");
    valuation worth(links, request);
    for (std::size_t row = 0; row < links.rows; ++row) {
      const auto of = kind ? static_cast<link_kind>((*kind)[row]) : link_kind::supply;
      if (std::find(request.kinds.begin(), request.kinds.end(), of) == request.kinds.end() ||
          !inside(year ? (*year)[row] : missing, request, counted))
        continue;
      source.push_back(vertex_of_row_[static_cast<std::size_t>(from[row])]);
      target.push_back(vertex_of_row_[static_cast<std::size_t>(to[row])]);
      value.push_back(worth.of(row));
    }
  }
  const table& shared = (*this)["participations"];
  const bool collaborates = std::find(request.kinds.begin(), request.kinds.end(),
                                      link_kind::collaboration) != request.kinds.end();
  if (collaborates && shared.rows > 0) {
    const auto& company = *shared.whole("company");
    const auto& project = std::get<text_column>(shared.find("project")->values);
    const auto* year = shared.whole("year");
    interner projects;
    std::vector<vertex_id> who;
    std::vector<std::uint32_t> what;
    for (std::size_t row = 0; row < shared.rows; ++row) {
      if (!inside(year ? (*year)[row] : missing, request, counted)) continue;
      who.push_back(vertex_of_row_[static_cast<std::size_t>(company[row])]);
      what.push_back(projects.add(project[row]));
    }
    // Projects are numbered by their bytes, so that sums over them do not depend on row order.
    const auto rank = rank_by_bytes(projects, projects.size());
    for (std::uint32_t& p : what) p = rank[p];
    const auto projected = graph::project(static_cast<vertex_id>(num_companies()),
                                          static_cast<std::uint32_t>(projects.size()), who, what,
                                          {request.projection, request.max_project_size}, ctx);
    counted.skipped_projects = projected.skipped_projects;
    for (vertex_id u = 0; u < projected.graph.num_vertices(); ++u)
      for (std::size_t k = 0; k < projected.graph.successors(u).size(); ++k)
        if (projected.graph.successors(u)[k] > u) {
          source.push_back(u);
          target.push_back(projected.graph.successors(u)[k]);
          value.push_back(projected.graph.successor_weights(u)[k]);
        }
  }
  if (notes != nullptr) *notes = counted;
  return graph::csr_graph(static_cast<vertex_id>(num_companies()),
                          std::span<const vertex_id>(source), std::span<const vertex_id>(target),
                          value, {.directed = directed, .duplicates = request.duplicates}, ctx);
}

named_groups dataset::groups(std::string_view by) const {
  const table& companies = (*this)["companies"];
  std::vector<vertex_id> vertex;
  std::vector<std::uint32_t> group;
  std::vector<double> weight;
  interner names;
  if (by == "cluster") {
    const table& members = (*this)["memberships"];
    const table& clusters = (*this)["clusters"];
    for (std::size_t c = 0; c < clusters.rows; ++c) names.add(clusters.text("id", c));
    const auto* weights = members.numbers("weight");
    std::vector<double> sum(num_companies(), 0.0);
    for (std::size_t row = 0; row < members.rows; ++row) {
      const double w = weights ? (*weights)[row] : 1.0;
      vertex.push_back(vertex_of_row_[static_cast<std::size_t>((*members.whole("company"))[row])]);
      group.push_back(static_cast<std::uint32_t>((*members.whole("cluster"))[row]));
      weight.push_back(std::isnan(w) ? 1.0 : w);
      sum[vertex.back()] += weight.back();
    }
    for (std::size_t row = 0; row < members.rows; ++row)
      if (!(sum[vertex[row]] > 0)) {
        const auto company = static_cast<std::size_t>((*members.whole("company"))[row]);
        throw data_error(error_code::e_range, members.at(row, "weight", "0"),
                         "memberships: the weights of company '" +
                             std::string(companies.text("id", company)) +
                             "' sum to 0; give one above 0, or leave the company out");
      }
  } else {
    int nuts_level = 0;
    std::string column(by);
    if (by == "nuts1" || by == "nuts2" || by == "nuts3") {
      nuts_level = by.back() - '0';
      column = "nuts";
    }
    const bool division = by == "nace2";
    if (division) column = "nace";
    const auto* found = companies.find(column);
    const auto* text = found ? std::get_if<text_column>(&found->values) : nullptr;
    const auto* word = by == "type" ? companies.whole("type") : nullptr;
    if (text == nullptr && word == nullptr) {
      std::string all = "cluster, country, nuts1, nuts2, nuts3, nace2";
      for (const model::column& c : companies.columns)
        if (std::holds_alternative<text_column>(c.values)) all += ", " + c.name;
      throw invalid_argument("groups: there is no '" + std::string(by) + "'; there is " + all);
    }
    for (std::size_t row = 0; row < companies.rows; ++row) {
      std::string_view value = word ? word_of(*found->rule, (*word)[row]) : (*text)[row];
      if (nuts_level > 0) value = nuts_at_level(value, nuts_level);
      if (division) value = value.size() >= 2 ? value.substr(0, 2) : std::string_view();
      if (value.empty()) continue;
      vertex.push_back(vertex_of_row_[row]);
      group.push_back(names.add(value));
      weight.push_back(1.0);
    }
  }
  const auto rank = rank_by_bytes(names, names.size());
  named_groups result;
  result.names.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) result.names[rank[i]] = names[i];
  for (std::uint32_t& g : group) g = rank[g];
  result.grouping = graph::grouping(static_cast<vertex_id>(num_companies()),
                                    static_cast<group_id>(names.size()), vertex, group, weight);
  return result;
}

named_pairs dataset::capabilities(std::string_view by) const {
  named_pairs result;
  if (by == "nace2") {
    named_groups divisions = groups("nace2");
    for (vertex_id v = 0; v < num_companies(); ++v)
      for (const auto& [division, share] : divisions.grouping.of(v)) {
        result.company.push_back(v);
        result.item.push_back(division);
      }
    result.names = std::move(divisions.names);
    return result;
  }
  if (by != "capabilities")
    throw invalid_argument("capabilities: by must be 'capabilities' or 'nace2', not '" +
                           std::string(by) + "'");
  const table& t = (*this)["capabilities"];
  const auto* level = t.numbers("level");
  interner names;
  for (std::size_t row = 0; row < t.rows; ++row) {
    if (level != nullptr && (*level)[row] == 0) continue;  // asked, and has none
    result.company.push_back(vertex_of_row_[static_cast<std::size_t>((*t.whole("company"))[row])]);
    result.item.push_back(names.add(t.text("capability", row)));
  }
  const auto rank = rank_by_bytes(names, names.size());
  result.names.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) result.names[rank[i]] = names[i];
  for (std::uint32_t& item : result.item) item = rank[item];
  return result;
}

participation_columns dataset::participations() const {
  const table& t = (*this)["participations"];
  if (t.rows == 0) throw invalid_argument("there is no table of participations");
  const auto* year = t.whole("year");
  participation_columns result;
  interner projects, strata;
  for (std::size_t row = 0; row < t.rows; ++row) {
    result.company.push_back(vertex_of_row_[static_cast<std::size_t>((*t.whole("company"))[row])]);
    result.project.push_back(projects.add(t.text("project", row)));
    std::string stratum(t.text("field", row));
    stratum += '\x1f';  // stands in no name: the door refuses control characters
    if (year != nullptr && (*year)[row] != missing) stratum += std::to_string((*year)[row]);
    result.stratum.push_back(strata.add(stratum));
  }
  const auto project_rank = rank_by_bytes(projects, projects.size());
  const auto stratum_rank = rank_by_bytes(strata, strata.size());
  for (std::uint32_t& p : result.project) p = project_rank[p];
  for (std::uint32_t& s : result.stratum) s = stratum_rank[s];
  return result;
}

std::vector<double> dataset::needs(const std::vector<std::string>& capabilities) const {
  const table& t = (*this)["needs"];
  interner known;
  for (const std::string& name : capabilities) known.add(name);
  std::vector<double> need(capabilities.size(), 0.0);
  bool any = false;
  const auto* value = t.numbers("value");
  for (std::size_t row = 0; row < t.rows; ++row) {
    const auto item = known.find(t.text("capability", row));
    if (!item) continue;
    const double amount = value == nullptr || std::isnan((*value)[row]) ? 1.0 : (*value)[row];
    need[*item] += amount;
    any = any || amount > 0;
  }
  return any ? need : std::vector<double>();
}

dataset dataset::as_of(std::int32_t year) const {
  dataset past = *this;
  for (table& t : past.tables_) {
    std::vector<char> out(t.rows, 0);
    const auto* dated = t.whole("year");
    const auto* since = t.whole("since");
    const auto* until = t.whole("until");
    for (std::size_t row = 0; row < t.rows; ++row) {
      if (dated && (*dated)[row] != missing && (*dated)[row] > year) out[row] = 1;
      if (since && (*since)[row] != missing && (*since)[row] > year) out[row] = 1;
      if (until && (*until)[row] != missing && (*until)[row] < year) out[row] = 1;
    }
    if (std::find(out.begin(), out.end(), 1) != out.end()) keep_good_rows(t, out);
  }
  return past;
}

}  // namespace kedja::model
