#include "lake/dictionary_choice.h"

#include <arrow/array/array_binary.h>
#include <arrow/type_traits.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <functional>
#include <string_view>

namespace tarn::lake {
namespace {

using arrow::internal::checked_cast;

// Fewer rows fit into a dictionary whatever they hold, or nearly.
constexpr int64_t kRowsMin = 128 * 1024;
// Runs of rows, spread over all: values that repeat nearby are met in a run, others in several.
constexpr int64_t kNumRuns = 64;
constexpr int64_t kRunRows = 128;

// Calls `visit` with the bytes of each value that is not null.
template <class Visit>
void VisitBytes(const arrow::Array& array, Visit visit) {
  if (arrow::is_binary(array.type_id()) || arrow::is_string(array.type_id())) {
    const auto& texts = checked_cast<const arrow::BinaryArray&>(array);
    for (int64_t row = 0; row < array.length(); ++row) {
      if (texts.IsValid(row)) visit(texts.GetView(row));
    }
    return;
  }
  const auto width = static_cast<size_t>(array.type()->byte_width());
  const auto* bytes = reinterpret_cast<const char*>(array.data()->buffers[1]->data()) +
                      static_cast<size_t>(array.offset()) * width;
  for (int64_t row = 0; row < array.length(); ++row) {
    if (array.IsValid(row))
      visit(std::string_view(bytes + static_cast<size_t>(row) * width, width));
  }
}

bool MayDiffer(const arrow::DataType& type) {
  const bool is_text = arrow::is_binary(type.id()) || arrow::is_string(type.id());
  // A dictionary holds all values of less than four bytes.
  return is_text || (arrow::is_fixed_width(type.id()) && type.bit_width() >= 32 &&
                     !arrow::is_nested(type.id()));
}

Result<bool> DoNearlyAllDiffer(const OrderedRows& rows, int column) {
  std::vector<size_t> hashes;
  const int64_t step = rows.num_rows() / kNumRuns;
  for (int64_t run = 0; run < kNumRuns; ++run) {
    ARROW_ASSIGN_OR_RAISE(const auto arrays, rows.Column(column, run * step, kRunRows));
    for (const auto& array : arrays) {
      if (!MayDiffer(*array->type())) return false;
      VisitBytes(*array, [&](std::string_view bytes) {
        hashes.push_back(std::hash<std::string_view>()(bytes));
      });
    }
  }
  // Of a column of 131,072 values, as many as a dictionary of 8-byte values holds, a sample of this
  // size repeats 250 or so.
  constexpr int64_t kRepeatedMax = kNumRuns * kRunRows / 128;
  const auto num_values = static_cast<int64_t>(hashes.size());
  if (num_values < kNumRuns * kRunRows / 2) return false;
  std::sort(hashes.begin(), hashes.end());
  const auto num_distinct = std::unique(hashes.begin(), hashes.end()) - hashes.begin();
  return num_values - num_distinct <= kRepeatedMax;
}

}  // namespace

Result<std::vector<bool>> ColumnsWithoutDictionary(const OrderedRows& rows) {
  std::vector<bool> columns(static_cast<size_t>(rows.num_columns()), false);
  if (rows.num_rows() < kRowsMin) return columns;
  for (int column = 0; column < rows.num_columns(); ++column) {
    ARROW_ASSIGN_OR_RAISE(columns[static_cast<size_t>(column)], DoNearlyAllDiffer(rows, column));
  }
  return columns;
}

}  // namespace tarn::lake
