#pragma once

#include <string>

#include "base/error.h"
#include "cli/command_line.h"
#include "cli/terminal.h"

/// One function per command; each prints its result to console.out and returns the error otherwise.
namespace tarn::cli {

/// \param[out] failure_json of a run that has begun, its record with the error
Status RunTables(const RunArguments& arguments, const Console& console, std::string* failure_json);
Status CheckPipeline(const CheckArguments& arguments, const Console& console);
Status ShowPlan(const PlanArguments& arguments, const Console& console);
Status ShowTables(const ShowArguments& arguments, const Console& console);
Status ListRuns(const RunsArguments& arguments, const Console& console);
Status ShowQuarantine(const QuarantineArguments& arguments, const Console& console);
Status RecoverLake(const RecoverArguments& arguments, const Console& console);
Status CleanLake(const CleanArguments& arguments, const Console& console);
Status SyncFolders(const SyncArguments& arguments, const Console& console);
Status GenerateData(const GenerateArguments& arguments, const Console& console);
Status InferSource(const InferArguments& arguments, const Console& console);
Status DriveCluster(const ClusterArguments& arguments, const Console& console);
Status RunAsStep(const EmrStepArguments& arguments, const Console& console);
Status InitPipeline(const InitArguments& arguments, const Console& console);

}  // namespace tarn::cli
