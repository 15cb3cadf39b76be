#pragma once

#include <arrow/type.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sql/text.h"

namespace tarn::plan {

enum class FunctionKind {
  kScalar,
  kAggregate,
  kWindow,
  /// Makes rows: of the collection that `resolve` has for its result. The engines see a call of it
  /// where it makes that collection itself.
  kGenerator,
};

/// \brief An argument as far as resolution needs it.
struct Argument {
  std::shared_ptr<arrow::DataType> type;  ///< arrow::null() for a bare NULL
  bool nullable = true;
  bool is_literal = false;
  std::optional<int64_t> integer = {};   ///< the value of an integer literal
  bool is_cast = false;                  ///< a literal whose type a CAST gives
  std::optional<std::string> text = {};  ///< the value of a STRING literal
  /// Of a call map('name', 'value', …) of STRING literals: the values by name.
  std::optional<std::map<std::string, std::string>> text_map = {};
};
using Arguments = std::vector<Argument>;

struct Expr;
struct Function;

/// \brief An argument that a call may name: `mask(str => x)`.
struct Parameter {
  std::string_view name = {};          ///< compared without case
  bool is_optional = false;            ///< a call may leave it out and name those behind it
  const char* default_text = nullptr;  ///< the STRING in its place then; null: NULL
};

/// \brief What a call means once its argument types are known.
struct ResolvedFunction {
  const Function* function = nullptr;  ///< set by ResolveFunction; lives as long as the process
  std::vector<std::shared_ptr<arrow::DataType>> arg_types;  ///< what each argument is cast to
  std::shared_ptr<arrow::DataType> type;                    ///< of the result
  bool nullable = true;  ///< given nullable arguments as passed to ResolveFunction
};

/// \brief Decides argument and result types. `function` is filled in by ResolveFunction, and so is
/// `nullable`, but for Nullability::kResolved.
/// \return Invalid with what does not fit; ResolveFunction adds the signature
using Resolver = Result<ResolvedFunction> (*)(const Arguments& args);

/// \brief Makes the expression that stands for a call: that of nullifzero(x) is if(x = 0, NULL, x).
/// \param[in] args as bound, without any cast
/// \return null for a call that stands for none, which Function::resolve is then asked about;
/// Invalid with what does not fit
using Rewriter = Result<std::shared_ptr<const Expr>> (*)(
    const std::vector<std::shared_ptr<const Expr>>& args, const sql::Location& at);

/// \brief The types of a lambda's parameters.
/// \param[in] args those before argument `position`, which is the lambda
/// \param[in] num_parameters as written; 0: an expression stands in the lambda's place
/// \return at least `num_parameters`; Invalid for a wrong number of them or wrong arguments
using LambdaParameters = Result<Arguments> (*)(const Arguments& args, size_t position,
                                               size_t num_parameters);

/// \brief When the result of a call is nullable.
enum class Nullability {
  kOfArguments,  ///< when an argument is
  kNever,        ///< not even for NULLs: count, is_null
  kAlways,       ///< NULL may come of arguments that are not NULL: nullif, the logarithm of 0
  kResolved,     ///< as Function::resolve says
};

/// \brief Whether a call is nullable, not for kResolved.
/// \param[in] of_arguments whether an argument is
constexpr bool IsNullable(Nullability nullability, bool of_arguments) {
  if (nullability == Nullability::kOfArguments) return of_arguments;
  return nullability != Nullability::kNever;
}

/// \brief What the optimiser and the engines may rely on. Besides, every function gives the same
/// value for the same arguments throughout a run, but for calls that are random, and in every run,
/// but for those that read the clock.
struct FunctionTraits {
  /// Whether arguments exist that are an error: overflow, a date that there is not. Calls that may
  /// fail are not moved to rows that the query would not compute them for.
  bool may_fail = true;
  Nullability nullability = Nullability::kOfArguments;
  /// Whether an argument is evaluated only for the rows that need it, by rules of the function's
  /// own.
  bool lazy = false;
  /// Of a scalar function: whether the result is NULL where an argument is. The arguments after
  /// that one are not evaluated there.
  bool null_in_null_out = true;
  /// With null_in_null_out: whether arguments are evaluated from the last one back, such as a
  /// divisor before its dividend.
  bool last_argument_first = false;
  /// Whether a call is another value each time it is computed; null: none is.
  bool (*is_random)(const Expr& call) = nullptr;
  /// Whether the value of a call may depend on when the run began, so that a later run gives
  /// another one; null: none does.
  bool (*reads_clock)(const Expr& call) = nullptr;
  /// Of an aggregate: whether repeated values change nothing, so that its DISTINCT is dropped.
  bool ignores_repeats = false;
  /// Of an aggregate: whether the order of rows changes nothing where equal values are the same.
  bool ignores_order = false;
  /// Of a try_ function: whether it is NULL also where an argument is an error.
  bool catches_errors = false;
  /// Whether the error of a row shows the arguments' values. Not where one is a key to what is
  /// encrypted, nor where the query itself gives the text of the error.
  bool shows_arguments = true;
};

/// \brief What WITHIN GROUP (ORDER BY …) is to an aggregate.
enum class WithinGroup {
  kNever,       ///< an error
  kOrder,       ///< the order in which it takes the rows; any number of keys, or none
  kValue,       ///< its first argument and the order of it; it has to be there
  kMayBeValue,  ///< the same where no argument is written; with one it is an error
};

/// \brief How tightly SQL's operators bind, loosest first.
enum class Precedence {
  kOr = 1,
  kAnd,
  kNot,
  kComparison,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kSum,
  kProduct,
  kUnary,
  kPrimary
};

/// \brief How a call is written in SQL.
struct Notation {
  enum class Form {
    kCall,       ///< name(a, b)
    kInfix,      ///< a symbol b
    kPrefix,     ///< symbol a
    kSuffix,     ///< a symbol
    kList,       ///< a symbol (b, …)
    kSubscript,  ///< a[b]
  };
  Form form = Form::kCall;
  std::string_view symbol = {};   ///< upper case where it is a word; empty for kCall
  std::string_view negated = {};  ///< the symbol for NOT of the call; empty: NOT stands before it
  Precedence precedence = Precedence::kPrimary;
};

/// \brief A SQL function or operator: all that is known of it but how an engine computes it.
///
/// There is one object of each, which lives as long as the process; expressions point at it.
struct Function {
  static constexpr int kVariadic = 1 << 20;

  struct NumArgs {
    int min = 0;  ///< inclusive
    int max = 0;  ///< kVariadic: any number
  };

  std::string_view name;                         ///< canonical, lower case
  std::array<std::string_view, 3> aliases = {};  ///< other names; empty ones do not count
  FunctionKind kind = FunctionKind::kScalar;
  std::string_view signature;  ///< "substring(STRING, start INT[, length INT])"
  std::string_view help;       ///< one line of docs/functions.md
  /// A call of it with values, and no tables: an expression, "substring('tarn', 2, 3)", or a whole
  /// query where it takes rows, which begins with SELECT.
  std::string_view example;
  NumArgs num_args = {};
  /// Those that a call may name, in the order of the arguments; without a name: there are no more.
  /// The same as in Spark, where few functions have names for them.
  std::array<Parameter, 5> parameters = {};
  Resolver resolve = nullptr;  ///< called with `num_args` arguments; null: no engine sees a call
  Rewriter rewrite = nullptr;  ///< asked first, in the same way; null: no call stands for another
  FunctionTraits traits = {};
  Notation notation = {};
  /// Of an aggregate: which arguments, from the lowest bit, are constants.
  uint32_t constant_args = 0;
  WithinGroup within_group = WithinGroup::kNever;  ///< of an aggregate
  bool takes_ignore_nulls = false;                 ///< of an aggregate
  /// Of an aggregate: the one that makes its value over all rows of its values over parts of them,
  /// whichever rows are in which; empty: there is none.
  std::string_view merged_by = {};
  bool takes_distinct = true;                      ///< of an aggregate
  uint32_t lambda_arguments = 0;                   ///< bit i: argument i is a lambda function
  LambdaParameters lambda_parameters = nullptr;    ///< null: no argument is
};

}  // namespace tarn::plan
