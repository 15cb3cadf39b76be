#include "plan/coercion.h"

#include <algorithm>

#include "plan/functions.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn::plan {
namespace {

int IntegerRank(const arrow::DataType& type) { return type.bit_width(); }

bool IsAtomic(const arrow::DataType& type) { return !arrow::is_nested(type.id()); }

// Whether `type`, or one inside it, is of those that are asked for.
template <typename Predicate>
bool HasType(const arrow::DataType& type, const Predicate& is_asked_for) {
  return is_asked_for(type) ||
         std::any_of(type.fields().begin(), type.fields().end(),
                     [&](const auto& field) { return HasType(*field->type(), is_asked_for); });
}

// A string beside another type: Spark reads it as a value of that type.
TypePtr CommonWithString(const TypePtr& other) {
  if (IsInteger(*other)) return arrow::int64();
  if (IsFloating(*other) || IsDecimal(*other)) return arrow::float64();
  // Text is never read as an interval where nothing says so.
  const bool is_interval = IsInterval(*other) || IsCalendarInterval(*other);
  return IsAtomic(*other) && !is_interval ? other : nullptr;
}

// A moment beside a moment: TIMESTAMP before TIMESTAMP_NTZ before DATE.
TypePtr CommonTemporal(const TypePtr& left, const TypePtr& right) {
  if (left->id() == arrow::Type::DATE32) return right;
  if (right->id() == arrow::Type::DATE32) return left;
  return IsTimestampNtz(*left) ? right : left;
}

// Intervals of one kind: one with the fields of both.
TypePtr CommonInterval(const TypePtr& left, const TypePtr& right) {
  if (left->id() != right->id()) return nullptr;
  return IntervalType(WiderInterval(IntervalRangeOf(*left), IntervalRangeOf(*right)));
}

TypePtr CommonTime(const TypePtr& left, const TypePtr& right) {
  return TimeDigitsOf(*left) >= TimeDigitsOf(*right) ? left : right;
}

TypePtr CommonNumeric(const TypePtr& left, const TypePtr& right) {
  if (IsInteger(*left) && IsInteger(*right)) {
    return IntegerRank(*left) >= IntegerRank(*right) ? left : right;
  }
  bool floating = IsFloating(*left) || IsFloating(*right);
  if (floating && left->id() == arrow::Type::FLOAT && right->id() == arrow::Type::FLOAT)
    return left;
  // FLOAT beside anything else would lose digits.
  if (floating) return arrow::float64();
  return WiderDecimal(IsDecimal(*left) ? *left : *DecimalOf(*left),
                      IsDecimal(*right) ? *right : *DecimalOf(*right));
}

// Types of the same constructor, their parts brought together.
TypePtr CommonNested(const TypePtr& left, const TypePtr& right, Widening widening) {
  if (left->id() != right->id() || left->num_fields() != right->num_fields()) return nullptr;
  if (left->id() == arrow::Type::MAP) {
    const auto& a = static_cast<const arrow::MapType&>(*left);
    const auto& b = static_cast<const arrow::MapType&>(*right);
    const TypePtr key = WiderType(a.key_type(), b.key_type(), widening);
    const TypePtr value = WiderType(a.item_type(), b.item_type(), widening);
    return key == nullptr || value == nullptr ? nullptr : arrow::map(key, value);
  }
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (int i = 0; i < left->num_fields(); ++i) {
    TypePtr type = WiderType(left->field(i)->type(), right->field(i)->type(), widening);
    if (type == nullptr) return nullptr;
    fields.push_back(left->field(i)->WithType(type)->WithNullable(true));
  }
  if (left->id() == arrow::Type::LIST) return arrow::list(fields[0]->type());
  if (left->id() == arrow::Type::STRUCT) return arrow::struct_(fields);
  return nullptr;
}

}  // namespace

bool IsInteger(const arrow::DataType& type) { return arrow::is_signed_integer(type.id()); }

bool IsFloating(const arrow::DataType& type) {
  return type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE;
}

bool IsDecimal(const arrow::DataType& type) { return type.id() == arrow::Type::DECIMAL128; }

bool IsTemporal(const arrow::DataType& type) {
  return type.id() == arrow::Type::DATE32 || type.id() == arrow::Type::TIMESTAMP;
}

bool IsTimestampNtz(const arrow::DataType& type) {
  return type.id() == arrow::Type::TIMESTAMP &&
         static_cast<const arrow::TimestampType&>(type).timezone().empty();
}

bool HasTimestamp(const arrow::DataType& type) {
  return HasType(type, [](const arrow::DataType& inner) {
    return inner.id() == arrow::Type::TIMESTAMP && !IsTimestampNtz(inner);
  });
}

bool CastReadsClock(const arrow::DataType& from, const arrow::DataType& to) {
  const auto is_text = [](const arrow::DataType& type) { return type.id() == arrow::Type::STRING; };
  const auto is_moment = [](const arrow::DataType& type) {
    return type.id() == arrow::Type::TIMESTAMP;
  };
  return (HasType(from, is_text) && HasTimestamp(to)) ||
         (HasType(from, IsTime) && HasType(to, is_moment));
}

bool IsNumeric(const arrow::DataType& type) {
  return IsInteger(type) || IsFloating(type) || IsDecimal(type);
}

TypePtr DecimalOf(const arrow::DataType& integer_type) {
  switch (integer_type.id()) {
    case arrow::Type::INT8:
      return arrow::decimal128(3, 0);
    case arrow::Type::INT16:
      return arrow::decimal128(5, 0);
    case arrow::Type::INT32:
      return arrow::decimal128(10, 0);
    default:
      return arrow::decimal128(20, 0);
  }
}

TypePtr CappedDecimal(int precision, int scale) {
  return arrow::decimal128(std::min(precision, kDecimalDigitsMax),
                           std::min(scale, kDecimalDigitsMax));
}

TypePtr BoundedDecimal(int precision, int scale) {
  if (precision <= kDecimalDigitsMax) return arrow::decimal128(precision, scale);
  int whole_digits = precision - scale;
  int kept_scale = std::max(kDecimalDigitsMax - whole_digits, std::min(scale, 6));
  return arrow::decimal128(kDecimalDigitsMax, kept_scale);
}

TypePtr WiderDecimal(const arrow::DataType& left, const arrow::DataType& right) {
  const auto& a = static_cast<const arrow::DecimalType&>(left);
  const auto& b = static_cast<const arrow::DecimalType&>(right);
  int scale = std::max(a.scale(), b.scale());
  int whole_digits = std::max(a.precision() - a.scale(), b.precision() - b.scale());
  // Beyond 38 digits, those before the point are kept.
  if (whole_digits + scale > kDecimalDigitsMax) scale = kDecimalDigitsMax - whole_digits;
  return arrow::decimal128(whole_digits + scale, scale);
}

TypePtr CommonType(const TypePtr& left, const TypePtr& right) {
  return WiderType(left, right, Widening::kAny);
}

TypePtr WiderType(const TypePtr& left, const TypePtr& right, Widening widening) {
  if (SameType(*left, *right)) return left;
  if (left->id() == arrow::Type::NA) return right;
  if (right->id() == arrow::Type::NA) return left;
  if (IsNumeric(*left) && IsNumeric(*right)) {
    const bool is_decimal = IsDecimal(*left) || IsDecimal(*right);
    if (is_decimal && widening == Widening::kTightest) return nullptr;
    return CommonNumeric(left, right);
  }
  if (IsTemporal(*left) && IsTemporal(*right)) return CommonTemporal(left, right);
  if (IsInterval(*left) && IsInterval(*right)) return CommonInterval(left, right);
  if (IsTime(*left) && IsTime(*right)) return CommonTime(left, right);
  const bool has_text = left->id() == arrow::Type::STRING || right->id() == arrow::Type::STRING;
  if (has_text && widening != Widening::kAny) return nullptr;
  if (left->id() == arrow::Type::STRING) return CommonWithString(right);
  if (right->id() == arrow::Type::STRING) return CommonWithString(left);
  return CommonNested(left, right, widening);
}

namespace {

// An ARRAY, MAP or STRUCT to another one: part by part; the names of fields do not count.
bool CanCastParts(const arrow::DataType& from, const arrow::DataType& to) {
  if (from.id() != to.id() || from.num_fields() != to.num_fields()) return false;
  for (int i = 0; i < from.num_fields(); ++i) {
    if (!CanCast(*from.field(i)->type(), *to.field(i)->type())) return false;
  }
  return true;
}

}  // namespace

bool CanCast(const arrow::DataType& from, const arrow::DataType& to) {
  using arrow::Type;
  if (from.Equals(to) || from.id() == Type::NA) return true;
  if (to.id() == Type::STRING) return true;
  if (!IsAtomic(from) || !IsAtomic(to)) return CanCastParts(from, to);
  if (IsCalendarInterval(from) || IsCalendarInterval(to)) return false;
  if (from.id() == Type::STRING) return true;
  bool from_numeric = IsNumeric(from) || from.id() == Type::BOOL;
  bool to_numeric = IsNumeric(to) || to.id() == Type::BOOL;
  if (from_numeric && to_numeric) return true;
  if (IsTemporal(from) && IsTemporal(to)) return true;
  if (IsTime(from)) {
    return IsTime(to) || IsInteger(to) || IsDecimal(to) || to.id() == Type::TIMESTAMP;
  }
  if (IsTime(to)) return from.id() == Type::TIMESTAMP;
  if (IsInterval(from)) return from.id() == to.id() || IsInteger(to) || IsDecimal(to);
  if (IsInterval(to)) return IsInteger(from) || IsDecimal(from);
  if (from.id() == Type::TIMESTAMP) return IsNumeric(to) && !IsTimestampNtz(from);
  return to.id() == Type::TIMESTAMP && IsNumeric(from) && !IsTimestampNtz(to);
}

bool CanCastImplicitly(const arrow::DataType& from, const arrow::DataType& to) {
  using arrow::Type;
  if (from.Equals(to) || from.id() == Type::NA) return true;
  if (!IsAtomic(from) || !IsAtomic(to)) return false;
  if (IsCalendarInterval(from) || IsCalendarInterval(to)) return to.id() == Type::STRING;
  if (IsInterval(from) || IsInterval(to)) {
    return from.id() == to.id() || to.id() == Type::STRING;
  }
  if (from.id() == Type::STRING) return true;
  if (to.id() == Type::STRING) return true;
  if (IsNumeric(from) && IsNumeric(to)) return true;
  // Spark takes a TIME for a TIMESTAMP of today as well, another one each day.
  if (IsTime(from)) return IsTime(to);
  return IsTemporal(from) && IsTemporal(to);
}

}  // namespace tarn::plan
