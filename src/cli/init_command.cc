#include "cli/commands.h"
#include "pipeline/init.h"

namespace tarn::cli {

Status InitPipeline(const InitArguments& arguments, const Console& console) {
  ARROW_RETURN_NOT_OK(pipeline::InitPipeline(arguments.directory));
  console.out.stream() << "made " << arguments.directory << "; next: tarn run "
                       << arguments.directory << "\n";
  return Status::OK();
}

}  // namespace tarn::cli
