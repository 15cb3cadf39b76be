#pragma once

#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "plan/scope.h"

namespace tarn::plan {

/// \brief A name that the select list gives to an expression.
struct SelectAlias {
  std::string name;
  ExprPtr expr;  ///< null: not bound yet, or its error is already reported
};

/// \brief grouping(a), or grouping_id(a, b): which of the keys the row's grouping set leaves out.
struct GroupingCall {
  std::vector<ExprPtr> keys;  ///< over the input; of grouping one
  bool is_id = false;         ///< grouping_id: a bit for each key, the first the highest
  bool of_all_keys = false;   ///< grouping_id()
};

/// \brief Aggregates, row numbers and grouping calls met while expressions are bound.
///
/// Call k stands in those expressions as column `input_width + k`, beyond the columns of the input.
struct CollectedCalls {
  struct Entry {
    std::variant<AggregateCall, RowNumber, GroupingCall> call;  ///< over the input
    std::string name;                                           ///< as written
  };
  int input_width = 0;         ///< columns of the input
  std::vector<Entry> entries;  ///< different ones, as they were met

  bool HasAggregate() const;
};

/// What a plain name means where the select list's names are in sight too.
enum class AliasRule {
  kNever,         ///< a column of the input
  kWhenNotInput,  ///< GROUP BY, QUALIFY, the select list: the input's column, else the alias
  kFirst,         ///< ORDER BY: the alias, else the input's column
  kUnlessKey,     ///< HAVING: the input's column if it is grouped by, else as kFirst
};

/// \brief What a clause may hold, and what its names mean.
struct ClauseRules {
  std::string clause;                                 ///< for messages: "WHERE"
  const Scope* scope = nullptr;                       ///< borrowed, as all that follow
  const std::vector<SelectAlias>* aliases = nullptr;  ///< may be null
  AliasRule alias_rule = AliasRule::kNever;
  /// How many of `aliases`, from the first, are in sight.
  size_t num_aliases = std::numeric_limits<size_t>::max();
  const std::vector<ExprPtr>* group_keys = nullptr;        ///< for kUnlessKey
  CollectedCalls* calls = nullptr;                         ///< null: no aggregates and windows
  bool windows_allowed = false;                            ///< needs `calls`
  const std::vector<sql::NamedWindow>* windows = nullptr;  ///< of the WINDOW clause; may be null
};

/// \brief Reports values that `clause` has to compare and can't, because they are or hold a MAP.
bool CheckOrderable(const arrow::DataType& type, const std::string& clause, const sql::Location& at,
                    Diagnostics* diagnostics);

/// \brief Binds the expressions of one clause: names, types, functions, implicit casts.
///
/// Every method returns null when there was an error, which is then in the diagnostics (or was
/// reported where the broken column was defined).
class ExprBinder {
 public:
  /// \param[in] diagnostics borrowed, as what `rules` points at; takes the errors
  ExprBinder(ClauseRules rules, Diagnostics* diagnostics)
      : rules_(std::move(rules)), diagnostics_(diagnostics) {}

  /// \brief Bind an expression of any type.
  ExprPtr Bind(const sql::Expr& expr);

  /// \brief Bind the clause's condition: BOOLEAN, or NULL.
  ExprPtr BindCondition(const sql::Expr& expr) { return BindBoolean(expr, rules_.clause); }

 private:
  /// \param[in] place what needs the BOOLEAN, for the message.
  ExprPtr BindBoolean(const sql::Expr& expr, const std::string& place);
  ExprPtr BindNode(const sql::ColumnRef& ref, const sql::Location& at);
  ExprPtr BindNode(const sql::Star& star, const sql::Location& at);
  ExprPtr BindNode(const sql::Field& field, const sql::Location& at);
  ExprPtr BindNode(const sql::Literal& literal, const sql::Location& at);
  ExprPtr BindNode(const sql::Call& call, const sql::Location& at);
  ExprPtr BindNode(const sql::Case& node, const sql::Location& at);
  ExprPtr BindNode(const sql::Cast& cast, const sql::Location& at);
  /// What the parser refuses as not supported.
  ExprPtr BindNode(const auto&, const sql::Location&) { return nullptr; }

  ExprPtr BindAlias(const sql::ColumnRef& ref, const sql::Location& at, bool* found);
  std::string UnknownColumnHint(const sql::ColumnRef& ref) const;
  bool IsGroupKey(const sql::ColumnRef& ref, const sql::Location& at) const;

  ExprPtr BindBetween(const sql::Call& call, const sql::Location& at);
  ExprPtr BindScalarCall(const sql::Call& call, const sql::Location& at);
  ExprPtr ResolveScalar(const std::string& name, std::vector<ExprPtr> args,
                        const sql::Location& at);

  bool CheckAggregateAllowed(const sql::Call& call, const sql::Location& at);
  ExprPtr BindAggregate(const sql::Call& call, const sql::Location& at);
  ExprPtr BindGrouping(const sql::Call& call, const sql::Location& at);
  const sql::WindowSpec* FindWindow(const sql::WindowSpec& written);
  bool CheckWindowAllowed(const sql::Call& call, const sql::Location& at);
  ExprPtr BindWindow(const sql::Call& call, const sql::Location& at);

  /// \return false when one of them had an error.
  bool BindAll(const std::vector<sql::ExprPtr>& exprs, std::vector<ExprPtr>* bound);
  bool BindOrderKeys(const std::vector<sql::OrderKey>& keys, std::vector<SortKey>* bound);

  ClauseRules rules_;
  Diagnostics* diagnostics_;
  std::string inside_;  ///< the aggregate or window whose arguments are being bound
};

/// \brief The SQL at `at`, on one line.
std::string SqlText(const sql::Location& at);

/// \brief The arguments cast to what the function takes.
std::vector<ExprPtr> CastAll(const std::vector<ExprPtr>& args,
                             const std::vector<std::shared_ptr<arrow::DataType>>& types);

}  // namespace tarn::plan
