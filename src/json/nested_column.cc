#include <arrow/type.h>
#include <arrow/util/bitmap_ops.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

#include "json/column_internal.h"
#include "json/nullable_column_internal.h"
#include "json/value_misfit_internal.h"

namespace tarn::json {
namespace {

/// \brief What STRUCT, ARRAY and MAP share: the part of the values that is of this type, and
/// columns for the parts inside.
///
/// Of a misfit no more is said than in which value it is: the whole column looks for it once more.
class PartColumn : public NullableColumn {
 public:
  PartColumn(const arrow::Field& field, const ValueTree* values, arrow::MemoryPool* pool)
      : NullableColumn(field, pool), values_(*values) {}

  void Add(std::unique_ptr<Column> child) { children_.push_back(std::move(child)); }

  void Rewind() override {
    RewindRows();
    for (const auto& child : children_) child->Rewind();
  }

 protected:
  Status AppendRows(ValueRun run, ValueKind kind, std::vector<Misfit>* misfits) {
    ARROW_RETURN_NOT_OK(ReserveRows(run.count));
    for (int i = 0; i < run.count; ++i) {
      const Value& value = run[i];
      if (value.is_null()) {
        validity_.SetNull(num_rows_ + i);
      } else if (value.kind != kind) {
        misfits->push_back({i, value.begin, {}});
      }
    }
    num_rows_ += run.count;
    return Status::OK();
  }

  static Status AppendAll(const std::vector<Value>& values, Column* column,
                          std::vector<Misfit>* misfits) {
    return column->Append({values.data(), 1, static_cast<int>(values.size())}, misfits);
  }

  const ValueTree& values_;
  std::vector<std::unique_ptr<Column>> children_;
};

// Where there is no object its fields have values that nobody sees: a field that is NOT NULL must
// not have nulls there.
Status RemoveNullsUnderNulls(const arrow::ArrayData& object, arrow::MemoryPool* pool,
                             arrow::ArrayData* field) {
  if (object.null_count == 0 || field->null_count == 0) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(field->buffers[0], arrow::internal::BitmapOrNot(
                                               pool, field->buffers[0]->data(), 0,
                                               object.buffers[0]->data(), 0, field->length, 0));
  field->null_count =
      field->length - arrow::internal::CountSetBits(field->buffers[0]->data(), 0, field->length);
  if (field->null_count == 0) field->buffers[0] = nullptr;
  return Status::OK();
}

class StructColumn final : public PartColumn {
 public:
  StructColumn(const arrow::Field& field, const ValueTree* values, arrow::MemoryPool* pool)
      : PartColumn(field, values, pool), pool_(pool) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    ARROW_RETURN_NOT_OK(AppendRows(run, ValueKind::kObject, misfits));
    for (size_t i = 0; i < children_.size(); ++i) {
      ARROW_RETURN_NOT_OK(AppendAll(values_.child(i).values(), children_[i].get(), misfits));
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    std::vector<std::shared_ptr<arrow::ArrayData>> fields;
    for (const auto& child : children_) {
      ARROW_ASSIGN_OR_RAISE(fields.emplace_back(), child->Finish());
    }
    ARROW_ASSIGN_OR_RAISE(auto data, FinishWith({nullptr}, std::move(fields)));
    for (const auto& child : data->child_data) {
      ARROW_RETURN_NOT_OK(RemoveNullsUnderNulls(*data, pool_, child.get()));
    }
    return data;
  }

 private:
  arrow::MemoryPool* pool_;
};

/// ARRAY, and MAP, which has keys before its values.
class ListColumn final : public PartColumn {
 public:
  ListColumn(const arrow::Field& field, const ValueTree* values, arrow::MemoryPool* pool)
      : PartColumn(field, values, pool),
        is_map_(field.type()->id() == arrow::Type::MAP),
        offsets_(pool) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    const ValueKind kind = is_map_ ? ValueKind::kObject : ValueKind::kArray;
    ARROW_RETURN_NOT_OK(AppendRows(run, kind, misfits));
    ARROW_RETURN_NOT_OK(AppendOffsets(run.count));
    if (is_map_) ARROW_RETURN_NOT_OK(AppendAll(values_.keys(), children_.front().get(), misfits));
    const size_t num_misfits = misfits->size();
    ARROW_RETURN_NOT_OK(AppendAll(values_.child(0).values(), children_.back().get(), misfits));
    for (size_t i = num_misfits; i < misfits->size(); ++i) {
      int& index = (*misfits)[i].index;
      index = ValueOfElement(index);
    }
    return Status::OK();
  }

  void Rewind() override {
    PartColumn::Rewind();
    num_elements_ = num_elements_before_run_;
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t num_offset_bytes = (num_rows_ + 1) * static_cast<int64_t>(sizeof(int32_t));
    ARROW_RETURN_NOT_OK(offsets_.Reserve(num_offset_bytes));
    if (num_rows_ == 0) std::memset(offsets_.data(), 0, sizeof(int32_t));
    ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish(num_offset_bytes));
    std::vector<std::shared_ptr<arrow::ArrayData>> elements;
    for (const auto& child : children_) {
      ARROW_ASSIGN_OR_RAISE(elements.emplace_back(), child->Finish());
    }
    if (is_map_) {
      elements = {arrow::ArrayData::Make(type_->field(0)->type(), num_elements_, {nullptr},
                                         std::move(elements), 0)};
    }
    num_elements_ = 0;
    num_elements_before_run_ = 0;
    return FinishWith({nullptr, std::move(offsets)}, std::move(elements));
  }

 private:
  Status AppendOffsets(int count) {
    const std::vector<int32_t>& ends = values_.ends();
    assert(ends.size() == static_cast<size_t>(count));
    const int64_t num_elements = num_elements_ + (ends.empty() ? 0 : ends.back());
    if (num_elements > std::numeric_limits<int32_t>::max()) {
      return Status::CapacityError(
          "A nested column of one block exceeds 2^31 elements; use smaller blocks: field ", name_);
    }
    const int64_t first_row = num_rows_ - count;
    ARROW_RETURN_NOT_OK(offsets_.Reserve((num_rows_ + 1) * static_cast<int64_t>(sizeof(int32_t))));
    int32_t* const offsets = reinterpret_cast<int32_t*>(offsets_.data()) + first_row;
    offsets[0] = static_cast<int32_t>(num_elements_);
    for (int i = 0; i < count; ++i) offsets[i + 1] = offsets[0] + ends[i];
    num_elements_before_run_ = num_elements_;
    num_elements_ = num_elements;
    return Status::OK();
  }

  int ValueOfElement(int element) const {
    const std::vector<int32_t>& ends = values_.ends();
    return static_cast<int>(std::upper_bound(ends.begin(), ends.end(), element) - ends.begin());
  }

  bool is_map_;
  GrowingBuffer offsets_;
  int64_t num_elements_ = 0;
  int64_t num_elements_before_run_ = 0;
};

/// A whole column: its parts, and what is wrong in them.
class NestedColumn final : public Column {
 public:
  NestedColumn(const arrow::Field& field, DatetimeFormats formats, const ValueTree* inside,
               std::unique_ptr<Column> parts)
      : name_(field.name()),
        type_(field.type()),
        formats_(std::move(formats)),
        inside_(*inside),
        parts_(std::move(parts)) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    part_misfits_.clear();
    ARROW_RETURN_NOT_OK(parts_->Append(run, &part_misfits_));
    if (part_misfits_.empty() && inside_.repeating().empty()) return Status::OK();
    std::vector<size_t> indexes = inside_.repeating();
    for (const Misfit& misfit : part_misfits_) indexes.push_back(misfit.index);
    std::sort(indexes.begin(), indexes.end());
    indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
    for (const size_t i : indexes) {
      const int index = static_cast<int>(i);
      AddMisfit(index, run[index], misfits);
    }
    return Status::OK();
  }

  void Rewind() override { parts_->Rewind(); }

  Status Check(const Value& value, std::vector<Misfit>* misfits) override {
    AddMisfit(0, value, misfits);
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override { return parts_->Finish(); }

 private:
  void AddMisfit(int index, const Value& value, std::vector<Misfit>* misfits) const {
    auto found = FindMisfit(name_, value, *type_, formats_);
    if (found) misfits->push_back({index, found->position, std::move(found->reason)});
  }

  std::string name_;
  std::shared_ptr<arrow::DataType> type_;
  const DatetimeFormats formats_;
  const ValueTree& inside_;
  std::unique_ptr<Column> parts_;
  std::vector<Misfit> part_misfits_;
};

Result<std::unique_ptr<Column>> MakePart(const arrow::Field& field, const DatetimeFormats& formats,
                                         const ValueTree& values, arrow::MemoryPool* pool);

Result<std::unique_ptr<Column>> MakeStruct(const arrow::Field& field,
                                           const DatetimeFormats& formats, const ValueTree& values,
                                           arrow::MemoryPool* pool) {
  auto column = std::make_unique<StructColumn>(field, &values, pool);
  const auto& type = static_cast<const arrow::StructType&>(*field.type());
  for (int i = 0; i < type.num_fields(); ++i) {
    const std::string& name = type.field(i)->name();
    if (type.GetAllFieldIndices(name).size() > 1) {
      return Status::Invalid("A STRUCT has a field twice; rename one: ", field.name(), ".", name);
    }
    ARROW_ASSIGN_OR_RAISE(auto child, MakePart(*type.field(i), formats, values.child(i), pool));
    column->Add(std::move(child));
  }
  return column;
}

Result<std::unique_ptr<Column>> MakeList(const arrow::Field& field, const DatetimeFormats& formats,
                                         const ValueTree& values, arrow::MemoryPool* pool) {
  auto column = std::make_unique<ListColumn>(field, &values, pool);
  std::shared_ptr<arrow::Field> element = field.type()->field(0);
  if (field.type()->id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(*field.type());
    if (map.key_type()->id() != arrow::Type::STRING) {
      return Status::NotImplemented("Keys of a map in JSON are strings; use MAP<STRING, …>: field ",
                                    field.name());
    }
    ARROW_ASSIGN_OR_RAISE(auto keys, Column::Make(*map.key_field(), formats, nullptr, pool));
    column->Add(std::move(keys));
    element = map.item_field();
  }
  ARROW_ASSIGN_OR_RAISE(auto elements, MakePart(*element, formats, values.child(0), pool));
  column->Add(std::move(elements));
  return column;
}

// Types have few levels: see pipeline/ddl.
Result<std::unique_ptr<Column>> MakePart(const arrow::Field& field, const DatetimeFormats& formats,
                                         const ValueTree& values, arrow::MemoryPool* pool) {
  switch (values.kind()) {
    case ValueTree::Kind::kStruct:
      return MakeStruct(field, formats, values, pool);
    case ValueTree::Kind::kList:
    case ValueTree::Kind::kMap:
      return MakeList(field, formats, values, pool);
    default:
      return Column::Make(field, formats, nullptr, pool);
  }
}

}  // namespace

Result<std::unique_ptr<Column>> MakeNestedColumn(const arrow::Field& field,
                                                 const DatetimeFormats& formats,
                                                 const ValueTree* inside, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto parts, MakePart(field, formats, *inside, pool));
  return std::make_unique<NestedColumn>(field, formats, inside, std::move(parts));
}

}  // namespace tarn::json
