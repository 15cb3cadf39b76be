#pragma once

#include <string>

#include "base/error.h"
#include "cli/command_line.h"
#include "cli/terminal.h"

/// One function per command; each prints its result to console.out and returns the error otherwise,
/// which the caller prints (error_text.h). Warnings and progress go to console.err. All of them
/// return kUsage for arguments that do not go together and kBadInput for what is wrong in files.
namespace tarn::cli {

/// \brief `tarn run`, but for runs on EMR (run_on_cluster.h).
/// \param[out] failure_json of a run that has begun and fails, its record with the error; else left
/// as it is
/// \return also kCheckFailed, kConflict, kCancelled, as the run's own error is
Status RunTables(const RunArguments& arguments, const Console& console, std::string* failure_json);

/// \brief `tarn run --watch`: runs whenever something is new, until a signal ends it.
/// \param[out] failure_json as RunTables, of the last run
/// \return never OK: kCancelled once a signal came, else why no first run could begin
Status WatchTables(const RunArguments& arguments, const Console& console,
                   std::string* failure_json);

/// \brief `tarn check`.
Status CheckPipeline(const CheckArguments& arguments, const Console& console);

/// \brief `tarn plan`. Sources that cannot be listed are a warning, as only the estimate needs
/// them.
Status ShowPlan(const PlanArguments& arguments, const Console& console);

/// \brief `tarn show`.
Status ShowTables(const ShowArguments& arguments, const Console& console);

/// \brief `tarn query`. Rows that were printed before an error stay.
Status RunQuery(const QueryArguments& arguments, const Console& console);

/// \brief `tarn functions`.
Status ListFunctions(const FunctionsArguments& arguments, const Console& console);

/// \brief `tarn runs`. Files that are no run record are warnings.
Status ListRuns(const RunsArguments& arguments, const Console& console);

/// \brief `tarn files`. What was printed before an error stays, but for --json.
Status ListFiles(const FilesArguments& arguments, const Console& console);

/// \brief `tarn quarantine`. What cannot be read is a warning unless --run names its run.
Status ShowQuarantine(const QuarantineArguments& arguments, const Console& console);

/// \brief `tarn recover`, with or without --discard. Takes the lake's lock.
Status RecoverLake(const RecoverArguments& arguments, const Console& console);

/// \brief `tarn clean`. Takes the lake's lock unless it is a dry run.
Status CleanLake(const CleanArguments& arguments, const Console& console);

/// \brief `tarn sync`. Removals come last; what was copied before an error or interrupt stays.
Status SyncFolders(const SyncArguments& arguments, const Console& console);

/// \brief `tarn generate`.
Status GenerateData(const GenerateArguments& arguments, const Console& console);

/// \brief `tarn infer`.
Status InferSource(const InferArguments& arguments, const Console& console);

/// \brief `tarn cluster`, whichever action. An interrupt while it waits leaves the cluster as it
/// is.
Status DriveCluster(const ClusterArguments& arguments, const Console& console);

/// \brief `tarn emr-step`. Prints the end of the step's log also when the step failed.
Status RunAsStep(const EmrStepArguments& arguments, const Console& console);

/// \brief `tarn init`.
Status InitPipeline(const InitArguments& arguments, const Console& console);

}  // namespace tarn::cli
