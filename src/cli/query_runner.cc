#include "cli/query_runner.h"

#include <algorithm>

#include "base/lower_ascii.h"
#include "cli/absolute_path.h"
#include "cli/pipeline_loading.h"
#include "cli/warner.h"
#include "lake/lake.h"
#include "session/pipeline_files.h"

namespace tarn::cli {

// The pipeline need not be there when it is only this folder; a lake that is named takes its place.
Result<std::unique_ptr<QueryRunner>> QueryRunner::Open(const QueryArguments& arguments,
                                                       const Terminal& terminal) {
  std::unique_ptr<QueryRunner> runner(new QueryRunner(arguments, terminal));
  const PipelineArguments& named = arguments.pipeline;
  const bool has_pipeline = named.directory != "." || session::IsPipeline(named.directory);
  if (has_pipeline && (arguments.lake.empty() || named.directory != ".")) {
    ARROW_ASSIGN_OR_RAISE(runner->session_,
                          OpenSession(WithMemory(named, arguments.memory), &terminal));
  }
  return runner;
}

Result<session::QueryTables> QueryRunner::Tables() {
  session::QueryTables tables;
  tables.pipeline = pipeline();
  if (!arguments_.lake.empty()) {
    storage::Storages storages;
    ARROW_ASSIGN_OR_RAISE(const auto lake,
                          lake::Lake::Open(&storages, AbsolutePath(arguments_.lake)));
    ARROW_ASSIGN_OR_RAISE(tables.lake, session::ListTables(lake.get()));
  } else if (session_ != nullptr) {
    // A query of the sources needs no lake.
    tables.lake = session_->Tables().ValueOr(session::LakeTables());
  }
  return tables;
}

Status QueryRunner::Run(std::shared_ptr<const sql::Text> text, arrow::StopToken stop,
                        session::RowSink* sink) {
  ARROW_ASSIGN_OR_RAISE(const session::QueryTables tables, Tables());
  session::RunWatch watch;
  watch.stop = std::move(stop);
  watch.warn = Warner(terminal_);
  return session::RunQuery(Request(std::move(text)), tables, storages(), watch, sink);
}

Result<std::shared_ptr<arrow::Schema>> QueryRunner::Describe(
    std::shared_ptr<const sql::Text> text) {
  ARROW_ASSIGN_OR_RAISE(const session::QueryTables tables, Tables());
  return session::DescribeQuery(Request(std::move(text)), tables, storages());
}

Result<std::vector<NamedRows>> QueryRunner::Names() {
  ARROW_ASSIGN_OR_RAISE(const session::QueryTables tables, Tables());
  std::vector<NamedRows> names;
  for (const auto& table : tables.lake.tables) names.push_back({table.name, "table"});
  if (tables.pipeline != nullptr) {
    for (const auto& table : tables.pipeline->tables) names.push_back({table.name, "model"});
    for (const auto& source : tables.pipeline->sources) names.push_back({source.name, "source"});
  }
  const auto key = [](const NamedRows& one) { return LowerAscii(one.name); };
  std::stable_sort(names.begin(), names.end(),
                   [&](const auto& left, const auto& right) { return key(left) < key(right); });
  // What is stored comes first, and is what the name means.
  const auto same = [&](const auto& left, const auto& right) { return key(left) == key(right); };
  names.erase(std::unique(names.begin(), names.end(), same), names.end());
  return names;
}

const TimeZone& QueryRunner::zone() const { return *dialect().zone; }

sql::DoubleQuotes QueryRunner::double_quotes() const {
  if (const auto are_strings = arguments_.double_quotes_are_strings) {
    return *are_strings ? sql::DoubleQuotes::kStrings : sql::DoubleQuotes::kNames;
  }
  return dialect().double_quotes;
}

session::QueryRequest QueryRunner::Request(std::shared_ptr<const sql::Text> text) const {
  return {std::move(text), AbsolutePath("."), arguments_.num_threads, double_quotes()};
}

storage::Storages* QueryRunner::storages() {
  return session_ == nullptr ? &of_environment_ : session_->storages();
}

const pipeline::Pipeline* QueryRunner::pipeline() const {
  return session_ == nullptr ? nullptr : &session_->pipeline();
}

pipeline::Dialect QueryRunner::dialect() const {
  return pipeline() == nullptr ? pipeline::Dialect() : pipeline()->dialect;
}

}  // namespace tarn::cli
