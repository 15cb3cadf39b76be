#include <fmt/format.h>

#include <algorithm>

#include "plan/bind_select.h"
#include "plan/build_expr.h"
#include "plan/node.h"

// Generators of the select list.
namespace tarn::plan {
namespace {

bool ReadsFrom(const ExprPtr& expr, int first) {
  if (expr == nullptr) return false;
  std::vector<int> columns;
  CollectColumns(*expr, &columns);
  return std::any_of(columns.begin(), columns.end(), [&](int column) { return column >= first; });
}

// `expr` over rows with `num_generated` columns behind the first `width` ones, and what windows
// give behind those.
ExprPtr OverGenerated(const ExprPtr& expr, int width, int num_generated) {
  return ReplaceColumns(expr, [&](const ExprPtr& column) {
    int place = column->column;
    if (place >= CollectedCalls::kGenerated) {
      place += width - CollectedCalls::kGenerated;
    } else if (place >= width) {
      place += num_generated;
    }
    return MakeColumn(place, column->type, column->nullable, column->at);
  });
}

}  // namespace

bool ReadsGenerated(const ExprPtr& expr) { return ReadsFrom(expr, CollectedCalls::kGenerated); }

size_t SelectBinder::AddGeneratorItems(const sql::SelectItem& item, const sql::Call& call,
                                       size_t alias) {
  const sql::Location& at = item.expr->at;
  ClauseRules rules = RulesFor("an argument of " + call.name);
  rules.calls = &calls_;
  rules.time_windows_allowed = true;
  rules.subqueries = SubqueryRule::kOfGenerator;
  std::optional<BoundGenerator> bound = ExprBinder(rules, diagnostics_).BindGenerator(call, at);
  std::vector<std::string> names = item.aliases;
  if (names.empty() && !item.alias.empty()) names = {item.alias};
  if (bound && !names.empty() && names.size() != bound->names.size()) {
    diagnostics_->Add(at,
                      fmt::format("{} names for the {} columns of {}", names.size(),
                                  bound->names.size(), call.name),
                      "write AS (a, b, …), a name for each");
    bound.reset();
  }
  if (!bound) {
    // How many columns it has is not known.
    from_.scope.complete = false;
    for (const std::string& name : names) items_.push_back({nullptr, {name, true, false, at}});
    return 0;
  }
  if (names.empty()) names = bound->names;
  const std::vector<ExprPtr> outputs =
      OutputsOf(*bound, CollectedCalls::kGenerated + num_generated_);
  // All of them are seen by the items that follow.
  const auto place = aliases_.begin() + static_cast<std::ptrdiff_t>(alias);
  aliases_.insert(place, outputs.size() - 1, SelectAlias());
  for (size_t i = 0; i < outputs.size(); ++i) {
    items_.push_back({outputs[i], {names[i], true, true, at}});
    aliases_[alias + i] = {names[i], outputs[i]};
  }
  num_generated_ += NumGenerated(bound->generate);
  generators_.push_back(*std::move(bound));
  return outputs.size() - 1;
}

void SelectBinder::RewriteGeneratorsOverGroups(const GroupRewriter& rewriter) {
  for (BoundGenerator& generator : generators_) {
    ExprPtr& collection = generator.generate.collection;
    const bool is_valid = CheckItemOfGroups(*collection, collection->at);
    const ExprPtr rewritten = is_valid ? rewriter.Rewrite(collection) : nullptr;
    // After an error, whatever it is of.
    collection =
        rewritten != nullptr ? rewritten : MakeLiteral(arrow::MakeNullScalar(collection->type));
  }
}

NodePtr SelectBinder::AddGenerators(NodePtr node) {
  if (generators_.empty()) return node;
  const char* refused = nullptr;
  if (select_.group_by_all) {
    refused = "a generator in a query with GROUP BY ALL";
  } else if (ReadsFrom(having_, static_cast<int>(keys_.size()))) {
    refused = "HAVING names an aggregate beside a generator";
  } else if (IsAggregate() && (generators_.size() > 1 || qualify_ != nullptr)) {
    refused = "a generator beside another one, or QUALIFY, in a query that aggregates";
  } else if (ReadsGenerated(qualify_)) {
    refused = "QUALIFY names what a generator makes";
  }
  if (refused != nullptr) {
    diagnostics_->Add(select_.items[0].expr->at, refused,
                      "select it in a query around this one, which is a subquery of FROM then");
    for (Item& item : items_) {
      if (ReadsGenerated(item.expr))
        item = {nullptr, {item.column.name, true, false, item.column.at}};
    }
    std::erase_if(order_by_, [](const SortKey& key) { return ReadsGenerated(key.expr); });
    qualify_ = nullptr;
    return node;
  }
  const int width = node->schema->num_fields();
  for (const BoundGenerator& generator : generators_) {
    node = MakeGenerate(std::move(node), generator.generate, generator.generated);
  }
  const auto rewrite = [&](const ExprPtr& expr) {
    return expr == nullptr ? nullptr : OverGenerated(expr, width, num_generated_);
  };
  for (Item& item : items_) item.expr = rewrite(item.expr);
  qualify_ = rewrite(qualify_);
  for (SortKey& key : order_by_) key.expr = rewrite(key.expr);
  for (CollectedCalls::Entry& entry : calls_.entries) {
    if (auto* window = std::get_if<Window>(&entry.call)) RewriteWindow(rewrite, window);
  }
  return node;
}

}  // namespace tarn::plan
