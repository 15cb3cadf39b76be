#include "session/known_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/did_you_mean.h"

namespace tarn::session {
namespace {

// kUsage when `name` is none of `names`, which are the pipeline's tables or sources.
Status CheckName(const std::string& kind, const std::string& name,
                 const std::vector<std::string>& names, const pipeline::Pipeline& pipeline) {
  const bool is_known = std::any_of(
      names.begin(), names.end(), [&](const std::string& known) { return SameName(known, name); });
  if (is_known) return Status::OK();
  const std::string nearest = Nearest(name, names);
  return MakeError(
      ErrorKind::kUsage,
      fmt::format("unknown {} '{}'{}", kind, name,
                  nearest.empty() ? "" : fmt::format(": did you mean '{}'?", nearest)),
      fmt::format("the {}s of {} are {}", kind, pipeline.directory, fmt::join(names, ", ")));
}

}  // namespace

Status CheckTableNames(const std::vector<std::string>& names, const pipeline::Pipeline& pipeline) {
  std::vector<std::string> tables;
  for (const pipeline::Table& table : pipeline.tables) tables.push_back(table.name);
  for (const std::string& name : names) {
    ARROW_RETURN_NOT_OK(CheckName("table", name, tables, pipeline));
  }
  return Status::OK();
}

Status CheckSourceName(const std::string& name, const pipeline::Pipeline& pipeline) {
  std::vector<std::string> sources;
  for (const pipeline::Source& source : pipeline.sources) sources.push_back(source.name);
  return name.empty() ? Status::OK() : CheckName("source", name, sources, pipeline);
}

}  // namespace tarn::session
