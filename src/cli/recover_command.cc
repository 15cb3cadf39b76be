#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pipeline_loading.h"
#include "lake/lake.h"
#include "run/record.h"

namespace tarn::cli {
namespace {

std::string Counted(int64_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

Status RecoverLake(const RecoverArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto pipeline, LoadPipeline(arguments.pipeline));
  ARROW_ASSIGN_OR_RAISE(auto lake, lake::Lake::Open(pipeline->output));
  ARROW_ASSIGN_OR_RAISE(lake::RecoveryReport report, lake->Recover());
  ARROW_RETURN_NOT_OK(run::RemoveLeftovers(pipeline->output));
  if (report.num_rolled_forward == 0 && report.num_rolled_back == 0) {
    console.out.stream() << "nothing to recover\n";
    return Status::OK();
  }
  if (report.num_rolled_forward > 0) {
    console.out.stream() << "finished " << Counted(report.num_rolled_forward, "interrupted commit")
                         << ": the new tables are in place\n";
  }
  if (report.num_rolled_back > 0) {
    console.out.stream() << "undid " << Counted(report.num_rolled_back, "interrupted run")
                         << ": the old tables are in place\n";
  }
  return Status::OK();
}

}  // namespace tarn::cli
