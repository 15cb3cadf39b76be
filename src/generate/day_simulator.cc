#include "generate/day_simulator.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tarn::generate {
namespace {

constexpr int kDaySeconds = 86'400;
constexpr int kNever = std::numeric_limits<int>::max();

// Events of the sample by hour of the day, UTC.
constexpr int kHourWeights[] = {185, 201, 157, 130, 159, 206, 230, 219, 246, 311, 356, 391,
                                368, 415, 504, 577, 626, 572, 579, 431, 397, 326, 247, 223};
constexpr int kHourWeightsSum = 8056;

// Pages of logged-in users other than NextSong, in events of the sample among 7770.
struct PageWeight {
  Page page;
  double share;
};
constexpr PageWeight kPageWeights[] = {
    {Page::kHome, 0.0540},     {Page::kLogout, 0.0116}, {Page::kDowngrade, 0.0080},
    {Page::kSettings, 0.0072}, {Page::kHelp, 0.0049},   {Page::kAbout, 0.0028},
    {Page::kError, 0.0012},
};

// Pages of a log with fates, beside those above.
struct FatePageWeight {
  Page page;
  double share;               // of those without trouble
  Trouble trouble;            // by which it comes more or less often
  double share_with_trouble;  // of those who have it
};
constexpr FatePageWeight kFatePageWeights[] = {
    {Page::kThumbsUp, 0.045, Trouble::kSongs, 0.015},
    {Page::kThumbsDown, 0.010, Trouble::kSongs, 0.090},
    {Page::kRollAdvert, 0.050, Trouble::kAdverts, 0.250},
    {Page::kError, 0.001, Trouble::kErrors, 0.060},
    {Page::kAddToPlaylist, 0.024, Trouble::kSongs, 0.008},
    {Page::kAddFriend, 0.016, Trouble::kNone, 0.016},
};

}  // namespace

DaySimulator::DaySimulator(const Users& users, const Playlist& playlist, const Tastes& tastes,
                           double match_share, uint64_t seed, int day)
    : users_(users),
      playlist_(playlist),
      tastes_(tastes),
      match_share_(match_share),
      day_(day),
      random_(RandomFor(seed, Topic::kDay, day)) {}

std::vector<Event> DaySimulator::Run(int64_t num_events) {
  num_events_ = num_events;
  events_.reserve(num_events);
  auto is_full = [&] { return static_cast<int64_t>(events_.size()) >= num_events_; };
  for (int64_t user : users_.ChangesOn(day_)) {
    if (!is_full()) RunSession(user, Occasion::kChangesLevel);
  }
  const Fates& fates = users_.fates();
  if (!fates.empty()) {
    for (int64_t user : fates.CancelsOn(day_)) {
      if (!is_full()) RunSession(user, Occasion::kCancels);
    }
  }
  while (!is_full()) {
    int64_t user = random_.Skewed(users_.size());
    if (!fates.IsGone(user, day_)) RunSession(user, Occasion::kNone);
  }
  std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
    return std::tie(a.second, a.session, a.item) < std::tie(b.second, b.session, b.item);
  });
  return std::move(events_);
}

void DaySimulator::RunSession(int64_t user, Occasion occasion) {
  Session session;
  session.user = user;
  session.second = StartSecond();
  session.is_paid_before = users_.IsPaid(user, day_);
  auto change = changed_at_.find(user);
  session.changed_at = change == changed_at_.end() ? kNever : change->second;
  int length = SessionLength(IsPaid(session));
  ComeIn(&session);
  if (occasion == Occasion::kChangesLevel) ChangeLevel(&session);
  // Who cancels does it before midnight.
  constexpr int kCancelSeconds = 600;
  int end = occasion == Occasion::kCancels ? kDaySeconds - kCancelSeconds : kDaySeconds;
  while (!IsOver(session) && session.item < length && session.second < end) {
    Page page = NextPage(session);
    Emit(page, &session);
    if (page == Page::kSettings && random_.Chance(0.18)) Emit(Page::kSaveSettings, &session);
    if (page == Page::kLogout) LogOut(&session);
    if (!session.is_logged_in) break;
  }
  if (occasion == Occasion::kCancels) Cancel(&session);
  ++num_sessions_;
}

int DaySimulator::StartSecond() {
  auto draw = static_cast<int>(random_.Below(kHourWeightsSum));
  int hour = 0;
  while (draw >= kHourWeights[hour]) draw -= kHourWeights[hour++];
  return hour * 3600 + static_cast<int>(random_.Below(3600));
}

// Most sessions are short, few are very long; those who pay listen for longer.
int DaySimulator::SessionLength(bool is_paid) {
  double unit = random_.Unit();
  double square = unit * unit;
  double tail = square * square * square * square;
  return 1 + static_cast<int>(tail * 9 * (is_paid ? 18 : 5));
}

// Some users arrive logged out: a page or two as nobody, then the login.
void DaySimulator::ComeIn(Session* session) {
  if (random_.Chance(0.12)) {
    session->is_logged_in = false;
    if (random_.Chance(0.6)) Emit(Page::kHome, session);
    if (random_.Chance(0.15)) Emit(random_.Chance(0.6) ? Page::kAbout : Page::kHelp, session);
    Emit(Page::kLogin, session);
    session->is_logged_in = true;
    Emit(Page::kHome, session);
  } else if (random_.Chance(0.2)) {
    Emit(Page::kHome, session);
  }
}

void DaySimulator::ChangeLevel(Session* session) {
  Emit(session->is_paid_before ? Page::kDowngrade : Page::kUpgrade, session);
  // The page that changes the level still has the old one.
  int second = session->second;
  Emit(session->is_paid_before ? Page::kSubmitDowngrade : Page::kSubmitUpgrade, session);
  session->changed_at = second;
  changed_at_[session->user] = second;
}

// After the logout, some come back in the same session.
void DaySimulator::LogOut(Session* session) {
  session->is_logged_in = false;
  if (!random_.Chance(0.6)) return;
  Emit(Page::kHome, session);
  if (!random_.Chance(0.6)) return;
  Emit(Page::kLogin, session);
  session->is_logged_in = true;
  Emit(Page::kHome, session);
}

void DaySimulator::Cancel(Session* session) {
  if (!session->is_logged_in) Emit(Page::kLogin, session);
  session->is_logged_in = true;
  Emit(Page::kCancel, session);
  Emit(Page::kCancellationConfirmation, session);
}

Page DaySimulator::NextPage(const Session& session) {
  bool is_paid = IsPaid(session);
  double unit = random_.Unit();
  if (!users_.fates().empty()) {
    Trouble trouble = users_.fates().TroubleOn(session.user, day_);
    for (const FatePageWeight& weight : kFatePageWeights) {
      if (weight.page == Page::kRollAdvert && is_paid) continue;
      bool has_trouble = trouble != Trouble::kNone && trouble == weight.trouble;
      unit -= has_trouble ? weight.share_with_trouble : weight.share;
      if (unit < 0) return weight.page;
    }
  }
  for (const PageWeight& weight : kPageWeights) {
    unit -= weight.share;
    if (unit >= 0) continue;
    // Both halves look at the other level's offer about as often.
    return weight.page == Page::kDowngrade && !is_paid ? Page::kUpgrade : weight.page;
  }
  return Page::kNextSong;
}

void DaySimulator::Emit(Page page, Session* session) {
  if (IsOver(*session)) return;
  Event event;
  event.second = session->second;
  event.session = num_sessions_;
  event.item = session->item++;
  event.user = session->user;
  event.page = page;
  event.is_paid = IsPaid(*session);
  event.is_logged_in = session->is_logged_in;
  if (page == Page::kNextSong) {
    bool is_known = random_.Chance(match_share_) && playlist_.num_known() > 0;
    event.song = tastes_.Draw(session->user, is_known || playlist_.size() == playlist_.num_known(),
                              &random_);
    session->second += playlist_.seconds(event.song);
  } else {
    session->second += 1 + static_cast<int>(random_.Skewed(200));
  }
  events_.push_back(event);
}

bool DaySimulator::IsOver(const Session& session) const {
  return session.second >= kDaySeconds || static_cast<int64_t>(events_.size()) >= num_events_;
}

bool DaySimulator::IsPaid(const Session& session) const {
  return session.is_paid_before != (session.second > session.changed_at);
}

}  // namespace tarn::generate
