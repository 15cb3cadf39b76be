#include <fmt/format.h>

#include <map>

#include "pipeline/pipeline.h"
#include "plan/build_expr.h"
#include "plan/expr.h"

namespace tarn::plan {
namespace {

// How tightly an operator binds; an argument that binds less tightly is put in parentheses.
enum Precedence { kOr = 1, kAnd, kNot, kComparison, kSum, kProduct, kUnary, kPrimary };

struct Operator {
  const char* symbol;
  Precedence precedence;
};

const std::map<std::string, Operator>& BinaryOperators() {
  static const std::map<std::string, Operator> kOperators = {
      {"or", {"OR", kOr}},
      {"and", {"AND", kAnd}},
      {"eq", {"=", kComparison}},
      {"ne", {"<>", kComparison}},
      {"lt", {"<", kComparison}},
      {"le", {"<=", kComparison}},
      {"gt", {">", kComparison}},
      {"ge", {">=", kComparison}},
      {"null_safe_eq", {"IS NOT DISTINCT FROM", kComparison}},
      {"like", {"LIKE", kComparison}},
      {"ilike", {"ILIKE", kComparison}},
      {"add", {"+", kSum}},
      {"subtract", {"-", kSum}},
      {"multiply", {"*", kProduct}},
      {"divide", {"/", kProduct}},
      {"mod", {"%", kProduct}},
  };
  return kOperators;
}

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::string LiteralText(const arrow::Scalar& literal) {
  if (!literal.is_valid) return "NULL";
  switch (literal.type->id()) {
    case arrow::Type::STRING:
      return Quote(static_cast<const arrow::StringScalar&>(literal).view());
    case arrow::Type::DATE32:
      return "DATE " + Quote(literal.ToString());
    case arrow::Type::TIMESTAMP: {
      std::string text = literal.ToString();
      if (!text.empty() && text.back() == 'Z') text.pop_back();
      // Whole seconds need no fraction.
      if (text.ends_with(".000000")) text.resize(text.size() - 7);
      return "TIMESTAMP " + Quote(text);
    }
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
        return LiteralText(*expr.literal);
      case Expr::Kind::kField:
        return PrintField(expr);
      case Expr::Kind::kCast:
        return fmt::format("CAST({} AS {})", Print(*expr.args[0]), pipeline::DdlOf(*expr.type));
      case Expr::Kind::kCase:
        return PrintCase(expr);
      case Expr::Kind::kCall:
        return PrintCall(expr);
    }
    return "";
  }

 private:
  std::string PrintField(const Expr& expr) const {
    const Expr& value = *expr.args[0];
    bool is_name = IsColumn(value) || value.kind == Expr::Kind::kField;
    std::string text = is_name ? Print(value) : "(" + Print(value) + ")";
    return text + "." + value.type->field(expr.field)->name();
  }

  std::string PrintCase(const Expr& expr) const {
    std::string text = "CASE";
    for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
      text += fmt::format(" WHEN {} THEN {}", Print(*expr.args[i]), Print(*expr.args[i + 1]));
    }
    return text + fmt::format(" ELSE {} END", Print(*expr.args.back()));
  }

  std::string PrintCall(const Expr& expr) const {
    const auto& args = expr.args;
    if (auto found = BinaryOperators().find(expr.function);
        found != BinaryOperators().end() && args.size() == 2) {
      const Operator& op = found->second;
      // Comparisons do not chain, and `a - (b - c)` needs its parentheses.
      bool associative = op.precedence == kOr || op.precedence == kAnd;
      int left = op.precedence + (op.precedence == kComparison ? 1 : 0);
      int right = op.precedence + (associative ? 0 : 1);
      return Enclose(*args[0], left) + " " + op.symbol + " " + Enclose(*args[1], right);
    }
    if (expr.function == "not") return PrintNot(*args[0]);
    if (expr.function == "is_null") return Enclose(*args[0], kComparison + 1) + " IS NULL";
    if (expr.function == "negate") return "-" + Enclose(*args[0], kUnary);
    if (expr.function == "in") return PrintIn(expr, " IN ");
    return fmt::format("{}({})", expr.function, PrintList(args, 0));
  }

  std::string PrintNot(const Expr& arg) const {
    if (IsCall(arg, "is_null")) return Enclose(*arg.args[0], kComparison + 1) + " IS NOT NULL";
    if (IsCall(arg, "in")) return PrintIn(arg, " NOT IN ");
    return "NOT " + Enclose(arg, kNot + 1);
  }

  std::string PrintIn(const Expr& expr, const char* word) const {
    return Enclose(*expr.args[0], kComparison + 1) + word + "(" + PrintList(expr.args, 1) + ")";
  }

  std::string PrintList(const std::vector<ExprPtr>& exprs, size_t first) const {
    std::string text;
    for (size_t i = first; i < exprs.size(); ++i) {
      if (i > first) text += ", ";
      text += Print(*exprs[i]);
    }
    return text;
  }

  std::string Enclose(const Expr& expr, int precedence) const {
    return PrecedenceOf(expr) < precedence ? "(" + Print(expr) + ")" : Print(expr);
  }

  static int PrecedenceOf(const Expr& expr) {
    if (expr.kind != Expr::Kind::kCall) return kPrimary;
    if (expr.function == "not") {
      const Expr& arg = *expr.args[0];
      return IsCall(arg, "is_null") || IsCall(arg, "in") ? kComparison : kNot;
    }
    if (expr.function == "is_null" || expr.function == "in") return kComparison;
    if (expr.function == "negate") return kUnary;
    auto found = BinaryOperators().find(expr.function);
    return found == BinaryOperators().end() ? kPrimary : found->second.precedence;
  }

  const arrow::Schema& input_;
};

}  // namespace

std::string ToString(const Expr& expr, const arrow::Schema& input) {
  return ExprPrinter(input).Print(expr);
}

}  // namespace tarn::plan
