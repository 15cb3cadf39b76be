#include <optional>

#include "pipeline/changes_internal.h"
#include "sql/parse.h"
#include "values/backticks.h"

namespace tarn::pipeline {
namespace {

// How logs of changes write a delete: Debezium, AWS DMS, Delta's change data feed, Snowflake.
const std::vector<std::string>& UsualDeletes() {
  static const std::vector<std::string> kDeletes = {"d", "D", "delete", "DELETE"};
  return kDeletes;
}

// What the table is made of changes into; none: it is not.
std::optional<Changes::Into> ReadInto(SectionReader* reader) {
  std::optional<Changes::Into> rows, history;
  ReadWord(reader, "mode", {{"merge", std::optional(Changes::Into::kRows)}}, &rows);
  ReadWord(reader, "history", {{"scd2", std::optional(Changes::Into::kHistory)}}, &history);
  if (rows && history) {
    reader->Report("mode", "a table has either mode or history",
                   "remove this to keep every version of a row, or history to keep the last one");
  }
  return history ? history : rows;
}

// A row without a place among the changes would be the first, silently.
Check OrderIsKnown(const std::string& column) {
  const std::string text = "/* order_by */ " + InBackticks(column) + " IS NOT NULL";
  return {
      sql::ParseExpression(std::make_shared<sql::Text>(sql::Text{"tarn.toml", text})).ValueOrDie(),
      text};
}

// There has to be at least one of `columns`, which are those of `key`.
void RequireColumns(SectionReader* reader, const char* key, const std::vector<std::string>& columns,
                    const std::string& hint) {
  reader->Require(key, hint);
  if (columns.empty() && reader->Find(key) != nullptr) reader->Report(key, "this is empty", hint);
}

void ReadDeletes(SectionReader* reader, Changes* changes) {
  if (const auto op = reader->String("op")) changes->op = op->value();
  for (const ConfigItem& item : reader->Strings("deletes")) {
    changes->deletes.push_back(item.value());
  }
  if (reader->Find("deletes") == nullptr) {
    changes->deletes = UsualDeletes();
  } else if (reader->Find("op") == nullptr) {
    reader->Report("deletes", "these are values of a column that is not named",
                   "add op = \"COLUMN\"");
  } else if (changes->deletes.empty()) {
    reader->Report("deletes", "this is empty", "name a value of op that is a delete");
  }
}

void RefuseWithoutChanges(SectionReader* reader) {
  for (const char* const key : {"order_by", "op", "deletes"}) {
    if (reader->Find(key) == nullptr) continue;
    reader->Report(key, "only a table that is made of changes has this",
                   "add mode = \"merge\" or history = \"scd2\", or remove this");
  }
}

}  // namespace

void ReadChanges(SectionReader* reader, Table* table) {
  if (reader->Find("mode") == nullptr && reader->Find("history") == nullptr) {
    return RefuseWithoutChanges(reader);
  }
  const std::optional<Changes::Into> into = ReadInto(reader);
  Changes changes;
  changes.key = table->key;
  changes.order_by = reader->UniqueStrings("order_by");
  RequireColumns(reader, "key", changes.key, "name the columns that say of which row a change is");
  RequireColumns(reader, "order_by", changes.order_by,
                 "name the column by which changes follow each other");
  ReadDeletes(reader, &changes);
  if (!into || changes.key.empty() || changes.order_by.empty()) return;  // reported
  changes.into = *into;
  if (changes.into == Changes::Into::kHistory) {
    table->key.emplace_back(kValidFrom);
  } else {
    table->checks.push_back(OrderIsKnown(changes.order_by.front()));
  }
  table->changes = std::move(changes);
}

}  // namespace tarn::pipeline
