#include "session/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "base/printable_text.h"
#include "engine/folder_columns.h"
#include "pipeline/rescued_column.h"
#include "session/schema_lock.h"

namespace tarn::session {
namespace {

std::string PlaceOf(const pipeline::Source& source) {
  const std::string place =
      source.toml_line > 0 ? fmt::format("{}:{}: ", source.toml_file, source.toml_line) : "";
  return place + "source." + source.name;
}

Status CheckIsJson(const pipeline::Source& source) {
  const bool is_csv = source.format == RecordFormat::kCsv;
  if (!is_csv && source.format != RecordFormat::kParquet) return Status::OK();
  return MakeError(ErrorKind::kUsage,
                   fmt::format("{}: only JSON is compared with a schema, and this is {}",
                               PlaceOf(source), is_csv ? "CSV" : "Parquet"),
                   "`tarn run` compares all that it reads; check without --data reads no file");
}

// What is no error, as a run makes it good: by a wider column, by another one, or by a new one.
void SettleDrift(const pipeline::Source& source, std::vector<infer::Difference>* drift) {
  using Kind = infer::Difference::Kind;
  const bool rescues = source.on_bad_type == pipeline::OnBadType::kRescue;
  const bool adds = source.on_new_field == pipeline::OnNewField::kAdd;
  for (infer::Difference& difference : *drift) {
    const bool is_added = adds && source.declared->GetFieldByName(difference.key) == nullptr;
    if (difference.kind == Kind::kNewKey && adds) {
      difference.hint = "a run adds it, where its values have a type";
    } else if (difference.kind == Kind::kMisfit && is_added) {
      difference.kind = Kind::kSettled;
      difference.hint = "a run gives the column a wider type";
    } else if (difference.kind == Kind::kMisfit && rescues) {
      difference.kind = Kind::kSettled;
      difference.message += fmt::format("; NULL there, and kept in {}", pipeline::kRescuedColumn);
    }
  }
}

// By the names that such models have.
bool LooksLikeStep(const pipeline::Pipeline& pipeline, const pipeline::Table& table) {
  constexpr std::string_view kPrefixes[] = {"stg_",    "staging_", "tmp_", "temp_",
                                            "helper_", "int_",     "base_"};
  const auto begins = [&](std::string_view prefix) {
    return SameName(std::string_view(table.name).substr(0, prefix.size()), prefix);
  };
  const auto reads_it = [&](const pipeline::Table& other) {
    return pipeline::Reads(other, table.name);
  };
  return !table.is_view && std::any_of(std::begin(kPrefixes), std::end(kPrefixes), begins) &&
         std::any_of(pipeline.tables.begin(), pipeline.tables.end(), reads_it);
}

}  // namespace

Result<std::vector<SurveyedSource>> SurveySources(const CheckRequest& request,
                                                  storage::Storages* storages,
                                                  const pipeline::Pipeline& pipeline) {
  std::vector<SurveyedSource> surveyed;
  for (const pipeline::Source& source : pipeline.sources) {
    ARROW_RETURN_NOT_OK(CheckIsJson(source));
    infer::SurveyOptions options;
    options.globs = source.paths;
    options.period = source.period;
    options.format = source.format;
    options.declared = pipeline::SchemaOfFiles(source);
    options.datetime_formats = source.datetime_formats;
    options.record_bytes_max = source.record_bytes_max;
    options.extent = request.extent;
    options.num_threads = request.num_threads;
    Result<infer::Survey> survey = infer::SurveyFiles(storages, options);
    if (!survey.ok()) return WithContext(survey.status(), PlaceOf(source));
    std::vector<infer::Difference> drift = infer::FindDrift(*options.declared, *survey);
    SettleDrift(source, &drift);
    // What records say of these does not count.
    ARROW_ASSIGN_OR_RAISE(const std::vector<int> of_folders,
                          engine::FolderColumns(source, survey->files));
    for (const std::string& name : engine::NamesOfColumns(source, of_folders)) {
      std::erase_if(drift, [&](const infer::Difference& other) { return other.key == name; });
    }
    surveyed.push_back({&source, *std::move(survey), std::move(drift)});
  }
  return surveyed;
}

Status DriftError(const std::vector<SurveyedSource>& sources) {
  std::vector<Diagnostic> errors;
  for (const SurveyedSource& source : sources) {
    for (const infer::Difference& difference : source.drift) {
      if (!difference.is_error()) continue;
      Diagnostic& error = errors.emplace_back();
      error.file = Printable(difference.file);
      error.line = static_cast<int>(difference.line);
      error.subject = "source." + source.source->name;
      if (!difference.key.empty()) error.subject += "." + Printable(difference.key);
      error.message = Printable(difference.message);
      error.hint = Printable(difference.hint);
    }
  }
  return errors.empty() ? Status::OK() : MakeError(std::move(errors));
}

std::vector<const pipeline::Table*> StepsOf(const pipeline::Pipeline& pipeline) {
  std::vector<const pipeline::Table*> steps;
  for (const pipeline::Table& table : pipeline.tables) {
    if (LooksLikeStep(pipeline, table)) steps.push_back(&table);
  }
  return steps;
}

std::vector<const pipeline::Source*> UnreadRescuesOf(const plan::Plan& plan) {
  std::vector<const pipeline::Source*> unread;
  for (const plan::SourcePlan& source : plan.sources) {
    const int column = pipeline::RescuedColumnOf(*source.source);
    const std::vector<int>& read = source.columns;
    if (column >= 0 && std::find(read.begin(), read.end(), column) == read.end()) {
      unread.push_back(source.source);
    }
  }
  return unread;
}

Result<LockReport> LockReportOf(const pipeline::Pipeline& pipeline, storage::Storages* storages) {
  ARROW_ASSIGN_OR_RAISE(const SchemaLock lock, SchemaLock::Read(pipeline, storages));
  LockReport report{lock.path()};
  for (const pipeline::Source& source : pipeline.sources) {
    if (source.on_new_field != pipeline::OnNewField::kAdd) continue;
    report.added.emplace_back(
        source.name, infer::ListAdded(source.declared->fields(), lock.FieldsOf(source.name)));
  }
  return report;
}

}  // namespace tarn::session
