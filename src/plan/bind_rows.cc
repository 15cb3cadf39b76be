#include <fmt/format.h>

#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/fold_literal.h"
#include "plan/node.h"

// What in Spark says how rows are divided into partitions, as far as it does not change them.
namespace tarn::plan {
namespace {

constexpr int64_t kAllPercent = 100;

// The amount of a sample; none where it is no number that is known here.
std::optional<double> AmountOf(const sql::Expr& written, Diagnostics* diagnostics) {
  const Scope no_columns;
  ClauseRules rules;
  rules.clause = "TABLESAMPLE";
  rules.scope = &no_columns;
  const ExprPtr bound = ExprBinder(rules, diagnostics).Bind(written);
  if (bound == nullptr) return std::nullopt;
  if (const std::optional<int64_t> whole = WholeNumberOf(*bound)) {
    return static_cast<double>(*whole);
  }
  if (!IsLiteral(*bound)) return std::nullopt;
  const auto number = FoldCast(*bound->literal, arrow::float64(), nullptr);
  if (number == nullptr || !number->is_valid) return std::nullopt;
  return static_cast<const arrow::DoubleScalar&>(*number).value;
}

}  // namespace

void QueryBinder::ApplySample(const sql::Sample& sample, const sql::Location& at,
                              Relation* relation) {
  using Kind = sql::Sample::Kind;
  const std::optional<double> amount = AmountOf(*sample.amount, diagnostics_);
  if (sample.kind == Kind::kRows && amount && *amount >= 0 &&
      *amount <= std::numeric_limits<int32_t>::max()) {
    relation->node = MakeLimit(relation->node, {static_cast<int64_t>(*amount)});
    return;
  }
  const bool is_percent = sample.kind == Kind::kPercent && amount;
  if (is_percent && *amount == 0) {
    relation->node = MakeLimit(relation->node, {0});
    return;
  }
  const bool is_all = (is_percent && *amount == kAllPercent) ||
                      (sample.kind == Kind::kBuckets && amount && sample.num_buckets > 0 &&
                       *amount == static_cast<double>(sample.num_buckets));
  if (is_all) return;
  diagnostics_->Add(at,
                    "TABLESAMPLE of a part of the rows is not supported: which ones, depends "
                    "on Spark's partitions",
                    "filter by a hash in WHERE, such as pmod(hash(id), 10) = 0, or write (n ROWS)");
}

std::vector<sql::ExprPtr> DistributionOf(const sql::Query& query) {
  std::vector<sql::ExprPtr> exprs = query.distribute_by;
  std::erase_if(exprs, [&](const sql::ExprPtr& expr) {
    return std::any_of(query.sort_by.begin(), query.sort_by.end(),
                       [&](const sql::OrderKey& key) { return key.expr == expr; });
  });
  return exprs;
}

const std::vector<sql::OrderKey>& OrderOf(const sql::Query& query, Diagnostics* diagnostics) {
  static const std::vector<sql::OrderKey> kNone;
  if (query.sort_by.empty()) return query.order_by;
  if (query.limit == nullptr && query.offset == nullptr) return query.sort_by;
  diagnostics->Add(query.sort_by[0].expr->at,
                   "SORT BY or CLUSTER BY with LIMIT or OFFSET: which rows, depends on Spark's "
                   "partitions",
                   "write ORDER BY");
  return kNone;
}

}  // namespace tarn::plan
