#include "spark/connect/literal.h"

#include <arrow/util/decimal.h>

#include "spark/connect/data_type.h"

namespace tarn::connect {
namespace {

using proto_literal = ::spark::connect::Expression::Literal;

Result<std::shared_ptr<arrow::Scalar>> DecimalOf(const proto_literal::Decimal& literal) {
  ARROW_ASSIGN_OR_RAISE(auto value, arrow::Decimal128::FromString(literal.value()));
  int32_t precision = 0;
  int32_t scale = 0;
  ARROW_RETURN_NOT_OK(arrow::Decimal128::FromString(literal.value(), &value, &precision, &scale));
  if (literal.has_scale() && literal.scale() != scale) {
    ARROW_ASSIGN_OR_RAISE(value, value.Rescale(scale, literal.scale()));
    scale = literal.scale();
  }
  if (literal.has_precision()) precision = literal.precision();
  ARROW_ASSIGN_OR_RAISE(auto type, arrow::Decimal128Type::Make(precision, scale));
  return std::make_shared<arrow::Decimal128Scalar>(value, std::move(type));
}

}  // namespace

Result<std::shared_ptr<arrow::Scalar>> ScalarOf(const proto_literal& literal) {
  using arrow::TimeUnit;
  switch (literal.literal_type_case()) {
    case proto_literal::kNull: {
      ARROW_ASSIGN_OR_RAISE(auto type, ArrowTypeOf(literal.null()));
      return arrow::MakeNullScalar(std::move(type));
    }
    case proto_literal::kBinary:
      return std::make_shared<arrow::BinaryScalar>(literal.binary());
    case proto_literal::kBoolean:
      return std::make_shared<arrow::BooleanScalar>(literal.boolean());
    case proto_literal::kByte:
      return std::make_shared<arrow::Int8Scalar>(static_cast<int8_t>(literal.byte()));
    case proto_literal::kShort:
      return std::make_shared<arrow::Int16Scalar>(static_cast<int16_t>(literal.short_()));
    case proto_literal::kInteger:
      return std::make_shared<arrow::Int32Scalar>(literal.integer());
    case proto_literal::kLong:
      return std::make_shared<arrow::Int64Scalar>(literal.long_());
    case proto_literal::kFloat:
      return std::make_shared<arrow::FloatScalar>(literal.float_());
    case proto_literal::kDouble:
      return std::make_shared<arrow::DoubleScalar>(literal.double_());
    case proto_literal::kDecimal:
      return DecimalOf(literal.decimal());
    case proto_literal::kString:
      return std::make_shared<arrow::StringScalar>(literal.string());
    case proto_literal::kDate:
      return std::make_shared<arrow::Date32Scalar>(literal.date());
    case proto_literal::kTimestamp:
      return std::make_shared<arrow::TimestampScalar>(literal.timestamp(),
                                                      timestamp(TimeUnit::MICRO, "UTC"));
    case proto_literal::kTimestampNtz:
      return std::make_shared<arrow::TimestampScalar>(literal.timestamp_ntz(),
                                                      timestamp(TimeUnit::MICRO));
    default:
      return Status::NotImplemented("A value of Spark's that is nested or an interval");
  }
}

}  // namespace tarn::connect
