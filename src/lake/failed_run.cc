#include "lake/failed_run.h"

#include <arrow/array/builder_binary.h>

#include "base/utf8.h"

namespace tarn::lake {

std::shared_ptr<arrow::Schema> BrokenRowSchema() {
  return arrow::schema({arrow::field("table", arrow::utf8()), arrow::field("rule", arrow::utf8()),
                        arrow::field("row", arrow::utf8())});
}

Result<std::shared_ptr<arrow::RecordBatch>> ToRecordBatch(const std::vector<BrokenRow>& rows) {
  arrow::StringBuilder table;
  arrow::StringBuilder rule;
  arrow::StringBuilder values;
  for (const BrokenRow& row : rows) {
    ARROW_RETURN_NOT_OK(table.Append(EscapeNonUtf8(row.table)));
    ARROW_RETURN_NOT_OK(rule.Append(EscapeNonUtf8(row.rule)));
    ARROW_RETURN_NOT_OK(values.Append(EscapeNonUtf8(row.row)));
  }
  arrow::ArrayVector columns(3);
  ARROW_RETURN_NOT_OK(table.Finish(&columns[0]));
  ARROW_RETURN_NOT_OK(rule.Finish(&columns[1]));
  ARROW_RETURN_NOT_OK(values.Finish(&columns[2]));
  return arrow::RecordBatch::Make(BrokenRowSchema(), static_cast<int64_t>(rows.size()),
                                  std::move(columns));
}

}  // namespace tarn::lake
