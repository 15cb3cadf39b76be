#include "spark/connect/result_reader.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>

namespace tarn::connect {
namespace {

// Each ArrowBatch is a whole IPC stream: the schema, and any number of batches.
class ResultReader : public arrow::RecordBatchReader {
 public:
  explicit ResultReader(std::unique_ptr<Execution> execution) : execution_(std::move(execution)) {}

  Status Open() {
    ARROW_RETURN_NOT_OK(NextStream());
    if (stream_ == nullptr) return Status::Invalid("Spark sent no result, not even an empty one");
    schema_ = stream_->schema();
    return Status::OK();
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    *batch = nullptr;
    while (stream_ != nullptr) {
      ARROW_RETURN_NOT_OK(stream_->ReadNext(batch));
      if (*batch != nullptr) return Status::OK();
      ARROW_RETURN_NOT_OK(NextStream());
    }
    return Status::OK();
  }

  Status Close() override {
    stream_ = nullptr;
    execution_->Close();
    return Status::OK();
  }

 private:
  Status NextStream() {
    stream_ = nullptr;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(auto response, execution_->Next());
      if (!response) return Status::OK();
      if (!response->has_arrow_batch()) continue;
      // Batches refer to the bytes, which must outlive the message.
      auto bytes =
          arrow::Buffer::FromString(std::move(*response->mutable_arrow_batch()->mutable_data()));
      auto input = std::make_shared<arrow::io::BufferReader>(std::move(bytes));
      ARROW_ASSIGN_OR_RAISE(stream_, arrow::ipc::RecordBatchStreamReader::Open(std::move(input)));
      return Status::OK();
    }
  }

  const std::unique_ptr<Execution> execution_;
  std::shared_ptr<arrow::RecordBatchReader> stream_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> MakeResultReader(
    std::unique_ptr<Execution> execution) {
  auto reader = std::make_shared<ResultReader>(std::move(execution));
  ARROW_RETURN_NOT_OK(reader->Open());
  return reader;
}

}  // namespace tarn::connect
