#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <optional>

#include "cli/absolute_path.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/pipeline_loading.h"
#include "cli/row_writer.h"
#include "cli/warner.h"
#include "lake/lake.h"
#include "session/pipeline_files.h"
#include "session/query.h"

namespace tarn::cli {
namespace {

// The query of the command line, or of the standard input.
std::shared_ptr<const sql::Text> TextOf(const QueryArguments& arguments) {
  if (arguments.sql != "-") {
    return std::make_shared<const sql::Text>(sql::Text{"query", arguments.sql});
  }
  std::string sql{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  return std::make_shared<const sql::Text>(sql::Text{"standard input", std::move(sql)});
}

// What the query can read: of the lake that is named, else of the pipeline, which need not be there
// when it is only this folder.
Result<session::QueryTables> TablesOf(const QueryArguments& arguments, const Terminal& terminal,
                                      std::unique_ptr<session::Session>* session) {
  session::QueryTables tables;
  const bool has_pipeline =
      arguments.pipeline.directory != "." || session::IsPipeline(arguments.pipeline.directory);
  if (has_pipeline && (arguments.lake.empty() || arguments.pipeline.directory != ".")) {
    ARROW_ASSIGN_OR_RAISE(*session,
                          OpenSession(WithMemory(arguments.pipeline, arguments.memory), &terminal));
    tables.pipeline = &(*session)->pipeline();
  }
  if (!arguments.lake.empty()) {
    storage::Storages storages;
    ARROW_ASSIGN_OR_RAISE(const auto lake,
                          lake::Lake::Open(&storages, AbsolutePath(arguments.lake)));
    ARROW_ASSIGN_OR_RAISE(tables.lake, session::ListTables(lake.get()));
  } else if (*session != nullptr) {
    // A query of the sources needs no lake.
    tables.lake = (*session)->Tables().ValueOr(session::LakeTables());
  }
  return tables;
}

Result<std::unique_ptr<session::RowSink>> SinkOf(const QueryArguments& arguments,
                                                 const Console& console, const TimeZone& zone) {
  if (!arguments.output.empty()) {
    const RowFormat format = arguments.format.value_or(FormatOfPath(arguments.output));
    return MakeFileWriter(format, arguments.output, zone);
  }
  const RowFormat format = arguments.format.value_or(RowFormat::kTable);
  if (format == RowFormat::kParquet || format == RowFormat::kArrow) {
    return MakeError(ErrorKind::kUsage, "this format is not for a terminal: it needs -o FILE");
  }
  return MakeTextWriter(format, &console.out.stream(), &console.out, zone);
}

}  // namespace

Status RunQuery(const QueryArguments& arguments, const Console& console) {
  std::unique_ptr<session::Session> session;
  ARROW_ASSIGN_OR_RAISE(const session::QueryTables tables,
                        TablesOf(arguments, console.err, &session));
  const TimeZone& zone =
      tables.pipeline == nullptr ? TimeZone::Utc() : *tables.pipeline->dialect.zone;
  ARROW_ASSIGN_OR_RAISE(const auto sink, SinkOf(arguments, console, zone));
  storage::Storages of_environment;
  InterruptGuard interrupt;
  session::RunWatch watch;
  watch.stop = interrupt.token();
  watch.warn = Warner(console.err);
  std::optional<sql::DoubleQuotes> quotes;
  if (const auto are_strings = arguments.double_quotes_are_strings) {
    quotes = *are_strings ? sql::DoubleQuotes::kStrings : sql::DoubleQuotes::kNames;
  }
  return session::RunQuery({TextOf(arguments), AbsolutePath("."), arguments.num_threads, quotes},
                           tables, session == nullptr ? &of_environment : session->storages(),
                           watch, sink.get());
}

}  // namespace tarn::cli
