#include <optional>

#include "local/kernels/cast_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/nested_internal.h"
#include "values/interval.h"

// Casts between ARRAYs, MAPs and STRUCTs, and to STRING.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Type;

// `values` as `type`, for the same cast in the SQL.
Result<ArrayPtr> CastPart(const KernelContext& context, const ArrayPtr& values,
                          const std::shared_ptr<arrow::DataType>& type) {
  if (SameType(*values->type(), *type)) return values;
  plan::Expr part = *context.call;
  part.type = type;
  KernelContext inner = context;
  inner.num_rows = values->length();
  inner.call = &part;
  ARROW_ASSIGN_OR_RAISE(const Datum cast, Cast(inner, Datum(values)));
  return SpreadToArray(cast, values->length());
}

// No value of an element or a field whose parent is NULL is cast: it could fail.
Result<ArrayPtr> CastList(const KernelContext& context, const ArrayPtr& value) {
  const ListView view{Datum(value)};
  ARROW_ASSIGN_OR_RAISE(CompactList lists, MakeCompact(view, context.num_rows));
  const std::shared_ptr<arrow::DataType>& type = context.type();
  if (type->id() == Type::LIST) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr elements, TakeElements(view.elements(), lists.indices));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr cast, CastPart(context, elements, type->field(0)->type()));
    return lists.shape.Finish(type, cast);
  }
  const auto& map = static_cast<const arrow::MapType&>(*type);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr keys, TakeElements(view.keys(), lists.indices));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr items, TakeElements(view.items(), lists.indices));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr cast_keys, CastPart(context, keys, map.key_type()));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr cast_items, CastPart(context, items, map.item_type()));
  // Keys that become the same both stay, as in Spark.
  return lists.shape.Finish(
      type, MakeStructs(map.value_type(), cast_keys->length(), {cast_keys, cast_items}));
}

Result<ArrayPtr> CastStruct(const KernelContext& context, const ArrayPtr& value) {
  const auto& structs = static_cast<const arrow::StructArray&>(*value);
  arrow::ArrayVector fields;
  for (int i = 0; i < structs.num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr field, structs.GetFlattenedField(i));
    ARROW_ASSIGN_OR_RAISE(fields.emplace_back(),
                          CastPart(context, field, context.type()->field(i)->type()));
  }
  std::vector<std::shared_ptr<arrow::ArrayData>> children;
  for (const ArrayPtr& field : fields) children.push_back(field->data());
  std::shared_ptr<arrow::Buffer> validity;
  if (structs.null_count() > 0) {
    arrow::TypedBufferBuilder<bool> bits;
    for (int64_t row = 0; row < structs.length(); ++row) {
      ARROW_RETURN_NOT_OK(bits.Append(structs.IsValid(row)));
    }
    ARROW_ASSIGN_OR_RAISE(validity, bits.Finish());
  }
  return arrow::MakeArray(arrow::ArrayData::Make(context.type(), structs.length(),
                                                 {std::move(validity)}, std::move(children)));
}

// The texts of the parts of each value, as Spark shows them: [a, b], {k -> v}, {a, b}.
class NestedText {
 public:
  static Result<NestedText> Make(const KernelContext& context, const ArrayPtr& value) {
    NestedText text(value);
    arrow::ArrayVector parts;
    if (value->type_id() == Type::STRUCT) {
      const auto& structs = static_cast<const arrow::StructArray&>(*value);
      for (int i = 0; i < structs.num_fields(); ++i) parts.push_back(structs.field(i));
    } else {
      const ListView& lists = text.lists_.emplace(Datum(value));
      if (value->type_id() == Type::MAP) {
        parts = {lists.keys(), lists.items()};
      } else {
        parts = {lists.elements()};
      }
    }
    for (const ArrayPtr& part : parts) {
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr cast, CastPart(context, part, arrow::utf8()));
      text.parts_.push_back(std::static_pointer_cast<arrow::StringArray>(cast));
    }
    return text;
  }

  void Append(int64_t row, std::string* out) const {
    const bool is_list = value_->type_id() == Type::LIST;
    *out += is_list ? '[' : '{';
    if (lists_.has_value()) {
      for (int64_t i = lists_->begin(row); i < lists_->end(row); ++i) {
        if (i > lists_->begin(row)) *out += ", ";
        AppendPart(0, i, out);
        if (is_list) continue;
        *out += " -> ";
        AppendPart(1, i, out);
      }
    } else {
      for (size_t field = 0; field < parts_.size(); ++field) {
        if (field > 0) *out += ", ";
        AppendPart(field, row, out);
      }
    }
    *out += is_list ? ']' : '}';
  }

 private:
  explicit NestedText(ArrayPtr value) : value_(std::move(value)) {}

  void AppendPart(size_t part, int64_t index, std::string* out) const {
    const arrow::StringArray& texts = *parts_[part];
    *out += texts.IsValid(index) ? texts.GetView(index) : std::string_view("null");
  }

  ArrayPtr value_;
  std::optional<ListView> lists_;  // of an ARRAY or a MAP
  std::vector<std::shared_ptr<arrow::StringArray>> parts_;
};

}  // namespace

Result<Datum> CastNested(const KernelContext& context, const Datum& value) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr array, SpreadToArray(value, context.num_rows));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr cast, array->type_id() == Type::STRUCT ? CastStruct(context, array)
                                                                        : CastList(context, array));
  return Datum(std::move(cast));
}

Result<Datum> CastNestedToText(const KernelContext& context, const Datum& value) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr array, SpreadToArray(value, context.num_rows));
  ARROW_ASSIGN_OR_RAISE(const NestedText texts, NestedText::Make(context, array));
  arrow::StringBuilder builder;
  std::string text;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (array->IsNull(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    text.clear();
    texts.Append(row, &text);
    ARROW_RETURN_NOT_OK(CheckTextBytes(builder.value_data_length() + std::ssize(text)));
    ARROW_RETURN_NOT_OK(builder.Append(text));
  }
  ARROW_ASSIGN_OR_RAISE(auto cast, builder.Finish());
  return Datum(std::move(cast));
}

}  // namespace tarn::local
