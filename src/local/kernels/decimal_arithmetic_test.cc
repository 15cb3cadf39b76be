#include <gtest/gtest.h>

#include <random>

#include "local/kernels/cast.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "plan/functions.h"

namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;

// A DECIMAL's type and unscaled value.
struct Operand {
  int precision = 1;
  int scale = 0;
  Decimal128 value;

  std::shared_ptr<arrow::DataType> type() const { return arrow::decimal128(precision, scale); }
  Datum datum() const { return Datum(std::make_shared<arrow::Decimal128Scalar>(value, type())); }
  std::string text() const { return value.ToString(scale) + " of " + type()->ToString(); }
};

// Around 64 bits, the edges of the type, and anything between.
class RandomOperands {
 public:
  Operand Next() {
    Operand operand;
    operand.precision = Below(38) + 1;
    operand.scale = Below(operand.precision + 1);
    const Int128 limit = PowerOfTen(operand.precision) - 1;
    Int128 value = 0;
    switch (Below(5)) {
      case 0:
        value = limit;
        break;
      case 1:
        value = Int128{INT64_MAX} + Below(3) - 1;
        break;
      case 2:
        value = PowerOfTen(Below(operand.precision)) / (1 + Below(2));
        break;
      case 3:
        value = Below(100);
        break;
      default:
        value = (Int128{static_cast<int64_t>(random_())} << Below(64)) + Below(1000);
    }
    if (Below(2) == 0) value = -value;
    operand.value = ToDecimal128(value % (limit + 1));
    return operand;
  }

  int Below(int limit) { return static_cast<int>(random_() % limit); }

 private:
  std::mt19937_64 random_{20181121};
};

// The kernel's value, as text; "error" where it gives one.
std::string Computed(const Result<Datum>& result) {
  if (!result.ok()) return "error";
  if (result->is_scalar()) return result->scalar()->ToString();
  const auto array = result->make_array();
  EXPECT_TRUE(array->Validate().ok());
  return array->GetScalar(0).ValueOrDie()->ToString();
}

std::string Expected(const Decimal256& value, const arrow::DataType& type) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  if (!value.FitsInPrecision(decimal.precision())) return "error";
  return value.ToString(decimal.scale());
}

TEST(DecimalArithmetic, IsThatOf256Bits) {
  const std::pair<char, const char*> kOperators[] = {{'+', "add"},      {'-', "subtract"},
                                                     {'*', "multiply"}, {'/', "divide"},
                                                     {'%', "mod"},      {'p', "pmod"}};
  RandomOperands random;
  for (int i = 0; i < 60000; ++i) {
    const Operand a = random.Next(), b = random.Next();
    const auto [op, name] = kOperators[i % std::size(kOperators)];
    plan::Expr call;
    call.type = plan::ResolveFunction(name, {{a.type()}, {b.type()}}).ValueOrDie().type;
    const auto& type = static_cast<const arrow::DecimalType&>(*call.type);
    const Result<Datum> result =
        DecimalArithmetic(op, {.num_rows = 1, .call = &call}, {a.datum(), b.datum()});
    const bool divides_by_zero = (op == '/' || op == '%' || op == 'p') && b.value == Decimal128(0);
    const std::string expected =
        divides_by_zero ? "error"
                        : Expected(ComputeWide(op, Decimal256(a.value), Decimal256(b.value),
                                               {a.scale, b.scale, type.scale()}),
                                   type);
    ASSERT_EQ(Computed(result), expected) << a.text() << " " << op << " " << b.text();
  }
}

// Where Arrow's own division errs.
TEST(DecimalArithmetic, DividesRightly) {
  const Decimal256 product(Decimal256("-92233720368547748856627963145224192"));
  EXPECT_EQ(RescaleHalfUp(product, 15, 0).ToIntegerString(), "-92233720368547748857");
  EXPECT_EQ(ComputeWide('%', product, Decimal256("1000000000000000"), {}).ToIntegerString(),
            "-627963145224192");
}

TEST(DecimalCasts, AreThoseOf256Bits) {
  RandomOperands random;
  for (int i = 0; i < 30000; ++i) {
    const Operand from = random.Next(), to = random.Next();
    plan::Expr cast;
    cast.type = to.type();
    const Result<Datum> result = Cast({.num_rows = 1, .call = &cast}, from.datum());
    const std::string expected =
        Expected(RescaleHalfUp(Decimal256(from.value), from.scale, to.scale), *cast.type);
    ASSERT_EQ(Computed(result),
              from.type()->Equals(*cast.type) ? from.value.ToString(from.scale) : expected)
        << from.text() << " to " << cast.type->ToString();
  }
}

TEST(DecimalRounding, IsThatOf256Bits) {
  RandomOperands random;
  const Kernel round = FindKernel(*plan::FindFunction("round"));
  for (int i = 0; i < 30000; ++i) {
    const Operand x = random.Next();
    const int digits = random.Below(42) - 2;
    plan::Expr call;
    call.type = plan::ResolveFunction("round", {{x.type()}, {arrow::int32(), false, true, digits}})
                    .ValueOrDie()
                    .type;
    const int scale = std::min(digits, x.scale);
    Decimal256 expected = RescaleHalfUp(Decimal256(x.value), x.scale, scale);
    if (scale < 0) expected = Decimal256(expected.IncreaseScaleBy(-scale));
    ASSERT_EQ(
        Computed(round.call({.num_rows = 1, .call = &call}, {x.datum(), Datum(int32_t{digits})})),
        Expected(expected, *call.type))
        << x.text() << " at " << digits;
  }
}

TEST(DecimalCasts, GiveTheNearestDoubleAndTheWholeNumber) {
  RandomOperands random;
  for (int i = 0; i < 30000; ++i) {
    const Operand from = random.Next();
    plan::Expr cast;
    cast.type = arrow::float64();
    const auto real = Cast({.num_rows = 1, .call = &cast}, from.datum()).ValueOrDie().make_array();
    const std::string text = from.value.ToString(from.scale);
    ASSERT_EQ(static_cast<const arrow::DoubleArray&>(*real).Value(0),
              std::strtod(text.c_str(), nullptr))
        << from.text();
    cast.type = arrow::int64();
    const Decimal128 whole(from.value.ReduceScaleBy(from.scale, /*round=*/false));
    const bool fits = FitsInt64(ToInt128(whole));
    ASSERT_EQ(Computed(Cast({.num_rows = 1, .call = &cast}, from.datum())),
              fits ? whole.ToIntegerString() : "error")
        << from.text();
  }
}

}  // namespace
}  // namespace tarn::local
