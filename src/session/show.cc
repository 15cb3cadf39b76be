#include "session/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "pipeline/ddl.h"
#include "plan/plan.h"
#include "run/record.h"
#include "storage/storage.h"

namespace tarn::session {
namespace {

/// Knows what columns tables have beyond their files: partition columns are in folders' names
/// alone.
class DeclaredColumns {
 public:
  DeclaredColumns(storage::Storages* storages, const pipeline::Pipeline* pipeline)
      : storages_(storages), pipeline_(pipeline) {}

  /// As the last run wrote them or, without its record, as the pipeline makes them. Null: neither
  /// is known.
  std::shared_ptr<arrow::Schema> Find(const std::string& path) {
    std::string root = path;
    while (root.size() > 1 && root.ends_with('/')) root.pop_back();
    const size_t slash = root.rfind('/');
    if (slash == std::string::npos) return nullptr;
    const std::string name = root.substr(slash + 1);
    root.resize(slash);
    auto schema = RecordedSchema(root, name);
    return schema != nullptr ? schema : PlannedSchema(name);
  }

  /// The session's: UTC without a pipeline.
  const TimeZone& zone() const {
    return pipeline_ == nullptr ? TimeZone::Utc() : *pipeline_->dialect.zone;
  }

 private:
  std::shared_ptr<arrow::Schema> RecordedSchema(const std::string& root, const std::string& name) {
    if (root != root_) {
      const auto storage = storages_->For(root);
      runs_ = storage.ok() ? run::ListRuns(storage->get(), root).ValueOr(run::RunList())
                           : run::RunList();
    }
    root_ = root;
    const run::TableRecord* const table = run::LastWriteOf(name, runs_.runs).table;
    return table == nullptr ? nullptr : pipeline::ParseDdl(table->schema).ValueOr(nullptr);
  }

  std::shared_ptr<arrow::Schema> PlannedSchema(const std::string& name) {
    if (pipeline_ == nullptr) return nullptr;
    if (!plan_.has_value()) plan_ = plan::Bind(*pipeline_, {}).ValueOr(nullptr);
    if (*plan_ == nullptr) return nullptr;
    for (const plan::TablePlan& table : (*plan_)->tables) {
      if (table.table->name == name) return table.root->schema;
    }
    return nullptr;
  }

  storage::Storages* const storages_;
  const pipeline::Pipeline* const pipeline_;
  std::optional<std::unique_ptr<plan::Plan>> plan_;  // once asked for; null: it can't be bound
  std::string root_;                                 // of runs_
  run::RunList runs_;
};

Result<ShownTable> ReadTable(storage::Storages* storages, const TablePlace& place, int64_t num_rows,
                             DeclaredColumns* declared) {
  ARROW_ASSIGN_OR_RAISE(const auto storage, storages->For(place.path));
  ARROW_ASSIGN_OR_RAISE(lake::TableInfo info, lake::DescribeTable(storage.get(), place.path));
  if (!info.partition_by.empty()) {
    const auto schema = declared->Find(place.path);
    if (schema != nullptr)
      info = lake::WithPartitionTypes(std::move(info), *schema, declared->zone());
  }
  ARROW_ASSIGN_OR_RAISE(auto head, lake::ReadHead(storage, info, num_rows));
  return ShownTable{place.name, std::move(info), std::move(head)};
}

}  // namespace

Result<TablePlace> LakeTables::Find(const std::string& name) const {
  std::vector<std::string> names;
  for (const TablePlace& table : tables) {
    if (SameName(table.name, name)) return table;
    names.push_back(table.name);
  }
  const std::string nearest = Nearest(name, names);
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("no table '{}' in {}{}", name, lake_root,
                               nearest.empty() ? "" : ": did you mean '" + nearest + "'?"),
                   names.empty() ? "" : fmt::format("its tables are {}", fmt::join(names, ", ")));
}

Result<LakeTables> ListTables(lake::Lake* lake) {
  LakeTables found{lake->root(), {}};
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, lake->ListTables());
  for (const std::string& name : names) {
    found.tables.push_back({name, storage::JoinPath(found.lake_root, name)});
  }
  return found;
}

Result<ShownTables> ShowTables(storage::Storages* storages, const pipeline::Pipeline* pipeline,
                               const std::vector<TablePlace>& tables, const ShowOptions& options) {
  DeclaredColumns declared(storages, pipeline);
  ShownTables shown;
  for (const TablePlace& place : tables) {
    Result<ShownTable> table = ReadTable(storages, place, options.num_rows, &declared);
    if (table.ok()) {
      shown.tables.push_back(*std::move(table));
    } else if (!options.skips_unreadable || KindOf(table.status()) == ErrorKind::kCancelled) {
      return table.status();
    } else {
      shown.unreadable.push_back({place, table.status()});
    }
  }
  return shown;
}

}  // namespace tarn::session
