#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "json/convert.h"
#include "json/record/valid_json.h"
#include "json/value_misfit_internal.h"

namespace tarn::json {
namespace {

template <class T>
bool FitsInteger(const Value& value) {
  T converted = 0;
  return ConvertToInteger(value, &converted);
}

bool FitsFlat(const Value& value, const arrow::DataType& type, const DatetimeFormats& formats) {
  switch (type.id()) {
    case arrow::Type::BOOL: {
      bool converted = false;
      return ConvertToBool(value, &converted);
    }
    case arrow::Type::INT8:
      return FitsInteger<int8_t>(value);
    case arrow::Type::INT16:
      return FitsInteger<int16_t>(value);
    case arrow::Type::INT32:
      return FitsInteger<int32_t>(value);
    case arrow::Type::INT64:
      return FitsInteger<int64_t>(value);
    case arrow::Type::FLOAT: {
      float converted = 0;
      return ConvertToFloat(value, &converted);
    }
    case arrow::Type::DOUBLE: {
      double converted = 0;
      return ConvertToDouble(value, &converted);
    }
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
      arrow::Decimal128 converted;
      return ConvertToDecimal(value, decimal.precision(), decimal.scale(), &converted);
    }
    case arrow::Type::DATE32: {
      int32_t converted = 0;
      return ConvertToDate(value, formats.date.get(), &converted);
    }
    case arrow::Type::TIMESTAMP: {
      int64_t converted = 0;
      return TimestampConverterOf(type)(value, formats, &converted);
    }
    case arrow::Type::TIME64: {
      int64_t converted = 0;
      return ConvertToTime(value, &converted);
    }
    case arrow::Type::BINARY: {
      std::string converted;
      return ConvertToBinary(value, &converted);
    }
    default:
      return true;
  }
}

/// Looks through the parts of values for those that do not fit.
class MisfitFinder {
 public:
  /// \param[in] takes_first whether the first one is enough
  MisfitFinder(const DatetimeFormats& formats, bool takes_first)
      : formats_(formats), takes_first_(takes_first) {}

  void Visit(const std::string& path, const Value& value, const arrow::DataType& type,
             bool is_hidden = false) {
    if (value.is_null() || is_done()) return;
    if (!FitsOutside(value, type, formats_)) {
      if (takes_first_) first_ = {value.begin, DescribeMisfit(path, value, type)};
      parts_.push_back({path, value, is_hidden});
      return;
    }
    switch (type.id()) {
      case arrow::Type::LIST:
        return VisitList(path, value, *type.field(0)->type(), is_hidden);
      case arrow::Type::STRUCT:
        return VisitStruct(path, value, static_cast<const arrow::StructType&>(type), is_hidden);
      case arrow::Type::MAP:
        return VisitMap(path, value, *static_cast<const arrow::MapType&>(type).item_type(),
                        is_hidden);
      default:
        return;
    }
  }

  std::vector<MisfitPart> TakeParts() { return std::move(parts_); }

  std::optional<InnerMisfit> TakeFirst() {
    if (parts_.empty()) return std::nullopt;
    return std::move(first_);
  }

 private:
  bool is_done() const { return takes_first_ && !parts_.empty(); }

  void VisitList(const std::string& path, const Value& value, const arrow::DataType& type,
                 bool is_hidden) {
    size_t number = 0;
    for (const Value& element : ElementsOf(value)) {
      const std::string index = takes_first_ ? "[]" : fmt::format("[{}]", number++);
      Visit(path + index, element, type, is_hidden);
    }
  }

  void VisitStruct(const std::string& path, const Value& value, const arrow::StructType& type,
                   bool is_hidden) {
    std::vector<std::vector<Value>> values(type.num_fields());
    for (const ObjectMember& member : MembersOf(value)) {
      const int field = type.GetFieldIndex(member.key);
      if (field >= 0) values[field].push_back(member.value);
    }
    for (int i = 0; i < type.num_fields(); ++i) {
      const arrow::Field& field = *type.field(i);
      for (size_t n = 0; n < values[i].size(); ++n) {
        Visit(path + "." + field.name(), values[i][n], *field.type(),
              is_hidden || n + 1 < values[i].size());
      }
    }
  }

  void VisitMap(const std::string& path, const Value& value, const arrow::DataType& type,
                bool is_hidden) {
    for (const ObjectMember& member : MembersOf(value)) {
      Visit(path + "." + member.key, member.value, type, is_hidden);
    }
  }

  const DatetimeFormats& formats_;
  const bool takes_first_;
  std::vector<MisfitPart> parts_;
  InnerMisfit first_{};
};

}  // namespace

bool FitsOutside(const Value& value, const arrow::DataType& type, const DatetimeFormats& formats) {
  switch (type.id()) {
    case arrow::Type::LIST:
      return value.kind == ValueKind::kArray;
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
      return value.kind == ValueKind::kObject;
    default:
      return FitsFlat(value, type, formats);
  }
}

std::optional<InnerMisfit> FindMisfit(const std::string& path, const Value& value,
                                      const arrow::DataType& type, const DatetimeFormats& formats) {
  MisfitFinder finder(formats, /*takes_first=*/true);
  finder.Visit(path, value, type);
  return finder.TakeFirst();
}

std::vector<MisfitPart> FindMisfitParts(const std::string& path, const Value& value,
                                        const arrow::DataType& type,
                                        const DatetimeFormats& formats) {
  MisfitFinder finder(formats, /*takes_first=*/false);
  finder.Visit(path, value, type);
  return finder.TakeParts();
}

}  // namespace tarn::json
