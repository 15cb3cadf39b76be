#include "cli/json_text.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cell_text.h"

namespace tarn::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  // A message may quote bytes that are not UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json ColumnsJson(const arrow::Schema& schema) {
  Json columns = Json::array();
  for (const auto& field : schema.fields()) {
    columns.push_back({{"name", field->name()}, {"type", pipeline::DdlOf(*field->type())}});
  }
  return columns;
}

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

}  // namespace

std::string ErrorJson(const Status& error) {
  Json diagnostics = Json::array();
  for (const Diagnostic& diagnostic : DiagnosticsOf(error)) {
    diagnostics.push_back({{"file", diagnostic.file},
                           {"line", diagnostic.line},
                           {"column", diagnostic.column},
                           {"subject", diagnostic.subject},
                           {"message", diagnostic.message},
                           {"hint", diagnostic.hint},
                           {"excerpt", diagnostic.excerpt}});
  }
  Json json;
  json["error"] = {{"kind", run::NameOf(KindOf(error))},
                   {"message", MessageOf(error)},
                   {"diagnostics", std::move(diagnostics)}};
  return Dump(json);
}

std::string CheckJson(const plan::Plan& plan) {
  Json sources = Json::array();
  for (const pipeline::Source& source : plan.pipeline->sources) sources.push_back(source.name);
  Json tables = Json::array();
  for (const plan::TablePlan& table : plan.tables) {
    tables.push_back({{"name", table.table->name}, {"columns", ColumnsJson(*table.root->schema)}});
  }
  return Dump(Json{{"sources", std::move(sources)}, {"tables", std::move(tables)}});
}

std::string RunsJson(const std::vector<run::RunRecord>& runs) {
  Json records = Json::array();
  for (const run::RunRecord& record : runs) records.push_back(Json::parse(run::ToJson(record)));
  return Dump(Json{{"runs", std::move(records)}});
}

std::string QuarantineJson(const std::vector<ShownQuarantine>& quarantine) {
  Json array = Json::array();
  for (const ShownQuarantine& shown : quarantine) {
    Json records = Json::array();
    for (const lake::QuarantinedRecord& record : shown.records) {
      records.push_back({{"path", record.path},
                         {"line", record.line},
                         {"byte_offset", record.byte_offset},
                         {"reason", record.reason},
                         {"record", record.bytes}});
    }
    array.push_back({{"run_id", shown.source.run_id},
                     {"source", shown.source.source},
                     {"folder", shown.source.folder},
                     {"num_records", shown.source.num_records},
                     {"records", std::move(records)}});
  }
  return Dump(Json{{"quarantine", std::move(array)}});
}

std::string ShowJson(const std::vector<ShownTable>& tables) {
  Json array = Json::array();
  for (const ShownTable& table : tables) {
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
  return Dump(Json{{"tables", std::move(array)}});
}

}  // namespace tarn::cli
