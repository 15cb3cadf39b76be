#include <algorithm>
#include <set>

#include "sql/parse.h"
#include "sql/token_list.h"

namespace tarn::sql {
namespace {

using Names = std::set<std::string>;

void CollectFromTable(const TableRef& table, const Names& hidden, std::vector<Reference>* out);

// `hidden` are the WITH names in sight, which are no sources.
void Collect(const Query& query, Names hidden, std::vector<Reference>* out) {
  for (const CommonTable& table : query.with) {
    Collect(*table.query, hidden, out);
    hidden.insert(Lower(table.name));
  }
  if (const auto* both = std::get_if<Union>(&query.body)) {
    Collect(*both->left, hidden, out);
    Collect(*both->right, hidden, out);
    return;
  }
  const Select& select = std::get<Select>(query.body);
  if (select.from != nullptr) CollectFromTable(*select.from, hidden, out);
}

void CollectFromTable(const TableRef& table, const Names& hidden, std::vector<Reference>* out) {
  if (const auto* join = std::get_if<Join>(&table.node)) {
    CollectFromTable(*join->left, hidden, out);
    CollectFromTable(*join->right, hidden, out);
  } else if (const auto* subquery = std::get_if<Subquery>(&table.node)) {
    Collect(*subquery->query, hidden, out);
  } else {
    const std::string& name = std::get<NamedTable>(table.node).name;
    if (!hidden.contains(Lower(name))) out->push_back({name, table.at});
  }
}

}  // namespace

std::vector<Reference> References(const Query& query) {
  std::vector<Reference> all;
  Collect(query, {}, &all);
  std::stable_sort(all.begin(), all.end(),
                   [](const Reference& a, const Reference& b) { return a.at.begin < b.at.begin; });
  std::vector<Reference> references;
  Names seen;
  for (Reference& reference : all) {
    if (seen.insert(Lower(reference.name)).second) references.push_back(std::move(reference));
  }
  return references;
}

}  // namespace tarn::sql
