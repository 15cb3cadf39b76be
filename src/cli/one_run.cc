#include "cli/one_run.h"

#include <memory>

#include "cli/engine_choice.h"
#include "cli/warner.h"

namespace tarn::cli {

session::RunRequest RequestOf(const RunArguments& arguments) {
  return {arguments.select,
          arguments.wait,
          arguments.shrink,
          arguments.strict_region,
          arguments.full || arguments.retry_quarantine,
          arguments.backfill};
}

Result<session::RunOutcome> RunOnce(const RunArguments& arguments, ProgressDisplay::Mode mode,
                                    const arrow::StopToken& stop, session::Session* session,
                                    const Terminal& terminal) {
  ProgressDisplay display(terminal, arguments.quiet ? ProgressDisplay::Mode::kNone : mode, stop);
  session::RunWatch watch;
  watch.stop = stop;
  watch.observer = &display;
  if (!arguments.quiet) {
    watch.warn = Warner(terminal);
    watch.tell = [&](const std::string& news) { terminal.stream() << news << std::endl; };
  }
  const std::unique_ptr<engine::Engine> engine =
      EngineOf(arguments.engine, arguments.num_threads, arguments.retry_quarantine);
  auto outcome = session->Run(RequestOf(arguments), engine.get(), watch);
  display.Finish();
  return outcome;
}

}  // namespace tarn::cli
