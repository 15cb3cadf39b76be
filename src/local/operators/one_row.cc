#include "local/operators/one_row.h"

namespace tarn::local {

void PushOneRow(const SchemaPtr& schema, const StageOutput& output) {
  output.SetNumPieces(1);
  output.Push(0, arrow::RecordBatch::Make(schema, 1, arrow::ArrayVector{}));
  output.Complete(0);
}

}  // namespace tarn::local
