#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "infer/infer_source.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "run/record.h"
#include "session/check.h"
#include "session/quarantine.h"
#include "session/show.h"

/// What commands print with --json: one document each, ending in a newline. They all have "command"
/// and "error" (cli/json_document.h); docs/json/ has their schemas.
namespace tarn::cli {

/// \brief The record of a run that has ended, with its error where it failed.
std::string RunJson(const run::RunRecord& record, const Status& status);

/// \brief What a command that failed prints when nothing else is known of it.
/// \param[in] command "" where the command line names none
std::string FailureJson(std::string_view command, const Status& error);

/// \brief One of these documents on a line of its own, as --watch prints one for each run.
std::string OnOneLine(const std::string& document);

/// \brief {"sources": [names], "tables": [{"name", "columns"}]}.
std::string CheckJson(const plan::Plan& plan);

/// \brief CheckJson, with what was read of each source, its columns' shares, and the differences.
std::string CheckDataJson(const plan::Plan& plan,
                          const std::vector<session::SurveyedSource>& sources);

/// \brief {"source": {"name", "path", "format", "columns": […]}, "toml", "read": {…}}.
std::string InferJson(const infer::InferredSource& source);

/// \brief {"runs": [records], "unreadable": [texts]}.
std::string RunsJson(const run::RunList& list);

/// \brief {"rolled_forward", "rolled_back"}: counts.
std::string RecoverJson(const lake::RecoveryReport& report);

/// \brief {"discarded": {"run_id", "journal", "unreadable", "staged_files", "tables": [{"table",
/// "published", "missing", "removed", "remaining"}]}}: paths relative to each table.
std::string DiscardJson(const lake::DiscardReport& report);

/// \brief {"quarantine": [{"run_id", "source", "failed", "folder", "num_records", "records": […]}],
/// "broken_rules": […]}; with the reason as "unreadable" where it cannot be read.
std::string QuarantineJson(const session::Findings& findings);

/// \brief {"tables": [{"table", "path", "rows", …, "columns": […], "head": [rows as objects]}],
/// "unreadable": [{"table", "path", "unreadable"}]}.
std::string ShowJson(const session::ShownTables& shown);

}  // namespace tarn::cli
