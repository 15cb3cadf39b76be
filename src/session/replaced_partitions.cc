#include "session/replaced_partitions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/units.h"
#include "session/table_inputs.h"
#include "storage/glob.h"
#include "storage/storage.h"
#include "values/ddl_text.h"

namespace tarn::session {
namespace {

// The columns that a path of a table's file is divided by: "year", "month" of
// "year=2018/month=11/part-0.parquet".
std::vector<std::string> ColumnsOfPath(std::string_view path) {
  std::vector<std::string> columns;
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    columns.emplace_back(path.substr(0, path.find('=')));
    path.remove_prefix(slash + 1);
  }
  return columns;
}

bool AreSame(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), SameName);
}

Status OtherPartitionsError(const std::string& table, const std::string& what,
                            const std::string& before, const std::string& now) {
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("table {}: its {} are {}, and those of the partitions that would stay {}", table,
                  what, now, before),
      "remove since and until, so that the table is replaced as a whole, or write it to another "
      "lake with --set lake.output=…; --shrink deletes the other partitions");
}

}  // namespace

Result<bool> IsPartlyReplaced(const DecisionInput& input, const pipeline::Table& table) {
  if (table.replace != pipeline::Replace::kPartitions || input.takes_rows_away) return false;
  const std::set<std::string> inputs = InputsOf(*input.plan, table.name);
  const bool has_period = std::any_of(
      input.plan->sources.begin(), input.plan->sources.end(), [&](const plan::SourcePlan& source) {
        return inputs.contains(source.source->name) && !source.source->period.is_all_time();
      });
  if (!has_period) return false;
  const std::string folder = storage::JoinPath(input.lake->root(), table.name);
  ARROW_ASSIGN_OR_RAISE(const auto files,
                        input.lake->storage()->List(storage::EscapeGlob(folder) + "/**/*.parquet"));
  if (files.empty()) return false;
  for (const storage::ObjectInfo& file : files) {
    const auto columns = ColumnsOfPath(std::string_view(file.path).substr(folder.size() + 1));
    if (AreSame(columns, table.partition_by)) continue;
    return OtherPartitionsError(table.name, "partition columns",
                                fmt::format("({})", fmt::join(columns, ", ")),
                                fmt::format("({})", fmt::join(table.partition_by, ", ")));
  }
  return true;
}

Status CheckColumnsOfKept(const plan::Plan& plan, const RunDecision& decision,
                          const TablesBefore& before) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (decision.tables[i].change != run::TableChange::kReplacePartitions) continue;
    const std::string& name = plan.tables[i].table->name;
    const std::string now = DdlOf(*plan.tables[i].root->schema);
    const std::string old = before.Schema(name);
    if (!old.empty() && old != now) return OtherPartitionsError(name, "columns", old, now);
  }
  return Status::OK();
}

Status TellReplaced(const RunPart& part, const RunDecision& decision,
                    lake::Transaction* transaction, const engine::RunContext& context,
                    ComputedParts* computed) {
  for (const std::string& name : part.increment.partly_replaced) {
    run::TableWritten& written = computed->tables.at(name);
    std::optional<lake::TableStats> known;
    if (decision.before && decision.before->tables.contains(name)) {
      const ledger::TableState& state = decision.StateOf(name);
      known = {state.num_rows, state.num_files, state.num_bytes, 0};
    }
    ARROW_ASSIGN_OR_RAISE(const lake::ReplacedPartitions old, transaction->OldFilesOf(name, known));
    if (old.num_rows_replaced > written.num_rows) {
      context.warn(fmt::format(
          "table {}: the partitions that this run replaces had {}, and have {} now; since and "
          "until should not cut partitions, nor --backfill",
          name, FormatCount(old.num_rows_replaced, "row"), FormatCount(written.num_rows)));
    }
    computed->kept[name] = old.kept;
    written.num_rows += old.kept.num_rows;
    context.observer->OnEvent(written);
  }
  return Status::OK();
}

}  // namespace tarn::session
