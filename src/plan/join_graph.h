#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/node.h"

/// Inner joins over each other, which may be computed in any order.
namespace tarn::plan {

/// \brief A set of a graph's inputs: bit i stands for input i.
using InputSet = uint64_t;

constexpr InputSet SetOf(int input) { return InputSet{1} << input; }

/// \brief One order of joins: an input, or what two others give.
struct JoinTree {
  int input = -1;                         ///< -1: a join
  std::shared_ptr<const JoinTree> left;   ///< streamed; null for an input
  std::shared_ptr<const JoinTree> right;  ///< held in memory; null for an input
  InputSet inputs = 0;                    ///< all below
};
using JoinTreePtr = std::shared_ptr<const JoinTree>;

JoinTreePtr MakeInputTree(int input);
JoinTreePtr MakeJoinTree(JoinTreePtr left, JoinTreePtr right);
bool Equal(const JoinTree& left, const JoinTree& right);

/// \brief Two or more inputs and the conditions that rows of all of them have to pass. No condition
/// may fail, so that each can be tested as soon as its columns are there.
///
/// "Columns" are those of all inputs, one input after the other.
class JoinGraph {
 public:
  /// \brief Expressions of several inputs that are all equal, and not NULL.
  struct EqualSet {
    struct Member {
      ExprPtr expr;    ///< of one input's columns
      int input = -1;  ///< which that is
    };
    std::vector<Member> members;  ///< two or more
    InputSet inputs = 0;          ///< of all members
  };

  /// \brief Any other condition.
  struct Condition {
    ExprPtr expr;         ///< over the columns of all inputs
    InputSet inputs = 0;  ///< whose columns it reads
    /// Of an equality: what each side reads, when they can be keys of a join; else 0.
    InputSet left = 0;
    InputSet right = 0;
  };

  /// \brief Takes joins apart: those below `root` through filters that cannot fail and through
  /// projections that only choose columns.
  /// \return none when `root` is no such join, or has too many inputs
  static std::optional<JoinGraph> Make(const NodePtr& root);

  const std::vector<NodePtr>& inputs() const { return inputs_; }
  const std::vector<EqualSet>& equal_sets() const { return equal_sets_; }
  const std::vector<Condition>& conditions() const { return conditions_; }

  /// \brief The order in which the plan has the joins.
  const JoinTreePtr& tree() const { return tree_; }

  /// \brief Whether some join of the plan pairs every row with every other.
  bool has_cross_join() const { return has_cross_join_; }

  /// \brief What SQL calls an input; "subquery" where it has no name.
  std::string NameOf(int input) const;

  /// \brief Whether a join of the two sets, which share no input, has keys.
  bool HasKeys(InputSet left, InputSet right) const;

  /// \brief The joins in the order of `tree`, with the columns of the root that was taken apart.
  /// \param[in] inputs in the place of those of the graph, with the same columns
  NodePtr Build(const JoinTree& tree, const std::vector<NodePtr>& inputs) const;

  /// \brief The joins as they were taken apart, over `inputs` as above.
  NodePtr BuildAsIs(const std::vector<NodePtr>& inputs) const;

 private:
  struct Built {
    NodePtr node;
    std::vector<int> columns;  // those of the graph, by column of the node
  };

  JoinGraph() = default;
  std::vector<int> Add(const NodePtr& node, JoinTreePtr* tree);
  std::vector<int> AddJoin(const Join& join, const Node& node, JoinTreePtr* tree);
  std::vector<int> AddInput(const NodePtr& node, JoinTreePtr* tree);
  void AddConditions(const ExprPtr& predicate, const std::vector<int>& columns);
  void AddCondition(const ExprPtr& expr);
  void AddEquality(const ExprPtr& left, const ExprPtr& right);
  int FindEqualSet(const Expr& expr) const;
  InputSet InputsOf(const Expr& expr) const;

  Built BuildTree(const JoinTree& tree, const std::vector<NodePtr>& inputs) const;
  Built BuildInput(int input, const NodePtr& node) const;
  void AddKeys(const JoinTree& tree, const Built& left, const Built& right, Join* join) const;
  std::vector<ExprPtr> ConditionsAt(const JoinTree& tree, const std::vector<int>& columns) const;

  NodePtr root_;
  std::vector<NodePtr> inputs_;
  std::vector<int> input_of_;              // by column
  std::vector<std::string> column_names_;  // by column, as Join::column_names
  std::vector<int> output_;                // by column of the root
  std::vector<EqualSet> equal_sets_;
  std::vector<Condition> conditions_;
  JoinTreePtr tree_;
  bool has_cross_join_ = false;
};

}  // namespace tarn::plan
