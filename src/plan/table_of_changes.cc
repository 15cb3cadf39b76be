#include "plan/table_of_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/ddl.h"
#include "plan/setting_checker.h"
#include "sql/parse.h"
#include "values/backticks.h"

namespace tarn::plan {
namespace {

using pipeline::Changes;
using ColumnNames = std::vector<std::string>;

bool HasName(const ColumnNames& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// `'it\'s'`.
std::string SqlString(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// Columns of the rows, by what they are for; a column of the table has its place among them.
struct ChangeColumns {
  ColumnNames key;
  ColumnNames order_by;
  ColumnNames values;  // the others but op
  ColumnNames kept;    // all that are columns of the table, in the query's order
};

ChangeColumns SplitColumns(const Changes& changes, const BoundQuery& rows) {
  ChangeColumns columns{changes.key, changes.order_by, {}, {}};
  const bool is_history = changes.into == Changes::Into::kHistory;
  for (const OutputColumn& column : rows.columns) {
    const std::string& name = column.name;
    if (name == changes.op || (is_history && name == changes.order_by.front())) continue;
    columns.kept.push_back(name);
    if (!HasName(changes.key, name) && !HasName(changes.order_by, name)) {
      columns.values.push_back(name);
    }
  }
  return columns;
}

// Writes the SQL. Its own columns have names that no column of the rows has.
class ChangesWriter {
 public:
  ChangesWriter(const Changes& changes, const BoundQuery& rows)
      : changes_(changes), columns_(SplitColumns(changes, rows)) {
    for (const OutputColumn& column : rows.columns) taken_.push_back(column.name);
    choice_ = Unused("choice");
    is_delete_ = Unused("is_delete");
    is_version_ = Unused("is_version");
  }

  std::string Write() const {
    return changes_.into == Changes::Into::kHistory ? History() : LastRows();
  }

 private:
  std::string Unused(std::string name) const {
    const auto is_taken = [&](const std::string& other) { return SameName(other, name); };
    while (std::any_of(taken_.begin(), taken_.end(), is_taken)) name += '_';
    return InBackticks(name);
  }

  static std::string List(const ColumnNames& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + InBackticks(name);
    return list;
  }

  std::string Time() const { return InBackticks(columns_.order_by.front()); }
  bool has_deletes() const { return !changes_.op.empty(); }

  // The rows, and whether each is a delete.
  std::string Rows() const {
    if (!has_deletes()) return InBackticks(kChangesName);
    std::string deletes;
    for (const std::string& value : changes_.deletes) {
      deletes += (deletes.empty() ? "" : ", ") + SqlString(value);
    }
    return fmt::format("(SELECT *, coalesce(CAST({} AS STRING) IN ({}), false) AS {} FROM {})",
                       InBackticks(changes_.op), deletes, is_delete_, InBackticks(kChangesName));
  }

  // The rows, those with the number 1 being the last ones of their partition, by `order` first. Of
  // those that order_by leaves equal, a row goes before a delete, then the one with the greatest
  // values: which of them came first must not matter.
  std::string Numbered(const std::string& partition_by, std::vector<std::string> order) const {
    const auto add = [&](const std::string& column) { order.push_back(column + " DESC"); };
    for (size_t i = 1; i < columns_.order_by.size(); ++i) add(InBackticks(columns_.order_by[i]));
    if (has_deletes()) order.push_back(is_delete_);
    for (const std::string& value : columns_.values) add(InBackticks(value));
    if (order.empty()) add(Time());
    return fmt::format("(SELECT *, row_number() OVER (PARTITION BY {} ORDER BY {}) AS {} FROM {})",
                       partition_by, fmt::join(order, ", "), choice_, Rows());
  }

  // No delete; but one without its key or time is refused as any other row.
  std::string IsRow(const std::string& time) const {
    std::string condition = fmt::format("NOT {} OR {} IS NULL", is_delete_, time);
    for (const std::string& name : columns_.key)
      condition += " OR " + InBackticks(name) + " IS NULL";
    return condition;
  }

  std::string LastRows() const {
    // A NULL comes to light in the table, and is refused there, not out of sight behind other rows.
    const std::string rows = Numbered(List(columns_.key), {Time() + " DESC NULLS FIRST"});
    const std::string sql =
        fmt::format("SELECT {} FROM {} WHERE {} = 1", List(columns_.kept), rows, choice_);
    return has_deletes() ? sql + fmt::format(" AND ({})", IsRow(Time())) : sql;
  }

  std::string History() const {
    const std::string key = List(columns_.key);
    const std::string window = fmt::format("OVER (PARTITION BY {} ORDER BY {})", key, Time());
    const std::string column_of_deletes = has_deletes() ? ", " + is_delete_ : "";
    std::string is_same = has_deletes() ? EqualBefore(is_delete_, window) : "";
    for (const std::string& name : columns_.values) {
      is_same += (is_same.empty() ? "" : " AND ") + EqualBefore(InBackticks(name), window);
    }
    const std::string one_a_time =
        fmt::format("(SELECT * FROM {} WHERE {} = 1)", Numbered(key + ", " + Time(), {}), choice_);
    const std::string versions =
        fmt::format("(SELECT *, lag({0}) {1} IS NULL OR NOT ({2}) AS {3} FROM {4})", Time(), window,
                    is_same.empty() ? "true" : is_same, is_version_, one_a_time);
    const std::string periods =
        fmt::format("(SELECT {0}{1}, {2} AS {3}, lead({2}) {4} AS {5} FROM {6} WHERE {7})",
                    List(columns_.kept), column_of_deletes, Time(), pipeline::kValidFrom, window,
                    pipeline::kValidTo, versions, is_version_);
    const std::string sql =
        fmt::format("SELECT {0}, {1}, {2}, {2} IS NULL AS {3} FROM {4}", List(columns_.kept),
                    pipeline::kValidFrom, pipeline::kValidTo, pipeline::kIsCurrent, periods);
    return has_deletes() ? sql + " WHERE " + IsRow(pipeline::kValidFrom) : sql;
  }

  static std::string EqualBefore(const std::string& column, const std::string& window) {
    return fmt::format("{0} <=> lag({0}) {1}", column, window);
  }

  const Changes& changes_;
  const ChangeColumns columns_;
  ColumnNames taken_;
  std::string choice_, is_delete_, is_version_;
};

// Finds what the settings and the query's columns must not be.
class ChangesChecker {
 public:
  ChangesChecker(const pipeline::Table& table, const BoundQuery& rows, Diagnostics* diagnostics)
      : table_(table), changes_(*table.changes), rows_(rows), diagnostics_(diagnostics) {}

  void Check() const {
    Setting("key").CheckColumns(changes_.key);
    Setting("order_by").CheckColumns(changes_.order_by);
    CheckUse("order_by", changes_.order_by, "key", changes_.key);
    if (!changes_.op.empty()) {
      Setting("op").CheckColumns({changes_.op});
      CheckUse("op", {changes_.op}, "key", changes_.key);
      CheckUse("op", {changes_.op}, "order_by", changes_.order_by);
    }
    for (size_t i = 0; i < rows_.columns.size(); ++i) CheckColumn(static_cast<int>(i));
  }

 private:
  bool is_history() const { return changes_.into == Changes::Into::kHistory; }

  SettingChecker Setting(const std::string& name) const {
    return {table_, name, rows_, diagnostics_};
  }

  void CheckUse(const std::string& setting, const ColumnNames& names, const std::string& other,
                const ColumnNames& others) const {
    for (const std::string& name : names) {
      if (!HasName(others, name)) continue;
      Setting(setting).Report(fmt::format("this column is in {} as well: {}", other, name),
                              "leave it out of one of the two");
    }
  }

  void CheckColumn(int index) const {
    const OutputColumn& column = rows_.columns[index];
    if (is_history() && column.name != changes_.order_by.front()) CheckName(column);
    const arrow::DataType& type = *rows_.node->schema->field(index)->type();
    if (!column.valid || column.name == changes_.op || IsOrderable(type)) return;
    diagnostics_->Add(column.at,
                      fmt::format("changes can't be compared by a column of type {}: {}",
                                  pipeline::DdlOf(type), column.name),
                      "write to_json(x) or map_entries(x) in its place");
  }

  void CheckName(const OutputColumn& column) const {
    for (const char* const name :
         {pipeline::kValidFrom, pipeline::kValidTo, pipeline::kIsCurrent}) {
      if (!SameName(column.name, name)) continue;
      diagnostics_->Add(column.at, "the table's history has a column of this name: " + column.name,
                        "give it another name with AS");
    }
  }

  const pipeline::Table& table_;
  const Changes& changes_;
  const BoundQuery& rows_;
  Diagnostics* diagnostics_;
};

// What FROM of that SQL can name.
class ChangesCatalog : public Catalog {
 public:
  ChangesCatalog(const BoundQuery& rows, const TimeZone* zone) : rows_(rows), zone_(zone) {}

  std::optional<BoundQuery> Find(const sql::NamedTable& table) const override {
    return table.name == kChangesName ? std::optional(rows_) : std::nullopt;
  }
  std::vector<std::string> Names() const override { return {kChangesName}; }
  const TimeZone* zone() const override { return zone_; }

 private:
  const BoundQuery& rows_;
  const TimeZone* zone_;
};

}  // namespace

BoundQuery BindChanges(const pipeline::Table& table, const BoundQuery& rows, const TimeZone* zone,
                       std::string* sql, Diagnostics* diagnostics) {
  BoundQuery bound{rows.node, {}, false};
  if (!rows.complete) return bound;
  const size_t num_before = diagnostics->size();
  ChangesChecker(table, rows, diagnostics).Check();
  if (diagnostics->size() > num_before) return bound;
  *sql = ChangesWriter(*table.changes, rows).Write();
  const auto query = sql::Parse(std::make_shared<sql::Text>(sql::Text{table.text->path, *sql}));
  if (!query.ok()) {
    for (Diagnostic error : DiagnosticsOf(query.status())) diagnostics->Add(std::move(error));
    return bound;
  }
  const ChangesCatalog changes(rows, zone);
  return QueryBinder(changes, diagnostics).Bind(**query);
}

}  // namespace tarn::plan
