#include "base/units.h"
#include "cli/commands.h"
#include "cli/pipeline_loading.h"
#include "lake/lake.h"
#include "run/record.h"

namespace tarn::cli {

Status RecoverLake(const RecoverArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto pipeline, LoadPipeline(arguments.pipeline));
  ARROW_ASSIGN_OR_RAISE(auto lake, lake::Lake::Open(pipeline->output));
  ARROW_ASSIGN_OR_RAISE(lake::RecoveryReport report, lake->Recover());
  ARROW_RETURN_NOT_OK(run::RemoveLeftovers(lake->root()));
  if (report.num_rolled_forward == 0 && report.num_rolled_back == 0) {
    console.out.stream() << "nothing to recover\n";
    return Status::OK();
  }
  if (report.num_rolled_forward > 0) {
    console.out.stream() << "finished "
                         << FormatCount(report.num_rolled_forward, "interrupted commit")
                         << ": the new tables are in place\n";
  }
  if (report.num_rolled_back > 0) {
    console.out.stream() << "undid " << FormatCount(report.num_rolled_back, "interrupted run")
                         << ": the old tables are in place\n";
  }
  return Status::OK();
}

}  // namespace tarn::cli
