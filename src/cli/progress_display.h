#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "cli/redraw_timer.h"
#include "cli/terminal.h"
#include "run/progress.h"

namespace tarn::cli {

/// \brief Shows a run's events: on a terminal as lines redrawn in place ten times a second and
/// cleared at the end, elsewhere as a log with one line for what begins or ends, and one that says
/// how far it is every ten seconds.
///
/// It never hides the cursor, which stays below the lines: whatever ends the process leaves the
/// terminal usable.
class ProgressDisplay : public run::Observer {
 public:
  enum class Mode { kNone, kAutomatic, kTerminalOnly };

  /// \param[in] terminal borrowed.
  /// \param[in] stop when it is stopped the lines say so.
  /// \param[in] log_interval between lines of a log that say how far it is.
  ProgressDisplay(const Terminal& terminal, Mode mode, arrow::StopToken stop,
                  std::chrono::milliseconds log_interval = std::chrono::seconds(10));
  ~ProgressDisplay() override;

  void OnEvent(const run::Event& event) override;

  /// \brief Remove the lines. Nothing is shown from here on.
  void Finish();

 private:
  double Seconds() const;
  void Draw();
  void Log();

  const Terminal& terminal_;
  const bool is_live_;
  const bool is_log_;
  const arrow::StopToken stop_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  bool finished_ = false;
  run::Progress progress_;
  size_t num_lines_drawn_ = 0;
  std::optional<RedrawTimer> redraw_;
};

}  // namespace tarn::cli
