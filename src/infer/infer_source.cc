#include "infer/infer_source.h"

#include <fmt/format.h>

#include "base/printable_text.h"
#include "base/units.h"
#include "infer/folder_fields.h"

namespace tarn::infer {
namespace {

int64_t NumGood(const Survey& survey) { return survey.profile.record().num_objects; }

// One bad record hides the rest of a file whose framing it made look like another. Read as lines,
// which need no look at the rest, the same files may give more.
Status RetryAsLines(storage::Storages* storages, SurveyOptions* options, Survey* survey) {
  if (!survey->lost_track) return Status::OK();
  SurveyOptions as_lines = *options;
  as_lines.format = pipeline::RecordFormat::kNdjson;
  ARROW_ASSIGN_OR_RAISE(Survey lines, SurveyFiles(storages, as_lines));
  if (NumGood(lines) <= NumGood(*survey)) return Status::OK();
  *options = std::move(as_lines);
  *survey = std::move(lines);
  return Status::OK();
}

Status CheckHasColumns(const Survey& survey, const json::InferredSchema& inferred) {
  if (inferred.schema->num_fields() > 0) return Status::OK();
  std::string why = "every record is {}";
  if (!survey.damaged.empty()) {
    const DamagedFile& first = survey.damaged[0];
    why = fmt::format("{}: {}", survey.files[first.file].path, first.reason);
  } else if (survey.profile.num_bad_records() > 0) {
    const json::Profile::Bad& first = survey.profile.bad_records()[0];
    why = fmt::format("{}: {}", PlaceText(survey, first.place), first.reason);
  } else if (NumGood(survey) == 0) {
    why = "there is no record";
  }
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("there is nothing to infer a schema from in {}: {}",
                  FormatCount(survey.num_files_read, "file"), Printable(why)),
      "JSON is what is inferred; CSV and Parquet have read_csv() and read_parquet() in "
      "queries, and format = \"csv\" or \"parquet\" with a schema in tarn.toml");
}

}  // namespace

Result<std::unique_ptr<InferredSource>> InferSource(storage::Storages* storages,
                                                    const InferRequest& request) {
  SurveyOptions options;
  options.globs = request.globs;
  options.extent = request.extent;
  options.num_threads = request.num_threads;
  auto found = std::make_unique<InferredSource>();
  ARROW_ASSIGN_OR_RAISE(found->survey, SurveyFiles(storages, options));
  ARROW_RETURN_NOT_OK(RetryAsLines(storages, &options, &found->survey));
  found->source = {request.name, options.globs, options.format};
  found->inferred = json::InferSchema(found->survey.profile);
  ARROW_RETURN_NOT_OK(CheckHasColumns(found->survey, found->inferred));
  AddFolderFields(FolderFields(found->survey.files), &found->inferred);
  found->toml = SourceBlock(found->source, found->survey, found->inferred);
  return found;
}

}  // namespace tarn::infer
