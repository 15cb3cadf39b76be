#include "base/sample_row.h"

#include <numeric>

#include "base/printable_text.h"

namespace tarn {
namespace {

constexpr size_t kValueBytesMax = 200;

// At a character's end.
std::string Cut(std::string text) {
  if (text.size() <= kValueBytesMax) return text;
  size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

Result<SampleRow> SampleOf(const arrow::RecordBatch& batch, const std::vector<int>& columns,
                           int64_t row) {
  SampleRow sample;
  for (const int column : columns) {
    ARROW_ASSIGN_OR_RAISE(const auto value, batch.column(column)->GetScalar(row));
    const std::string& name = batch.schema()->field(column)->name();
    if (value->is_valid) {
      sample.push_back({name, Cut(value->ToString())});
    } else {
      sample.push_back({name, "", true});
    }
  }
  return sample;
}

Result<SampleRow> SampleOf(const arrow::RecordBatch& batch, int64_t row) {
  std::vector<int> columns(static_cast<size_t>(batch.num_columns()));
  std::iota(columns.begin(), columns.end(), 0);
  return SampleOf(batch, columns, row);
}

std::string RowText(const SampleRow& row) {
  std::string text;
  for (const SampleValue& value : row) {
    if (!text.empty()) text += ", ";
    text += Printable(value.column) + " = " + (value.is_null ? "NULL" : Printable(value.text));
  }
  return text;
}

}  // namespace tarn
