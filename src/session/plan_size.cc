#include "session/plan_size.h"

#include <cstdint>
#include <optional>
#include <string>

#include "engine/list_source.h"
#include "local/scan/source_sample.h"
#include "run/record.h"

namespace tarn::session {
namespace {

// As the last run wrote each table; nullopt where no record has it.
std::vector<std::optional<int64_t>> PartitionsBefore(storage::Storages* storages,
                                                     const plan::Plan& plan) {
  const std::string& lake = plan.pipeline->output;
  const auto storage = storages->For(lake);
  const run::RunList list =
      storage.ok() ? run::ListRuns(storage->get(), lake).ValueOr(run::RunList()) : run::RunList();
  std::vector<std::optional<int64_t>> partitions;
  for (const plan::TablePlan& table : plan.tables) {
    const run::TableRecord* const written = run::LastWriteOf(table.table->name, list.runs).table;
    partitions.push_back(written == nullptr ? std::nullopt
                                            : std::optional(written->num_partitions));
  }
  return partitions;
}

}  // namespace

Result<PlanSize> MeasurePlan(storage::Storages* storages, const plan::Plan& plan,
                             bool reads_samples) {
  PlanSize size;
  const std::vector<bool> are_joined = plan::SourcesOfJoins(plan);
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const plan::SourcePlan& source = plan.sources[i];
    ARROW_ASSIGN_OR_RAISE(const storage::Listing listing,
                          engine::ListSource(storages, *source.source));
    size.sources.push_back(engine::SizeOf(listing));
    auto& sample = size.samples.emplace_back();
    if (reads_samples && are_joined[i]) {
      sample = local::SampleSource(source, listing.files, listing.storage);
    }
  }
  const std::vector<std::optional<int64_t>> known = PartitionsBefore(storages, plan);
  size.num_partitions = engine::NumPartitions(plan, size.sources, known);
  size.on_spark = engine::WorkOfSpark(plan, size.sources, known);
  return size;
}

}  // namespace tarn::session
