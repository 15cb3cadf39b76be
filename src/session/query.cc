#include "session/query.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "infer/infer_csv.h"
#include "infer/infer_source.h"
#include "local/batch/encoding.h"
#include "local/kernels/check_patterns.h"
#include "local/run_plan.h"
#include "pipeline/ddl.h"
#include "plan/plan.h"
#include "run/interrupted.h"
#include "sql/parse.h"
#include "storage/glob.h"
#include "storage/no_match.h"

namespace tarn::session {
namespace {

// No source or table has this name.
constexpr char kQueryName[] = "(query)";

const TablePlace* FindPlace(const LakeTables& lake, const std::string& name) {
  const auto found =
      std::find_if(lake.tables.begin(), lake.tables.end(),
                   [&](const TablePlace& table) { return SameName(table.name, name); });
  return found == lake.tables.end() ? nullptr : &*found;
}

// A stored table as a source.
Result<pipeline::Source> SourceOf(const TablePlace& place, const pipeline::Pipeline* pipeline,
                                  storage::Storages* storages) {
  ShowOptions no_rows;
  no_rows.num_rows = 0;
  ARROW_ASSIGN_OR_RAISE(const ShownTables shown, ShowTables(storages, pipeline, {place}, no_rows));
  pipeline::Source source;
  source.name = place.name;
  source.paths = {storage::EscapeGlob(place.path)};
  // Other files that lie in the folder are none of the table's.
  if (!shown.tables[0].info.is_file) {
    source.paths[0] = storage::JoinPath(source.paths[0], "**/*.parquet");
  }
  source.format = RecordFormat::kParquet;
  // What else wrote the files may have other types for the same, such as timestamps of ns.
  arrow::FieldVector fields;
  for (const auto& field : shown.tables[0].info.schema->fields()) {
    ARROW_ASSIGN_OR_RAISE(auto type, pipeline::ParseDdlType(pipeline::DdlOf(*field->type())));
    fields.push_back(arrow::field(field->name(), std::move(type)));
  }
  source.schema = arrow::schema(std::move(fields));
  return source;
}

std::string AbsolutePath(const std::string& path, const std::string& folder) {
  const bool is_absolute = path.starts_with('/') || path.find("://") != std::string::npos;
  return is_absolute ? path : storage::JoinPath(folder, path);
}

// A folder, a file, or all files that a glob matches, which have the columns of the first.
Result<pipeline::Source> ParquetFiles(const std::string& name, const std::string& path,
                                      storage::Storages* storages) {
  if (path.find_first_of("*?[{") == std::string::npos) {
    return SourceOf({name, path}, nullptr, storages);
  }
  Result<storage::Listing> listed = storages->List({path});
  if (const auto missing = storage::NoMatchText(listed, {path}, {})) {
    return MakeError(ErrorKind::kBadInput, *missing);
  }
  ARROW_ASSIGN_OR_RAISE(const storage::Listing listing, std::move(listed));
  ARROW_ASSIGN_OR_RAISE(pipeline::Source source,
                        SourceOf({name, listing.files[0].path}, nullptr, storages));
  source.paths = {path};
  return source;
}

// Files that the query names by their path as a source of that name.
Result<pipeline::Source> SourceOf(const sql::Reference& files, const QueryRequest& query,
                                  storage::Storages* storages) {
  const std::string path = AbsolutePath(files.name, query.folder);
  pipeline::Source source;
  if (files.format == "parquet") return ParquetFiles(files.name, path, storages);
  if (files.format == "csv") {
    ARROW_ASSIGN_OR_RAISE(const infer::InferredCsv inferred, infer::InferCsvFiles(storages, path));
    source.name = files.name;
    source.paths = {path};
    source.format = RecordFormat::kCsv;
    source.csv = inferred.format;
    source.schema = inferred.schema;
    source.on_bad_record = pipeline::OnBadRecord::kFail;
    return source;
  }
  infer::InferRequest request;
  request.name = "files";
  request.globs = {path};
  request.num_threads = query.num_threads;
  ARROW_ASSIGN_OR_RAISE(const auto inferred, infer::InferSource(storages, request));
  source.name = files.name;
  source.paths = inferred->source.paths;
  source.format = inferred->source.format;
  source.schema = inferred->inferred.schema;
  source.on_bad_record = pipeline::OnBadRecord::kFail;
  return source;
}

// An error of a file that the query names, at its place.
Status AtReference(const Status& status, const sql::Reference& reference) {
  if (status.ok() || KindOf(status) != ErrorKind::kBadInput) return status;
  return MakeError({sql::MakeDiagnostic(reference.at, MessageOf(status), HintOf(status))});
}

template <class Named>
void EraseNamed(const std::string& name, std::vector<Named>* all) {
  std::erase_if(*all, [&](const Named& one) { return SameName(one.name, name); });
}

// A pipeline whose last table is the query.
Result<pipeline::Pipeline> PipelineOf(const QueryRequest& request, const QueryTables& tables,
                                      storage::Storages* storages) {
  pipeline::Pipeline pipeline;
  if (tables.pipeline != nullptr) pipeline = *tables.pipeline;
  pipeline::Table query;
  query.name = kQueryName;
  query.text = request.text;
  query.is_result = true;
  const sql::DoubleQuotes quotes = request.double_quotes.value_or(pipeline.dialect.double_quotes);
  ARROW_ASSIGN_OR_RAISE(query.query, sql::Parse(request.text, quotes));
  std::vector<pipeline::Source> files;
  for (const sql::Reference& reference : sql::References(*query.query)) {
    if (!reference.format.empty()) {
      auto source = SourceOf(reference, request, storages);
      ARROW_RETURN_NOT_OK(AtReference(source.status(), reference));
      source->files_format = reference.format;
      files.push_back(*std::move(source));
      continue;
    }
    query.inputs.push_back(reference.name);
    const TablePlace* const place = FindPlace(tables.lake, reference.name);
    if (place == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(pipeline::Source source, SourceOf(*place, tables.pipeline, storages));
    EraseNamed(place->name, &pipeline.sources);
    EraseNamed(place->name, &pipeline.tables);
    pipeline.sources.push_back(std::move(source));
  }
  std::move(files.begin(), files.end(), std::back_inserter(pipeline.sources));
  for (pipeline::Source& source : pipeline.sources) {
    source.datetime_formats.zone = pipeline.dialect.zone;
  }
  pipeline.tables.push_back(std::move(query));
  return pipeline;
}

// The plan of the query alone; it points at `pipeline`.
Result<std::unique_ptr<plan::Plan>> BindQuery(const pipeline::Pipeline& pipeline) {
  ARROW_ASSIGN_OR_RAISE(auto plan, plan::Bind(pipeline, {{kQueryName}}));
  ARROW_RETURN_NOT_OK(local::CheckPatterns(*plan));
  return plan;
}

}  // namespace

Result<std::shared_ptr<arrow::Schema>> DescribeQuery(const QueryRequest& request,
                                                     const QueryTables& tables,
                                                     storage::Storages* storages) {
  ARROW_ASSIGN_OR_RAISE(const pipeline::Pipeline pipeline, PipelineOf(request, tables, storages));
  ARROW_ASSIGN_OR_RAISE(const auto plan, BindQuery(pipeline));
  return plan->tables.back().root->schema;
}

Status RunQuery(const QueryRequest& request, const QueryTables& tables, storage::Storages* storages,
                const RunWatch& watch, RowSink* sink) {
  ARROW_ASSIGN_OR_RAISE(const pipeline::Pipeline pipeline, PipelineOf(request, tables, storages));
  ARROW_ASSIGN_OR_RAISE(const auto plan, BindQuery(pipeline));
  ARROW_RETURN_NOT_OK(sink->Begin(plan->tables.back().root->schema));
  local::RunOptions options;
  options.context.storages = storages;
  options.context.stop = watch.stop;
  options.context.observer = watch.observer;
  options.context.warn = watch.warn;
  options.num_threads = request.num_threads;
  options.on_rows = [&](const local::BatchPtr& batch) -> Status {
    ARROW_ASSIGN_OR_RAISE(const local::BatchPtr rows, local::FlattenBatch(batch));
    return sink->Add(*rows);
  };
  const Status ran = local::RunPlan(*plan, /*transaction=*/nullptr, options).status();
  if (watch.stop.IsStopRequested()) return run::InterruptedError();
  ARROW_RETURN_NOT_OK(ran);
  return sink->End();
}

}  // namespace tarn::session
