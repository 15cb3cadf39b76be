#include "plan/stack_windows.h"

#include <algorithm>
#include <numeric>

#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/visit_exprs.h"

namespace tarn::plan {
namespace {

// Calls of the same partitions and order, for one node.
struct Group {
  Window window;
  std::vector<std::string> names;
  std::vector<int> numbers;  // of the calls, among all windows
};

// In the order in which they can be computed.
class Groups {
 public:
  explicit Groups(int input_width) : input_width_(input_width) {}

  void Add(const Window& window, const std::string& name) {
    std::vector<int> columns;
    ForEachExpr(window, [&](const ExprPtr& expr) { CollectColumns(*expr, &columns); });
    size_t first = 0;  // the group that it may be in
    for (const int column : columns) {
      if (column >= input_width_) first = std::max(first, group_of_[column - input_width_] + 1);
    }
    while (first < groups_.size() && !HaveSameRows(groups_[first].window, window)) ++first;
    if (first == groups_.size()) {
      groups_.push_back({{{}, window.partition_by, window.order_by}, {}, {}});
    }
    Group& group = groups_[first];
    group.window.calls.push_back(window.calls[0]);
    group.names.push_back(name);
    group.numbers.push_back(static_cast<int>(group_of_.size()));
    group_of_.push_back(first);
  }

  std::vector<Group> Take() { return std::move(groups_); }
  int num_calls() const { return static_cast<int>(group_of_.size()); }

 private:
  const int input_width_;
  std::vector<Group> groups_;
  std::vector<size_t> group_of_;  // by call
};

Window Remap(Window window, const std::vector<int>& mapping) {
  ForEachExpr(window, [&](ExprPtr& expr) { expr = RemapColumns(expr, mapping); });
  return window;
}

// row_number() alone has an operator of its own, which a limit makes cheap.
NodePtr AddGroup(NodePtr node, Window window, const std::vector<std::string>& names) {
  const bool is_number =
      window.calls.size() == 1 && window.calls[0].call.function->name == "row_number";
  if (!is_number) return MakeWindow(std::move(node), std::move(window), names);
  RowNumber number{std::move(window.partition_by), std::move(window.order_by)};
  return MakeRowNumber(std::move(node), std::move(number), "row_number()");
}

}  // namespace

NodePtr AddWindows(NodePtr node, const CollectedCalls& calls) {
  const int input_width = node->schema->num_fields();
  Groups groups(input_width);
  for (const CollectedCalls::Entry& entry : calls.entries) {
    if (const auto* window = std::get_if<Window>(&entry.call)) groups.Add(*window, entry.name);
  }
  std::vector<int> mapping(input_width + groups.num_calls(), -1);  // of columns, to those of `node`
  std::iota(mapping.begin(), mapping.begin() + input_width, 0);
  for (Group& group : groups.Take()) {
    int column = node->schema->num_fields();
    node = AddGroup(std::move(node), Remap(std::move(group.window), mapping), group.names);
    for (const int number : group.numbers) mapping[input_width + number] = column++;
  }
  const bool is_in_order = std::is_sorted(mapping.begin(), mapping.end());
  return is_in_order ? node : MakeProjectColumns(node, mapping);
}

}  // namespace tarn::plan
