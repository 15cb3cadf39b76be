#include "generate/truth.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace tarn::generate {
namespace {

std::string_view NameOf(Trouble trouble) {
  switch (trouble) {
    case Trouble::kAdverts:
      return R"("adverts")";
    case Trouble::kErrors:
      return R"("errors")";
    case Trouble::kSongs:
      return R"("songs")";
    case Trouble::kNone:
      break;
  }
  return "null";
}

std::string_view NameOf(End end) {
  switch (end) {
    case End::kCancels:
      return R"("cancels")";
    case End::kDowngrades:
      return R"("downgrades")";
    case End::kStays:
      break;
  }
  return "null";
}

std::string DateOf(int64_t begin_ms, int day) {
  std::chrono::sys_days date{
      std::chrono::floor<std::chrono::days>(std::chrono::milliseconds(begin_ms)) +
      std::chrono::days(day)};
  std::chrono::year_month_day civil(date);
  return fmt::format("\"{:04}-{:02}-{:02}\"", static_cast<int>(civil.year()),
                     static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
}

}  // namespace

std::string ListenersText(const Users& users, const Tastes& tastes, int64_t begin_ms) {
  std::string text;
  for (int64_t i = 0; i < users.size(); ++i) {
    Fate fate = users.fates()[i];
    bool has_trouble = fate.trouble != Trouble::kNone;
    fmt::format_to(std::back_inserter(text),
                   R"({{"userId":"{}","taste":{},"trouble":{},"trouble_day":{},"end":{},)"
                   R"("end_day":{}}})"
                   "\n",
                   UserIdOf(i), tastes.empty() ? "null" : std::to_string(tastes.OfUser(i)),
                   NameOf(fate.trouble), has_trouble ? DateOf(begin_ms, fate.trouble_day) : "null",
                   NameOf(fate.end),
                   fate.end == End::kStays ? "null" : DateOf(begin_ms, fate.end_day));
  }
  return text;
}

std::string SongsText(const SongCatalogue& catalogue, const Playlist& playlist,
                      const Tastes& tastes) {
  std::string text;
  for (int64_t i = 0; i < playlist.num_known(); ++i) {
    fmt::format_to(std::back_inserter(text), "{{\"song_id\":\"{}\",\"taste\":{}}}\n",
                   catalogue.Make(i).song_id, tastes.OfArtist(playlist.artist_number(i)));
  }
  return text;
}

}  // namespace tarn::generate
