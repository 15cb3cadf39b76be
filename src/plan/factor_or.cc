#include "plan/factor_or.h"

#include <algorithm>

#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

using Conjuncts = std::vector<ExprPtr>;

// Arms are compared with each other, and what they imply is a copy of parts of them.
constexpr size_t kConditionsMax = 500;

void AddArms(const ExprPtr& expr, std::vector<ExprPtr>* arms) {
  if (!IsCall(*expr, kOr)) {
    arms->push_back(expr);
    return;
  }
  for (const ExprPtr& arg : expr->args) AddArms(arg, arms);
}

Conjuncts FactorAll(const ExprPtr& condition) {
  Conjuncts factored;
  for (const ExprPtr& conjunct : SplitConjuncts(condition)) {
    for (ExprPtr& part : FactorOr(conjunct)) factored.push_back(std::move(part));
  }
  return factored;
}

// Equal, also as `b = a`.
bool IsSameCondition(const Expr& left, const Expr& right) {
  if (Equal(left, right)) return true;
  return IsCall(left, kEq) && IsCall(right, kEq) && Equal(*left.args[0], *right.args[1]) &&
         Equal(*left.args[1], *right.args[0]);
}

Conjuncts::const_iterator Find(const Conjuncts& conjuncts, const Expr& condition) {
  return std::find_if(conjuncts.begin(), conjuncts.end(),
                      [&](const ExprPtr& other) { return IsSameCondition(*other, condition); });
}

// The arms of an OR, each as the conditions that it joins; none when they are too many.
std::vector<Conjuncts> ArmsOf(const ExprPtr& condition) {
  std::vector<ExprPtr> exprs;
  AddArms(condition, &exprs);
  std::vector<Conjuncts> arms;
  size_t num_conditions = 0;
  for (const ExprPtr& expr : exprs) {
    arms.push_back(FactorAll(expr));
    num_conditions += arms.back().size();
    if (num_conditions > kConditionsMax) return {};
  }
  return arms;
}

}  // namespace

std::vector<ExprPtr> FactorOr(const ExprPtr& condition) {
  if (!IsCall(*condition, kOr)) return {condition};
  std::vector<Conjuncts> arms = ArmsOf(condition);
  if (arms.empty()) return {condition};
  Conjuncts factored;
  for (const ExprPtr& candidate : Conjuncts(arms[0])) {
    const bool is_common = std::all_of(arms.begin(), arms.end(), [&](const Conjuncts& arm) {
      return Find(arm, *candidate) != arm.end();
    });
    if (!is_common || MayFail(*candidate)) continue;
    for (Conjuncts& arm : arms) arm.erase(Find(arm, *candidate));
    factored.push_back(candidate);
  }
  if (factored.empty()) return {condition};
  Conjuncts rest;
  for (const Conjuncts& arm : arms) {
    // `c OR (c AND x)` is `c`.
    if (arm.empty()) return factored;
    rest.push_back(JoinConjuncts(arm));
  }
  factored.push_back(JoinDisjuncts(rest));
  return factored;
}

ExprPtr WeakenOr(const ExprPtr& condition, const std::function<bool(const Expr&)>& usable) {
  if (!IsCall(*condition, kOr)) return nullptr;
  Conjuncts weakened;
  for (const Conjuncts& arm : ArmsOf(condition)) {
    Conjuncts taken;
    for (const ExprPtr& conjunct : arm) {
      ExprPtr part = usable(*conjunct) ? conjunct : WeakenOr(conjunct, usable);
      if (part != nullptr) taken.push_back(std::move(part));
    }
    if (taken.empty()) return nullptr;
    ExprPtr part = JoinConjuncts(taken);
    // Arms often ask the same of one table.
    if (Find(weakened, *part) == weakened.end()) weakened.push_back(std::move(part));
  }
  return JoinDisjuncts(weakened);
}

}  // namespace tarn::plan
