#include "sql/ast_text.h"

namespace tarn::sql {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

template <class T, class Print>
std::string List(const std::vector<T>& values, Print print) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + print(value);
  return text;
}

std::string Exprs(const std::vector<ExprPtr>& exprs) {
  return List(exprs, [](const ExprPtr& expr) { return ToText(*expr); });
}

std::string Names(const std::vector<std::string>& names) {
  return List(names, [](const std::string& name) { return name; });
}

std::string Dotted(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ".") + part;
  return text;
}

std::string Order(const std::vector<OrderKey>& keys) {
  return List(keys, [](const OrderKey& key) {
    return ToText(*key.expr) + (key.descending ? " desc" : " asc") +
           (key.nulls_first ? " first" : " last");
  });
}

std::string Type(const TypeName& type) {
  if (type.arguments.empty()) return type.name;
  return type.name + "(" + List(type.arguments, [](int value) { return std::to_string(value); }) +
         ")";
}

std::string CallText(const Call& call) {
  std::string text = call.name + "(" + (call.distinct ? "distinct " : "") + Exprs(call.args) + ")";
  if (call.filter != nullptr) text += " filter(" + ToText(*call.filter) + ")";
  if (call.over) {
    text += " over(" + Exprs(call.over->partition_by) + "; " + Order(call.over->order_by) + ")";
  }
  return text;
}

std::string CaseText(const Case& node) {
  std::string text = "case";
  for (const Case::Branch& branch : node.branches) {
    text += " when " + ToText(*branch.condition) + " then " + ToText(*branch.value);
  }
  if (node.otherwise != nullptr) text += " else " + ToText(*node.otherwise);
  return text + " end";
}

std::string LiteralText(const Literal& literal) {
  switch (literal.kind) {
    case Literal::Kind::kNull:
      return "null";
    case Literal::Kind::kString:
      return "'" + literal.text + "'";
    case Literal::Kind::kDecimal:
      return literal.text + "d";
    default:
      return literal.text;
  }
}

std::string JoinText(const Join& join);

std::string TableText(const TableRef& table) {
  std::string text =
      std::visit(Overloaded{
                     [](const NamedTable& named) { return named.name; },
                     [](const Subquery& subquery) { return "(" + ToText(*subquery.query) + ")"; },
                     [](const Join& join) { return JoinText(join); },
                 },
                 table.node);
  if (!table.alias.empty()) text += " as " + table.alias;
  if (!table.column_aliases.empty()) text += "(" + Names(table.column_aliases) + ")";
  return text;
}

std::string JoinText(const Join& join) {
  static const char* const kKinds[] = {"inner", "left", "right", "full", "cross"};
  std::string text = "[" + TableText(*join.left) + " " + kKinds[static_cast<int>(join.kind)] + " " +
                     TableText(*join.right);
  if (join.on != nullptr) text += " on " + ToText(*join.on);
  if (!join.using_columns.empty()) text += " using " + Names(join.using_columns);
  return text + "]";
}

std::string SelectText(const Select& select) {
  std::string text = select.distinct ? "select distinct " : "select ";
  text += List(select.items, [](const SelectItem& item) {
    return ToText(*item.expr) + (item.alias.empty() ? "" : " as " + item.alias);
  });
  if (select.from != nullptr) text += " from " + TableText(*select.from);
  if (select.where != nullptr) text += " where " + ToText(*select.where);
  if (!select.group_by.empty()) text += " group by " + Exprs(select.group_by);
  if (select.having != nullptr) text += " having " + ToText(*select.having);
  return text;
}

}  // namespace

std::string ToText(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const ColumnRef& column) { return Dotted(column.parts); },
          [](const Star& star) { return star.parts.empty() ? "*" : Dotted(star.parts) + ".*"; },
          [](const Field& field) { return "(" + ToText(*field.value) + ")." + field.name; },
          [](const Literal& literal) { return LiteralText(literal); },
          [](const Call& call) { return CallText(call); },
          [](const Case& node) { return CaseText(node); },
          [](const Cast& cast) {
            return "cast(" + ToText(*cast.value) + " as " + Type(cast.type) + ")";
          },
      },
      expr.node);
}

std::string ToText(const Query& query) {
  std::string text = List(query.with, [](const CommonTable& table) {
    return table.name + " as (" + ToText(*table.query) + ")";
  });
  if (!text.empty()) text = "with " + text + " ";
  if (const auto* both = std::get_if<Union>(&query.body)) {
    text += "{" + ToText(*both->left) + (both->all ? " union all " : " union ") +
            ToText(*both->right) + "}";
  } else {
    text += SelectText(std::get<Select>(query.body));
  }
  if (!query.order_by.empty()) text += " order by " + Order(query.order_by);
  if (query.limit) text += " limit " + std::to_string(*query.limit);
  return text;
}

}  // namespace tarn::sql
