#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/word_list.h"
#include "plan/column_name.h"
#include "plan/literal_name.h"

namespace tarn::plan {

inline std::string UpperCase(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), ToUpper);
  return upper;
}

/// \brief A function that is a cast, which Spark leaves out.
inline bool IsCastFunction(std::string_view name) {
  return IsOneOf(name, {"boolean", "tinyint", "smallint", "int", "bigint", "float", "double",
                        "decimal", "string", "date", "time", "timestamp", "binary"});
}

/// \brief Prints one selected expression as Spark names it.
class ColumnNamer {
 public:
  explicit ColumnNamer(const ColumnNaming& naming) : naming_(naming) {}

  std::string Output(const sql::Expr& expr);
  bool is_known() const { return is_known_; }

 private:
  std::string Print(const sql::Expr& expr) {
    return std::visit([&](const auto& node) { return PrintNode(node, expr.at); }, expr.node);
  }
  std::string Print(const sql::ExprPtr& expr) { return Print(*expr); }
  std::string List(const std::vector<sql::ExprPtr>& exprs, size_t first = 0,
                   size_t last = SIZE_MAX);
  std::string Unknown() {
    is_known_ = false;
    return "";
  }

  std::string PrintNode(const sql::ColumnRef& ref, const sql::Location& at);
  std::string PrintNode(const sql::Star&, const sql::Location&) { return Unknown(); }
  std::string PrintNode(const sql::Field& field, const sql::Location&) {
    return Print(field.value) + "." + field.name;
  }
  std::string PrintNode(const sql::Subscript& subscript, const sql::Location&) {
    return fmt::format("{}[{}]", Print(subscript.value), Print(subscript.index));
  }
  std::string PrintNode(const sql::Literal& literal, const sql::Location&) {
    return LiteralName(literal);
  }
  std::string PrintNode(const sql::Interval&, const sql::Location&) { return Unknown(); }
  std::string PrintNode(const sql::Parameter&, const sql::Location&) { return Unknown(); }
  std::string PrintNode(const sql::Call& call, const sql::Location& at);
  std::string PrintNode(const sql::Case& node, const sql::Location& at);
  std::string PrintNode(const sql::Cast& cast, const sql::Location& at);
  std::string PrintNode(const sql::Collate& collate, const sql::Location&) {
    return fmt::format("collate({}, {})", Print(collate.value), collate.collation);
  }
  std::string PrintNode(const sql::Lambda& lambda, const sql::Location& at);
  std::string PrintNode(const sql::ScalarSubquery& subquery, const sql::Location&) {
    return IsCorrelated(*subquery.query) ? Unknown() : "scalarsubquery()";
  }
  std::string PrintNode(const sql::Exists& exists, const sql::Location&) {
    return IsCorrelated(*exists.query) ? Unknown() : "exists()";
  }
  std::string PrintNode(const sql::InSubquery& in, const sql::Location&) {
    if (IsCorrelated(*in.query)) return Unknown();
    return fmt::format("({} IN (listquery()))", Print(in.value));
  }

  std::string PrintOperator(const sql::Call& call, std::string_view symbol);
  std::string PrintDateShift(const sql::Call& call);
  std::string PrintWholeComparison(const sql::Call& call, std::string_view symbol);
  std::string PrintNot(const sql::Call& call, const sql::Location& at);
  std::string PrintLike(const sql::Call& call);
  std::string PrintTypedLiteral(const sql::Cast& cast, const std::string& text);
  std::optional<std::string> PrintPredicate(const sql::Call& call, const sql::Location& at);
  std::optional<std::string> PrintSpecial(const sql::Call& call, const sql::Location& at);
  std::string PrintExtract(const sql::Call& call, const sql::Location& at);
  std::string PrintTrim(const sql::Call& call);
  std::string PrintStruct(const sql::Call& call, const sql::Location& at);
  std::string PrintFunction(const sql::Call& call);
  std::string PrintClauses(const sql::Call& call);
  std::string PrintWindow(const sql::Call& call);
  std::string PrintArguments(const sql::Call& call, size_t num_shown);
  std::string PrintFrame(const sql::Call& call, const sql::WindowSpec& window);
  std::string PrintBound(const sql::FrameBound& bound);
  std::string PrintOrder(const std::vector<sql::OrderKey>& keys);

  bool IsColumn(const sql::Expr& expr) const;
  bool IsCorrelated(const sql::Query& query) const {
    return naming_.is_correlated != nullptr && naming_.is_correlated(query);
  }
  std::shared_ptr<arrow::DataType> TypeOf(const sql::Expr& expr) const {
    return naming_.type_of == nullptr ? nullptr : naming_.type_of(expr);
  }

  const ColumnNaming& naming_;
  std::vector<std::string> parameters_;  // of the lambdas around what is printed
  bool is_known_ = true;
};

}  // namespace tarn::plan
