#pragma once

#include <vector>

#include "local/batch/streaming_stage.h"

namespace tarn::local {

/// \brief Columns of a source's or another table's batches.
class SelectColumnsStage : public StreamingStage {
 public:
  /// \param[in] schema of the output
  /// \param[in] columns of the input, by position
  SelectColumnsStage(StageContext context, SchemaPtr schema, std::vector<int> columns,
                     PieceSinkPtr next)
      : StreamingStage(std::move(context), std::move(next)),
        schema_(std::move(schema)),
        columns_(std::move(columns)) {}

 protected:
  Status Process(const BatchPtr& batch, const Emit& emit) const override;

 private:
  const SchemaPtr schema_;
  const std::vector<int> columns_;
};

}  // namespace tarn::local
