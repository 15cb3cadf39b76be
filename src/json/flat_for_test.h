#pragma once

#include <arrow/api.h>

#include <memory>

namespace tarn::json {

/// \brief The texts of a column, also of one that is a dictionary.
inline std::shared_ptr<arrow::Array> Flat(const std::shared_ptr<arrow::Array>& column) {
  if (column->type_id() != arrow::Type::DICTIONARY) return column;
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*column);
  const auto& entries = static_cast<const arrow::StringArray&>(*codes.dictionary());
  arrow::StringBuilder texts;
  for (int64_t row = 0; row < codes.length(); ++row) {
    const arrow::Status status = codes.IsNull(row)
                                     ? texts.AppendNull()
                                     : texts.Append(entries.GetView(codes.GetValueIndex(row)));
    if (!status.ok()) status.Abort();
  }
  return texts.Finish().ValueOrDie();
}

/// \brief A batch of a scanner whose columns may be dictionaries, as it would be without them.
inline std::shared_ptr<arrow::RecordBatch> Flat(const arrow::RecordBatch& batch) {
  arrow::ArrayVector columns;
  for (const auto& column : batch.columns()) {
    // The batch itself would not pass: its schema knows no dictionaries.
    const arrow::Status valid = column->ValidateFull();
    if (!valid.ok()) valid.Abort();
    columns.push_back(Flat(column));
  }
  return arrow::RecordBatch::Make(batch.schema(), batch.num_rows(), std::move(columns));
}

}  // namespace tarn::json
