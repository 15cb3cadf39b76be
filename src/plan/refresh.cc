#include "plan/refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_map>

#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/kept_rows.h"
#include "plan/merge.h"
#include "plan/node.h"
#include "plan/visit_exprs.h"
#include "values/interval.h"

namespace tarn::plan {
namespace {

// How the rows of an operator differ from those of the last run.
struct RowChange {
  enum class Kind {
    kNone,
    kGrowth,  // some are new, the others the same
    kOther,
  };
  Kind kind = Kind::kNone;
  std::string reason{};  // of kOther
};

constexpr char kReadsClock[] = "its values depend on when the run begins";
constexpr char kIsRandom[] = "it has random values";

RowChange Other(std::string reason) { return {RowChange::Kind::kOther, std::move(reason)}; }

bool IsGrowth(const RowChange& change) { return change.kind == RowChange::Kind::kGrowth; }
bool IsOther(const RowChange& change) { return change.kind == RowChange::Kind::kOther; }

// Why an expression of the same row may have another value in each run; null: it has not.
const char* WhyVaries(const Expr& expr) {
  if (ReadsClock(expr)) return kReadsClock;
  return IsRandom(expr) ? kIsRandom : nullptr;
}

// The same of an operator's own expressions.
const char* WhyVaries(const Node& node) {
  const char* why = nullptr;
  const auto look = [&why](const ExprPtr& expr) {
    if (why == nullptr && expr != nullptr) why = WhyVaries(*expr);
  };
  std::visit([&](const auto& op) { ForEachExpr(op, look); }, node.op);
  return why;
}

// A sum that is the same in any order of the rows.
bool SumsExactly(const AggregateCall& call) {
  const std::string_view name = call.function->name;
  if (name != "sum" && name != "avg") return false;
  const arrow::DataType& type = *call.args[0]->type;
  return IsDecimal(type) || IsInterval(type) || IsInteger(type);
}

// Whether its value may be one of several that are equal and not the same.
bool ChoosesAmongEqual(const AggregateCall& call) {
  if (call.type->id() == arrow::Type::INT64) return false;  // it counts
  return std::any_of(call.args.begin(), call.args.end(),
                     [](const ExprPtr& arg) { return !HasOneForm(*arg->type); });
}

// Why its value does not follow from its values over parts of the rows.
std::optional<std::string> WhyNoParts(const AggregateCall& call) {
  if (MergingFunction(call) != nullptr) return std::nullopt;
  return fmt::format("{}({}) is computed of all rows at once", call.function->name,
                     call.distinct ? "DISTINCT …" : "");
}

// Why its value over more rows does not follow from what can be kept of fewer ones.
std::optional<std::string> WhyNotMerged(const AggregateCall& call) {
  const std::string_view name = call.function->name;
  if (SumsExactly(call)) return WhyNoParts(call);
  if (name == "sum" || name == "avg") {
    return fmt::format("{}() of floating-point numbers depends on the order of all rows", name);
  }
  if (!call.function->traits.ignores_order) {
    return fmt::format("{}() depends on the order of all rows", name);
  }
  if (!ChoosesAmongEqual(call)) return WhyNoParts(call);
  return fmt::format("{}() may choose among equal values that differ, such as 0.0 and -0.0", name);
}

std::optional<std::string> WhyNotMerged(const Aggregate& aggregate) {
  for (const ExprPtr& key : aggregate.keys) {
    if (HasOneForm(*key->type)) continue;
    return "its groups may have equal keys that differ, such as 0.0 and -0.0";
  }
  for (const AggregateCall& call : aggregate.calls) {
    if (auto why = WhyNotMerged(call)) return why;
  }
  return std::nullopt;
}

std::string WhatIsMerged(const Node& node) {
  const Aggregate* const aggregate = As<Aggregate>(node);
  if (aggregate == nullptr) return "the first row of each group";
  if (aggregate->calls.empty()) return "distinct rows";
  return aggregate->keys.empty() ? "one row of aggregates" : "groups";
}

const char* JoinName(Join::Kind kind) {
  using Kind = Join::Kind;
  switch (kind) {
    case Kind::kInner:
      return "INNER JOIN";
    case Kind::kLeft:
    case Kind::kLeftSingle:
      return "LEFT JOIN";
    case Kind::kRight:
      return "RIGHT JOIN";
    case Kind::kFull:
      return "FULL JOIN";
    case Kind::kLeftSemi:
    case Kind::kRightSemi:
      return "SEMI JOIN";
    case Kind::kLeftAnti:
    case Kind::kRightAnti:
      return "ANTI JOIN";
    case Kind::kLeftMark:
      return "subquery";
  }
  return "join";
}

// Whether new rows of one side are joined with all of the other, and change no row that was there.
bool GrowsWithLeft(Join::Kind kind) {
  using Kind = Join::Kind;
  return kind == Kind::kInner || kind == Kind::kLeft || kind == Kind::kLeftSingle ||
         kind == Kind::kLeftSemi || kind == Kind::kLeftAnti || kind == Kind::kLeftMark;
}

bool GrowsWithRight(Join::Kind kind) {
  using Kind = Join::Kind;
  return kind == Kind::kInner || kind == Kind::kRight || kind == Kind::kRightSemi ||
         kind == Kind::kRightAnti;
}

// Works out the tables of a plan in their order.
class Refresher {
 public:
  Refresher(const Plan& plan, const std::set<int>& grown) : plan_(plan), grown_(grown) {}

  std::vector<TableRefresh> Run() {
    for (const TablePlan& table : plan_.tables) refreshes_.push_back(OfTable(table));
    return refreshes_;
  }

  // After Run: the same of a table that merges.
  NodePtr MergedNewRowsOf(const NodePtr& root) {
    const MergePoint point = *MergePointOf(plan_, root);
    return RootOver(point, WithInputs(*point.node, {NewRowsOf(point.node->inputs[0])}));
  }

  // After Run: `node` without the rows that it had before.
  NodePtr NewRowsOf(const NodePtr& node) {
    if (!IsGrowth(Of(*node))) return node;  // what new rows are joined with
    std::vector<NodePtr> inputs;
    for (const NodePtr& input : node->inputs) {
      if (As<UnionAll>(*node) != nullptr && !IsGrowth(Of(*input))) continue;
      inputs.push_back(NewRowsOf(input));
    }
    return WithInputs(*node, std::move(inputs));
  }

 private:
  TableRefresh OfTable(const TablePlan& table) {
    for (const ExprPtr& check : table.checks) {
      if (const char* why = WhyVaries(*check)) return {Refresh::kRebuild, why};
    }
    const RowChange& change = Of(*table.root);
    if (change.kind == RowChange::Kind::kNone) return {};
    if (IsGrowth(change)) return {Refresh::kAppend};
    return Merged(table.root).value_or(TableRefresh{Refresh::kRebuild, change.reason});
  }

  // Of a table that does not only grow; none where the reason is the operators' own.
  std::optional<TableRefresh> Merged(const NodePtr& root) {
    const auto point = MergePointOf(plan_, root);
    if (!point) return std::nullopt;
    for (const NodePtr& above : point->above) {
      if (WhyVaries(*above) != nullptr) return std::nullopt;
    }
    const Node& node = *point->node;
    if (WhyVaries(node) != nullptr || !IsGrowth(Of(*node.inputs[0]))) return std::nullopt;
    const Aggregate* const aggregate = As<Aggregate>(node);
    const auto why_not = aggregate == nullptr ? std::nullopt : WhyNotMerged(*aggregate);
    if (why_not) return TableRefresh{Refresh::kRebuild, *why_not};
    return TableRefresh{Refresh::kMerge, WhatIsMerged(node)};
  }

  // Valid as long as this object.
  const RowChange& Of(const Node& node) {
    const auto found = changes_.find(&node);
    if (found != changes_.end()) return found->second;
    RowChange change = Work(node);
    return changes_.emplace(&node, std::move(change)).first->second;
  }

  RowChange Work(const Node& node) {
    if (const char* why = WhyVaries(node)) return Other(why);
    for (const NodePtr& input : node.inputs) {
      if (IsOther(Of(*input))) return Of(*input);
    }
    return std::visit([&](const auto& op) { return OfOp(op, node); }, node.op);
  }

  // Below, no input changes in another way than by growth.

  bool HasGrowth(const Node& node) {
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](const NodePtr& input) { return IsGrowth(Of(*input)); });
  }

  RowChange GrowthOf(const Node& node) {
    return {HasGrowth(node) ? RowChange::Kind::kGrowth : RowChange::Kind::kNone};
  }

  RowChange OtherIfGrowth(const Node& node, const char* reason) {
    return HasGrowth(node) ? Other(reason) : RowChange{};
  }

  RowChange OfOp(const Scan& scan, const Node&) {
    // Conditions of the tables are here, too.
    const ExprPtr& filter = plan_.sources[scan.source].filter;
    if (filter != nullptr) {
      if (const char* why = WhyVaries(*filter)) return Other(why);
    }
    return {grown_.contains(scan.source) ? RowChange::Kind::kGrowth : RowChange::Kind::kNone};
  }

  RowChange OfOp(const TableInput& input, const Node&) {
    const TablePlan& table = plan_.tables[input.table];
    if (table.table->is_view) return Of(*table.root);
    const TableRefresh& refresh = refreshes_[input.table];
    switch (refresh.how) {
      case Refresh::kNone:
        return {};
      case Refresh::kAppend:
        return {RowChange::Kind::kGrowth};
      case Refresh::kMerge:
        return Other("it reads " + table.table->name + ", whose rows change");
      case Refresh::kRebuild:
        return Other("it reads " + table.table->name + ", which is rebuilt");
    }
    return {};
  }

  RowChange OfOp(const OneRow&, const Node&) { return {}; }
  RowChange OfOp(const Range&, const Node&) { return {}; }
  RowChange OfOp(const Filter&, const Node& node) { return GrowthOf(node); }
  RowChange OfOp(const Project&, const Node& node) { return GrowthOf(node); }
  RowChange OfOp(const Generate&, const Node& node) { return GrowthOf(node); }
  RowChange OfOp(const UnionAll&, const Node& node) { return GrowthOf(node); }

  RowChange OfOp(const Join& join, const Node& node) {
    const bool left_grows = IsGrowth(Of(*node.inputs[0]));
    const bool right_grows = IsGrowth(Of(*node.inputs[1]));
    if (!left_grows && !right_grows) return {};
    if (left_grows && right_grows) {
      return Other(fmt::format("both sides of its {} have new rows", JoinName(join.kind)));
    }
    if (left_grows ? GrowsWithLeft(join.kind) : GrowsWithRight(join.kind)) {
      return {RowChange::Kind::kGrowth};
    }
    return Other(fmt::format("new rows on the {} of its {} may match old ones",
                             left_grows ? "left" : "right", JoinName(join.kind)));
  }

  RowChange OfOp(const Aggregate& aggregate, const Node& node) {
    return OtherIfGrowth(node, aggregate.calls.empty()
                                   ? "a DISTINCT or GROUP BY below others takes in all rows"
                                   : "aggregates below other steps take in all rows");
  }
  RowChange OfOp(const TopRow&, const Node& node) {
    return OtherIfGrowth(node,
                         "the first row of each group, below other steps, may become another");
  }
  RowChange OfOp(const RowNumber&, const Node& node) {
    return OtherIfGrowth(node, "row_number() counts all rows");
  }
  RowChange OfOp(const Window&, const Node& node) {
    return OtherIfGrowth(node, "window functions take in all rows");
  }
  RowChange OfOp(const Sort& sort, const Node& node) {
    return OtherIfGrowth(node, sort.limit ? "LIMIT is of all rows" : "ORDER BY is of all rows");
  }
  RowChange OfOp(const Limit&, const Node& node) {
    return OtherIfGrowth(node, "LIMIT is of all rows");
  }

  const Plan& plan_;
  const std::set<int>& grown_;
  std::unordered_map<const Node*, RowChange> changes_;
  std::vector<TableRefresh> refreshes_;
};

void VisitNodes(const Node& node, const std::function<void(const Node&)>& visit) {
  visit(node);
  for (const NodePtr& input : node.inputs) VisitNodes(*input, visit);
}

// The new number of each of `used`, in their order.
std::unordered_map<int, int> Renumber(const std::set<int>& used) {
  std::unordered_map<int, int> numbers;
  for (const int old : used) numbers.emplace(old, static_cast<int>(numbers.size()));
  return numbers;
}

template <typename T>
void KeepOnly(const std::set<int>& used, std::vector<T>* all) {
  std::vector<T> kept;
  for (const int number : used) kept.push_back(std::move((*all)[number]));
  *all = std::move(kept);
}

// Tables that are not selected and that none reads go, and sources that no table reads.
void DropUnread(Plan* plan) {
  std::set<int> tables, sources;
  for (int number = static_cast<int>(plan->tables.size()) - 1; number >= 0; --number) {
    const TablePlan& table = plan->tables[number];
    if (!table.selected && !tables.contains(number)) continue;
    tables.insert(number);
    VisitNodes(*table.root, [&](const Node& node) {
      if (const auto* scan = As<Scan>(node)) sources.insert(scan->source);
      if (const auto* input = As<TableInput>(node)) tables.insert(input->table);
    });
  }
  KeepOnly(tables, &plan->tables);
  KeepOnly(sources, &plan->sources);
  const auto table_numbers = Renumber(tables), source_numbers = Renumber(sources);
  const auto renumbered = [&](const NodePtr& node) {
    if (const auto* scan = As<Scan>(*node)) {
      return MakeScan(source_numbers.at(scan->source), scan->columns, node->schema);
    }
    const auto* const input = As<TableInput>(*node);
    return input == nullptr ? node : MakeTableInput(table_numbers.at(input->table), node->schema);
  };
  for (TablePlan& table : plan->tables) table.root = RewriteBottomUp(table.root, renumbered);
}

}  // namespace

std::vector<TableRefresh> RefreshesOf(const Plan& plan, const std::set<int>& grown) {
  return Refresher(plan, grown).Run();
}

Plan PlanOfTables(const Plan& plan, const std::set<std::string>& names) {
  Plan result = plan;
  for (TablePlan& table : result.tables) {
    table.selected = table.selected && names.contains(table.table->name);
  }
  DropUnread(&result);
  return result;
}

Plan PlanOfNewRows(const Plan& plan, const std::set<int>& grown) {
  Refresher refresher(plan, grown);
  const std::vector<TableRefresh> refreshes = refresher.Run();
  Plan result = plan;
  for (size_t table = 0; table < refreshes.size(); ++table) {
    TablePlan& made = result.tables[table];
    const bool merges = refreshes[table].how == Refresh::kMerge;
    made.root = merges ? refresher.MergedNewRowsOf(made.root) : refresher.NewRowsOf(made.root);
    made.selected = made.selected && (merges || refreshes[table].how == Refresh::kAppend);
  }
  DropUnread(&result);
  return result;
}

bool GivesNewRowsBySql(const Plan& plan, const TablePlan& table) {
  bool gives = true;
  VisitNodes(*table.root, [&](const Node& node) {
    const auto* const input = As<TableInput>(node);
    gives = gives && As<UnionAll>(node) == nullptr &&
            (input == nullptr || GivesNewRowsBySql(plan, plan.tables[input->table]));
  });
  return gives;
}

std::vector<std::vector<SourceRefresh>> RefreshesBySource(const Plan& plan) {
  std::vector<std::vector<SourceRefresh>> tables(plan.tables.size());
  const std::vector<TableRefresh> always = RefreshesOf(plan, {});
  for (size_t table = 0; table < tables.size(); ++table) {
    if (always[table].how != Refresh::kNone) tables[table].push_back({-1, always[table]});
  }
  for (int source = 0; source < static_cast<int>(plan.sources.size()); ++source) {
    std::vector<TableRefresh> refreshes = RefreshesOf(plan, {source});
    for (size_t table = 0; table < tables.size(); ++table) {
      const bool is_taken =
          always[table].how == Refresh::kNone && refreshes[table].how != Refresh::kNone;
      if (is_taken) tables[table].push_back({source, std::move(refreshes[table])});
    }
  }
  return tables;
}

}  // namespace tarn::plan
