#include "cli/progress_display.h"

#include <utility>
#include <vector>

namespace tarn::cli {

ProgressDisplay::ProgressDisplay(const Terminal& terminal, Mode mode, arrow::StopToken stop,
                                 std::chrono::milliseconds log_interval)
    : terminal_(terminal),
      is_live_(mode != Mode::kNone && terminal.is_terminal()),
      is_log_(mode == Mode::kAutomatic && !terminal.is_terminal()),
      stop_(std::move(stop)) {
  if (is_live_) redraw_.emplace(kRedrawInterval, [this] { Draw(); });
  if (is_log_) redraw_.emplace(log_interval, [this] { Log(); });
}

ProgressDisplay::~ProgressDisplay() { Finish(); }

double ProgressDisplay::Seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void ProgressDisplay::OnEvent(const run::Event& event) {
  if (!is_live_ && !is_log_) return;
  std::lock_guard lock(mutex_);
  progress_.Apply(event, Seconds());
  if (!is_log_ || finished_) return;
  std::string line = progress_.LogLine(event);
  if (!line.empty()) terminal_.stream() << line << '\n' << std::flush;
}

// One write per frame, so that nothing flickers.
void ProgressDisplay::Draw() {
  std::lock_guard lock(mutex_);
  if (finished_) return;
  size_t height = terminal_.Height();
  // The last column stays free: some terminals wrap as soon as it is filled.
  size_t width = terminal_.Width() - 1;
  std::string frame = terminal_.EraseLines(num_lines_drawn_);
  std::vector<std::string> lines = progress_.Lines(Seconds(), width, height > 3 ? height - 2 : 1);
  if (stop_.IsStopRequested()) {
    lines.push_back(std::string("stopping; press Ctrl-C again to end at once").substr(0, width));
  }
  for (const std::string& line : lines) frame += line + "\n";
  num_lines_drawn_ = lines.size();
  terminal_.stream() << frame << std::flush;
}

void ProgressDisplay::Log() {
  std::lock_guard lock(mutex_);
  if (finished_) return;
  terminal_.stream() << progress_.StatusLine(Seconds()) << '\n' << std::flush;
}

void ProgressDisplay::Finish() {
  {
    std::lock_guard lock(mutex_);
    if (finished_) return;
    finished_ = true;
    if (is_live_) terminal_.stream() << terminal_.EraseLines(num_lines_drawn_) << std::flush;
  }
  redraw_.reset();
}

}  // namespace tarn::cli
