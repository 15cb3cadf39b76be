#include "cli/json_text.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cell_text.h"
#include "cli/json_document.h"
#include "pipeline/rescued_column.h"

namespace tarn::cli {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity and no NaN.
Json RealJson(double value) {
  return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value));
}

Json ValueJson(const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return nullptr;
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(column).Value(row);
    case arrow::Type::INT8:
      return static_cast<const arrow::Int8Array&>(column).Value(row);
    case arrow::Type::INT16:
      return static_cast<const arrow::Int16Array&>(column).Value(row);
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Array&>(column).Value(row);
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Array&>(column).Value(row);
    case arrow::Type::FLOAT:
      return RealJson(static_cast<const arrow::FloatArray&>(column).Value(row));
    case arrow::Type::DOUBLE:
      return RealJson(static_cast<const arrow::DoubleArray&>(column).Value(row));
    case arrow::Type::STRING:
      return static_cast<const arrow::StringArray&>(column).GetString(row);
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(column);
      Json array = Json::array();
      for (int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
        array.push_back(ValueJson(*list.values(), i));
      }
      return array;
    }
    case arrow::Type::STRUCT: {
      const auto& structure = static_cast<const arrow::StructArray&>(column);
      Json object = Json::object();
      for (int i = 0; i < structure.num_fields(); ++i) {
        object[structure.type()->field(i)->name()] = ValueJson(*structure.field(i), row);
      }
      return object;
    }
    default:
      // Times, decimals, maps: as text.
      return FormatCell(column, row).text;
  }
}

Json HeadJson(const arrow::RecordBatch& head) {
  Json rows = Json::array();
  for (int64_t row = 0; row < head.num_rows(); ++row) {
    Json object = Json::object();
    for (int i = 0; i < head.num_columns(); ++i) {
      object[head.column_name(i)] = ValueJson(*head.column(i), row);
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

Json ProfileJson(const json::ValueProfile& seen, const json::ValueProfile& record) {
  Json kinds = Json::object();
  const auto add = [&](const char* kind, int64_t count) {
    if (count > 0) kinds[kind] = count;
  };
  add("boolean", seen.num_booleans);
  add("integer", seen.num_integers);
  add("decimal", seen.num_decimals);
  add("string", seen.num_strings);
  add("object", seen.num_objects);
  add("array", seen.num_arrays);
  Json json = {{"null", seen.num_nulls},
               {"missing", seen.num_missing(record.num_objects)},
               {"kinds", std::move(kinds)},
               {"examples", seen.examples}};
  if (seen.integer_min <= seen.integer_max) {
    json["min"] = seen.integer_min;
    json["max"] = seen.integer_max;
  }
  return json;
}

Json ReadJson(const infer::Survey& survey) {
  Json bad_records = Json::array();
  for (const json::Profile::Bad& bad : survey.profile.bad_records()) {
    bad_records.push_back({{"place", PlaceText(survey, bad.place)}, {"reason", bad.reason}});
  }
  Json damaged = Json::array();
  for (const infer::DamagedFile& file : survey.damaged) {
    damaged.push_back({{"file", survey.files[file.file].path}, {"reason", file.reason}});
  }
  return {{"files", survey.num_files_read},
          {"files_listed", survey.files.size()},
          {"bytes", survey.num_bytes},
          {"whole", survey.is_whole},
          {"records", survey.profile.num_records()},
          {"bad_records", survey.profile.num_bad_records()},
          {"first_bad_records", std::move(bad_records)},
          {"damaged_files", std::move(damaged)}};
}

Json CheckedJson(const plan::Plan& plan) {
  Json sources = Json::array();
  for (const pipeline::Source& source : plan.pipeline->sources) sources.push_back(source.name);
  Json tables = Json::array();
  for (const plan::TablePlan& table : plan.tables) {
    tables.push_back({{"name", table.table->name}, {"columns", ColumnsJson(*table.root->schema)}});
  }
  return {{"sources", std::move(sources)}, {"tables", std::move(tables)}};
}

}  // namespace

std::string RunJson(const run::RunRecord& record, const Status& status) {
  Json data = Json::parse(run::ToJson(record));
  data.erase("error");
  data.emplace("broken_rules", Json::array());
  return status.ok() ? Document("run", std::move(data))
                     : FailureDocument("run", status, std::move(data));
}

std::string FailureJson(std::string_view command, const Status& error) {
  Json known = Json::object();
  // No run has begun.
  if (command == "run") {
    known = {{"run_id", nullptr}, {"sources", Json::array()}, {"tables", Json::array()}};
  }
  return FailureDocument(command, error, std::move(known));
}

std::string OnOneLine(const std::string& document) { return Json::parse(document).dump() + "\n"; }

std::string CheckJson(const plan::Plan& plan) { return Document("check", CheckedJson(plan)); }

std::string CheckDataJson(const plan::Plan& plan,
                          const std::vector<session::SurveyedSource>& sources) {
  Json document = CheckedJson(plan);
  Json data = Json::array();
  for (const session::SurveyedSource& source : sources) {
    Json columns = Json::array();
    const json::ValueProfile& record = source.survey.profile.record();
    const json::ValueProfile nothing;
    const auto declared = pipeline::SchemaOfFiles(*source.source);
    const arrow::Schema& schema = *declared;
    for (int i = 0; i < schema.num_fields(); ++i) {
      const arrow::Field& field = *schema.field(i);
      Json column = {{"name", field.name()}, {"type", pipeline::DdlOf(*field.type())}};
      const json::ValueProfile* const seen = record.Find(field.name());
      column.update(ProfileJson(seen == nullptr ? nothing : *seen, record));
      column["misfits"] = source.survey.misfits[i].num_records;
      columns.push_back(std::move(column));
    }
    Json differences = Json::array();
    for (const infer::Difference& difference : source.drift) {
      differences.push_back({{"key", difference.key},
                             {"records", difference.num_records},
                             {"message", difference.message},
                             {"hint", difference.hint},
                             {"file", difference.file},
                             {"line", difference.line}});
    }
    data.push_back({{"source", source.source->name},
                    {"read", ReadJson(source.survey)},
                    {"columns", std::move(columns)},
                    {"differences", std::move(differences)}});
  }
  document["data"] = std::move(data);
  return Document("check", std::move(document));
}

std::string InferJson(const infer::InferredSource& source) {
  Json columns = Json::array();
  const arrow::Schema& schema = *source.inferred.schema;
  for (int i = 0; i < schema.num_fields(); ++i) {
    const arrow::Field& field = *schema.field(i);
    const json::ValueProfile* const seen = source.inferred.columns[i];
    Json column = {{"name", field.name()}, {"type", pipeline::DdlOf(*field.type())}};
    if (seen != nullptr) {
      column.update(ProfileJson(*seen, source.survey.profile.record()));
      column["first"] = PlaceText(source.survey, seen->first);
    }
    columns.push_back(std::move(column));
  }
  Json left_out = Json::array();
  for (const json::LeftOutKey& key : source.inferred.left_out) {
    left_out.push_back({{"key", key.path}, {"reason", key.reason}});
  }
  const bool is_ndjson = source.source.format == pipeline::RecordFormat::kNdjson;
  return Document("infer", {{"source",
                             {{"name", source.source.name},
                              {"path", source.source.paths},
                              {"format", is_ndjson ? "ndjson" : "auto"},
                              {"columns", std::move(columns)}}},
                            {"left_out", std::move(left_out)},
                            {"read", ReadJson(source.survey)},
                            {"toml", source.toml}});
}

std::string RunsJson(const run::RunList& list) {
  Json records = Json::array();
  for (const run::RunRecord& record : list.runs) {
    records.push_back(Json::parse(run::ToJson(record)));
  }
  return Document("runs", {{"runs", std::move(records)}, {"unreadable", list.unreadable}});
}

std::string RecoverJson(const lake::RecoveryReport& report) {
  return Document("recover", {{"rolled_forward", report.num_rolled_forward},
                              {"rolled_back", report.num_rolled_back}});
}

std::string DiscardJson(const lake::DiscardReport& report) {
  Json tables = Json::array();
  for (const lake::DiscardedTable& table : report.tables) {
    tables.push_back({{"table", table.table},
                      {"published", table.published},
                      {"missing", table.missing},
                      {"removed", table.removed},
                      {"remaining", table.remaining}});
  }
  return Document("recover", {{"discarded",
                               {{"run_id", report.run},
                                {"journal", report.journal},
                                {"unreadable", report.unreadable},
                                {"staged_files", report.staged_files},
                                {"tables", std::move(tables)}}}});
}

std::string QuarantineJson(const session::Findings& findings) {
  Json array = Json::array();
  for (const session::ShownQuarantine& shown : findings.quarantine) {
    Json records = Json::array();
    for (const lake::QuarantinedRecord& record : shown.records) {
      records.push_back({{"path", record.path},
                         {"line", record.has_place() ? Json(record.line) : Json()},
                         {"byte_offset", record.has_place() ? Json(record.byte_offset) : Json()},
                         {"reason", record.reason},
                         {"record", record.bytes}});
    }
    array.push_back({{"run_id", shown.source.run_id},
                     {"source", shown.source.source},
                     {"failed", shown.source.is_of_failed_run},
                     {"folder", shown.source.folder},
                     {"num_records", shown.source.num_records},
                     {"records", std::move(records)}});
    if (!shown.source.unreadable.empty()) array.back()["unreadable"] = shown.source.unreadable;
  }
  Json rules = Json::array();
  if (findings.failed) {
    rules = Json::parse(run::ToJson(*findings.failed)).value("broken_rules", Json::array());
    for (Json& rule : rules) rule["run_id"] = findings.failed->run_id;
  }
  return Document("quarantine",
                  {{"quarantine", std::move(array)}, {"broken_rules", std::move(rules)}});
}

std::string ShowJson(const session::ShownTables& shown) {
  Json array = Json::array();
  for (const session::ShownTable& table : shown.tables) {
    array.push_back({{"table", table.name},
                     {"path", table.info.path},
                     {"rows", table.info.stats.num_rows},
                     {"files", table.info.stats.num_files},
                     {"bytes", table.info.stats.num_bytes},
                     {"partitions", table.info.stats.num_partitions},
                     {"partition_by", table.info.partition_by},
                     {"columns", ColumnsJson(*table.info.schema)},
                     {"head", HeadJson(*table.head)}});
  }
  Json damaged = Json::array();
  for (const session::UnreadableTable& table : shown.unreadable) {
    damaged.push_back({{"table", table.place.name},
                       {"path", table.place.path},
                       {"unreadable", MessageOf(table.reason)}});
  }
  return Document("show", {{"tables", std::move(array)}, {"unreadable", std::move(damaged)}});
}

}  // namespace tarn::cli
