#include "spark/engine/failure.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/broken_rule.h"
#include "spark/engine/spark_advice.h"
#include "spark/engine/sql_over_files.h"
#include "sql/text.h"

namespace tarn::spark {
namespace {

ErrorKind KindNamed(std::string_view name) {
  if (name == "bad_input") return ErrorKind::kBadInput;
  if (name == "usage") return ErrorKind::kUsage;
  if (name == "cancelled") return ErrorKind::kCancelled;
  return ErrorKind::kFailed;
}

const pipeline::Table* FindTable(const pipeline::Pipeline& pipeline, const std::string& name) {
  const auto found = std::find_if(pipeline.tables.begin(), pipeline.tables.end(),
                                  [&](const pipeline::Table& table) { return table.name == name; });
  return found == pipeline.tables.end() ? nullptr : &*found;
}

// Java counts UTF-16 units: characters beyond the first 65,536 are two. Past the end: its size.
size_t ByteOffset(std::string_view text, int64_t utf16_units) {
  size_t offset = 0;
  while (offset < text.size() && utf16_units > 0) {
    const auto lead = static_cast<unsigned char>(text[offset]);
    utf16_units -= lead >= 0xF0 ? 2 : 1;
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) {
      ++offset;
    }
  }
  return offset;
}

// Where the fragment stands in the table's SQL, if it does at the place that was reported.
std::optional<sql::Location> FindFragment(const pipeline::Table& table, const Failed& failed) {
  const std::string_view sql = table.text->sql;
  // What stands before it is ASCII: as many units as bytes.
  const size_t begin = ByteOffset(sql, failed.sql_begin - OffsetOfSql(table));
  if (failed.fragment.empty() || !sql.substr(begin).starts_with(failed.fragment)) return {};
  const size_t end = begin + failed.fragment.size();
  return sql::Location{table.text, static_cast<int>(begin), static_cast<int>(end)};
}

}  // namespace

Status ErrorOf(const Failed& failed, const pipeline::Pipeline& pipeline) {
  const ErrorKind kind = KindNamed(failed.kind);
  const pipeline::Table* table = FindTable(pipeline, failed.table);
  const Advised advised = AdviseOnSparkError(failed.message);
  const std::string& hint = advised.hint.empty() ? failed.hint : advised.hint;
  if (table == nullptr || kind != ErrorKind::kBadInput) {
    return MakeError(kind, advised.message, hint);
  }
  std::optional<sql::Location> place = FindFragment(*table, failed);
  // An error in what a table reads may come up when the table is written.
  for (size_t i = 0; !place.has_value() && i < pipeline.tables.size(); ++i) {
    place = FindFragment(pipeline.tables[i], failed);
  }
  if (place.has_value()) return MakeError({sql::MakeDiagnostic(*place, advised.message, hint)});
  Diagnostic diagnostic;
  diagnostic.file = table->text->path;
  diagnostic.message = advised.message;
  diagnostic.hint = hint;
  return MakeError({std::move(diagnostic)});
}

Result<run::BrokenRule> BrokenRuleOf(const CheckBroken& broken,
                                     const pipeline::Pipeline& pipeline) {
  const pipeline::Table* table = FindTable(pipeline, broken.table);
  if (table == nullptr) return Status::UnknownError("no such table: ", broken.table);
  const auto check = static_cast<size_t>(broken.check);
  run::BrokenRule rule;
  switch (broken.rule) {
    case CheckBroken::Rule::kKeyIsNull:
      rule = engine::KeyNotNull(*table);
      break;
    case CheckBroken::Rule::kKeyIsNotUnique:
      rule = engine::KeyUnique(*table);
      break;
    case CheckBroken::Rule::kCheck:
      if (check >= table->checks.size()) return Status::UnknownError("no such check: ", check);
      rule = engine::Holds(*table, table->checks[check]);
      break;
  }
  rule.num_rows = broken.num_rows;
  rule.sample = broken.sample;
  return rule;
}

}  // namespace tarn::spark
