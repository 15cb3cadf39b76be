#include <arrow/array/array_base.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/builder.h>

#include <algorithm>

#include "json/column_internal.h"
#include "json/convert_internal.h"
#include "json/record/unescape.h"
#include "json/record/valid_json.h"

namespace tarn::json {
namespace {

/// What went wrong inside a nested value.
struct InnerMisfit {
  Value value;
  std::string reason;
};

/// \brief Appends a value to a builder of its type, or only checks that it fits.
///
/// A misfit is an answer, not an error: the record is bad. Errors are the builders' (memory, 2
/// GiB).
class NestedConverter {
 public:
  NestedConverter(const DatetimeFormats& formats, InnerMisfit* misfit)
      : formats_(formats), misfit_(misfit) {}

  /// \param[in,out] builder of `type`; null to check only.
  /// \return whether the value fits.
  Result<bool> Convert(const std::string& path, const Value& value, const arrow::DataType& type,
                       arrow::ArrayBuilder* builder) {
    if (value.is_null()) {
      if (builder != nullptr) ARROW_RETURN_NOT_OK(builder->AppendNull());
      return true;
    }
    switch (type.id()) {
      case arrow::Type::LIST:
        return ConvertList(path, value, type, static_cast<arrow::ListBuilder*>(builder));
      case arrow::Type::STRUCT:
        return ConvertStruct(path, value, type, static_cast<arrow::StructBuilder*>(builder));
      case arrow::Type::MAP:
        return ConvertMap(path, value, static_cast<const arrow::MapType&>(type),
                          static_cast<arrow::MapBuilder*>(builder));
      default:
        return ConvertFlat(path, value, type, builder);
    }
  }

 private:
  bool Refuse(const std::string& path, const Value& value, const arrow::DataType& type) {
    *misfit_ = {value, DescribeMisfit(path, value, type)};
    return false;
  }

  Result<bool> ConvertList(const std::string& path, const Value& value, const arrow::DataType& type,
                           arrow::ListBuilder* builder) {
    if (value.kind != ValueKind::kArray) return Refuse(path, value, type);
    if (builder != nullptr) ARROW_RETURN_NOT_OK(builder->Append());
    for (const Value& element : ElementsOf(value)) {
      ARROW_ASSIGN_OR_RAISE(const bool fits,
                            Convert(path + "[]", element, *type.field(0)->type(),
                                    builder != nullptr ? builder->value_builder() : nullptr));
      if (!fits) return false;
    }
    return true;
  }

  Result<bool> ConvertStruct(const std::string& path, const Value& value,
                             const arrow::DataType& type, arrow::StructBuilder* builder) {
    if (value.kind != ValueKind::kObject) return Refuse(path, value, type);
    if (builder != nullptr) ARROW_RETURN_NOT_OK(builder->Append());
    const std::vector<FieldValue> values = FieldValuesOf(value, type);
    auto next = values.begin();
    for (int i = 0; i < type.num_fields(); ++i) {
      const arrow::Field& field = *type.field(i);
      const std::string child_path = path + "." + field.name();
      // The last of several counts, but the others have to fit as well.
      Value child;
      while (next != values.end() && next->field == i) {
        ARROW_ASSIGN_OR_RAISE(const bool fits, Convert(child_path, child, *field.type(), nullptr));
        if (!fits) return false;
        child = next++->value;
      }
      ARROW_ASSIGN_OR_RAISE(const bool fits,
                            Convert(child_path, child, *field.type(),
                                    builder != nullptr ? builder->field_builder(i) : nullptr));
      if (!fits) return false;
    }
    return true;
  }

  struct FieldValue {
    int field;
    Value value;
  };

  // The object's values that `type` has fields for, by field, then as they come.
  static std::vector<FieldValue> FieldValuesOf(const Value& object, const arrow::DataType& type) {
    const auto& fields = static_cast<const arrow::StructType&>(type);
    std::vector<FieldValue> values;
    for (const ObjectMember& member : MembersOf(object)) {
      for (const int field : fields.GetAllFieldIndices(member.key)) {
        values.push_back({field, member.value});
      }
    }
    std::stable_sort(values.begin(), values.end(),
                     [](const FieldValue& a, const FieldValue& b) { return a.field < b.field; });
    return values;
  }

  Result<bool> ConvertMap(const std::string& path, const Value& value, const arrow::MapType& type,
                          arrow::MapBuilder* builder) {
    if (value.kind != ValueKind::kObject) return Refuse(path, value, type);
    if (builder != nullptr) ARROW_RETURN_NOT_OK(builder->Append());
    for (const ObjectMember& member : MembersOf(value)) {
      if (builder != nullptr) {
        ARROW_RETURN_NOT_OK(
            static_cast<arrow::StringBuilder*>(builder->key_builder())->Append(member.key));
      }
      ARROW_ASSIGN_OR_RAISE(const bool fits,
                            Convert(path + "." + member.key, member.value, *type.item_type(),
                                    builder != nullptr ? builder->item_builder() : nullptr));
      if (!fits) return false;
    }
    return true;
  }

  Result<bool> ConvertFlat(const std::string& path, const Value& value, const arrow::DataType& type,
                           arrow::ArrayBuilder* builder);

  const DatetimeFormats& formats_;
  InnerMisfit* misfit_;
};

template <class Builder, class T>
Result<bool> AppendConverted(bool fits, const T& converted, arrow::ArrayBuilder* builder) {
  if (fits && builder != nullptr) {
    ARROW_RETURN_NOT_OK(static_cast<Builder*>(builder)->Append(converted));
  }
  return fits;
}

template <class Builder>
Result<bool> AppendInteger(const Value& value, arrow::ArrayBuilder* builder) {
  typename Builder::value_type converted = 0;
  return AppendConverted<Builder>(ConvertToInteger(value, &converted), converted, builder);
}

Result<bool> AppendText(const Value& value, const arrow::DataType& type,
                        arrow::ArrayBuilder* builder) {
  std::string text;
  if (type.id() == arrow::Type::BINARY) {
    const bool fits = ConvertToBinary(value, &text);
    return AppendConverted<arrow::BinaryBuilder>(fits, text, builder);
  }
  AssignText(value, &text);
  return AppendConverted<arrow::StringBuilder>(true, text, builder);
}

Result<bool> AppendFlat(const Value& value, const arrow::DataType& type,
                        const DatetimeFormats& formats, arrow::ArrayBuilder* builder) {
  switch (type.id()) {
    case arrow::Type::BOOL: {
      bool converted = false;
      return AppendConverted<arrow::BooleanBuilder>(ConvertToBool(value, &converted), converted,
                                                    builder);
    }
    case arrow::Type::INT8:
      return AppendInteger<arrow::Int8Builder>(value, builder);
    case arrow::Type::INT16:
      return AppendInteger<arrow::Int16Builder>(value, builder);
    case arrow::Type::INT32:
      return AppendInteger<arrow::Int32Builder>(value, builder);
    case arrow::Type::INT64:
      return AppendInteger<arrow::Int64Builder>(value, builder);
    case arrow::Type::FLOAT: {
      float converted = 0;
      return AppendConverted<arrow::FloatBuilder>(ConvertToFloat(value, &converted), converted,
                                                  builder);
    }
    case arrow::Type::DOUBLE: {
      double converted = 0;
      return AppendConverted<arrow::DoubleBuilder>(ConvertToDouble(value, &converted), converted,
                                                   builder);
    }
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
      arrow::Decimal128 converted;
      const bool fits = ConvertToDecimal(value, decimal.precision(), decimal.scale(), &converted);
      return AppendConverted<arrow::Decimal128Builder>(fits, converted, builder);
    }
    case arrow::Type::DATE32: {
      int32_t converted = 0;
      const bool fits = ConvertToDate(value, formats.date.get(), &converted);
      return AppendConverted<arrow::Date32Builder>(fits, converted, builder);
    }
    case arrow::Type::TIMESTAMP: {
      int64_t converted = 0;
      const bool fits = ConvertToTimestamp(value, formats.timestamp.get(), &converted);
      return AppendConverted<arrow::TimestampBuilder>(fits, converted, builder);
    }
    default:
      return AppendText(value, type, builder);
  }
}

Result<bool> NestedConverter::ConvertFlat(const std::string& path, const Value& value,
                                          const arrow::DataType& type,
                                          arrow::ArrayBuilder* builder) {
  ARROW_ASSIGN_OR_RAISE(const bool fits, AppendFlat(value, type, formats_, builder));
  return fits || Refuse(path, value, type);
}

class NestedColumn final : public Column {
 public:
  NestedColumn(const arrow::Field& field, DatetimeFormats formats,
               std::unique_ptr<arrow::ArrayBuilder> builder)
      : name_(field.name()),
        type_(field.type()),
        formats_(std::move(formats)),
        builder_(std::move(builder)) {}

  // Builders can't rewind: this only checks, and Commit() appends.
  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    InnerMisfit misfit;
    NestedConverter converter(formats_, &misfit);
    for (int i = 0; i < run.count; ++i) {
      ARROW_ASSIGN_OR_RAISE(const bool fits, converter.Convert(name_, run[i], *type_, nullptr));
      if (!fits) misfits->push_back({i, misfit.value.begin, std::move(misfit.reason)});
    }
    return Status::OK();
  }

  void Rewind() override {}

  Status Commit(ValueRun run) override {
    InnerMisfit misfit;
    NestedConverter converter(formats_, &misfit);
    for (int i = 0; i < run.count; ++i) {
      ARROW_RETURN_NOT_OK(converter.Convert(name_, run[i], *type_, builder_.get()));
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    std::shared_ptr<arrow::ArrayData> data;
    ARROW_RETURN_NOT_OK(builder_->FinishInternal(&data));
    return data;
  }

 private:
  std::string name_;
  std::shared_ptr<arrow::DataType> type_;
  const DatetimeFormats formats_;
  std::unique_ptr<arrow::ArrayBuilder> builder_;
};

// Whether every type inside can be read; keys of maps are strings.
Status CheckReadable(const arrow::Field& field, arrow::MemoryPool* pool) {
  const arrow::DataType& type = *field.type();
  switch (type.id()) {
    case arrow::Type::LIST:
      return CheckReadable(*type.field(0), pool);
    case arrow::Type::STRUCT:
      for (const auto& child : type.fields()) ARROW_RETURN_NOT_OK(CheckReadable(*child, pool));
      return Status::OK();
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      if (map.key_type()->id() != arrow::Type::STRING) {
        return Status::NotImplemented(
            "Keys of a map in JSON are strings; use MAP<STRING, …>: field ", field.name());
      }
      return CheckReadable(*map.item_field(), pool);
    }
    default:
      return Column::Make(field, {}, pool).status();
  }
}

}  // namespace

Result<std::unique_ptr<Column>> MakeNestedColumn(const arrow::Field& field,
                                                 const DatetimeFormats& formats,
                                                 arrow::MemoryPool* pool) {
  ARROW_RETURN_NOT_OK(CheckReadable(field, pool));
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(pool, field.type(), &builder));
  return std::make_unique<NestedColumn>(field, formats, std::move(builder));
}

}  // namespace tarn::json
