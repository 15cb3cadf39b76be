#include "spark/engine/received_rows.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>

#include <utility>

#include "base/units.h"
#include "spark/engine/conform_rows.h"

namespace tarn::spark {

Status ReceivedRows::Add(const TableRows& rows) {
  // Batches refer to the bytes, which must outlive the message.
  auto input = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(rows.stream));
  ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchStreamReader::Open(input));
  ARROW_ASSIGN_OR_RAISE(arrow::RecordBatchVector batches, reader->ToRecordBatches());
  arrow::RecordBatchVector& all = batches_[rows.table];
  all.insert(all.end(), batches.begin(), batches.end());
  return Status::OK();
}

Result<arrow::RecordBatchVector> ReceivedRows::Take(const TableDone& done,
                                                    const std::shared_ptr<arrow::Schema>& schema) {
  arrow::RecordBatchVector rows;
  int64_t num_rows = 0;
  for (const auto& batch : std::exchange(batches_[done.table], {})) {
    auto conformed = ConformRows(*batch, schema);
    ARROW_RETURN_NOT_OK(WithContext(conformed.status(), "table " + done.table));
    rows.push_back(*std::move(conformed));
    num_rows += batch->num_rows();
  }
  if (num_rows == done.num_rows) return rows;
  return Status::IOError("table ", done.table, ": Spark sent ", FormatCount(done.num_rows, "row"),
                         ", of which ", FormatCount(num_rows), " came");
}

}  // namespace tarn::spark
