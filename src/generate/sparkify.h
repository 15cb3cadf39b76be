#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

/// Synthetic input for the Sparkify pipeline, in the layout, the style and the proportions of its
/// bundled sample.
namespace tarn::generate {

struct GenerateOptions {
  std::string directory;  ///< to write to; made when missing
  int64_t num_events = 100'000;
  int64_t num_songs = 1'000;  ///< one file each
  /// 0: one per 83 events, as in the sample. With far fewer, a user's sessions overlap.
  int64_t num_users = 0;
  int num_days = 30;  ///< from 2018-11-01 on; fewer files when there are fewer events than days
  uint64_t seed = 1;
  /// Share of plays whose title, artist and duration are exactly those of a song file.
  double match_share = 0.25;
  /// Groups of songs that listeners prefer one of (Tastes); 0: all play the same.
  int num_tastes = 0;
  /// Share of listeners who meet with trouble, by which most of them leave (Fates); 0: all stay.
  double trouble_share = 0;
  int num_threads = 0;  ///< 0: one per core
};

/// \brief What was written.
struct GenerateReport {
  int64_t files = 0;  ///< of songs, of events and of the truth
  int64_t bytes = 0;
  int64_t events = 0;
  int64_t songs = 0;
  double seconds = 0;  ///< that it took
};

/// \brief Write `directory`/song_data/A/B/C/TR….json, one song each, and
/// `directory`/log_data/YYYY/MM/YYYY-MM-DD-events.json, one event per line in order of time.
///
/// With tastes or trouble, also `directory`/truth/listeners.json and truth/songs.json, what was
/// decided and no event says (truth.h).
///
/// The same options give the same bytes, whatever the number of threads. Every event's
/// (sessionId, itemInSession) is unique. The directory is created when missing; nothing in it is
/// ever deleted or overwritten. \return what was written
///   - kUsage: an option out of range, or a directory that is not empty
///   - kFailed: a file that cannot be written; those written before it stay
Result<GenerateReport> GenerateSparkify(const GenerateOptions& options);

}  // namespace tarn::generate
