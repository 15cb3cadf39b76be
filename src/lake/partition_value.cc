#include "lake/partition_value.h"

#include <arrow/util/decimal.h>

#include "values/spark_datetime.h"

namespace tarn::lake {

Result<std::shared_ptr<arrow::Scalar>> PartitionScalar(const std::optional<std::string>& text,
                                                       const std::shared_ptr<arrow::DataType>& type,
                                                       const TimeZone& zone) {
  if (!text) return arrow::MakeNullScalar(type);
  switch (type->id()) {
    case arrow::Type::STRING:
      return arrow::MakeScalar(*text);
    case arrow::Type::DATE32: {
      int32_t days = 0;
      if (!ParseSparkDate(*text, &days)) return Status::Invalid("not a DATE: ", *text);
      return std::make_shared<arrow::Date32Scalar>(days);
    }
    case arrow::Type::TIMESTAMP: {
      int64_t micros = 0;
      const bool has_zone = !static_cast<const arrow::TimestampType&>(*type).timezone().empty();
      const SparkClock clock{has_zone ? &zone : nullptr};
      if (!ParseSparkTimestamp(*text, clock, &micros))
        return Status::Invalid("not a TIMESTAMP: ", *text);
      return std::make_shared<arrow::TimestampScalar>(micros, type);
    }
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(*type);
      arrow::Decimal128 value;
      int32_t precision = 0, scale = 0;
      ARROW_RETURN_NOT_OK(arrow::Decimal128::FromString(*text, &value, &precision, &scale));
      ARROW_ASSIGN_OR_RAISE(value, value.Rescale(scale, decimal.scale()));
      return std::make_shared<arrow::Decimal128Scalar>(value, type);
    }
    default:
      return arrow::Scalar::Parse(type, *text);
  }
}

}  // namespace tarn::lake
