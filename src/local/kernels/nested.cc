#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/compute/api.h>

#include <limits>
#include <unordered_set>

#include "local/kernels/nested_internal.h"
#include "local/kernels/spread_internal.h"

namespace tarn::local {

using arrow::Datum;

ListView::ListView(const Datum& datum) {
  if (datum.is_scalar()) {
    // One row, read for every index.
    lists_ = std::static_pointer_cast<arrow::ListArray>(
        arrow::MakeArrayFromScalar(*datum.scalar(), 1).ValueOrDie());
    stride_ = 0;
  } else {
    lists_ = std::static_pointer_cast<arrow::ListArray>(datum.make_array());
  }
  if (lists_->length() == 0) {
    elements_ = lists_->values()->Slice(0, 0);
    return;
  }
  base_ = lists_->value_offset(0);
  elements_ = lists_->values()->Slice(base_, lists_->value_offset(lists_->length()) - base_);
}

Status ListShape::EndRow(int64_t num_elements, bool is_valid) {
  if (num_elements > std::numeric_limits<int32_t>::max()) {
    return Status::CapacityError("more than 2147483647 elements of arrays");
  }
  offsets_.push_back(static_cast<int32_t>(num_elements));
  return validity_.Append(is_valid);
}

Result<ArrayPtr> ListShape::Finish(const std::shared_ptr<arrow::DataType>& type,
                                   const ArrayPtr& elements) {
  const int64_t num_rows = this->num_rows();
  std::shared_ptr<arrow::Buffer> validity;
  const int64_t num_nulls = validity_.false_count();
  if (num_nulls > 0) {
    ARROW_ASSIGN_OR_RAISE(validity, validity_.Finish());
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      type, num_rows, {std::move(validity), arrow::Buffer::FromVector(std::move(offsets_))},
      {elements->data()}, num_nulls));
}

Result<CompactList> MakeCompact(const ListView& view, int64_t num_rows) {
  CompactList compact;
  for (int64_t row = 0; row < num_rows; ++row) {
    const bool is_valid = view.IsValid(row);
    if (is_valid) {
      for (int64_t i = view.begin(row); i < view.end(row); ++i) {
        compact.indices.push_back(i);
        compact.rows.push_back(row);
      }
    }
    ARROW_RETURN_NOT_OK(compact.shape.EndRow(std::ssize(compact.indices), is_valid));
  }
  return compact;
}

Result<Datum> ListWriter::Finish(const std::shared_ptr<arrow::DataType>& type,
                                 const ArrayPtr& elements) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken, TakeElements(elements, indices_));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr lists, shape_.Finish(type, taken));
  return Datum(std::move(lists));
}

Result<ArrayPtr> TakeElements(const ArrayPtr& elements, const std::vector<int64_t>& indices) {
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(std::ssize(indices)));
  for (const int64_t index : indices) {
    if (index == ListWriter::kNull) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(index);
    }
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr positions, builder.Finish());
  Result<ArrayPtr> taken =
      arrow::compute::Take(*elements, *positions, arrow::compute::TakeOptions::NoBoundsCheck());
  if (taken.status().IsInvalid()) return Status::CapacityError("more than 2 GiB of text");
  return taken;
}

Result<ArrayPtr> JoinArrays(const arrow::ArrayVector& arrays) {
  if (arrays.size() == 1) return arrays[0];
  Result<ArrayPtr> joined = arrow::Concatenate(arrays);
  if (joined.status().IsInvalid()) return Status::CapacityError("more than 2 GiB of text");
  return joined;
}

Result<ArrayPtr> SpreadToArray(const Datum& datum, int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(const Datum spread, Spread(datum, num_rows));
  return spread.make_array();
}

Result<RowKeys> KeysOf(const ArrayPtr& values) {
  return EncodeRowKeys({values}, {KeyOrder{}}, values->length());
}

Result<ArrayPtr> WithoutNegativeZeros(const ArrayPtr& values) {
  if (arrow::is_floating(values->type_id())) {
    ARROW_ASSIGN_OR_RAISE(const auto zero, arrow::MakeScalar(values->type(), 0));
    // -0.0 + 0.0 is 0.0.
    ARROW_ASSIGN_OR_RAISE(const Datum sum, arrow::compute::Add(Datum(values), Datum(zero)));
    return sum.make_array();
  }
  if (!arrow::is_nested(values->type_id())) return values;
  std::shared_ptr<arrow::ArrayData> data = values->data()->Copy();
  for (auto& child : data->child_data) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr normal, WithoutNegativeZeros(arrow::MakeArray(child)));
    child = normal->data();
  }
  return arrow::MakeArray(std::move(data));
}

Result<ArrayPtr> MakeMap(const KernelContext& context, ListShape shape, const ArrayPtr& keys,
                         const ArrayPtr& items) {
  if (keys->null_count() > 0 || (keys->type_id() == arrow::Type::NA && keys->length() > 0)) {
    return context.Error("NULL_MAP_KEY", "a MAP has no NULL among its keys",
                         "filter such keys out, or replace them with coalesce(key, …)");
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr normal, WithoutNegativeZeros(keys));
  ARROW_ASSIGN_OR_RAISE(const RowKeys encoded, KeysOf(normal));
  std::unordered_set<std::string_view> met;
  for (int64_t row = 0; row < shape.num_rows(); ++row) {
    met.clear();
    for (int64_t i = shape.begin(row); i < shape.end(row); ++i) {
      if (met.insert(encoded.row(i)).second) continue;
      ARROW_ASSIGN_OR_RAISE(const auto key, normal->GetScalar(i));
      return context.Error("DUPLICATED_MAP_KEY",
                           "a MAP would have the same key twice: " + key->ToString(),
                           "keep one value for each key");
    }
  }
  const auto& type = static_cast<const arrow::MapType&>(*context.type());
  return shape.Finish(context.type(),
                      MakeStructs(type.value_type(), normal->length(), {normal, items}));
}

ArrayPtr MakeStructs(const std::shared_ptr<arrow::DataType>& type, int64_t num_rows,
                     const arrow::ArrayVector& fields) {
  return std::make_shared<arrow::StructArray>(type, num_rows, fields);
}

}  // namespace tarn::local
