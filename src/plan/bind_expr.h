#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/bind_generator.h"
#include "plan/scope.h"

namespace tarn::plan {

class QueryBinder;

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

/// \brief Aggregates, window functions and grouping calls met while expressions are bound.
///
/// Call k stands in those expressions as column `input_width + k`, beyond the columns of the input.
struct CollectedCalls {
  struct Entry {
    /// Over the input. A Window has one call, which may read the columns of those before it.
    std::variant<AggregateCall, Window, GroupingCall> call;
    std::string name;  ///< as written

    bool is_window() const { return std::holds_alternative<Window>(call); }
  };
  /// The first of the columns that generators of the select list make, wherever they will be.
  static constexpr int kGenerated = 1 << 24;

  int input_width = 0;         ///< columns of the input
  std::vector<Entry> entries;  ///< different ones, as they were met

  bool HasAggregate() const;
  bool HasWindow() const;
};

/// What a plain name means where the select list's names are in sight too.
enum class AliasRule {
  kNever,         ///< a column of the input
  kWhenNotInput,  ///< GROUP BY, the select list: the input's column, else the alias
  kFirst,         ///< ORDER BY: the alias, else the input's column
  kUnlessKey,     ///< HAVING, QUALIFY: the input's column if it is grouped by, else as kFirst
};

/// \brief Which subqueries the expressions of a clause may hold, as in Spark.
enum class SubqueryRule {
  kAny,
  kNoValueOfRow,  ///< ON: no scalar one that depends on the clause's row
  kOfGenerator,   ///< scalar ones that don't depend on the row; in an aggregate's arguments any
  kOfOrder,       ///< ORDER BY: the same, in an aggregate's arguments none that depends on the row
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
  bool time_windows_allowed = false;                       ///< calls of window()
  const std::vector<sql::NamedWindow>* windows = nullptr;  ///< of the WINDOW clause; may be null
  QueryBinder* queries = nullptr;  ///< binds subqueries; null: there are none
  const TimeZone* zone = nullptr;  ///< the session's where there is no `queries`, which knows it
  SubqueryRule subqueries = SubqueryRule::kAny;  ///< in its expressions
  bool is_bound = false;  ///< the expression was bound before: its subqueries are taken from there
  bool is_grouped = false;  ///< whether the query has GROUP BY
};

/// \brief The parameters that a lambda's body sees, besides columns, whose names they hide.
struct LambdaScope {
  const LambdaScope* outer = nullptr;  ///< of the lambda around it; null: none. Borrowed
  std::vector<std::string> names;      ///< as written
  Arguments parameters;                ///< at least as many
};

/// \brief Reports values that `clause` has to compare and can't, because they are or hold a MAP or
/// an interval without fields.
bool CheckOrderable(const arrow::DataType& type, const std::string& clause, const sql::Location& at,
                    Diagnostics* diagnostics);

/// \brief Reports values that `clause` has to tell apart, and can't.
bool CheckGroupable(const arrow::DataType& type, const std::string& clause, const sql::Location& at,
                    Diagnostics* diagnostics);

/// \brief Reports an item of the select list that is named again, and would not be the same value.
bool CheckNamedAgain(const Expr& expr, const sql::Location& at, Diagnostics* diagnostics);

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

  /// \brief Bind a call of a generator. None after an error.
  std::optional<BoundGenerator> BindGenerator(const sql::Call& call, const sql::Location& at);

  /// \brief Bind a call of window() or session_window() itself, over columns of FROM alone.
  ExprPtr BindTimeWindowCall(const sql::Call& call, const sql::Location& at);

  /// \brief The column, or the field of one, that `ref` means in this clause alone. Null without an
  /// error where it means none.
  ExprPtr FindColumn(const sql::ColumnRef& ref, const sql::Location& at);

 private:
  /// \param[in] place what needs the BOOLEAN, for the message.
  ExprPtr BindBoolean(const sql::Expr& expr, const std::string& place);
  ExprPtr BindNode(const sql::ColumnRef& ref, const sql::Location& at);
  ExprPtr BindNode(const sql::Star& star, const sql::Location& at);
  ExprPtr BindNode(const sql::Field& field, const sql::Location& at);
  ExprPtr BindNode(const sql::Subscript& subscript, const sql::Location& at);
  ExprPtr BindNode(const sql::Lambda& lambda, const sql::Location& at);
  ExprPtr BindNode(const sql::Literal& literal, const sql::Location& at);
  ExprPtr BindNode(const sql::Interval& interval, const sql::Location& at);
  ExprPtr BindNode(const sql::Call& call, const sql::Location& at);
  ExprPtr BindNode(const sql::Case& node, const sql::Location& at);
  ExprPtr BindNode(const sql::Cast& cast, const sql::Location& at);
  ExprPtr BindNode(const sql::Collate& collate, const sql::Location& at);
  ExprPtr BindNode(const sql::ScalarSubquery& subquery, const sql::Location& at);
  ExprPtr BindNode(const sql::Exists& exists, const sql::Location& at);
  ExprPtr BindNode(const sql::InSubquery& in, const sql::Location& at);
  /// What the parser refuses as not supported.
  ExprPtr BindNode(const auto&, const sql::Location&) { return nullptr; }

  bool CheckSubqueryAllowed(const sql::Location& at);
  bool CheckSubqueryRule(bool is_scalar, bool is_of_row, const sql::Location& at);
  bool BindInValues(const sql::InSubquery& in, std::vector<ExprPtr>* values, size_t num_columns);

  ExprPtr BindAlias(const sql::ColumnRef& ref, const sql::Location& at, bool* found);
  std::string UnknownColumnHint(const sql::ColumnRef& ref) const;
  bool IsGroupKey(const sql::ColumnRef& ref, const sql::Location& at) const;

  ExprPtr BindBetween(const sql::Call& call, const sql::Location& at);
  ExprPtr BindLikeList(const sql::Call& call, const sql::Location& at);
  /// collation(x COLLATE name).
  ExprPtr BindCollation(const sql::Collate& collate, const sql::Location& at);
  /// EXTRACT(field FROM x), which date_part(field, x) is another spelling of.
  ExprPtr BindExtract(const sql::Call& call, const sql::Location& at);
  ExprPtr BindStruct(const sql::Call& call, const sql::Location& at);
  ExprPtr BindInputFileName(const sql::Call& call, const sql::Location& at);
  ExprPtr BindTimeWindow(const sql::Call& call, const sql::Location& at);
  /// The session's time zone; null where there is none.
  const TimeZone* Zone() const;
  ExprPtr BindWindowTime(const sql::Call& call, const sql::Location& at);
  ExprPtr TimeOfWindow(const ExprPtr& window, const sql::Location& at);
  ExprPtr BindArraysZip(const sql::Call& call, const sql::Location& at);
  ExprPtr BindParameter(const sql::ColumnRef& ref, const sql::Location& at, bool* found);
  ExprPtr BindLambda(const Function& function, const Arguments& before, const sql::Expr& expr);
  ExprPtr BindLambdaCall(const Function& function, const sql::Call& call, const sql::Location& at);
  ExprPtr BindScalarCall(const sql::Call& call, const sql::Location& at);
  ExprPtr ResolveScalar(const std::string& name, std::vector<ExprPtr> args,
                        const sql::Location& at);

  bool CheckAggregateAllowed(const sql::Call& call, const sql::Location& at);
  ExprPtr BindAggregate(const sql::Call& call, const sql::Location& at);
  bool BindAggregateCall(const sql::Call& call, const sql::Location& at, AggregateCall* aggregate);
  bool CheckAggregateClauses(const Function& function, const sql::Call& call,
                             const sql::Location& at);
  bool BindAggregateArgs(const sql::Call& call, const Function& function,
                         std::vector<ExprPtr>* args, AggregateCall* aggregate);
  bool TakeConstants(const Function& function, std::vector<ExprPtr> args, AggregateCall* aggregate);
  ExprPtr BindGrouping(const sql::Call& call, const sql::Location& at);
  const sql::WindowSpec* FindWindow(const sql::WindowSpec& written);
  bool CheckWindowAllowed(const sql::Call& call, const sql::Location& at);
  ExprPtr BindWindow(const sql::Call& call, const sql::Location& at);
  bool BindWindowCall(const sql::Call& call, const sql::Location& at, WindowCall* bound);
  bool BindFrame(const sql::Call& call, const sql::WindowSpec& spec, const Window& window,
                 WindowFrame* frame);
  /// What a bound with an offset says.
  struct FrameOffset {
    std::optional<int64_t> distance;        ///< after the current row, where it is a number
    std::shared_ptr<arrow::DataType> type;  ///< as written; null: no offset
  };
  bool BindFrameBound(const sql::FrameBound& bound, const sql::WindowFrame& written,
                      const Window& window, FrameBound* made, FrameOffset* found);
  bool CheckOffsets(const FrameOffset& start, const FrameOffset& end,
                    const sql::WindowFrame& written, const Window& window);
  ExprPtr BindRangeOffset(const sql::FrameBound& bound, const ExprPtr& offset,
                          const sql::WindowFrame& written, const Window& window);

  /// \return false when one of them had an error.
  bool BindAll(const std::vector<sql::ExprPtr>& exprs, std::vector<ExprPtr>* bound);
  bool BindOrderKeys(const std::vector<sql::OrderKey>& keys, std::vector<SortKey>* bound);

  ClauseRules rules_;
  Diagnostics* diagnostics_;
  std::string inside_;  ///< the aggregate or window whose arguments are being bound
  const LambdaScope* lambda_ = nullptr;  ///< of the lambda whose body is being bound; may be null
};

/// \brief Whether both give the same value, of the same rows.
bool SameCall(const AggregateCall& left, const AggregateCall& right);

/// \brief Whether both have the same partitions, in the same order.
bool HaveSameRows(const Window& left, const Window& right);

/// \brief The SQL at `at`, on one line.
std::string SqlText(const sql::Location& at);

/// \brief What resolution needs to know of arguments.
Arguments ArgumentsOf(const std::vector<ExprPtr>& args);

/// \brief The arguments cast to what the function takes.
std::vector<ExprPtr> CastAll(const std::vector<ExprPtr>& args,
                             const std::vector<std::shared_ptr<arrow::DataType>>& types);

}  // namespace tarn::plan
