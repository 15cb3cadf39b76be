#include "spark/runner/sent_rows.h"

#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/scalar.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "spark/runner/execution_watch.h"
#include "spark/runner/names.h"

namespace tarn::spark {
namespace {

// SQL of what the values of a column take in a row, about.
std::string BytesOf(const arrow::Field& field) {
  const std::string name = Quoted(field.name());
  switch (field.type()->id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return fmt::format("coalesce(octet_length({}), 0) + 4", name);
    case arrow::Type::LIST:
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
      return fmt::format("coalesce(octet_length(CAST({} AS STRING)), 0)", name);
    default:
      return "8";
  }
}

// What the rows take in memory, about. Computes all of them.
Result<int64_t> Measure(connect::Session* session, const JobTable& table, ExecutionWatch* watch) {
  ARROW_ASSIGN_OR_RAISE(const auto schema, session->Schema(connect::Table(table.name)));
  std::vector<std::string> parts = {"0L"};
  for (const auto& field : schema->fields()) parts.push_back(BytesOf(*field));
  const std::string sum =
      fmt::format("coalesce(CAST(sum({}) AS BIGINT), 0L)", fmt::join(parts, " + "));
  ARROW_ASSIGN_OR_RAISE(
      const auto found,
      session->Collect(connect::Project(connect::Table(table.name), {sum}), watch));
  ARROW_ASSIGN_OR_RAISE(const auto value, found->column(0)->GetScalar(0));
  return static_cast<const arrow::Int64Scalar&>(*value).value;
}

Result<std::string> StreamOf(const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(auto sink, arrow::io::BufferOutputStream::Create());
  ARROW_ASSIGN_OR_RAISE(auto writer, arrow::ipc::MakeStreamWriter(sink, batch.schema()));
  ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(batch));
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_ASSIGN_OR_RAISE(const auto bytes, sink->Finish());
  return bytes->ToString();
}

// What was sent, all of it or up to the limit.
struct Sent {
  int64_t num_rows = 0;
  bool is_all = false;
};

Result<Sent> SendUpToLimit(connect::Session* session, const JobTable& table, ExecutionWatch* watch,
                           MessageWriter* writer) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, session->Stream(connect::Table(table.name), watch));
  Sent sent;
  int64_t num_bytes = 0;
  for (;;) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
    sent.is_all = batch == nullptr;
    if (sent.is_all) return sent;
    TableRows rows{table.name};
    ARROW_ASSIGN_OR_RAISE(rows.stream, StreamOf(*batch));
    rows.num_bytes = static_cast<int64_t>(rows.stream.size());
    num_bytes += rows.num_bytes;
    if (num_bytes > table.sent_bytes_max) {
      ARROW_RETURN_NOT_OK(reader->Close());
      return sent;
    }
    sent.num_rows += batch->num_rows();
    writer->Send(rows);
  }
}

// Spark ends a query whose result its driver would not hold, which says nothing against the query.
bool IsTooLargeForDriver(const Status& status) {
  return !status.ok() && MessageOf(status).find("maxResultSize") != std::string::npos;
}

}  // namespace

Result<bool> SendRows(connect::Session* session, const JobTable& table, MessageWriter* writer) {
  const auto begin = std::chrono::steady_clock::now();
  ExecutionWatch watch(table.name, writer);
  if (table.is_measured) {
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, Measure(session, table, &watch));
    if (num_bytes > table.sent_bytes_max) return false;
  }
  const Result<Sent> sent = SendUpToLimit(session, table, &watch, writer);
  const bool is_too_large = IsTooLargeForDriver(sent.status());
  if (!is_too_large) ARROW_RETURN_NOT_OK(sent.status());
  if (is_too_large || !sent->is_all) {
    writer->Send(RowsDropped{table.name});
    return false;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  writer->Send(
      TableDone{table.name, sent->num_rows, elapsed.count(), watch.stages(), /*is_sent=*/true});
  return true;
}

}  // namespace tarn::spark
