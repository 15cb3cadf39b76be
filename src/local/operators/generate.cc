#include "local/operators/generate.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api.h>
#include <arrow/type.h>

#include <algorithm>
#include <span>

#include "local/batch/gather.h"

namespace tarn::local {
namespace {

constexpr int64_t kNoElement = -1;

// Numbers, with NULL for kNoElement.
template <class Builder>
Result<std::shared_ptr<arrow::Array>> NumbersOf(std::span<const int64_t> numbers) {
  Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(std::ssize(numbers)));
  for (const int64_t number : numbers) {
    if (number == kNoElement) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(static_cast<typename Builder::value_type>(number));
    }
  }
  return builder.Finish();
}

bool IsEveryRowOnce(std::span<const int64_t> rows, int64_t num_rows) {
  if (std::ssize(rows) != num_rows) return false;
  int64_t next = 0;
  return std::all_of(rows.begin(), rows.end(), [&](int64_t row) { return row == next++; });
}

// The elements of these numbers; without a copy where they follow each other.
Result<std::shared_ptr<arrow::Array>> ElementsOf(const std::shared_ptr<arrow::Array>& values,
                                                 std::span<const int64_t> elements) {
  bool follow = elements[0] != kNoElement;
  for (size_t i = 1; follow && i < elements.size(); ++i) {
    follow = elements[i] == elements[i - 1] + 1;
  }
  if (follow) return values->Slice(elements[0], std::ssize(elements));
  ARROW_ASSIGN_OR_RAISE(const auto numbers, NumbersOf<arrow::Int64Builder>(elements));
  Result<std::shared_ptr<arrow::Array>> taken =
      arrow::compute::Take(*values, *numbers, arrow::compute::TakeOptions::NoBoundsCheck());
  if (taken.status().IsInvalid()) return Status::CapacityError("more than 2 GiB of text");
  return taken;
}

}  // namespace

struct GenerateStage::Rows {
  std::span<const int64_t> inputs;
  std::span<const int64_t> elements;
  std::span<const int64_t> positions;

  int64_t size() const { return std::ssize(inputs); }
  Rows Part(int64_t first, int64_t count) const {
    return {inputs.subspan(first, count), elements.subspan(first, count),
            positions.subspan(first, count)};
  }
};

Status GenerateStage::Process(const BatchPtr& batch, const Emit& emit) const {
  ARROW_ASSIGN_OR_RAISE(const auto collections, collection_.Evaluate(*batch));
  ARROW_ASSIGN_OR_RAISE(const BatchPtr passed, batch->SelectColumns(columns_.passed));
  const auto& lists = static_cast<const arrow::ListArray&>(*collections);
  std::vector<int64_t> inputs, elements, positions;
  const auto flush = [&]() -> Status {
    if (inputs.empty()) return Status::OK();
    ARROW_RETURN_NOT_OK(EmitRows(passed, lists, {inputs, elements, positions}, emit));
    inputs.clear();
    elements.clear();
    positions.clear();
    return Status::OK();
  };
  const auto add = [&](int64_t input, int64_t element, int64_t position) -> Status {
    inputs.push_back(input);
    elements.push_back(element);
    positions.push_back(position);
    return std::ssize(inputs) < kBatchRows ? Status::OK() : flush();
  };
  for (int64_t row = 0; row < batch->num_rows(); ++row) {
    const int64_t length = lists.IsNull(row) ? 0 : lists.value_length(row);
    const int64_t first = length == 0 ? 0 : lists.value_offset(row);
    if (length == 0 && outer_) ARROW_RETURN_NOT_OK(add(row, kNoElement, kNoElement));
    for (int64_t i = 0; i < length; ++i) ARROW_RETURN_NOT_OK(add(row, first + i, i));
  }
  return flush();
}

Status GenerateStage::EmitRows(const BatchPtr& passed, const arrow::ListArray& lists,
                               const Rows& rows, const Emit& emit) const {
  ARROW_RETURN_NOT_OK(context().poll());
  Result<BatchPtr> made = MakeRows(passed, lists, rows);
  const int64_t half = rows.size() / 2;
  if (half == 0 || !made.status().IsCapacityError()) {
    ARROW_RETURN_NOT_OK(made.status());
    return emit(*std::move(made));
  }
  ARROW_RETURN_NOT_OK(EmitRows(passed, lists, rows.Part(0, half), emit));
  return EmitRows(passed, lists, rows.Part(half, rows.size() - half), emit);
}

Result<BatchPtr> GenerateStage::MakeRows(const BatchPtr& passed, const arrow::ListArray& lists,
                                         const Rows& rows) const {
  BatchPtr repeated = passed;
  if (!IsEveryRowOnce(rows.inputs, passed->num_rows())) {
    ARROW_ASSIGN_OR_RAISE(const auto inputs, NumbersOf<arrow::Int64Builder>(rows.inputs));
    ARROW_ASSIGN_OR_RAISE(repeated, TakeRows(passed, inputs));
  }
  arrow::ArrayVector columns = repeated->columns();
  for (const int place : columns_.generated) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), MakeGenerated(place, lists, rows));
  }
  return arrow::RecordBatch::Make(schema_, rows.size(), std::move(columns));
}

Result<std::shared_ptr<arrow::Array>> GenerateStage::MakeGenerated(int place,
                                                                   const arrow::ListArray& lists,
                                                                   const Rows& rows) const {
  if (has_position_ && place == 0) return NumbersOf<arrow::Int32Builder>(rows.positions);
  if (lists.type_id() != arrow::Type::MAP) return ElementsOf(lists.values(), rows.elements);
  const auto& maps = static_cast<const arrow::MapArray&>(lists);
  const bool is_key = place == (has_position_ ? 1 : 0);
  return ElementsOf(is_key ? maps.keys() : maps.items(), rows.elements);
}

}  // namespace tarn::local
