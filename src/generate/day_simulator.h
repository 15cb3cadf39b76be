#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "generate/tastes.h"
#include "generate/users.h"

namespace tarn::generate {

/// \brief What a user does, as the log's `page` says it.
enum class Page : uint8_t {
  kNextSong,
  kHome,
  kLogin,
  kLogout,
  kDowngrade,
  kSettings,
  kHelp,
  kAbout,
  kUpgrade,
  kSaveSettings,
  kError,
  kSubmitUpgrade,
  kSubmitDowngrade,
  // Those that only a log with fates has.
  kThumbsUp,
  kThumbsDown,
  kAddToPlaylist,
  kAddFriend,
  kRollAdvert,
  kCancel,
  kCancellationConfirmation,
};

/// \brief One line of the log.
struct Event {
  int second = 0;     ///< of the day
  int session = 0;    ///< of the day
  int item = 0;       ///< in the session
  int64_t user = 0;   ///< index in Users
  int64_t song = -1;  ///< in the playlist; -1 unless the page is kNextSong
  Page page = Page::kHome;
  bool is_paid = false;      ///< the log's `level`
  bool is_logged_in = true;  ///< the log's `auth`
};

/// \brief What the users do on one day.
class DaySimulator {
 public:
  /// All but the numbers is borrowed.
  DaySimulator(const Users& users, const Playlist& playlist, const Tastes& tastes,
               double match_share, uint64_t seed, int day);

  /// \brief `num_events` events in order of time; sessions end at midnight.
  std::vector<Event> Run(int64_t num_events);

 private:
  // A session while it goes on.
  struct Session {
    int64_t user = 0;
    int second = 0;
    int item = 0;
    int changed_at = 0;  // when the user's level changes today
    bool is_paid_before = false;
    bool is_logged_in = true;
  };

  // What happens in a session besides what always does.
  enum class Occasion { kNone, kChangesLevel, kCancels };

  void RunSession(int64_t user, Occasion occasion);
  int StartSecond();
  int SessionLength(bool is_paid);
  void ComeIn(Session* session);
  void ChangeLevel(Session* session);
  void LogOut(Session* session);
  void Cancel(Session* session);
  Page NextPage(const Session& session);
  void Emit(Page page, Session* session);
  bool IsOver(const Session& session) const;
  bool IsPaid(const Session& session) const;

  const Users& users_;
  const Playlist& playlist_;
  const Tastes& tastes_;
  const double match_share_;
  const int day_;
  Random random_;
  int64_t num_events_ = 0;
  int num_sessions_ = 0;
  std::unordered_map<int64_t, int> changed_at_;  // second of today's change, by user
  std::vector<Event> events_;
};

}  // namespace tarn::generate
