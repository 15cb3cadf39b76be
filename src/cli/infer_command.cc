#include <fmt/format.h>

#include <filesystem>

#include "cli/absolute_path.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/survey_text.h"
#include "infer/infer_source.h"
#include "pipeline/pipeline.h"
#include "storage/storage.h"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

// As tarn.toml takes it: absolute, and a glob. A name that exists is meant literally, whatever
// characters it has.
std::string GlobOf(const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  std::string absolute = AbsolutePath(path);
  std::error_code error;
  if (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
  return fs::exists(absolute, error) ? storage::EscapeGlob(absolute) : absolute;
}

}  // namespace

Status InferSource(const InferArguments& arguments, const Console& console) {
  infer::InferRequest request;
  for (const std::string& path : arguments.paths) request.globs.push_back(GlobOf(path));
  request.extent = arguments.extent;
  request.num_threads = arguments.num_threads;
  request.name = arguments.name.empty() ? infer::NameOfPath(request.globs[0]) : arguments.name;
  if (!pipeline::IsTableName(request.name)) {
    return MakeError(ErrorKind::kUsage, fmt::format("--name can't be '{}'", request.name),
                     "use letters, digits and _, a letter first");
  }
  storage::Storages storages;
  ARROW_ASSIGN_OR_RAISE(const auto found, infer::InferSource(&storages, request));
  if (arguments.json) {
    console.out.stream() << InferJson(*found);
  } else {
    console.out.stream() << found->toml << std::flush;
    console.err.stream() << SurveySummary(found->survey, console.err);
  }
  return Status::OK();
}

}  // namespace tarn::cli
