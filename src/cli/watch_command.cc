#include <algorithm>
#include <ostream>
#include <random>
#include <thread>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/engine_choice.h"
#include "cli/error_text.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/one_run.h"
#include "cli/pipeline_loading.h"
#include "cli/run_summary.h"
#include "cli/watch_pauses.h"

namespace tarn::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

double Chance() {
  thread_local std::mt19937 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

class Watcher {
 public:
  Watcher(const RunArguments& arguments, const Console& console, std::string* failure_json)
      : arguments_(arguments),
        console_(console),
        failure_json_(failure_json),
        pauses_(arguments.watch, Chance) {}

  // Until a signal.
  Status Watch() {
    ARROW_RETURN_NOT_OK(CheckStart());
    Status status = Begin();
    while (KindOf(status) != ErrorKind::kCancelled) {
      const milliseconds pause = pauses_.After(status);
      if (!status.ok()) TellFailure(status, pause);
      status = Wait(pause);
      if (status.ok()) status = Look();
    }
    if (failure_json_->empty()) *failure_json_ = FailureJson("run", status);
    *failure_json_ = OnOneLine(*failure_json_);
    return status;
  }

 private:
  // What is wrong before any run is wrong with what was asked for, and is not waited out.
  Status CheckStart() {
    const Terminal* const warnings = arguments_.quiet ? nullptr : &console_.err;
    ARROW_ASSIGN_OR_RAISE(const auto session, Open(warnings));
    return session->Plan(arguments_.select, *Engine()).status();
  }

  Result<std::unique_ptr<session::Session>> Open(const Terminal* warnings) const {
    return OpenSession(WithMemory(arguments_.pipeline, arguments_.memory), warnings);
  }

  std::unique_ptr<engine::Engine> Engine() const {
    return EngineOf(arguments_.engine, arguments_.num_threads, /*retry_quarantine=*/false);
  }

  // The first run, which also puts in order what an interrupted one left.
  Status Begin() {
    ARROW_ASSIGN_OR_RAISE(const auto session, Open(nullptr));
    return Run(session.get());
  }

  // The pipeline is read again: its files may have been edited.
  Status Look() {
    failure_json_->clear();
    ARROW_ASSIGN_OR_RAISE(const auto session, Open(nullptr));
    const Result<bool> has_news =
        session->HasNews(RequestOf(arguments_), *Engine(), interrupt_.token());
    if (KindOf(has_news.status()) == ErrorKind::kCancelled) return InterruptedBetweenRuns();
    ARROW_RETURN_NOT_OK(has_news.status());
    return *has_news ? Run(session.get()) : Status::OK();
  }

  Status Run(session::Session* session) {
    ARROW_ASSIGN_OR_RAISE(const session::RunOutcome outcome,
                          RunOnce(arguments_, ProgressDisplay::Mode::kTerminalOnly,
                                  interrupt_.token(), session, console_.err));
    if (!outcome.status.ok()) {
      *failure_json_ = RunJson(outcome.record, outcome.status);
      return outcome.status;
    }
    if (arguments_.json) {
      console_.out.stream() << OnOneLine(RunJson(outcome.record, outcome.status)) << std::flush;
    } else if (!arguments_.quiet) {
      console_.out.stream() << SummaryLine(outcome.record) << std::flush;
    }
    return Status::OK();
  }

  void TellFailure(const Status& status, milliseconds pause) {
    if (arguments_.json) {
      if (failure_json_->empty()) *failure_json_ = FailureJson("run", status);
      console_.out.stream() << OnOneLine(*failure_json_) << std::flush;
    } else {
      console_.err.stream() << ErrorText(status, console_.err) << std::flush;
    }
    failure_json_->clear();
    if (arguments_.quiet) return;
    const double seconds = std::chrono::duration<double>(pause).count();
    console_.err.stream() << "the next look is in " << FormatDuration(seconds) << std::endl;
  }

  // kCancelled by a signal.
  Status Wait(milliseconds pause) {
    constexpr milliseconds kStep(100);
    const auto end = steady_clock::now() + pause;
    while (!interrupt_.token().IsStopRequested()) {
      const auto left = end - steady_clock::now();
      if (left <= left.zero()) return Status::OK();
      std::this_thread::sleep_for(std::min<steady_clock::duration>(left, kStep));
    }
    return InterruptedBetweenRuns();
  }

  static Status InterruptedBetweenRuns() {
    return MakeError(ErrorKind::kCancelled,
                     "interrupted between two runs; tables are as the last one left them");
  }

  const RunArguments& arguments_;
  const Console& console_;
  std::string* const failure_json_;  // of the run that has just failed
  WatchPauses pauses_;
  InterruptGuard interrupt_;
};

}  // namespace

Status WatchTables(const RunArguments& arguments, const Console& console,
                   std::string* failure_json) {
  if (arguments.engine.name == EngineName::kSpark) {
    ARROW_RETURN_NOT_OK(CheckForSpark({arguments.memory, arguments.num_threads}));
  }
  return Watcher(arguments, console, failure_json).Watch();
}

}  // namespace tarn::cli
