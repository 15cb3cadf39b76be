#include <fmt/format.h>

#include <algorithm>

#include "pipeline/pipeline.h"
#include "plan/build_expr.h"
#include "plan/expr.h"
#include "plan/known_functions.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn::plan {
namespace {

constexpr Precedence Above(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

// The call that `expr`, a NOT, is printed as one with: NOT of IN is NOT IN. Null: none.
const Expr* NegatedCall(const Expr& expr) {
  if (!IsCall(expr, kNot)) return nullptr;
  const Expr& arg = *expr.args[0];
  const bool has_form = arg.kind == Expr::Kind::kCall && !arg.function->notation.negated.empty();
  return has_form ? &arg : nullptr;
}

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

// As the clocks of the session's zone show it, without a fraction that is 0.
std::string TimestampLiteralText(const Expr& expr) {
  const auto& type = static_cast<const arrow::TimestampType&>(*expr.type);
  const bool is_ntz = type.timezone().empty();
  int64_t micros = static_cast<const arrow::TimestampScalar&>(*expr.literal).value;
  if (!is_ntz && expr.zone != nullptr) micros = expr.zone->ToLocal(micros);
  std::string text = arrow::TimestampScalar(micros, expr.type).ToString();
  if (!text.empty() && text.back() == 'Z') text.pop_back();
  if (text.ends_with(".000000")) text.resize(text.size() - 7);
  return (is_ntz ? "TIMESTAMP_NTZ " : "TIMESTAMP ") + Quote(text);
}

std::string LiteralText(const Expr& expr) {
  const arrow::Scalar& literal = *expr.literal;
  if (!literal.is_valid) return "NULL";
  switch (literal.type->id()) {
    case arrow::Type::STRING:
      return Quote(static_cast<const arrow::StringScalar&>(literal).view());
    case arrow::Type::DATE32:
      return "DATE " + Quote(literal.ToString());
    case arrow::Type::TIMESTAMP:
      return TimestampLiteralText(expr);
    case arrow::Type::TIME64:
      return "TIME " + Quote(SparkTimeText(static_cast<const arrow::Time64Scalar&>(literal).value));
    case arrow::Type::INTERVAL_MONTHS:
      return SparkIntervalText(static_cast<const arrow::MonthIntervalScalar&>(literal).value,
                               IntervalRangeOf(*literal.type));
    case arrow::Type::DURATION:
      return SparkIntervalText(static_cast<const arrow::DurationScalar&>(literal).value,
                               IntervalRangeOf(*literal.type));
    case arrow::Type::DOUBLE: {
      std::string text = fmt::format("{}", static_cast<const arrow::DoubleScalar&>(literal).value);
      bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
      return whole ? text + ".0" : text;
    }
    default:
      return literal.ToString();
  }
}

class ExprPrinter {
 public:
  explicit ExprPrinter(const arrow::Schema& input) : input_(input) {}

  std::string Print(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::kColumn:
        return expr.column < input_.num_fields() ? input_.field(expr.column)->name()
                                                 : fmt::format("#{}", expr.column);
      case Expr::Kind::kLiteral:
        return LiteralText(expr);
      case Expr::Kind::kField:
        return PrintField(expr);
      case Expr::Kind::kCast:
        return fmt::format("{}({} AS {})", expr.is_try ? "TRY_CAST" : "CAST", Print(*expr.args[0]),
                           pipeline::DdlOf(*expr.type));
      case Expr::Kind::kCase:
        return PrintCase(expr);
      case Expr::Kind::kCall:
        return PrintCall(expr);
      case Expr::Kind::kLambda:
        return PrintLambda(expr);
      case Expr::Kind::kParameter:
        return ParameterName(depth_ - expr.level, expr.parameter);
      case Expr::Kind::kOuter:
        return fmt::format("outer({})", expr.column);
      case Expr::Kind::kSubquery:
        return "(SELECT …)";
    }
    return "";
  }

 private:
  std::string PrintField(const Expr& expr) const {
    const Expr& value = *expr.args[0];
    bool is_name = IsColumn(value) || value.kind == Expr::Kind::kField;
    std::string text = is_name ? Print(value) : "(" + Print(value) + ")";
    const bool is_array = value.type->id() == arrow::Type::LIST;
    const arrow::DataType& structs = is_array ? *value.type->field(0)->type() : *value.type;
    return text + "." + structs.field(expr.field)->name();
  }

  // Parameters have no names of their own: x1, x2 of the outermost lambda, y1 of one inside it.
  static std::string ParameterName(int depth, int parameter) {
    return fmt::format("{}{}", "xyzuvw"[std::clamp(depth - 1, 0, 5)], parameter + 1);
  }

  std::string PrintLambda(const Expr& expr) const {
    ExprPrinter inner = *this;
    ++inner.depth_;
    std::vector<std::string> names;
    for (int i = 0; i < expr.parameter; ++i) names.push_back(ParameterName(inner.depth_, i));
    const std::string body = inner.Print(*expr.args[0]);
    if (names.empty()) return body;
    if (names.size() == 1) return fmt::format("{} -> {}", names[0], body);
    return fmt::format("({}) -> {}", fmt::join(names, ", "), body);
  }

  std::string PrintCase(const Expr& expr) const {
    std::string text = "CASE";
    for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
      text += fmt::format(" WHEN {} THEN {}", Print(*expr.args[i]), Print(*expr.args[i + 1]));
    }
    return text + fmt::format(" ELSE {} END", Print(*expr.args.back()));
  }

  std::string PrintCall(const Expr& expr) const {
    if (const Expr* call = NegatedCall(expr))
      return PrintAs(*call, call->function->notation.negated);
    return PrintAs(expr, expr.function->notation.symbol);
  }

  std::string PrintAs(const Expr& call, std::string_view symbol) const {
    const auto& args = call.args;
    const Precedence precedence = call.function->notation.precedence;
    switch (call.function->notation.form) {
      case Notation::Form::kInfix:
        // Of more than two: and(a, b, c).
        if (args.size() == 2) return PrintInfix(call, symbol);
        break;
      case Notation::Form::kPrefix:
        // A minus does not touch a minus: two begin a comment.
        return fmt::format("{}{}{}", symbol, symbol == "-" ? "" : " ",
                           Enclose(*args[0], Above(precedence)));
      case Notation::Form::kSuffix:
        return fmt::format("{} {}", Enclose(*args[0], Above(precedence)), symbol);
      case Notation::Form::kList:
        return fmt::format("{} {} ({})", Enclose(*args[0], Above(precedence)), symbol,
                           PrintList(args, 1));
      case Notation::Form::kSubscript:
        return fmt::format("{}[{}]", Enclose(*args[0], Precedence::kPrimary), Print(*args[1]));
      case Notation::Form::kCall:
        break;
    }
    return fmt::format("{}({})", call.function->name, PrintList(args, 0));
  }

  std::string PrintInfix(const Expr& call, std::string_view symbol) const {
    // Comparisons do not chain, and `a - (b - c)` needs its parentheses.
    const Precedence precedence = call.function->notation.precedence;
    const bool associative = precedence == Precedence::kOr || precedence == Precedence::kAnd;
    const bool chains = precedence != Precedence::kComparison;
    return fmt::format("{} {} {}", Enclose(*call.args[0], chains ? precedence : Above(precedence)),
                       symbol,
                       Enclose(*call.args[1], associative ? precedence : Above(precedence)));
  }

  std::string PrintList(const std::vector<ExprPtr>& exprs, size_t first) const {
    std::string text;
    for (size_t i = first; i < exprs.size(); ++i) {
      if (i > first) text += ", ";
      text += Print(*exprs[i]);
    }
    return text;
  }

  std::string Enclose(const Expr& expr, Precedence precedence) const {
    return PrecedenceOf(expr) < precedence ? "(" + Print(expr) + ")" : Print(expr);
  }

  static Precedence PrecedenceOf(const Expr& expr) {
    if (expr.kind != Expr::Kind::kCall) return Precedence::kPrimary;
    const Expr* negated = NegatedCall(expr);
    return (negated != nullptr ? *negated : expr).function->notation.precedence;
  }

  const arrow::Schema& input_;
  int depth_ = 0;  // lambdas around what is printed
};

}  // namespace

std::string ToString(const Expr& expr, const arrow::Schema& input) {
  return ExprPrinter(input).Print(expr);
}

}  // namespace tarn::plan
