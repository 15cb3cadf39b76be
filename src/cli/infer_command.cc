#include <fmt/format.h>

#include <filesystem>

#include "base/units.h"
#include "cli/absolute_path.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/survey_text.h"
#include "cli/table_text.h"
#include "infer/source_block.h"
#include "infer/survey.h"
#include "json/infer_schema.h"
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

int64_t NumGood(const infer::Survey& survey) { return survey.profile.record().num_objects; }

// One bad record hides the rest of a file whose framing it made look like another. Read as lines,
// which need no look at the rest, the same files may give more.
Status RetryAsLines(storage::Storages* storages, infer::SurveyOptions* options,
                    infer::Survey* survey) {
  if (!survey->lost_track) return Status::OK();
  infer::SurveyOptions as_lines = *options;
  as_lines.format = pipeline::RecordFormat::kNdjson;
  ARROW_ASSIGN_OR_RAISE(infer::Survey lines, infer::SurveyFiles(storages, as_lines));
  if (NumGood(lines) <= NumGood(*survey)) return Status::OK();
  *options = std::move(as_lines);
  *survey = std::move(lines);
  return Status::OK();
}

Status CheckHasColumns(const infer::Survey& survey, const json::InferredSchema& inferred) {
  if (inferred.schema->num_fields() > 0) return Status::OK();
  std::string why = "every record is {}";
  if (!survey.damaged.empty()) {
    const infer::DamagedFile& first = survey.damaged[0];
    why = fmt::format("{}: {}", survey.files[first.file].path, first.reason);
  } else if (survey.profile.num_bad_records() > 0) {
    const json::Profile::Bad& first = survey.profile.bad_records()[0];
    why = fmt::format("{}: {}", PlaceText(survey, first.place), first.reason);
  } else if (NumGood(survey) == 0) {
    why = "there is no record";
  }
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("there is nothing to infer a schema from in {}: {}",
                               FormatCount(survey.num_files_read, "file"), Printable(why)));
}

}  // namespace

Status InferSource(const InferArguments& arguments, const Console& console) {
  infer::SurveyOptions options;
  for (const std::string& path : arguments.paths) options.globs.push_back(GlobOf(path));
  options.extent = arguments.extent;
  options.num_threads = arguments.num_threads;
  infer::SourceText source;
  source.name = arguments.name.empty() ? infer::NameOfPath(options.globs[0]) : arguments.name;
  if (!pipeline::IsTableName(source.name)) {
    return MakeError(ErrorKind::kUsage, fmt::format("--name can't be '{}'", source.name),
                     "use letters, digits and _, a letter first");
  }
  storage::Storages storages;
  ARROW_ASSIGN_OR_RAISE(infer::Survey survey, infer::SurveyFiles(&storages, options));
  ARROW_RETURN_NOT_OK(RetryAsLines(&storages, &options, &survey));
  source.paths = options.globs;
  source.format = options.format;
  const json::InferredSchema inferred = json::InferSchema(survey.profile);
  ARROW_RETURN_NOT_OK(CheckHasColumns(survey, inferred));
  const std::string block = infer::SourceBlock(source, survey, inferred);
  if (arguments.json) {
    console.out.stream() << InferJson({source, block, survey, inferred});
  } else {
    console.out.stream() << block << std::flush;
    console.err.stream() << SurveySummary(survey, console.err);
  }
  return Status::OK();
}

}  // namespace tarn::cli
