#include "session/refresh_of_run.h"

#include <algorithm>

#include "base/ascii.h"
#include "plan/kept_rows.h"
#include "plan/merge.h"
#include "plan/unique_rows.h"

namespace tarn::session {
namespace {

// Folders do not tell an empty text from NULL, nor all digits of a number.
bool HasKeyInFolders(const pipeline::Table& table) {
  return std::any_of(table.key.begin(), table.key.end(), [&](const std::string& column) {
    return std::any_of(table.partition_by.begin(), table.partition_by.end(),
                       [&](const std::string& folder) { return SameName(folder, column); });
  });
}

plan::TableRefresh MergeOfRun(const plan::TableRefresh& refresh, const plan::Plan& plan,
                              const plan::TablePlan& table, const engine::Engine& engine) {
  if (!engine.merges()) {
    return {plan::Refresh::kRebuild,
            refresh.reason + ": only tarn's own engine merges new rows into old ones"};
  }
  if (plan::ColumnsOfDistinct(plan, table)) {
    if (!plan::KeyMayRepeat(table) || !HasKeyInFolders(*table.table)) return refresh;
    return {plan::Refresh::kRebuild, "its key has a column of partition_by"};
  }
  if (const auto why = plan::WhyNotKept(plan, table)) {
    return {plan::Refresh::kRebuild, refresh.reason + ": " + *why};
  }
  if (!plan::KeyMayRepeat(table)) return refresh;
  return {plan::Refresh::kRebuild, refresh.reason + ": its key is not that of its groups"};
}

}  // namespace

plan::TableRefresh RefreshOfRun(const plan::TableRefresh& refresh, const plan::Plan& plan,
                                const plan::TablePlan& table, const engine::Engine& engine) {
  if (refresh.how == plan::Refresh::kMerge) return MergeOfRun(refresh, plan, table, engine);
  if (refresh.how != plan::Refresh::kAppend) return refresh;
  if (engine.asks_sql() && !plan::GivesNewRowsBySql(plan, table)) {
    return {plan::Refresh::kRebuild,
            "it has a UNION ALL, of which only tarn's own engine leaves out arms without new rows"};
  }
  if (table.table->key.empty()) return refresh;
  if (HasKeyInFolders(*table.table)) {
    return {plan::Refresh::kRebuild, "its key has a column of partition_by"};
  }
  if (!engine.finds_old_keys()) {
    return {plan::Refresh::kRebuild,
            "it has a key, which only tarn's own engine looks for in old rows"};
  }
  return refresh;
}

std::vector<std::vector<plan::SourceRefresh>> RefreshesOfRun(const plan::Plan& plan,
                                                             const engine::Engine& engine) {
  auto refreshes = plan::RefreshesBySource(plan);
  for (size_t table = 0; table < refreshes.size(); ++table) {
    for (plan::SourceRefresh& item : refreshes[table]) {
      item.refresh = RefreshOfRun(item.refresh, plan, plan.tables[table], engine);
    }
  }
  return refreshes;
}

}  // namespace tarn::session
