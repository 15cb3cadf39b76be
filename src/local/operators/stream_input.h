#pragma once

#include <vector>

#include "local/batch/batch_stream.h"
#include "local/batch/operator.h"

namespace tarn::local {

/// \brief Columns of a source's or another table's batches.
class StreamInputOperator : public Operator {
 public:
  /// \param[in] stream borrowed; `reader` is this operator's number there.
  /// \param[in] columns of the stream's batches, by position.
  StreamInputOperator(SchemaPtr schema, BatchStream* stream, int reader, std::vector<int> columns)
      : Operator(std::move(schema)),
        stream_(stream),
        reader_(reader),
        columns_(std::move(columns)) {}
  ~StreamInputOperator() override { stream_->Close(reader_); }
  Result<BatchPtr> Next() override;

 private:
  BatchStream* const stream_;
  const int reader_;
  const std::vector<int> columns_;
};

}  // namespace tarn::local
