#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/period.h"
#include "run/events.h"
#include "run/record.h"

namespace tarn::session {

/// \brief What a run is asked for.
struct RunRequest {
  std::vector<std::string> select;   ///< tables; empty: all
  std::chrono::nanoseconds wait{0};  ///< for a lake that another run holds
  bool takes_rows_away = false;      ///< a period may be shorter than what filled a table before
  bool needs_one_region = false;     ///< buckets and machine in several regions fail it
  bool is_full = false;              ///< every table is computed from all files, whatever is new
  std::optional<Period> backfill{};  ///< whole days whose files are read again; not with is_full
};

/// \brief Who watches a run, and may stop it. All pointers are borrowed.
struct RunWatch {
  arrow::StopToken stop = arrow::StopToken::Unstoppable();  ///< ends the run with kCancelled
  run::Observer* observer = nullptr;                        ///< may be null
  /// Called with what will work, but not well.
  std::function<void(const std::string& warning)> warn = [](const std::string&) {};
  /// Called with what is waited for.
  std::function<void(const std::string& news)> tell = [](const std::string&) {};
};

/// \brief How a run ended that began.
struct RunOutcome {
  Status status;  ///< kCheckFailed, kConflict, …; the lake's tables are new where it is OK
  run::RunRecord record;  ///< as the lake has it
  std::string lake_root;  ///< as lake::Lake::root
};

}  // namespace tarn::session
