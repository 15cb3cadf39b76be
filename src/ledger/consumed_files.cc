#include "ledger/consumed_files.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>

#include "lake/ledger_folders.h"
#include "lake/path_text.h"
#include "lake/read_rows.h"
#include "ledger/ledger_error.h"

namespace tarn::ledger {
namespace {

constexpr int64_t kBatchRows = 16 * 1024;

// Times, sizes and names of files barely compress below this, and footers are not worth more
// groups.
constexpr int64_t kGroupBytes = 8 << 20;

std::shared_ptr<arrow::Schema> FilesSchema() {
  return arrow::schema(
      {arrow::field("path", arrow::utf8()), arrow::field("size_bytes", arrow::int64()),
       arrow::field("modified_ns", arrow::int64()), arrow::field("etag", arrow::utf8()),
       arrow::field("version", arrow::int64()), arrow::field("records", arrow::int64()),
       arrow::field("bad_records", arrow::int64()), arrow::field("run", arrow::utf8())});
}

// The columns of a batch of FilesSchema().
class FileRows {
 public:
  explicit FileRows(const arrow::RecordBatch& batch)
      : path_(static_cast<const arrow::StringArray&>(*batch.column(0))),
        size_bytes_(Numbers(batch, 1)),
        modified_ns_(Numbers(batch, 2)),
        etag_(static_cast<const arrow::StringArray&>(*batch.column(3))),
        version_(Numbers(batch, 4)),
        num_records_(Numbers(batch, 5)),
        num_bad_records_(Numbers(batch, 6)),
        run_id_(static_cast<const arrow::StringArray&>(*batch.column(7))) {}

  // NULL stands only for what may be unknown.
  bool IsWhole(int64_t row) const {
    return path_.IsValid(row) && size_bytes_.IsValid(row) && modified_ns_.IsValid(row) &&
           etag_.IsValid(row) && version_.IsValid(row) && run_id_.IsValid(row);
  }

  ConsumedFile At(int64_t row) const {
    ConsumedFile file;
    file.listed.path = lake::PathOfText(path_.GetView(row));
    file.listed.size_bytes = size_bytes_.Value(row);
    file.listed.modified_ns = modified_ns_.Value(row);
    file.listed.etag = etag_.GetString(row);
    file.version = version_.Value(row);
    if (num_records_.IsValid(row)) file.num_records = num_records_.Value(row);
    if (num_bad_records_.IsValid(row)) file.num_bad_records = num_bad_records_.Value(row);
    file.run_id = run_id_.GetString(row);
    return file;
  }

 private:
  static const arrow::Int64Array& Numbers(const arrow::RecordBatch& batch, int column) {
    return static_cast<const arrow::Int64Array&>(*batch.column(column));
  }

  const arrow::StringArray& path_;
  const arrow::Int64Array& size_bytes_;
  const arrow::Int64Array& modified_ns_;
  const arrow::StringArray& etag_;
  const arrow::Int64Array& version_;
  const arrow::Int64Array& num_records_;
  const arrow::Int64Array& num_bad_records_;
  const arrow::StringArray& run_id_;
};

Status AppendOptional(const std::optional<int64_t>& number, arrow::Int64Builder* builder) {
  return number ? builder->Append(*number) : builder->AppendNull();
}

}  // namespace

Result<std::unique_ptr<ConsumedFilesWriter>> ConsumedFilesWriter::Make(
    lake::Transaction* transaction, const std::string& source, bool appends) {
  lake::TableSpec spec;
  spec.name = lake::LedgerFolderOf(source);
  spec.schema = FilesSchema();
  spec.codec = lake::Codec::kZstd;
  spec.row_group_bytes = kGroupBytes;
  spec.appends = appends;
  ARROW_ASSIGN_OR_RAISE(auto writer, transaction->NewLedgerPart(std::move(spec)));
  return std::unique_ptr<ConsumedFilesWriter>(new ConsumedFilesWriter(std::move(writer)));
}

Status ConsumedFilesWriter::Add(const ConsumedFile& file) {
  ARROW_RETURN_NOT_OK(path_.Append(lake::TextOfPath(file.listed.path)));
  ARROW_RETURN_NOT_OK(size_bytes_.Append(file.listed.size_bytes));
  ARROW_RETURN_NOT_OK(modified_ns_.Append(file.listed.modified_ns));
  ARROW_RETURN_NOT_OK(etag_.Append(file.listed.etag));
  ARROW_RETURN_NOT_OK(version_.Append(file.version));
  ARROW_RETURN_NOT_OK(AppendOptional(file.num_records, &num_records_));
  ARROW_RETURN_NOT_OK(AppendOptional(file.num_bad_records, &num_bad_records_));
  ARROW_RETURN_NOT_OK(run_id_.Append(file.run_id));
  return path_.length() >= kBatchRows ? Flush() : Status::OK();
}

Status ConsumedFilesWriter::Close() {
  ARROW_RETURN_NOT_OK(Flush());
  return writer_->Close().status();
}

Status ConsumedFilesWriter::Flush() {
  const int64_t num_rows = path_.length();
  arrow::ArrayVector columns(8);
  ARROW_RETURN_NOT_OK(path_.Finish(&columns[0]));
  ARROW_RETURN_NOT_OK(size_bytes_.Finish(&columns[1]));
  ARROW_RETURN_NOT_OK(modified_ns_.Finish(&columns[2]));
  ARROW_RETURN_NOT_OK(etag_.Finish(&columns[3]));
  ARROW_RETURN_NOT_OK(version_.Finish(&columns[4]));
  ARROW_RETURN_NOT_OK(num_records_.Finish(&columns[5]));
  ARROW_RETURN_NOT_OK(num_bad_records_.Finish(&columns[6]));
  ARROW_RETURN_NOT_OK(run_id_.Finish(&columns[7]));
  return writer_->Write(arrow::RecordBatch::Make(FilesSchema(), num_rows, std::move(columns)));
}

Result<std::vector<storage::ObjectInfo>> ListParts(storage::Storage* storage,
                                                   const std::string& lake_root,
                                                   const std::string& source) {
  const std::string folder = lake_root + "/" + lake::LedgerFolderOf(source);
  return storage->List(storage::EscapeGlob(folder) + "/*.parquet");
}

Status VisitConsumedFiles(const std::shared_ptr<storage::Storage>& storage,
                          const std::string& lake_root, const std::string& source,
                          const std::function<Status(const ConsumedFile& file)>& visit) {
  ARROW_ASSIGN_OR_RAISE(const auto parts, ListParts(storage.get(), lake_root, source));
  lake::RowsWanted wanted;
  wanted.schema = FilesSchema();
  wanted.batch_rows = kBatchRows;
  for (const storage::ObjectInfo& part : parts) {
    Status visited;  // the visitor's own error says nothing about the ledger
    const auto take = [&](const std::shared_ptr<arrow::RecordBatch>& batch) {
      const FileRows rows(*batch);
      for (int64_t row = 0; row < batch->num_rows() && visited.ok(); ++row) {
        visited = rows.IsWhole(row)
                      ? visit(rows.At(row))
                      : DamagedError("a file in it has no name or no size", part.path);
      }
      return visited;
    };
    const Status read = lake::ReadRows(storage, part, wanted, take);
    ARROW_RETURN_NOT_OK(visited);
    if (!read.ok()) return ReadingError(read, part.path);
  }
  return Status::OK();
}

}  // namespace tarn::ledger
