#include "lake/quarantine.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "lake/failed_run.h"
#include "lake/lake.h"
#include "lake/path_text.h"
#include "lake/quarantine_folders.h"
#include "storage/storage.h"

namespace tarn::lake {
namespace {

// Ids of the failed runs that left something.
Result<std::set<std::string>> FailedRuns(storage::Storage* storage, const std::string& lake_root) {
  const std::string top = lake_root + "/" + std::string(kFailedFolder) + "/";
  ARROW_ASSIGN_OR_RAISE(const auto files, storage->List(storage::EscapeGlob(top) + "*/*.parquet"));
  std::set<std::string> runs;
  for (const storage::ObjectInfo& file : files) {
    runs.insert(file.path.substr(top.size(), file.path.rfind('/') - top.size()));
  }
  return runs;
}

}  // namespace

std::shared_ptr<arrow::Schema> QuarantineSchema() {
  return arrow::schema({arrow::field("path", arrow::utf8()), arrow::field("line", arrow::int64()),
                        arrow::field("byte_offset", arrow::int64()),
                        arrow::field("reason", arrow::utf8()),
                        arrow::field("record", arrow::binary())});
}

Result<std::shared_ptr<arrow::RecordBatch>> ToRecordBatch(
    const std::vector<QuarantinedRecord>& records) {
  arrow::StringBuilder path;
  arrow::Int64Builder line;
  arrow::Int64Builder byte_offset;
  arrow::StringBuilder reason;
  arrow::BinaryBuilder bytes;
  for (const QuarantinedRecord& record : records) {
    ARROW_RETURN_NOT_OK(path.Append(TextOfPath(record.path)));
    if (record.has_place()) {
      ARROW_RETURN_NOT_OK(line.Append(record.line));
      ARROW_RETURN_NOT_OK(byte_offset.Append(record.byte_offset));
    } else {
      ARROW_RETURN_NOT_OK(line.AppendNull());
      ARROW_RETURN_NOT_OK(byte_offset.AppendNull());
    }
    ARROW_RETURN_NOT_OK(reason.Append(EscapeNonUtf8(record.reason)));
    ARROW_RETURN_NOT_OK(bytes.Append(record.bytes));
  }
  arrow::ArrayVector columns(5);
  ARROW_RETURN_NOT_OK(path.Finish(&columns[0]));
  ARROW_RETURN_NOT_OK(line.Finish(&columns[1]));
  ARROW_RETURN_NOT_OK(byte_offset.Finish(&columns[2]));
  ARROW_RETURN_NOT_OK(reason.Finish(&columns[3]));
  ARROW_RETURN_NOT_OK(bytes.Finish(&columns[4]));
  return arrow::RecordBatch::Make(QuarantineSchema(), static_cast<int64_t>(records.size()),
                                  std::move(columns));
}

Result<std::vector<QuarantinedSource>> ListQuarantine(storage::Storage* storage,
                                                      const std::string& lake_root) {
  const std::string top = lake_root + "/" + std::string(kQuarantineFolder) + "/";
  ARROW_ASSIGN_OR_RAISE(const auto files,
                        storage->List(storage::EscapeGlob(top) + "*/source=*/*.parquet"));
  std::vector<QuarantinedSource> all;
  for (const storage::ObjectInfo& file : files) {
    std::string folder = file.path.substr(0, file.path.rfind('/'));
    if (!all.empty() && all.back().folder == folder) continue;
    const size_t source = folder.rfind('/') + 1 + kSourceKey.size();
    const size_t run = folder.rfind('/', source - kSourceKey.size() - 2) + 1;
    QuarantinedSource& found = all.emplace_back();
    found.source = folder.substr(source);
    found.run_id = folder.substr(run, source - kSourceKey.size() - 1 - run);
    const Result<TableInfo> table = DescribeTable(storage, folder);
    if (table.ok()) {
      found.num_records = table->stats.num_rows;
    } else if (KindOf(table.status()) == ErrorKind::kCancelled) {
      return table.status();
    } else {
      found.unreadable = table.status().message();
    }
    found.folder = std::move(folder);
  }
  ARROW_ASSIGN_OR_RAISE(const auto failed, FailedRuns(storage, lake_root));
  for (QuarantinedSource& found : all) found.is_of_failed_run = failed.contains(found.run_id);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.run_id > b.run_id; });
  return all;
}

Result<std::vector<QuarantinedRecord>> ReadQuarantine(
    const std::shared_ptr<storage::Storage>& storage, const QuarantinedSource& quarantined,
    int64_t num_records_max) {
  ARROW_ASSIGN_OR_RAISE(const TableInfo table, DescribeTable(storage.get(), quarantined.folder));
  ARROW_ASSIGN_OR_RAISE(
      const auto batch,
      ReadHead(storage, table, std::min(num_records_max, quarantined.num_records)));
  const auto expected = QuarantineSchema();
  for (const auto& field : expected->fields()) {
    const auto column = batch->GetColumnByName(field->name());
    if (column != nullptr && column->type()->Equals(*field->type())) continue;
    return Status::Invalid("Not a quarantine that tarn wrote; it lacks the column ", field->name(),
                           " of type ", field->type()->ToString(), ": ", quarantined.folder);
  }
  const auto string = [&](const char* name) {
    return std::static_pointer_cast<arrow::BinaryArray>(batch->GetColumnByName(name));
  };
  const auto number = [&](const char* name, int64_t row) {
    const auto column = std::static_pointer_cast<arrow::Int64Array>(batch->GetColumnByName(name));
    return column->IsNull(row) ? 0 : column->Value(row);
  };
  std::vector<QuarantinedRecord> records;
  for (int64_t row = 0; row < batch->num_rows(); ++row) {
    records.push_back({PathOfText(string("path")->GetString(row)), number("line", row),
                       number("byte_offset", row), string("reason")->GetString(row),
                       string("record")->GetString(row)});
  }
  return records;
}

}  // namespace tarn::lake
