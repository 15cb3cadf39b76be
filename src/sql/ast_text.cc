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
  if (!type.fields.empty()) {
    return type.name + "<" +
           List(type.fields,
                [](const TypeField& field) {
                  return field.name + (field.name.empty() ? "" : ": ") + Type(field.type) +
                         (field.not_null ? " not null" : "");
                }) +
           ">";
  }
  if (type.arguments.empty()) return type.name;
  return type.name + "(" + List(type.arguments, [](int value) { return std::to_string(value); }) +
         ")";
}

std::string BoundText(const FrameBound& bound) {
  static const char* const kKinds[] = {"unbounded preceding", "preceding", "current row",
                                       "following", "unbounded following"};
  return (bound.offset == nullptr ? "" : ToText(*bound.offset) + " ") +
         kKinds[static_cast<int>(bound.kind)];
}

std::string WindowText(const WindowSpec& window) {
  if (!window.name.empty()) return window.name;
  std::string text = Exprs(window.partition_by) + "; " + Order(window.order_by);
  if (window.frame) {
    text += std::string("; ") + (window.frame->is_rows ? "rows " : "range ") +
            BoundText(window.frame->start) + " to " + BoundText(window.frame->end);
  }
  return text;
}

std::string CallText(const Call& call) {
  std::string args;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const bool has_name = i < call.arg_names.size() && !call.arg_names[i].empty();
    args +=
        (i == 0 ? "" : ", ") + (has_name ? call.arg_names[i] + " => " : "") + ToText(*call.args[i]);
  }
  std::string text = Dotted(call.schema) + (call.schema.empty() ? "" : ".") + call.name + "(" +
                     (call.distinct ? "distinct " : "") + args + ")";
  if (!call.within_group.empty()) text += " within(" + Order(call.within_group) + ")";
  if (call.filter != nullptr) text += " filter(" + ToText(*call.filter) + ")";
  if (call.ignore_nulls) text += " ignore nulls";
  if (call.respect_nulls) text += " respect nulls";
  if (call.over) text += " over(" + WindowText(*call.over) + ")";
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
    case Literal::Kind::kTinyInt:
      return literal.text + "Y";
    case Literal::Kind::kSmallInt:
      return literal.text + "S";
    case Literal::Kind::kBigInt:
      return literal.text + "L";
    case Literal::Kind::kFloat:
      return literal.text + "F";
    case Literal::Kind::kDouble:
      return literal.text + "D";
    case Literal::Kind::kBigDecimal:
      return literal.text + "BD";
    case Literal::Kind::kBinary:
      return std::to_string(literal.text.size()) + " bytes";
    default:
      return literal.text;
  }
}

std::string IntervalText(const Interval& interval) {
  return "interval " + List(interval.parts, [](const Interval::Part& part) {
           return (part.is_string ? "'" + part.value + "'" : part.value) +
                  (part.unit.empty() ? "" : " " + part.unit) +
                  (part.to_unit.empty() ? "" : " to " + part.to_unit);
         });
}

std::string Items(const std::vector<SelectItem>& items) {
  return List(items, [](const SelectItem& item) {
    return ToText(*item.expr) + (item.alias.empty() ? "" : " as " + item.alias) +
           (item.aliases.empty() ? "" : " as (" + Names(item.aliases) + ")");
  });
}

std::string ValuesText(const Values& values) {
  return "values " + List(values.rows, [](const auto& row) { return "(" + Exprs(row) + ")"; });
}

std::string JoinText(const Join& join);
std::string UnpivotText(const Unpivot& unpivot);

std::string TableText(const TableRef& table) {
  std::string text =
      std::visit(Overloaded{
                     [](const NamedTable& named) {
                       return (named.format.empty() ? "" : named.format + ":") +
                              Dotted(named.schema) + (named.schema.empty() ? "" : ".") + named.name;
                     },
                     [](const Subquery& subquery) { return "(" + ToText(*subquery.query) + ")"; },
                     [](const Values& values) { return "(" + ValuesText(values) + ")"; },
                     [](const TableFunction& function) { return ToText(*function.call); },
                     [](const LateralView& view) {
                       return "[" + (view.input == nullptr ? "" : TableText(*view.input) + " ") +
                              (view.outer ? "view outer " : "view ") + ToText(*view.call) + "]";
                     },
                     [](const Pivot& pivot) {
                       return "[" + TableText(*pivot.input) + " pivot " + Items(pivot.aggregates) +
                              " for " + Names(pivot.columns) + " in " + Items(pivot.values) + "]";
                     },
                     [](const Unpivot& unpivot) { return UnpivotText(unpivot); },
                     [](const Join& join) { return JoinText(join); },
                 },
                 table.node);
  if (table.lateral) text = "lateral " + text;
  if (table.sample) {
    static const char* const kKinds[] = {" percent", " rows", " bucket", " bytes"};
    text += " sample " + ToText(*table.sample->amount) +
            kKinds[static_cast<int>(table.sample->kind)] +
            (table.sample->seed ? " seed " + std::to_string(*table.sample->seed) : "");
  }
  if (!table.alias.empty()) text += " as " + table.alias;
  if (!table.column_aliases.empty()) text += "(" + Names(table.column_aliases) + ")";
  return text;
}

std::string UnpivotText(const Unpivot& unpivot) {
  const auto columns = [](const Unpivot::ColumnSet& set) {
    return "(" + List(set.columns, Dotted) + ")" + (set.alias.empty() ? "" : " as " + set.alias);
  };
  return "[" + TableText(*unpivot.input) + " unpivot " + (unpivot.include_nulls ? "nulls " : "") +
         Names(unpivot.value_columns) + " for " + unpivot.name_column + " in " +
         List(unpivot.sets, columns) + "]";
}

std::string JoinText(const Join& join) {
  static const char* const kKinds[] = {"inner", "left", "right", "full", "cross", "semi", "anti"};
  std::string text = "[" + TableText(*join.left) + (join.natural ? " natural " : " ") +
                     kKinds[static_cast<int>(join.kind)] + " " + TableText(*join.right);
  if (join.on != nullptr) text += " on " + ToText(*join.on);
  if (!join.using_columns.empty()) text += " using " + Names(join.using_columns);
  return text + "]";
}

std::string SetsText(const GroupingSets& sets) {
  static const char* const kKinds[] = {"sets", "rollup", "cube"};
  std::string text = List(sets.sets, [](const auto& set) { return "(" + Exprs(set) + ")"; });
  const std::string nested = List(sets.nested, SetsText);
  return std::string(kKinds[static_cast<int>(sets.kind)]) + "(" + text +
         (text.empty() || nested.empty() ? "" : ", ") + nested + ")";
}

std::string SelectText(const Select& select) {
  std::string text = select.distinct ? "select distinct " : "select ";
  text += Items(select.items);
  if (select.from != nullptr) text += " from " + TableText(*select.from);
  if (select.where != nullptr) text += " where " + ToText(*select.where);
  const std::string sets = List(select.grouping_sets, SetsText);
  std::string keys = Exprs(select.group_by);
  if (!keys.empty() && !sets.empty()) keys += ", ";
  if (select.group_by_all) keys = "all";
  if (!(keys + sets).empty()) text += " group by " + keys + sets;
  if (select.having != nullptr) text += " having " + ToText(*select.having);
  if (select.qualify != nullptr) text += " qualify " + ToText(*select.qualify);
  if (!select.windows.empty()) {
    text += " window " + List(select.windows, [](const NamedWindow& window) {
              return window.name + " as (" + WindowText(window.spec) + ")";
            });
  }
  return text;
}

std::string SetOperationText(const SetOperation& both) {
  static const char* const kKinds[] = {"union", "intersect", "except"};
  return "{" + ToText(*both.left) + " " + kKinds[static_cast<int>(both.kind)] +
         (both.all ? " all" : "") + (both.by_name ? " by name " : " ") + ToText(*both.right) + "}";
}

}  // namespace

std::string ToText(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const ColumnRef& column) { return Dotted(column.parts); },
          [](const Star& star) {
            return Dotted(star.parts) + (star.parts.empty() ? "*" : ".*") +
                   (star.except.empty() ? "" : " except (" + List(star.except, Dotted) + ")");
          },
          [](const Subscript& subscript) {
            return ToText(*subscript.value) + "[" + ToText(*subscript.index) + "]";
          },
          [](const Interval& interval) { return IntervalText(interval); },
          [](const Parameter& parameter) {
            return parameter.name.empty() ? "?" : ":" + parameter.name;
          },
          [](const Collate& collate) {
            return "collate(" + ToText(*collate.value) + ", " + collate.collation + ")";
          },
          [](const Lambda& lambda) {
            return "(" + Names(lambda.parameters) + ") -> " + ToText(*lambda.body);
          },
          [](const ScalarSubquery& subquery) { return "(" + ToText(*subquery.query) + ")"; },
          [](const Exists& exists) { return "exists(" + ToText(*exists.query) + ")"; },
          [](const InSubquery& in) {
            return "in(" + ToText(*in.value) + ", (" + ToText(*in.query) + "))";
          },
          [](const Field& field) { return "(" + ToText(*field.value) + ")." + field.name; },
          [](const Literal& literal) { return LiteralText(literal); },
          [](const Call& call) { return CallText(call); },
          [](const Case& node) { return CaseText(node); },
          [](const Cast& cast) {
            return (cast.is_try ? "try_cast(" : "cast(") + ToText(*cast.value) + " as " +
                   Type(cast.type) + ")";
          },
      },
      expr.node);
}

std::string ToText(const Query& query) {
  std::string text = List(query.with, [](const CommonTable& table) {
    return table.name + " as (" + ToText(*table.query) + ")";
  });
  if (!text.empty()) text = "with " + text + " ";
  text += std::visit(Overloaded{
                         [](const Select& select) { return SelectText(select); },
                         [](const SetOperation& both) { return SetOperationText(both); },
                         [](const Values& values) { return ValuesText(values); },
                     },
                     query.body);
  if (!query.order_by.empty()) text += " order by " + Order(query.order_by);
  if (!query.distribute_by.empty()) text += " distribute by " + Exprs(query.distribute_by);
  if (!query.sort_by.empty()) text += " sort by " + Order(query.sort_by);
  if (query.limit != nullptr) text += " limit " + ToText(*query.limit);
  if (query.offset != nullptr) text += " offset " + ToText(*query.offset);
  return text;
}

}  // namespace tarn::sql
