#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>

#include "base/error.h"

namespace tarn::cluster {

/// \brief Called with the progress of what is waited for.
using OnProgress = std::function<void(const std::string& line)>;

/// \brief Looks, again and again, at something that takes minutes.
/// Threads: one at a time.
class Patience {
 public:
  /// \param[in] stop ends pauses
  Patience(arrow::StopToken stop, OnProgress on_progress)
      : stop_(std::move(stop)), on_progress_(std::move(on_progress)) {}

  /// \brief Wait before the next look: shortly at first, 10 s later. \return kCancelled by the stop
  Status Pause();

  /// \brief What `look` returns. It is repeated for up to five minutes while AWS can't be reached,
  /// which is reported; other errors are returned at once.
  template <typename Look>
  std::invoke_result_t<Look> Ask(const Look& look) {
    auto answer = look();
    while (IsOutage(answer.status())) {
      ARROW_RETURN_NOT_OK(Pause());
      answer = look();
    }
    return answer;
  }

 private:
  bool IsOutage(const Status& status);

  const arrow::StopToken stop_;
  const OnProgress on_progress_;
  std::chrono::milliseconds pause_{250};
  std::optional<std::chrono::steady_clock::time_point> outage_begin_;
};

}  // namespace tarn::cluster
