#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/survey_text.h"
#include "cli/table_text.h"
#include "infer/source_block.h"
#include "local/local_engine.h"
#include "pipeline/ddl.h"
#include "pipeline/rescued_column.h"
#include "session/check.h"

namespace tarn::cli {
namespace {

constexpr int kWarningsMax = 20;  // of one source; --json lists all

std::string WarningsText(const session::SurveyedSource& source, const Terminal& terminal) {
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

std::string ColumnsText(const session::SurveyedSource& source, const Terminal& terminal) {
  TextTable table({{"column"}, {"type"}, {"null", true}, {"missing", true}, {"misfit", true}});
  const json::ValueProfile& record = source.survey.profile.record();
  const int64_t num_records = record.num_objects;
  const auto share = [&](int64_t count) {
    return Cell{infer::ShareText(count, num_records), count == 0};
  };
  const auto declared = pipeline::SchemaOfFiles(*source.source);
  const arrow::Schema& schema = *declared;
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
  layout.cell_width = TextTable::kCellWidthMax;
  if (terminal.is_terminal()) layout.width = terminal.Width();
  return table.Render(layout, terminal).text;
}

void PrintSources(const session::CheckReport& report, const Console& console) {
  for (const session::SurveyedSource& source : report.sources) {
    console.out.stream() << console.out.Bold(source.source->name) << ": "
                         << SurveySummary(source.survey, console.out) << "\n"
                         << ColumnsText(source, console.out) << "\n"
                         << std::flush;
    console.err.stream() << WarningsText(source, console.err);
  }
}

void WarnOfSteps(const session::CheckReport& report, const Terminal& terminal) {
  for (const pipeline::Table* const table : report.steps) {
    const std::string warning = fmt::format(
        "table {0} is written, though other tables read it and it is named like a step; "
        "materialized = \"view\" in [table.{0}] only computes it",
        table->name);
    terminal.stream() << WarningText(warning, terminal);
  }
}

std::string AddedText(const session::LockReport& lock) {
  std::string text;
  for (const auto& [source, fields] : lock.added) {
    if (fields.empty()) continue;
    text += fmt::format("source {}: beside tarn.toml, {} has\n", source, Printable(lock.path));
    for (const infer::AddedField& field : fields) {
      text += fmt::format("  {} {}\n", Printable(field.path), Printable(field.type));
    }
  }
  return text;
}

void WarnOfUnreadRescues(const session::CheckReport& report, const Terminal& terminal) {
  for (const pipeline::Source* const source : report.unread_rescues) {
    const std::string warning = fmt::format(
        "source.{}.on_bad_type: what does not fit is NULL, and lost, as no table reads {}",
        source->name, pipeline::kRescuedColumn);
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
  ARROW_ASSIGN_OR_RAISE(const session::CheckReport report,
                        session->Check({arguments.data, arguments.extent, arguments.num_threads},
                                       local::LocalEngine()));
  if (!arguments.json) PrintSources(report, console);
  ARROW_RETURN_NOT_OK(report.data);
  if (arguments.json) {
    console.out.stream() << (arguments.data ? CheckDataJson(*report.plan, report.sources)
                                            : CheckJson(*report.plan));
    return Status::OK();
  }
  WarnOfSteps(report, console.err);
  WarnOfUnreadRescues(report, console.err);
  console.out.stream() << AddedText(report.lock)
                       << fmt::format("{}: {}\n", console.out.Green("ok"),
                                      CountText(session->pipeline()));
  return Status::OK();
}

}  // namespace tarn::cli
