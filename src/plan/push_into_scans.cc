#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/optimize.h"
#include "plan/scan_filter.h"

namespace tarn::plan {
namespace {

// More lists than this cost the scanner more than they save.
constexpr size_t kListsPerSourceMax = 32;

// What one source's readers ask for, all together.
struct SourceFilter {
  bool asked = false;           ///< some scan was seen
  std::optional<AnyOf> any_of;  ///< none: some reader wants every row
};

// What one scan asks for, as far as the scanner can do it; none when that is every row.
std::optional<AnyOf> Request(const std::vector<ExprPtr>& conjuncts) {
  std::optional<AnyOf> request;
  for (const ExprPtr& conjunct : conjuncts) {
    std::optional<AnyOf> condition = ToAnyOf(conjunct);
    if (!condition) continue;
    if (!request) {
      request = std::move(condition);
    } else if (std::optional<AnyOf> both = AllOf(*request, *condition)) {
      request = std::move(both);
    }
  }
  return request;
}

void AddRequest(std::optional<AnyOf> request, SourceFilter* filter) {
  if (!filter->asked) {
    filter->asked = true;
    filter->any_of = std::move(request);
  } else if (filter->any_of && request) {
    filter->any_of = EitherOf(std::move(*filter->any_of), *request);
  } else {
    filter->any_of.reset();
  }
}

const Scan* FilteredScan(const Node& node) {
  return As<Filter>(node) != nullptr ? As<Scan>(*node.inputs[0]) : nullptr;
}

void Collect(const Node& node, std::vector<SourceFilter>* filters) {
  if (const Scan* scan = FilteredScan(node)) {
    AddRequest(Request(SplitConjuncts(As<Filter>(node)->predicate)), &(*filters)[scan->source]);
  } else if (const Scan* scan = As<Scan>(node)) {
    AddRequest(std::nullopt, &(*filters)[scan->source]);
  } else {
    for (const NodePtr& input : node.inputs) Collect(*input, filters);
  }
}

NodePtr DropGuaranteed(const NodePtr& node, const std::vector<SourceFilter>& filters) {
  const Scan* scan = FilteredScan(*node);
  if (scan == nullptr || !filters[scan->source].any_of) return node;
  std::vector<ExprPtr> conjuncts = SplitConjuncts(As<Filter>(*node)->predicate);
  std::erase_if(conjuncts, [&](const ExprPtr& conjunct) {
    std::optional<AnyOf> condition = ToAnyOf(conjunct);
    return condition && Implies(*filters[scan->source].any_of, *condition);
  });
  return MakeFilter(node->inputs[0], conjuncts);
}

}  // namespace

std::vector<ExprPtr> PushIntoScans(Plan* plan) {
  std::vector<SourceFilter> filters(plan->pipeline->sources.size());
  for (const TablePlan& table : plan->tables) Collect(*table.root, &filters);
  for (SourceFilter& filter : filters) {
    if (filter.any_of && filter.any_of->size() > kListsPerSourceMax) filter.any_of.reset();
  }
  for (TablePlan& table : plan->tables) {
    table.root = RewriteBottomUp(
        table.root, [&](const NodePtr& node) { return DropGuaranteed(node, filters); });
  }
  std::vector<ExprPtr> exprs;
  for (const SourceFilter& filter : filters) {
    exprs.push_back(filter.any_of ? ToExpr(*filter.any_of) : nullptr);
  }
  return exprs;
}

}  // namespace tarn::plan
