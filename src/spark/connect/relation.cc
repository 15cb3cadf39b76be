#include "spark/connect/relation.h"

#include <spark/connect/relations.pb.h>

namespace tarn::connect {
namespace {

namespace proto = ::spark::connect;

void SetExpression(const std::string& text, proto::Expression* expression) {
  expression->mutable_expression_string()->set_expression(text);
}

// A new message whose member `part` has a copy of `input` below it; `fill` says the rest.
template <typename Part, typename Fill>
Relation Above(const Relation& input, Part* (proto::Relation::*part)(), Fill&& fill) {
  auto message = std::make_shared<proto::Relation>();
  Part* operation = (message.get()->*part)();
  *operation->mutable_input() = input.message();
  fill(operation);
  return Relation(std::move(message));
}

}  // namespace

Relation Read(const ReadSpec& spec) {
  auto message = std::make_shared<proto::Relation>();
  auto* source = message->mutable_read()->mutable_data_source();
  source->set_format(spec.format);
  if (!spec.schema.empty()) source->set_schema(spec.schema);
  source->mutable_options()->insert(spec.options.begin(), spec.options.end());
  source->mutable_paths()->Add(spec.paths.begin(), spec.paths.end());
  return Relation(std::move(message));
}

Relation Rows(std::string stream, const std::string& schema) {
  auto message = std::make_shared<proto::Relation>();
  auto* rows = message->mutable_local_relation();
  if (!stream.empty()) rows->set_data(std::move(stream));
  rows->set_schema(schema);
  return Relation(std::move(message));
}

Relation Query(const std::string& text) {
  auto message = std::make_shared<proto::Relation>();
  message->mutable_sql()->set_query(text);
  return Relation(std::move(message));
}

Relation Table(const std::string& name) {
  auto message = std::make_shared<proto::Relation>();
  message->mutable_read()->mutable_named_table()->set_unparsed_identifier(name);
  return Relation(std::move(message));
}

Relation Filter(const Relation& input, const std::string& condition) {
  return Above(input, &proto::Relation::mutable_filter,
               [&](auto* filter) { SetExpression(condition, filter->mutable_condition()); });
}

Relation Project(const Relation& input, const std::vector<std::string>& expressions) {
  return Above(input, &proto::Relation::mutable_project, [&](auto* project) {
    for (const auto& text : expressions) SetExpression(text, project->add_expressions());
  });
}

Relation WithColumns(const Relation& input,
                     const std::vector<std::pair<std::string, std::string>>& columns) {
  return Above(input, &proto::Relation::mutable_with_columns, [&](auto* with_columns) {
    for (const auto& [name, text] : columns) {
      auto* alias = with_columns->add_aliases();
      alias->add_name(name);
      SetExpression(text, alias->mutable_expr());
    }
  });
}

Relation Drop(const Relation& input, const std::vector<std::string>& names) {
  return Above(input, &proto::Relation::mutable_drop,
               [&](auto* drop) { drop->mutable_column_names()->Add(names.begin(), names.end()); });
}

Relation UnionAll(const Relation& left, const Relation& right) {
  auto message = std::make_shared<proto::Relation>();
  auto* operation = message->mutable_set_op();
  *operation->mutable_left_input() = left.message();
  *operation->mutable_right_input() = right.message();
  operation->set_set_op_type(proto::SetOperation::SET_OP_TYPE_UNION);
  operation->set_is_all(true);
  return Relation(std::move(message));
}

Relation Repartition(const Relation& input, int num_partitions) {
  return Above(input, &proto::Relation::mutable_repartition, [&](auto* repartition) {
    repartition->set_num_partitions(num_partitions);
    repartition->set_shuffle(true);
  });
}

Relation RepartitionBy(const Relation& input, const std::vector<std::string>& expressions,
                       std::optional<int> num_partitions) {
  return Above(input, &proto::Relation::mutable_repartition_by_expression, [&](auto* repartition) {
    for (const auto& text : expressions) SetExpression(text, repartition->add_partition_exprs());
    if (num_partitions) repartition->set_num_partitions(*num_partitions);
  });
}

Relation Coalesce(const Relation& input, int num_partitions) {
  return Above(input, &proto::Relation::mutable_repartition, [&](auto* repartition) {
    repartition->set_num_partitions(num_partitions);
    repartition->set_shuffle(false);
  });
}

Relation SortWithinPartitions(const Relation& input, const std::vector<SortKey>& keys) {
  using Order = proto::Expression::SortOrder;
  return Above(input, &proto::Relation::mutable_sort, [&](auto* sort) {
    sort->set_is_global(false);
    for (const SortKey& key : keys) {
      Order* order = sort->add_order();
      SetExpression(key.expression, order->mutable_child());
      order->set_direction(key.descending ? Order::SORT_DIRECTION_DESCENDING
                                          : Order::SORT_DIRECTION_ASCENDING);
      order->set_null_ordering(key.descending ? Order::SORT_NULLS_LAST : Order::SORT_NULLS_FIRST);
    }
  });
}

Relation Observe(const Relation& input, const std::string& name,
                 const std::vector<std::string>& aggregates) {
  return Above(input, &proto::Relation::mutable_collect_metrics, [&](auto* metrics) {
    metrics->set_name(name);
    for (const auto& text : aggregates) SetExpression(text, metrics->add_metrics());
  });
}

}  // namespace tarn::connect
