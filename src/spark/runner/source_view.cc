#include "spark/runner/source_view.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/util/base64.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "spark/runner/execution_watch.h"
#include "spark/runner/names.h"
#include "spark/runner/new_keys.h"
#include "spark/runner/raw_records.h"

namespace tarn::spark {
namespace {

Status SendBadRecords(connect::Session* session, const std::string& source, MessageWriter* writer) {
  ARROW_ASSIGN_OR_RAISE(
      const auto reader,
      session->Stream(connect::Query(fmt::format("SELECT {1}, {0} FROM {2} WHERE {0} IS NOT NULL",
                                                 kBadRecord, kPath, RecordsOf(source)))));
  for (;;) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
    if (batch == nullptr) return Status::OK();
    const auto& paths = static_cast<const arrow::StringArray&>(*batch->column(0));
    const auto& texts = static_cast<const arrow::StringArray&>(*batch->column(1));
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      writer->Send(BadRecord{source, paths.GetString(row), texts.GetString(row)});
    }
  }
}

// Spark resolves all that the SQL names, also what it does not need.
std::vector<std::string> ViewColumns(const JobSource& source) {
  std::vector<std::string> columns;
  for (const JobColumn& column : source.columns) {
    const std::string name = Quoted(column.name);
    columns.push_back(column.is_read ? name
                                     : fmt::format("CAST(NULL AS {}) AS {}", column.type, name));
  }
  return columns;
}

// A view of records that are read already.
Status DefineScannedSource(connect::Session* session, const JobSource& source) {
  connect::Relation records =
      connect::Read({"parquet",
                     source.schema,
                     {{"__globPaths__", "false"}, {"datetimeRebaseMode", "CORRECTED"}},
                     source.paths});
  if (source.paths.empty()) {
    ARROW_ASSIGN_OR_RAISE(std::string stream, arrow::util::base64_decode(source.rows));
    // One part, as a small file would be: rows keep their order, and few need no shuffle.
    records = connect::Coalesce(connect::Rows(std::move(stream), source.schema), 1);
  }
  return session->CreateTempView(source.name, connect::Project(records, ViewColumns(source)));
}

}  // namespace

connect::ReadSpec ReadSpecOf(const JobSource& source) {
  connect::ReadSpec spec;
  spec.format = source.format;
  for (const auto& [name, value] : source.options) spec.options[name] = value;
  spec.options["__globPaths__"] = "false";  // names of files, whatever characters they have
  spec.paths = source.paths;
  return spec;
}

Result<std::optional<std::vector<std::string>>> DefineSource(connect::Session* session,
                                                             const JobSource& source, bool reads,
                                                             MessageWriter* writer) {
  if (source.is_scanned) {
    ARROW_RETURN_NOT_OK(DefineScannedSource(session, source));
    return std::nullopt;
  }
  TextFindings findings;
  if (reads && source.format == "json") {
    ExecutionWatch watch(source.name, writer);
    ARROW_ASSIGN_OR_RAISE(findings, LookAtTexts(session, source, &watch));
  }
  const std::vector<std::string>& lenient_files = findings.lenient_files;
  const std::string records = RecordsOf(source.name);
  connect::Relation relation =
      source.format == "parquet" ? ReadParquet(source) : ReadRecords(source, lenient_files);
  if (!lenient_files.empty()) {
    relation =
        connect::UnionAll(relation, ParseRecords(source, lenient_files, session->spark_version()));
  }
  ARROW_RETURN_NOT_OK(session->CreateTempView(records, relation));
  const bool is_kept = reads && source.format != "parquet";
  if (is_kept) ARROW_RETURN_NOT_OK(session->Persist(connect::Table(records)));
  const auto good = connect::Filter(connect::Table(records), fmt::format("{} IS NULL", kBadRecord));
  std::vector<std::string> columns = ViewColumns(source);
  ARROW_RETURN_NOT_OK(session->CreateTempView(source.name, connect::Project(good, columns)));
  if (!source.has_file_columns) return findings.new_keys;
  columns.push_back(fmt::format("{} AS {}", kMetadata, Quoted(kMetadataColumn)));
  columns.push_back(fmt::format("{} AS {}", kInputFile, Quoted(kInputFileColumn)));
  ARROW_RETURN_NOT_OK(
      session->CreateTempView(ViewWithFiles(source.name), connect::Project(good, columns)));
  return findings.new_keys;
}

Status ReadSource(connect::Session* session, const JobSource& source,
                  const std::optional<std::vector<std::string>>& new_keys, MessageWriter* writer) {
  if (source.is_scanned) return Status::OK();
  const Result<bool> has_more = SendNewKeys(session, source, new_keys, writer);
  if (!has_more.ok()) {
    if (source.refuses_new_keys || has_more.status().IsCancelled()) return has_more.status();
    writer->Send(Warning{fmt::format("source {}: Spark could not determine which keys are new: {}",
                                     source.name, MessageOf(has_more.status()))});
  }
  ExecutionWatch watch(source.name, writer);
  ARROW_ASSIGN_OR_RAISE(
      const auto counts,
      session->Collect(connect::Query(fmt::format("SELECT count(*), count({}) FROM {}", kBadRecord,
                                                  RecordsOf(source.name))),
                       &watch));
  const auto count = [&](int column) -> Result<int64_t> {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, counts->column(column)->GetScalar(0));
    return static_cast<const arrow::Int64Scalar&>(*scalar).value;
  };
  SourceRead read{source.name};
  read.has_more_new_keys = has_more.ValueOr(false);
  ARROW_ASSIGN_OR_RAISE(read.num_records, count(0));
  ARROW_ASSIGN_OR_RAISE(read.num_bad_records, count(1));
  if (read.num_bad_records > 0 && source.sends_bad_records) {
    ARROW_RETURN_NOT_OK(SendBadRecords(session, source.name, writer));
  }
  read.stages = watch.stages();
  writer->Send(read);
  return Status::OK();
}

Status ReleaseSource(connect::Session* session, const std::string& source) {
  return session->Unpersist(connect::Table(RecordsOf(source)));
}

}  // namespace tarn::spark
