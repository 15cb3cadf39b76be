#pragma once

#include <cstdint>
#include <vector>

#include "generate/song.h"

namespace tarn::generate {

/// \brief What annoys a listener, from some day on.
enum class Trouble : uint8_t {
  kNone,
  kAdverts,  ///< many of them; of those who don't pay
  kErrors,   ///< pages that fail
  kSongs,    ///< songs that the listener does not like
};

/// \brief How a listener's days on the service end.
enum class End : uint8_t { kStays, kCancels, kDowngrades };

/// \brief What becomes of one listener. Days count from the first one of the log.
struct Fate {
  Trouble trouble = Trouble::kNone;
  int trouble_day = 0;  ///< the first one with it; means nothing without
  End end = End::kStays;
  int end_day = 0;  ///< of the cancellation or the downgrade; means nothing without
};

/// \brief Who has trouble and who leaves, and for whom that is a cause: trouble begins on a day of
/// the first half, and from then on a listener leaves with a chance of kLeavesWithTrouble a day.
class Fates {
 public:
  static constexpr double kLeavesWithTrouble = 0.05;      ///< a day
  static constexpr double kLeavesWithoutTrouble = 0.001;  ///< a day
  /// Of those who would leave and pay, so many go on without paying.
  static constexpr double kDowngradeShare = 0.3;

  Fates() = default;

  /// \param[in] trouble_share of the listeners
  /// \param[in] pays whether each listener does; the first one never leaves, so that each day has
  ///   somebody
  Fates(uint64_t seed, double trouble_share, const std::vector<bool>& pays, int num_days);

  /// \brief Without any, listeners have no trouble and stay.
  bool empty() const { return fates_.empty(); }

  Fate operator[](int64_t user) const { return empty() ? Fate{} : fates_[user]; }

  /// \brief Whether the listener cancels on `day` or has before.
  bool IsGone(int64_t user, int day) const {
    return !empty() && fates_[user].end == End::kCancels && fates_[user].end_day <= day;
  }

  /// \brief Whether the listener has trouble on `day`, and which.
  Trouble TroubleOn(int64_t user, int day) const;

  /// \brief Listeners who cancel on `day`; there are fates.
  const std::vector<int64_t>& CancelsOn(int day) const { return cancels_[day]; }

 private:
  std::vector<Fate> fates_;                    // by listener
  std::vector<std::vector<int64_t>> cancels_;  // by day
};

}  // namespace tarn::generate
