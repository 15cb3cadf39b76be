#include "plan/scan_filter.h"

#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

constexpr size_t kListsMax = 32;

// A comparison that the scanner can do.
struct ScanComparison {
  const Function* function;
  const Function* swapped;  ///< literal op column as column op' literal
  const Function* negated;
};

const ScanComparison* FindComparison(const Function* function) {
  static const ScanComparison kComparisons[] = {{&kEq, &kEq, &kNe}, {&kNe, &kNe, &kEq},
                                                {&kLt, &kGt, &kGe}, {&kLe, &kGe, &kGt},
                                                {&kGt, &kLt, &kLe}, {&kGe, &kLe, &kLt}};
  const auto* found = std::find_if(
      std::begin(kComparisons), std::end(kComparisons),
      [&](const ScanComparison& comparison) { return comparison.function == function; });
  return found == std::end(kComparisons) ? nullptr : found;
}

bool IsScannerType(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
    case arrow::Type::DATE32:
    case arrow::Type::TIMESTAMP:
      return true;
    default:
      return false;
  }
}

bool IsValue(const Expr& expr) { return IsLiteral(expr) && expr.literal->is_valid; }

std::optional<AnyOf> Compare(const Function& function, const ExprPtr& column,
                             const ExprPtr& value) {
  if (!IsColumn(*column) || !IsValue(*value) || !IsScannerType(*column->type)) return std::nullopt;
  return AnyOf{{MakePredicate(function, {column, value})}};
}

std::optional<AnyOf> CompareEither(const ScanComparison& comparison,
                                   const std::vector<ExprPtr>& args) {
  if (IsColumn(*args[0])) return Compare(*comparison.function, args[0], args[1]);
  return Compare(*comparison.swapped, args[1], args[0]);
}

ExprPtr BooleanLiteral(bool value) {
  return MakeLiteral(std::make_shared<arrow::BooleanScalar>(value));
}

std::optional<AnyOf> ToAnyOfNot(const ExprPtr& negated);

// `value IN (list)`: any of the equalities, or with `negated` all of the inequalities.
std::optional<AnyOf> FromList(const Expr& in, bool negated) {
  AnyOf any;
  Comparisons all;
  for (size_t i = 1; i < in.args.size(); ++i) {
    const ExprPtr& item = in.args[i];
    bool is_null = IsLiteral(*item) && !item->literal->is_valid;
    // Equal to NULL is never true; and so is different from NULL, which leaves NOT IN to others.
    if (is_null && !negated) continue;
    std::optional<AnyOf> one = Compare(negated ? kNe : kEq, in.args[0], item);
    if (!one) return std::nullopt;
    all.push_back((*one)[0][0]);
    any.push_back(std::move((*one)[0]));
  }
  if (negated) any = {all};
  if (any.empty() || any.size() > kListsMax) return std::nullopt;
  return any;
}

std::optional<AnyOf> Combine(const Expr& call, bool conjunction) {
  std::optional<AnyOf> combined = ToAnyOf(call.args[0]);
  for (size_t i = 1; combined && i < call.args.size(); ++i) {
    std::optional<AnyOf> next = ToAnyOf(call.args[i]);
    if (!next) return std::nullopt;
    combined = conjunction ? AllOf(*combined, *next) : EitherOf(std::move(*combined), *next);
  }
  if (combined && combined->size() > kListsMax) return std::nullopt;
  return combined;
}

std::optional<AnyOf> ToAnyOfNot(const ExprPtr& negated) {
  if (IsColumn(*negated)) return Compare(kEq, negated, BooleanLiteral(false));
  if (IsCall(*negated, kIsNull) && IsColumn(*negated->args[0])) {
    return AnyOf{{MakePredicate(kNot, {negated})}};
  }
  if (IsCall(*negated, kNot)) return ToAnyOf(negated->args[0]);
  if (IsCall(*negated, kIn)) return FromList(*negated, true);
  const ScanComparison* comparison = FindComparison(negated->function);
  if (comparison == nullptr) return std::nullopt;
  return CompareEither(*FindComparison(comparison->negated), negated->args);
}

bool HasComparison(const Comparisons& list, const Expr& comparison) {
  return std::any_of(list.begin(), list.end(),
                     [&](const ExprPtr& other) { return Equal(*other, comparison); });
}

// Whether `list` holds every comparison of `fewer`, and so lets no more rows pass.
bool Includes(const Comparisons& list, const Comparisons& fewer) {
  return std::all_of(fewer.begin(), fewer.end(),
                     [&](const ExprPtr& comparison) { return HasComparison(list, *comparison); });
}

}  // namespace

std::optional<AnyOf> ToAnyOf(const ExprPtr& condition) {
  if (IsColumn(*condition)) return Compare(kEq, condition, BooleanLiteral(true));
  if (IsCall(*condition, kAnd)) return Combine(*condition, true);
  if (IsCall(*condition, kOr)) return Combine(*condition, false);
  if (IsCall(*condition, kNot)) return ToAnyOfNot(condition->args[0]);
  if (IsCall(*condition, kIn)) return FromList(*condition, false);
  if (IsCall(*condition, kIsNull) && IsColumn(*condition->args[0])) return AnyOf{{condition}};
  const ScanComparison* comparison = FindComparison(condition->function);
  if (comparison == nullptr) return std::nullopt;
  return CompareEither(*comparison, condition->args);
}

std::optional<AnyOf> AllOf(const AnyOf& left, const AnyOf& right) {
  if (left.size() * right.size() > kListsMax) return std::nullopt;
  AnyOf both;
  for (const Comparisons& first : left) {
    for (const Comparisons& second : right) {
      Comparisons list = first;
      for (const ExprPtr& comparison : second) {
        if (!HasComparison(list, *comparison)) list.push_back(comparison);
      }
      both.push_back(std::move(list));
    }
  }
  return both;
}

AnyOf EitherOf(AnyOf left, const AnyOf& right) {
  for (const Comparisons& list : right) {
    bool superfluous = std::any_of(left.begin(), left.end(),
                                   [&](const Comparisons& other) { return Includes(list, other); });
    if (superfluous) continue;
    std::erase_if(left, [&](const Comparisons& other) { return Includes(other, list); });
    left.push_back(list);
  }
  return left;
}

bool Implies(const AnyOf& filter, const AnyOf& condition) {
  return std::all_of(filter.begin(), filter.end(), [&](const Comparisons& list) {
    return std::any_of(condition.begin(), condition.end(),
                       [&](const Comparisons& needed) { return Includes(list, needed); });
  });
}

ExprPtr ToExpr(const AnyOf& filter) {
  std::vector<ExprPtr> lists;
  for (const Comparisons& list : filter) lists.push_back(JoinConjuncts(list));
  return JoinDisjuncts(lists);
}

}  // namespace tarn::plan
