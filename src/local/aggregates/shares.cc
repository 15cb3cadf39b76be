#include <arrow/array/array_nested.h>
#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/shares_internal.h"
#include "local/kernels/int128.h"

namespace tarn::local {
namespace {

// As Java converts: the fraction is cut off, what is too large becomes the greatest, NaN 0.
template <typename Integer>
Integer Truncated(double value) {
  constexpr double kLimit = -static_cast<double>(std::numeric_limits<Integer>::min());
  if (std::isnan(value)) return 0;
  if (value >= kLimit) return std::numeric_limits<Integer>::max();
  if (value <= -kLimit) return std::numeric_limits<Integer>::min();
  return static_cast<Integer>(value);
}

// The number that the shortest text of `value` says; none where the type can't hold it.
std::optional<Int128> DecimalOf(double value, const arrow::Decimal128Type& type) {
  if (!std::isfinite(value)) return std::nullopt;
  arrow::Decimal256 decimal;
  int32_t precision = 0, scale = 0;
  if (!arrow::Decimal256::FromString(fmt::format("{}", value), &decimal, &precision, &scale).ok()) {
    return std::nullopt;
  }
  decimal = scale > type.scale() ? decimal.ReduceScaleBy(scale - type.scale(), /*round=*/true)
                                 : decimal.IncreaseScaleBy(type.scale() - scale);
  if (!decimal.FitsInPrecision(type.precision())) return std::nullopt;
  const auto& words = decimal.little_endian_array();
  return ToInt128(arrow::Decimal128(static_cast<int64_t>(words[1]), words[0]));
}

template <typename Storage>
std::shared_ptr<arrow::Array> ArrayAs(const std::shared_ptr<arrow::DataType>& type,
                                      const std::vector<double>& values,
                                      const std::vector<uint8_t>& has_value) {
  std::vector<Storage> converted;
  converted.reserve(values.size());
  for (const double value : values) {
    if constexpr (std::is_floating_point_v<Storage>) {
      converted.push_back(static_cast<Storage>(value));
    } else if constexpr (sizeof(Storage) < sizeof(int32_t)) {
      converted.push_back(static_cast<Storage>(Truncated<int32_t>(value)));
    } else {
      converted.push_back(Truncated<Storage>(value));
    }
  }
  return NullableArray(type, std::move(converted), has_value);
}

std::shared_ptr<arrow::Array> DecimalsOf(const std::shared_ptr<arrow::DataType>& type,
                                         const std::vector<double>& values,
                                         std::vector<uint8_t> has_value) {
  std::vector<Int128> converted;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::optional<Int128> decimal =
        DecimalOf(values[i], static_cast<const arrow::Decimal128Type&>(*type));
    if (!decimal) has_value[i] = 0;
    converted.push_back(decimal.value_or(0));
  }
  return NullableArray(type, std::move(converted), has_value);
}

}  // namespace

double DoubleAt(const arrow::Array& values, int64_t row) {
  switch (values.type_id()) {
    case arrow::Type::DATE32:
    case arrow::Type::INTERVAL_MONTHS:
      return values.data()->GetValues<int32_t>(1)[row];
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return static_cast<double>(values.data()->GetValues<int64_t>(1)[row]);
    default:
      return values.data()->GetValues<double>(1)[row];
  }
}

Result<std::shared_ptr<arrow::Array>> NumbersOf(const std::shared_ptr<arrow::DataType>& type,
                                                const std::vector<double>& values,
                                                const std::vector<uint8_t>& has_value) {
  switch (type->id()) {
    case arrow::Type::INT8:
      return ArrayAs<int8_t>(type, values, has_value);
    case arrow::Type::INT16:
      return ArrayAs<int16_t>(type, values, has_value);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::INTERVAL_MONTHS:
      return ArrayAs<int32_t>(type, values, has_value);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return ArrayAs<int64_t>(type, values, has_value);
    case arrow::Type::FLOAT:
      return ArrayAs<float>(type, values, has_value);
    case arrow::Type::DOUBLE:
      return ArrayAs<double>(type, values, has_value);
    case arrow::Type::DECIMAL128:
      return DecimalsOf(type, values, has_value);
    default:
      return Status::NotImplemented("a DOUBLE as this type: ", *type);
  }
}

Result<Shares> SharesOf(const plan::AggregateCall& call, const arrow::Scalar& share) {
  const auto refuse = [&](const std::string& what) {
    return AggregateError(call, "DATATYPE_MISMATCH",
                          fmt::format("the share of {} is {}", call.function->name, what),
                          "shares are numbers from 0.0 to 1.0");
  };
  if (!share.is_valid) return refuse("NULL");
  Shares shares;
  if (share.type->id() == arrow::Type::LIST) {
    shares.are_list = true;
    const auto& list = static_cast<const arrow::ListScalar&>(share).value;
    for (int64_t i = 0; i < list->length(); ++i) {
      if (list->IsNull(i)) return refuse("NULL");
      shares.values.push_back(static_cast<const arrow::DoubleArray&>(*list).Value(i));
    }
  } else {
    shares.values = {static_cast<const arrow::DoubleScalar&>(share).value};
  }
  for (const double value : shares.values) {
    if (!(value >= 0.0 && value <= 1.0)) return refuse(fmt::format("{}", value));
  }
  return shares;
}

Result<std::shared_ptr<arrow::Array>> ArrayOfShares(const std::shared_ptr<arrow::DataType>& type,
                                                    const Shares& shares,
                                                    std::vector<double> values,
                                                    const std::vector<uint8_t>& has_values) {
  if (!shares.are_list) return NumbersOf(type, values, has_values);
  const size_t num_shares = shares.values.size();
  std::vector<int32_t> offsets = {0};
  std::vector<uint8_t> validity(arrow::bit_util::BytesForBits(has_values.size()), 0);
  for (size_t group = 0; group < has_values.size(); ++group) {
    const size_t end = (group + 1) * num_shares;
    if (end > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
      return Status::CapacityError("lists of more than 2147483647 values: group by fewer keys");
    }
    offsets.push_back(static_cast<int32_t>(end));
    // No share gives NULL, as in Spark.
    arrow::bit_util::SetBitTo(validity.data(), group, has_values[group] != 0 && num_shares > 0);
  }
  const std::vector<uint8_t> all(values.size(), 1);
  ARROW_ASSIGN_OR_RAISE(
      const auto numbers,
      NumbersOf(static_cast<const arrow::ListType&>(*type).value_type(), values, all));
  return std::make_shared<arrow::ListArray>(type, static_cast<int64_t>(has_values.size()),
                                            arrow::Buffer::FromVector(std::move(offsets)), numbers,
                                            arrow::Buffer::FromVector(std::move(validity)));
}

}  // namespace tarn::local
