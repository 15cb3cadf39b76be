#include <fmt/format.h>

#include <optional>

#include "base/units.h"
#include "cli/absolute_path.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/interrupt.h"
#include "cli/redraw_timer.h"
#include "cli/table_text.h"
#include "sync/copy.h"
#include "sync/sync_plan.h"

namespace tarn::cli {
namespace {

// Draws one line on a terminal until it goes.
class CopyDisplay {
 public:
  CopyDisplay(const Terminal& terminal, const sync::SyncPlan& plan,
              const sync::CopyProgress& progress)
      : terminal_(terminal), plan_(plan), progress_(progress) {
    if (terminal.is_terminal()) redraw_.emplace(kRedrawInterval, [this] { Draw(); });
  }

  ~CopyDisplay() {
    if (!redraw_) return;
    redraw_.reset();
    terminal_.stream() << terminal_.ReplaceLine("") << std::flush;
  }

 private:
  void Draw() {
    const std::string line =
        fmt::format("copied {} of {}, {} of {}", FormatCount(progress_.num_files),
                    FormatCount(static_cast<int64_t>(plan_.copies.size()), "file"),
                    FormatBytes(progress_.num_bytes), FormatBytes(plan_.num_bytes));
    terminal_.stream() << terminal_.ReplaceLine(line.substr(0, terminal_.Width() - 1))
                       << std::flush;
  }

  const Terminal& terminal_;
  const sync::SyncPlan& plan_;
  const sync::CopyProgress& progress_;
  std::optional<RedrawTimer> redraw_;
};

std::string PlanText(const sync::SyncPlan& plan) {
  std::string text;
  for (const sync::FileCopy& copy : plan.copies) {
    text += fmt::format("copy {} to {}\n", Printable(copy.from.path), Printable(copy.to));
  }
  for (const std::string& path : plan.removals) text += "delete " + Printable(path) + "\n";
  return text;
}

std::string SummaryText(const sync::SyncPlan& plan, bool is_dry_run) {
  return fmt::format("{} {}, {}; {} the same; {} {}\n", is_dry_run ? "would copy" : "copied",
                     FormatCount(static_cast<int64_t>(plan.copies.size()), "file"),
                     FormatBytes(plan.num_bytes), FormatCount(plan.num_same),
                     is_dry_run ? "would delete" : "deleted",
                     FormatCount(static_cast<int64_t>(plan.removals.size())));
}

Status CarryOut(storage::Storages* storages, const sync::SyncPlan& plan, bool quiet,
                const std::string& destination, const Console& console) {
  InterruptGuard interrupt;
  sync::CopyProgress progress;
  Status status;
  {
    const Terminal silent(console.err.stream());
    const CopyDisplay display(quiet ? silent : console.err, plan, progress);
    status = sync::CopyFiles(storages, plan.copies, interrupt.token(), &progress);
  }
  if (interrupt.token().IsStopRequested()) {
    return MakeError(ErrorKind::kCancelled,
                     "interrupted; what was copied stays, and the next sync continues from there");
  }
  ARROW_RETURN_NOT_OK(status);
  // Last, so that nothing is missing meanwhile.
  ARROW_ASSIGN_OR_RAISE(auto storage, storages->For(destination));
  return storage->Delete(plan.removals);
}

}  // namespace

Status SyncFolders(const SyncArguments& arguments, const Console& console) {
  const std::string destination = AbsolutePath(arguments.destination);
  storage::Storages storages;
  ARROW_ASSIGN_OR_RAISE(sync::SyncPlan plan,
                        sync::PlanSync(&storages, AbsolutePath(arguments.source), destination));
  for (const std::string& warning : plan.warnings) {
    console.err.stream() << WarningText(warning, console.err);
  }
  if (!arguments.remove) plan.removals.clear();
  if (arguments.dry_run) {
    console.out.stream() << PlanText(plan);
  } else {
    ARROW_RETURN_NOT_OK(CarryOut(&storages, plan, arguments.quiet, destination, console));
  }
  if (!arguments.quiet) console.out.stream() << SummaryText(plan, arguments.dry_run);
  return Status::OK();
}

}  // namespace tarn::cli
