#include "cli/refresh_text.h"

#include "cli/table_text.h"

namespace tarn::cli {

std::string_view WordOf(plan::Refresh refresh) {
  switch (refresh) {
    case plan::Refresh::kNone:
      return "none";
    case plan::Refresh::kAppend:
      return "append";
    case plan::Refresh::kMerge:
      return "merge";
    case plan::Refresh::kRebuild:
      return "rebuild";
  }
  return "";
}

std::string RefreshText(const plan::Plan& plan,
                        const std::vector<std::vector<plan::SourceRefresh>>& refreshes,
                        const Terminal& terminal) {
  TextTable lines({{"table"}, {"new files of"}, {"change it by"}});
  bool has_lines = false;
  for (size_t table = 0; table < refreshes.size(); ++table) {
    if (!plan.tables[table].selected) continue;
    std::string name = plan.tables[table].table->name;
    for (const plan::SourceRefresh& item : refreshes[table]) {
      std::string how(WordOf(item.refresh.how));
      if (!item.refresh.reason.empty()) how += ": " + item.refresh.reason;
      lines.AddRow({{std::move(name)},
                    {item.source < 0 ? "any, or none" : plan.sources[item.source].source->name},
                    {std::move(how)}});
      name.clear();  // said once
      has_lines = true;
    }
  }
  if (!has_lines) return "";
  return "What new files change\n" + lines.Render({}, terminal).text;
}

}  // namespace tarn::cli
