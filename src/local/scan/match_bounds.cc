#include "local/scan/match_bounds.h"

#include <arrow/type.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <optional>

namespace tarn::local {
namespace {

using Op = json::Comparison::Op;

// How two values stand to each other; nothing where either is not known.
using Order = std::optional<std::partial_ordering>;

template <typename Scalar>
Order OrderAs(const arrow::Scalar& left, const arrow::Scalar& right) {
  const auto& a = static_cast<const Scalar&>(left).value;
  const auto& b = static_cast<const Scalar&>(right).value;
  if (a == b) return std::partial_ordering::equivalent;
  if (a < b) return std::partial_ordering::less;
  if (b < a) return std::partial_ordering::greater;
  return std::nullopt;  // NaN
}

Order OrderOf(const std::shared_ptr<arrow::Scalar>& left, const arrow::Scalar& right) {
  if (left == nullptr || !left->is_valid || !left->type->Equals(*right.type)) return std::nullopt;
  switch (right.type->id()) {
    case arrow::Type::BOOL:
      return OrderAs<arrow::BooleanScalar>(*left, right);
    case arrow::Type::INT8:
      return OrderAs<arrow::Int8Scalar>(*left, right);
    case arrow::Type::INT16:
      return OrderAs<arrow::Int16Scalar>(*left, right);
    case arrow::Type::INT32:
      return OrderAs<arrow::Int32Scalar>(*left, right);
    case arrow::Type::INT64:
      return OrderAs<arrow::Int64Scalar>(*left, right);
    case arrow::Type::FLOAT:
      return OrderAs<arrow::FloatScalar>(*left, right);
    case arrow::Type::DOUBLE:
      return OrderAs<arrow::DoubleScalar>(*left, right);
    case arrow::Type::DATE32:
      return OrderAs<arrow::Date32Scalar>(*left, right);
    case arrow::Type::TIMESTAMP:
      return OrderAs<arrow::TimestampScalar>(*left, right);
    case arrow::Type::DECIMAL128:
      return OrderAs<arrow::Decimal128Scalar>(*left, right);
    case arrow::Type::STRING: {
      const int order = static_cast<const arrow::StringScalar&>(*left).view().compare(
          static_cast<const arrow::StringScalar&>(right).view());
      return order <=> 0;
    }
    default:
      return std::nullopt;
  }
}

// NaN is greater than all other numbers, and no bound speaks of it.
bool MayBeNan(const arrow::Scalar& value) {
  return value.type->id() == arrow::Type::FLOAT || value.type->id() == arrow::Type::DOUBLE;
}

bool MayMatchOne(const json::Comparison& comparison, const lake::ColumnBounds& bounds) {
  if (comparison.op == Op::kIsNull) return bounds.may_be_null;
  if (bounds.is_all_null) return false;
  if (comparison.op == Op::kIsNotNull) return true;
  const arrow::Scalar& value = *comparison.value;
  const Order min = OrderOf(bounds.min, value);
  const Order max = OrderOf(bounds.max, value);
  const bool nothing_greater = max && !std::is_gt(*max) && !MayBeNan(value);
  switch (comparison.op) {
    case Op::kEq:
      return !(min && std::is_gt(*min)) && !(max && std::is_lt(*max));
    case Op::kNe:
      return !(min && std::is_eq(*min) && max && std::is_eq(*max)) || MayBeNan(value);
    case Op::kLt:
      return !(min && std::is_gteq(*min));
    case Op::kLe:
      return !(min && std::is_gt(*min));
    case Op::kGt:
      return !nothing_greater;
    case Op::kGe:
      return !(nothing_greater && std::is_lt(*max));
    default:
      return true;
  }
}

}  // namespace

bool MayMatch(const json::RowFilter& filter, const std::vector<lake::ColumnBounds>& bounds) {
  const auto all_may = [&](const std::vector<json::Comparison>& comparisons) {
    return std::all_of(comparisons.begin(), comparisons.end(), [&](const json::Comparison& one) {
      return MayMatchOne(one, bounds[one.field]);
    });
  };
  return filter.any_of.empty() || std::any_of(filter.any_of.begin(), filter.any_of.end(), all_may);
}

}  // namespace tarn::local
