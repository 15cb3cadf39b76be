#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "infer/drift.h"
#include "infer/source_block.h"
#include "json/infer_schema.h"
#include "lake/lake.h"
#include "lake/quarantine.h"
#include "plan/plan.h"
#include "run/record.h"

/// What commands print with --json: one document each, ending in a newline. They all have "command"
/// and "error" (cli/json_document.h); docs/json/ has their schemas.
namespace tarn::cli {

/// \brief The record of a run that has ended, with its error where it failed.
std::string RunJson(const run::RunRecord& record, const Status& status);

/// \brief What a command that failed prints when nothing else is known of it.
/// \param[in] command "" where the command line names none
std::string FailureJson(std::string_view command, const Status& error);

/// \brief {"sources": [names], "tables": [{"name", "columns"}]}.
std::string CheckJson(const plan::Plan& plan);

/// \brief A source of a pipeline, and what `tarn check --data` saw of its files.
struct SurveyedSource {
  const pipeline::Source* source;  ///< borrowed from the pipeline
  infer::Survey survey;
  std::vector<infer::Difference> drift;  ///< between its schema and `survey`
};

/// \brief CheckJson, with what was read of each source, its columns' shares, and the differences.
std::string CheckDataJson(const plan::Plan& plan, const std::vector<SurveyedSource>& sources);

/// \brief What `tarn infer` found. Borrows all.
struct InferredSource {
  const infer::SourceText& source;
  const std::string& toml;  ///< SourceBlock of the others
  const infer::Survey& survey;
  const json::InferredSchema& inferred;  ///< of `survey`
};

/// \brief {"source": {"name", "path", "format", "columns": […]}, "toml", "read": {…}}.
std::string InferJson(const InferredSource& source);

/// \brief {"runs": [records], "unreadable": [texts]}.
std::string RunsJson(const run::RunList& list);

/// \brief {"rolled_forward", "rolled_back"}: counts.
std::string RecoverJson(const lake::RecoveryReport& report);

/// \brief {"discarded": {"run_id", "journal", "unreadable", "staged_files", "tables": [{"table",
/// "published", "missing", "removed", "remaining"}]}}: paths relative to each table.
std::string DiscardJson(const lake::DiscardReport& report);

/// \brief Bad records of one source, as `tarn quarantine` lists them.
struct ShownQuarantine {
  lake::QuarantinedSource source;
  std::vector<lake::QuarantinedRecord> records;  ///< the first ones
};

/// \brief {"quarantine": [{"run_id", "source", "failed", "folder", "num_records", "records": […]}],
/// "broken_rules": […]}; with the reason as "unreadable" where it cannot be read.
/// \param[in] failed the run whose broken rules are listed; null: none
std::string QuarantineJson(const std::vector<ShownQuarantine>& quarantine,
                           const run::RunRecord* failed);

/// \brief A table as `tarn show` prints it.
struct ShownTable {
  std::string name;
  lake::TableInfo info;
  std::shared_ptr<arrow::RecordBatch> head;  ///< its first rows
};

/// \brief A table that `tarn show` cannot read.
struct UnreadableTable {
  std::string name;
  std::string path;    ///< absolute path or URI
  std::string reason;  ///< why not
};

/// \brief {"tables": [{"table", "path", "rows", …, "columns": […], "head": [rows as objects]}],
/// "unreadable": [{"table", "path", "unreadable"}]}.
std::string ShowJson(const std::vector<ShownTable>& tables,
                     const std::vector<UnreadableTable>& unreadable);

}  // namespace tarn::cli
