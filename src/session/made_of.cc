#include "session/made_of.h"

#include <fmt/format.h>

#include "digest/digest.h"
#include "pipeline/ddl.h"
#include "sql/token_list.h"

namespace tarn::session {
namespace {

// Grows when a change of tarn gives other rows of the same SQL, settings and files.
constexpr int kMeaning = 1;

// Texts and numbers, one after the other, in a form that no other ones have.
class Description {
 public:
  Description& Add(std::string_view text) {
    text_ += fmt::format("{}:{}", text.size(), text);
    return *this;
  }
  Description& Add(int64_t number) { return Add(std::to_string(number)); }
  Description& Add(const std::vector<std::string>& texts) {
    Add(static_cast<int64_t>(texts.size()));
    for (const std::string& text : texts) Add(text);
    return *this;
  }

  std::string Digest() const {
    std::string hash, hex;
    digest::AppendHash(digest::Algorithm::kSha256, text_, &hash);
    digest::AppendHex(hash, digest::kLowerHexDigits, &hex);
    return hex;
  }

 private:
  std::string text_;
};

std::string DigestOf(const MadeOf& parts) {
  Description description;
  for (const auto& [name, digest] : parts) description.Add(name).Add(digest);
  return description.Digest();
}

std::string DigestOf(const pipeline::Dialect& dialect) {
  return Description()
      .Add(static_cast<int64_t>(dialect.double_quotes))
      .Add(dialect.zone->name())
      .Digest();
}

std::string DigestOfSql(const sql::Text& text, sql::DoubleQuotes double_quotes) {
  sql::TokenList tokens;
  Description description;
  if (tokens.Scan(text.sql, double_quotes)) return description.Add(text.sql).Digest();
  for (int token = 0; token < tokens.size(); ++token) description.Add(tokens.TextOf(token));
  return description.Digest();
}

// What decides the rows, where they lie, and which are refused.
std::string DigestOfSettings(const pipeline::Table& table) {
  Description description;
  description.Add(table.partition_by).Add(table.sort_within).Add(table.key);
  for (const pipeline::Check& check : table.checks) description.Add(check.text);
  description.Add(table.min_rows.value_or(-1)).Add(static_cast<int64_t>(table.compression));
  if (const auto& changes = table.changes) {
    description.Add(static_cast<int64_t>(changes->into)).Add(changes->key).Add(changes->order_by);
    description.Add(changes->op).Add(changes->deletes);
  }
  // Not of others: lakes that older versions of tarn filled stay as they are.
  if (table.replace == pipeline::Replace::kPartitions) description.Add("partitions");
  return description.Digest();
}

void Describe(const std::shared_ptr<const DatetimePattern>& pattern, Description* description) {
  description->Add(pattern == nullptr ? 0 : 1).Add(pattern == nullptr ? "" : pattern->text());
}

std::string DigestOf(const pipeline::Source& source) {
  Description description;
  description.Add(source.paths).Add(source.period.begin_us).Add(source.period.end_us);
  description.Add(static_cast<int64_t>(source.format)).Add(source.files_format);
  description.Add(source.csv.syntax.separator)
      .Add(source.csv.syntax.quote)
      .Add(source.csv.syntax.escape)
      .Add(source.csv.header ? 1 : 0)
      .Add(source.csv.null_value);
  for (const auto& field : source.schema->fields()) {
    description.Add(field->name()).Add(pipeline::DdlOf(*field->type())).Add(field->nullable());
  }
  Describe(source.datetime_formats.date, &description);
  Describe(source.datetime_formats.timestamp, &description);
  description.Add(static_cast<int64_t>(source.on_bad_record)).Add(source.record_bytes_max);
  // What is refused now need not have been refused before.
  description.Add(source.max_bad_records.num_records.value_or(-1))
      .Add(fmt::format("{}", source.max_bad_records.share.value_or(-1)))
      .Add(static_cast<int64_t>(source.on_new_field));
  return description.Digest();
}

}  // namespace

std::map<std::string, MadeOf> WhatTablesAreMadeOf(const pipeline::Pipeline& pipeline) {
  std::map<std::string, MadeOf> tables;
  for (const pipeline::Table& table : pipeline.tables) {  // what it reads comes before it
    MadeOf made_of;
    made_of["what tarn makes of it"] = std::to_string(kMeaning);
    made_of["the time zone or double_quotes"] = DigestOf(pipeline.dialect);
    made_of["its SQL"] = DigestOfSql(*table.text, pipeline.dialect.double_quotes);
    made_of["its settings"] = DigestOfSettings(table);
    for (const pipeline::Source& source : pipeline.sources) {
      if (!pipeline::Reads(table, source.name)) continue;
      made_of["source " + source.name] = DigestOf(source);
    }
    for (const auto& [name, input] : tables) {
      if (pipeline::Reads(table, name)) made_of["table " + name] = DigestOf(input);
    }
    tables[table.name] = std::move(made_of);
  }
  return tables;
}

std::string FirstDifference(const MadeOf& before, const MadeOf& now) {
  for (const auto& [name, digest] : now) {
    const auto found = before.find(name);
    if (found == before.end() || found->second != digest) return name;
  }
  for (const auto& [name, digest] : before) {
    if (!now.contains(name)) return name;
  }
  return "";
}

}  // namespace tarn::session
