#include <fmt/format.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "plan/plan.h"

namespace tarn::cli {

Status CheckPipeline(const CheckArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto pipeline, LoadPipeline(arguments.pipeline));
  ARROW_ASSIGN_OR_RAISE(auto plan, plan::Bind(*pipeline, {}));
  if (arguments.json) {
    console.out.stream() << CheckJson(*plan);
  } else {
    console.out.stream() << fmt::format("{}: {}, {}\n", console.out.Green("ok"),
                                        FormatCount(std::ssize(pipeline->sources), "source"),
                                        FormatCount(std::ssize(pipeline->tables), "table"));
  }
  return Status::OK();
}

}  // namespace tarn::cli
