#include <arrow/compute/api.h>

#include <cmath>

#include "local/kernels/cast.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/spread_internal.h"
#include "rows/row_key.h"

// Comparison, tests for NULL, and choices by comparison. NaN equals NaN and is the greatest number.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Type;
using Args = std::vector<Datum>;

template <typename T>
int Compare(T a, T b) {
  bool a_nan = std::isnan(a), b_nan = std::isnan(b);
  if (a_nan || b_nan) return static_cast<int>(a_nan) - static_cast<int>(b_nan);
  return a < b ? -1 : a > b;
}

// `holds` of the three-way comparison, for floating-point numbers.
template <typename Holds>
Result<Datum> CompareFloats(const KernelContext& context, const Args& args, Holds holds) {
  if (args[0].type()->id() == Type::FLOAT) {
    return MapToBoolean<float, float>(context, args,
                                      [&](float a, float b) { return holds(Compare(a, b)); });
  }
  return MapToBoolean<double, double>(context, args,
                                      [&](double a, double b) { return holds(Compare(a, b)); });
}

// Arrow has no order of months.
template <typename Holds>
Result<Datum> CompareMonths(const KernelContext& context, const Args& args, Holds holds) {
  return MapToBoolean<int32_t, int32_t>(
      context, args, [&](int32_t a, int32_t b) { return holds(a < b ? -1 : a > b); });
}

bool IsFloat(const Datum& datum) {
  return datum.type()->id() == Type::FLOAT || datum.type()->id() == Type::DOUBLE;
}

// `holds` of the three-way comparison, for structs and arrays. NULL where one side is; inside, NULL
// is the least value and equals itself.
template <typename Holds>
Result<Datum> CompareNested(const KernelContext& context, const Args& args, Holds holds) {
  arrow::ArrayVector sides;
  std::vector<RowKeys> keys;
  for (const Datum& arg : args) {
    ARROW_ASSIGN_OR_RAISE(const Datum side, Spread(arg, context.num_rows));
    sides.push_back(side.make_array());
    ARROW_ASSIGN_OR_RAISE(keys.emplace_back(),
                          EncodeRowKeys({sides.back()}, {KeyOrder{}}, context.num_rows));
  }
  arrow::BooleanBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (sides[0]->IsNull(row) || sides[1]->IsNull(row)) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(holds(keys[0].row(row).compare(keys[1].row(row))));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

bool IsUntyped(const Args& args) { return args[0].type()->id() == Type::NA; }

Result<Datum> Nulls(const KernelContext& context, const std::shared_ptr<arrow::DataType>& type) {
  ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(type, context.num_rows));
  return Datum(std::move(nulls));
}

template <typename Holds>
Result<Datum> Comparison(const KernelContext& context, const Args& args, const char* function,
                         Holds holds) {
  if (IsUntyped(args)) return Nulls(context, arrow::boolean());
  if (args[0].type()->id() == Type::INTERVAL_MONTHS) return CompareMonths(context, args, holds);
  if (IsFloat(args[0])) return CompareFloats(context, args, holds);
  if (arrow::is_nested(args[0].type()->id())) return CompareNested(context, args, holds);
  return arrow::compute::CallFunction(function, args);
}

Result<Datum> Equal(const KernelContext& context, const Args& args) {
  return Comparison(context, args, "equal", [](int order) { return order == 0; });
}

Result<Datum> NotEqual(const KernelContext& context, const Args& args) {
  return Comparison(context, args, "not_equal", [](int order) { return order != 0; });
}

Result<Datum> Less(const KernelContext& context, const Args& args) {
  return Comparison(context, args, "less", [](int order) { return order < 0; });
}

Result<Datum> LessEqual(const KernelContext& context, const Args& args) {
  return Comparison(context, args, "less_equal", [](int order) { return order <= 0; });
}

Result<Datum> Greater(const KernelContext& context, const Args& args) {
  return Comparison(context, args, "greater", [](int order) { return order > 0; });
}

Result<Datum> GreaterEqual(const KernelContext& context, const Args& args) {
  return Comparison(context, args, "greater_equal", [](int order) { return order >= 0; });
}

Result<Datum> IsNull(const KernelContext&, const Args& args) {
  return arrow::compute::IsNull(args[0]);
}

Result<Datum> NullSafeEqual(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(Datum left_null, arrow::compute::IsNull(args[0]));
  ARROW_ASSIGN_OR_RAISE(Datum right_null, arrow::compute::IsNull(args[1]));
  ARROW_ASSIGN_OR_RAISE(Datum both_null, arrow::compute::And(left_null, right_null));
  ARROW_ASSIGN_OR_RAISE(Datum equal, Equal(context, args));
  // NULL in `equal`: one side or both are NULL, which both_null distinguishes.
  return arrow::compute::CallFunction("coalesce", {equal, both_null});
}

Result<Datum> In(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(Datum found, Equal(context, {args[0], args[1]}));
  for (size_t i = 2; i < args.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(Datum equal, Equal(context, {args[0], args[i]}));
    ARROW_ASSIGN_OR_RAISE(found, arrow::compute::KleeneOr(found, equal));
  }
  return found;
}

Result<Datum> Not(const KernelContext& context, const Args& args) {
  if (IsUntyped(args)) return Nulls(context, arrow::boolean());
  return arrow::compute::Invert(args[0]);
}

Result<Datum> NullIf(const KernelContext& context, const Args& args) {
  // Compared as the second one's type, which numbers widen to.
  plan::Expr widening = *context.call;
  widening.type = args[1].type();
  ARROW_ASSIGN_OR_RAISE(Datum wide, Cast({context.num_rows, &widening, context.shared}, args[0]));
  ARROW_ASSIGN_OR_RAISE(Datum equal, Equal(context, {wide, args[1]}));
  ARROW_ASSIGN_OR_RAISE(
      Datum known, arrow::compute::CallFunction(
                       "coalesce", {equal, Datum(std::make_shared<arrow::BooleanScalar>(false))}));
  return arrow::compute::IfElse(known, Datum(arrow::MakeNullScalar(context.type())), args[0]);
}

// The extreme of all arguments, NULLs left out: each in turn replaces the best where it is better.
Result<Datum> Extreme(const KernelContext& context, const Args& args, Kernel::Call better) {
  Datum best = args[0];
  for (size_t i = 1; i < args.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(Datum is_better, better(context, {args[i], best}));
    ARROW_ASSIGN_OR_RAISE(Datum best_null, arrow::compute::IsNull(best));
    // NULL compares as NULL: the other side is taken then.
    ARROW_ASSIGN_OR_RAISE(Datum take,
                          arrow::compute::CallFunction("coalesce", {is_better, best_null}));
    ARROW_ASSIGN_OR_RAISE(best, arrow::compute::IfElse(take, args[i], best));
  }
  return best;
}

Result<Datum> Greatest(const KernelContext& context, const Args& args) {
  return Extreme(context, args, Greater);
}

Result<Datum> Least(const KernelContext& context, const Args& args) {
  return Extreme(context, args, Less);
}

}  // namespace

std::span<const NamedKernel> ComparisonKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"eq", Equal},     {"ne", NotEqual},    {"lt", Less},
      {"le", LessEqual}, {"gt", Greater},     {"ge", GreaterEqual},
      {"in", In},        {"is_null", IsNull}, {"null_safe_eq", NullSafeEqual},
      {"not", Not},      {"nullif", NullIf},  {"greatest", Greatest},
      {"least", Least},
  };
  return kKernels;
}

}  // namespace tarn::local
