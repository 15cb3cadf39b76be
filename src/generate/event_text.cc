#include "generate/event_text.h"

#include <charconv>

namespace tarn::generate {
namespace {

// The sample's simulator started at this millisecond, and steps by whole seconds.
constexpr int64_t kMillisecond = 796;

// The keys between level and sessionId that depend on the page alone.
struct PageText {
  std::string_view method_and_page;
  std::string_view status;
};

PageText TextOf(Page page) {
  switch (page) {
    case Page::kNextSong:
      return {R"("method":"PUT","page":"NextSong")", "200"};
    case Page::kHome:
      return {R"("method":"GET","page":"Home")", "200"};
    case Page::kLogin:
      return {R"("method":"PUT","page":"Login")", "307"};
    case Page::kLogout:
      return {R"("method":"PUT","page":"Logout")", "307"};
    case Page::kDowngrade:
      return {R"("method":"GET","page":"Downgrade")", "200"};
    case Page::kSettings:
      return {R"("method":"GET","page":"Settings")", "200"};
    case Page::kHelp:
      return {R"("method":"GET","page":"Help")", "200"};
    case Page::kAbout:
      return {R"("method":"GET","page":"About")", "200"};
    case Page::kUpgrade:
      return {R"("method":"GET","page":"Upgrade")", "200"};
    case Page::kSaveSettings:
      return {R"("method":"PUT","page":"Save Settings")", "307"};
    case Page::kError:
      return {R"("method":"GET","page":"Error")", "404"};
    case Page::kSubmitUpgrade:
      return {R"("method":"PUT","page":"Submit Upgrade")", "307"};
    case Page::kSubmitDowngrade:
      return {R"("method":"PUT","page":"Submit Downgrade")", "307"};
    case Page::kThumbsUp:
      return {R"("method":"PUT","page":"Thumbs Up")", "307"};
    case Page::kThumbsDown:
      return {R"("method":"PUT","page":"Thumbs Down")", "307"};
    case Page::kAddToPlaylist:
      return {R"("method":"PUT","page":"Add to Playlist")", "200"};
    case Page::kAddFriend:
      return {R"("method":"PUT","page":"Add Friend")", "307"};
    case Page::kRollAdvert:
      return {R"("method":"GET","page":"Roll Advert")", "200"};
    case Page::kCancel:
      return {R"("method":"PUT","page":"Cancel")", "307"};
    case Page::kCancellationConfirmation:
      return {R"("method":"GET","page":"Cancellation Confirmation")", "200"};
  }
  return {};
}

void AppendNumber(int64_t number, std::string* out) {
  char digits[24];
  out->append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

}  // namespace

void AppendEvent(const Event& event, const DayContext& day, std::string* out) {
  const User& user = day.users[event.user];
  PageText page = TextOf(event.page);
  bool is_play = event.song >= 0;
  bool is_known = event.is_logged_in;
  constexpr std::string_view kNull = "null";
  auto add = [&](std::string_view key, std::string_view value) {
    out->append(key);
    out->append(value);
  };
  add(R"({"artist":)", is_play ? day.playlist.artist(event.song) : kNull);
  bool is_cancelled = event.page == Page::kCancellationConfirmation;
  add(R"(,"auth":)", is_cancelled ? R"("Cancelled")"
                     : is_known   ? R"("Logged In")"
                                  : R"("Logged Out")");
  add(R"(,"firstName":)", is_known ? std::string_view(*user.first_name) : kNull);
  add(R"(,"gender":)", !is_known ? kNull : user.is_female ? R"("F")" : R"("M")");
  out->append(R"(,"itemInSession":)");
  AppendNumber(event.item, out);
  add(R"(,"lastName":)", is_known ? std::string_view(*user.last_name) : kNull);
  add(R"(,"length":)", is_play ? day.playlist.length(event.song) : kNull);
  add(R"(,"level":)", event.is_paid ? R"("paid")" : R"("free")");
  add(R"(,"location":)", is_known ? std::string_view(*user.location) : kNull);
  add(",", page.method_and_page);
  out->append(R"(,"registration":)");
  if (is_known) {
    AppendNumber(user.registered_at_ms + kMillisecond, out);
    out->append(".0");
  } else {
    out->append(kNull);
  }
  out->append(R"(,"sessionId":)");
  AppendNumber(day.first_session + event.session, out);
  add(R"(,"song":)", is_play ? day.playlist.title(event.song) : kNull);
  add(R"(,"status":)", page.status);
  out->append(R"(,"ts":)");
  AppendNumber(day.begin_ms + event.second * int64_t{1000} + kMillisecond, out);
  add(R"(,"userAgent":)", is_known ? std::string_view(*user.user_agent) : kNull);
  out->append(R"(,"userId":")");
  if (is_known) AppendNumber(UserIdOf(event.user), out);
  out->append("\"}");
}

}  // namespace tarn::generate
