#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/survey_text.h"
#include "cli/table_text.h"
#include "infer/source_block.h"
#include "infer/survey.h"
#include "local/local_engine.h"
#include "pipeline/ddl.h"
#include "plan/plan.h"

namespace tarn::cli {
namespace {

constexpr int kWarningsMax = 20;  // of one source; --json lists all

std::string PlaceOf(const pipeline::Source& source) {
  const std::string place =
      source.toml_line > 0 ? fmt::format("{}:{}: ", source.toml_file, source.toml_line) : "";
  return place + "source." + source.name;
}

Result<std::vector<SurveyedSource>> SurveySources(const CheckArguments& arguments,
                                                  storage::Storages* storages,
                                                  const pipeline::Pipeline& pipeline) {
  std::vector<SurveyedSource> surveyed;
  for (const pipeline::Source& source : pipeline.sources) {
    infer::SurveyOptions options;
    options.globs = source.paths;
    options.period = source.period;
    options.format = source.format;
    options.declared = source.schema;
    options.datetime_formats = source.datetime_formats;
    options.record_bytes_max = source.record_bytes_max;
    options.extent = arguments.extent;
    options.num_threads = arguments.num_threads;
    Result<infer::Survey> survey = infer::SurveyFiles(storages, options);
    if (!survey.ok()) return WithContext(survey.status(), PlaceOf(source));
    std::vector<infer::Difference> drift = infer::FindDrift(*source.schema, *survey);
    surveyed.push_back({&source, *std::move(survey), std::move(drift)});
  }
  return surveyed;
}

// Each difference that would make bad records.
std::vector<Diagnostic> ErrorsOf(const std::vector<SurveyedSource>& sources) {
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
  return errors;
}

std::string WarningsText(const SurveyedSource& source, const Terminal& terminal) {
  std::string text;
  int64_t num_warnings = 0;
  for (const infer::Difference& difference : source.drift) {
    if (difference.is_error() || ++num_warnings > kWarningsMax) continue;
    std::string warning =
        fmt::format("source.{}.{}: {}", source.source->name, difference.key, difference.message);
    if (difference.line > 0) {
      warning += fmt::format(", first at {}:{}", difference.file, difference.line);
    }
    text += WarningText(warning, terminal);
    if (!difference.hint.empty()) text += "  hint: " + Printable(difference.hint) + "\n";
  }
  if (num_warnings > kWarningsMax) {
    text += "… " + FormatCount(num_warnings - kWarningsMax, "more warning") + "\n";
  }
  return text;
}

std::string ColumnsText(const SurveyedSource& source, const Terminal& terminal) {
  TextTable table({{"column"}, {"type"}, {"null", true}, {"missing", true}, {"misfit", true}});
  const json::ValueProfile& record = source.survey.profile.record();
  const int64_t num_records = record.num_objects;
  const auto share = [&](int64_t count) {
    return Cell{infer::ShareText(count, num_records), count == 0};
  };
  const arrow::Schema& schema = *source.source->schema;
  for (int i = 0; i < schema.num_fields(); ++i) {
    const arrow::Field& field = *schema.field(i);
    const json::ValueProfile* const seen = record.Find(field.name());
    table.AddRow({{Printable(field.name())},
                  {pipeline::DdlOf(*field.type())},
                  share(seen == nullptr ? 0 : seen->num_nulls),
                  share(seen == nullptr ? num_records : seen->num_missing(num_records)),
                  share(source.survey.misfits[i].num_records)});
  }
  TextTable::Layout layout;
  layout.cell_width = 60;
  if (terminal.is_terminal()) layout.width = terminal.Width();
  return table.Render(layout, terminal).text;
}

Status CheckData(const CheckArguments& arguments, storage::Storages* storages,
                 const plan::Plan& plan, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const auto sources, SurveySources(arguments, storages, *plan.pipeline));
  std::vector<Diagnostic> errors = ErrorsOf(sources);
  if (arguments.json) {
    if (errors.empty()) console.out.stream() << CheckDataJson(plan, sources);
  } else {
    for (const SurveyedSource& source : sources) {
      console.out.stream() << console.out.Bold(source.source->name) << ": "
                           << SurveySummary(source.survey, console.out) << "\n"
                           << ColumnsText(source, console.out) << "\n"
                           << std::flush;
      console.err.stream() << WarningsText(source, console.err);
    }
  }
  return errors.empty() ? Status::OK() : MakeError(std::move(errors));
}

// A table that only seems to be a step on the way to others, by the names that such models have.
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

void WarnOfSteps(const pipeline::Pipeline& pipeline, const Terminal& terminal) {
  for (const pipeline::Table& table : pipeline.tables) {
    if (!LooksLikeStep(pipeline, table)) continue;
    const std::string warning = fmt::format(
        "table {0} is written, though other tables read it and it is named like a step; "
        "materialized = \"view\" in [table.{0}] only computes it",
        table.name);
    terminal.stream() << WarningText(warning, terminal);
  }
}

std::string CountText(const pipeline::Pipeline& pipeline) {
  const auto num_views = std::count_if(pipeline.tables.begin(), pipeline.tables.end(),
                                       [](const pipeline::Table& table) { return table.is_view; });
  std::string text = fmt::format("{}, {}", FormatCount(std::ssize(pipeline.sources), "source"),
                                 FormatCount(std::ssize(pipeline.tables) - num_views, "table"));
  if (num_views > 0) text += ", " + FormatCount(num_views, "view");
  return text;
}

}  // namespace

Status CheckPipeline(const CheckArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(arguments.pipeline, &console.err));
  const pipeline::Pipeline& pipeline = session->pipeline();
  ARROW_ASSIGN_OR_RAISE(const auto plan, session->Plan({}, local::LocalEngine()));
  if (arguments.data)
    ARROW_RETURN_NOT_OK(CheckData(arguments, session->storages(), *plan, console));
  if (!arguments.json) {
    WarnOfSteps(pipeline, console.err);
    console.out.stream() << fmt::format("{}: {}\n", console.out.Green("ok"), CountText(pipeline));
  } else if (!arguments.data) {
    console.out.stream() << CheckJson(*plan);
  }
  return Status::OK();
}

}  // namespace tarn::cli
