#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

// A sort keeps about twice its limit in memory, and brings it into order again and again.
constexpr int64_t kSortLimitMax = 100'000;
// What comes after a limit is worked on in the order of rows, by one thread. A join above a larger
// one had better be below it: a limit stops its input wherever it is.
constexpr int64_t kLimitBelowJoinMax = 100'000;

// A node that gives the first `num_rows` rows of `node`.
NodePtr FirstRows(const NodePtr& node, int64_t num_rows);

// `limit` over `input`.
NodePtr PushLimit(const NodePtr& input, const Limit& limit) {
  if (limit.offset == 0) return FirstRows(input, limit.num_rows);
  const int64_t num_read = limit.num_read();
  return MakeLimit(num_read == Limit::kAllRows ? PushLimits(input) : FirstRows(input, num_read),
                   limit);
}

NodePtr FirstRowsOfLeftJoin(const NodePtr& node, int64_t num_rows) {
  const NodePtr left = FirstRows(node->inputs[0], num_rows);
  return WithInputs(*node, {left, PushLimits(node->inputs[1])});
}

NodePtr FirstRowsOfUnion(const NodePtr& node, int64_t num_rows) {
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : node->inputs) inputs.push_back(FirstRows(input, num_rows));
  return WithInputs(*node, std::move(inputs));
}

NodePtr FirstRows(const NodePtr& node, int64_t num_rows) {
  if (const auto* limit = As<Limit>(*node)) {
    const Limit first{std::min(num_rows, limit->num_rows), limit->offset};
    return PushLimit(node->inputs[0], first);
  }
  if (As<Project>(*node) != nullptr) {
    return WithInputs(*node, {FirstRows(node->inputs[0], num_rows)});
  }
  if (const auto* sort = As<Sort>(*node);
      sort != nullptr && num_rows >= 1 && num_rows <= kSortLimitMax) {
    return MakeSort(PushLimits(node->inputs[0]), {sort->keys, num_rows});
  }
  if (As<UnionAll>(*node) != nullptr) {
    return MakeLimit(FirstRowsOfUnion(node, num_rows), {num_rows});
  }
  // Each row of the input gives at least one.
  if (const auto* generate = As<Generate>(*node); generate != nullptr && generate->outer) {
    return MakeLimit(WithInputs(*node, {FirstRows(node->inputs[0], num_rows)}), {num_rows});
  }
  // Each row of the left input gives at least one, and those of the first come first.
  if (const auto* join = As<Join>(*node); join != nullptr && join->keeps_left() &&
                                          !join->keeps_right() && num_rows <= kLimitBelowJoinMax) {
    return MakeLimit(FirstRowsOfLeftJoin(node, num_rows), {num_rows});
  }
  return MakeLimit(PushLimits(node), {num_rows});
}

}  // namespace

NodePtr PushLimits(const NodePtr& root) {
  if (const auto* limit = As<Limit>(*root)) return PushLimit(root->inputs[0], *limit);
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : root->inputs) inputs.push_back(PushLimits(input));
  return WithInputs(*root, std::move(inputs));
}

}  // namespace tarn::plan
