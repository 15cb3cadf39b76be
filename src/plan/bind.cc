#include <fmt/format.h>

#include "base/did_you_mean.h"
#include "plan/bind_table.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

const pipeline::Table* FindTable(const pipeline::Pipeline& pipeline, const std::string& name) {
  for (const pipeline::Table& table : pipeline.tables) {
    if (SameName(table.name, name)) return &table;
  }
  return nullptr;
}

Status UnknownTable(const pipeline::Pipeline& pipeline, const std::string& name) {
  std::vector<std::string> names;
  for (const pipeline::Table& table : pipeline.tables) names.push_back(table.name);
  const std::string known = fmt::format("the pipeline has {}", fmt::join(names, ", "));
  return MakeError(ErrorKind::kUsage,
                   fmt::format("no such table: {}; {}", name, DidYouMean(name, names, known)));
}

// What is to be computed: the selected tables and those that they read.
struct Selection {
  std::vector<const pipeline::Table*> selected;
  std::vector<const pipeline::Table*> needed;
};

void AddNeeded(const pipeline::Pipeline& pipeline, const pipeline::Table& table,
               std::vector<const pipeline::Table*>* needed) {
  if (std::find(needed->begin(), needed->end(), &table) != needed->end()) return;
  needed->push_back(&table);
  for (const std::string& input : table.inputs) {
    if (const pipeline::Table* read = FindTable(pipeline, input)) {
      AddNeeded(pipeline, *read, needed);
    }
  }
}

Result<Selection> Select(const pipeline::Pipeline& pipeline,
                         const std::vector<std::string>& names) {
  Selection selection;
  for (const std::string& name : names) {
    const pipeline::Table* table = FindTable(pipeline, name);
    if (table == nullptr) return UnknownTable(pipeline, name);
    if (table->is_view) {
      return MakeError(
          ErrorKind::kUsage,
          fmt::format("{} is a view, which is not written; select a table that reads it",
                      table->name));
    }
    selection.selected.push_back(table);
  }
  if (names.empty()) {
    for (const pipeline::Table& table : pipeline.tables) {
      if (!table.is_view) selection.selected.push_back(&table);
    }
  }
  if (selection.selected.empty()) {
    return MakeError(ErrorKind::kBadInput,
                     "every table is a view, so that nothing would be written; remove materialized "
                     "= \"view\" from one of them");
  }
  for (const pipeline::Table* table : selection.selected) {
    AddNeeded(pipeline, *table, &selection.needed);
  }
  return selection;
}

bool Contains(const std::vector<const pipeline::Table*>& tables, const pipeline::Table& table) {
  return std::find(tables.begin(), tables.end(), &table) != tables.end();
}

}  // namespace

Result<std::unique_ptr<Plan>> Bind(const pipeline::Pipeline& pipeline, const BindOptions& options) {
  ARROW_ASSIGN_OR_RAISE(Selection selection, Select(pipeline, options.select));
  auto plan = std::make_unique<Plan>();
  plan->pipeline = &pipeline;
  Diagnostics diagnostics;
  TableBinder binder(pipeline, &diagnostics);
  for (const pipeline::Table& table : pipeline.tables) {
    if (!Contains(selection.needed, table)) continue;
    plan->tables.push_back(binder.Bind(table));
    plan->tables.back().selected = Contains(selection.selected, table);
  }
  // Views that nothing reads are not computed, but have no errors either.
  for (const pipeline::Table& table : pipeline.tables) {
    if (options.select.empty() && !Contains(selection.needed, table)) binder.Bind(table);
  }
  ARROW_RETURN_NOT_OK(diagnostics.ToStatus());
  plan->optimized = options.optimized;
  options.optimized ? Optimize(plan.get()) : PlanUnoptimized(plan.get());
  return plan;
}

}  // namespace tarn::plan
