#pragma once

#include <arrow/api.h>

#include <string>
#include <string_view>
#include <vector>

#include "json/scanner.h"

namespace tarn::json {

/// \brief Options that output all fields.
inline ScanOptions Options(std::vector<std::shared_ptr<arrow::Field>> fields) {
  ScanOptions options;
  options.schema = arrow::schema(std::move(fields));
  for (int i = 0; i < options.schema->num_fields(); ++i) options.output.push_back(i);
  return options;
}

inline ScanResult ScanOrDie(const ScanOptions& options, std::string_view block) {
  return Scanner::Make(options).ValueOrDie()->Scan(block).ValueOrDie();
}

/// \brief Each row as text, its values between '|', "null" for null.
inline std::vector<std::string> RowsOf(const arrow::RecordBatch& batch) {
  std::vector<std::string> rows;
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    std::string text;
    for (int column = 0; column < batch.num_columns(); ++column) {
      const auto scalar = batch.column(column)->GetScalar(row).ValueOrDie();
      if (column > 0) text += '|';
      text += scalar->is_valid ? scalar->ToString() : "null";
    }
    rows.push_back(std::move(text));
  }
  return rows;
}

inline std::vector<std::string> RowsOf(const ScanResult& result) { return RowsOf(*result.batch); }

}  // namespace tarn::json
