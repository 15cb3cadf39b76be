#include "cli/application.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <string_view>
#include <variant>

#include "base/out_of_memory.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/run_on_cluster.h"

namespace tarn::cli {
namespace {

struct Dispatch {
  const Console& console;
  std::string* failure_json;

  Status operator()(const RunArguments& a) const {
    if (a.watch.count() > 0) return WatchTables(a, console, failure_json);
    return a.emr.is_set() ? RunOnEmr(a, console, failure_json)
                          : RunTables(a, console, failure_json);
  }
  Status operator()(const CheckArguments& a) const { return CheckPipeline(a, console); }
  Status operator()(const PlanArguments& a) const { return ShowPlan(a, console); }
  Status operator()(const ShowArguments& a) const { return ShowTables(a, console); }
  Status operator()(const QueryArguments& a) const { return RunQuery(a, console); }
  Status operator()(const FunctionsArguments& a) const { return ListFunctions(a, console); }
  Status operator()(const RunsArguments& a) const { return ListRuns(a, console); }
  Status operator()(const FilesArguments& a) const { return ListFiles(a, console); }
  Status operator()(const QuarantineArguments& a) const { return ShowQuarantine(a, console); }
  Status operator()(const RecoverArguments& a) const { return RecoverLake(a, console); }
  Status operator()(const CleanArguments& a) const { return CleanLake(a, console); }
  Status operator()(const SyncArguments& a) const { return SyncFolders(a, console); }
  Status operator()(const GenerateArguments& a) const { return GenerateData(a, console); }
  Status operator()(const InitArguments& a) const { return InitPipeline(a, console); }
  Status operator()(const InferArguments& a) const { return InferSource(a, console); }
  Status operator()(const ClusterArguments& a) const { return DriveCluster(a, console); }
  Status operator()(const EmrStepArguments& a) const { return RunAsStep(a, console); }
  Status operator()(const PrintText& print) const {
    console.out.stream() << print.text;
    return Status::OK();
  }
};

// No part of tarn throws; the standard library may, when memory runs out.
// \param[out] failure_json what --json prints of an error, where the command has more to report
//   than the error
Status RunCommand(const std::vector<std::string>& words, const Console& console,
                  std::string* failure_json) {
  try {
    Status status = CatchOutOfMemory([&]() -> Status {
      ARROW_ASSIGN_OR_RAISE(Command command, ParseCommandLine(words));
      return std::visit(Dispatch{console, failure_json}, command);
    });
    if (!status.IsOutOfMemory()) return status;
    return MakeError(ErrorKind::kFailed, "out of memory: " + status.message(),
                     "give the program more, or fewer threads with --threads");
  } catch (const std::exception& error) {
    return MakeError(ErrorKind::kFailed, std::string("unexpected failure: ") + error.what());
  }
}

// The command that the words name, if it has --json; else "".
std::string CommandWithJson(const std::vector<std::string>& words) {
  constexpr std::string_view kCommands[] = {"check",   "files", "infer", "plan", "quarantine",
                                            "recover", "run",   "runs",  "show"};
  const bool is_known = !words.empty() && std::find(std::begin(kCommands), std::end(kCommands),
                                                    words[0]) != std::end(kCommands);
  return is_known ? words[0] : "";
}

}  // namespace

int RunApplication(const std::vector<std::string>& words, const Console& console) {
  std::string failure_json;
  Status status = RunCommand(words, console, &failure_json);
  if (status.ok()) {
    console.out.stream().flush();
    if (console.out.stream().good()) return 0;
    status = MakeError(ErrorKind::kFailed, "the result could not be written to standard output");
  }
  if (std::find(words.begin(), words.end(), "--json") != words.end()) {
    if (failure_json.empty()) failure_json = FailureJson(CommandWithJson(words), status);
    console.out.stream() << failure_json << std::flush;
  } else {
    console.err.stream() << ErrorText(status, console.err) << std::flush;
  }
  return ExitCodeOf(status);
}

}  // namespace tarn::cli
