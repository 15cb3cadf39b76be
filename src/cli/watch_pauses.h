#pragma once

#include <chrono>
#include <functional>

#include "base/error.h"

namespace tarn::cli {

/// \brief How long --watch waits from one look to the next.
///
/// After one that ended well, the interval. After failures in a row the interval twice, four times,
/// … as long, up to sixteen times and to an hour (an interval of more than an hour is never made
/// longer); of this a share by chance, at least half, so that many watchers of one service do not
/// come back at once. A lake that another run holds is no failure: the interval, by chance shorter,
/// so that two watchers of one lake get out of step.
class WatchPauses {
 public:
  /// \param[in] chance gives a number from 0 to below 1, another one each time
  WatchPauses(std::chrono::seconds interval, std::function<double()> chance);

  /// \brief The pause after a look, or the run that it led to, ended so.
  std::chrono::milliseconds After(const Status& status);

 private:
  std::chrono::milliseconds ShareOf(std::chrono::milliseconds pause) const;

  const std::chrono::milliseconds interval_;
  const std::function<double()> chance_;
  int num_failures_ = 0;  // in a row
};

}  // namespace tarn::cli
