#include "generate/sparkify.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "base/parallel_for.h"
#include "generate/event_text.h"
#include "generate/output_file.h"
#include "generate/truth.h"
#include "system/machine.h"

namespace tarn::generate {
namespace {

constexpr std::chrono::sys_days kFirstDay = std::chrono::year{2018} / 11 / 1;
constexpr int64_t kBeginMs = std::chrono::milliseconds(kFirstDay.time_since_epoch()).count();
constexpr int kMaxDays = 36'500;
constexpr int64_t kMaxEvents = 100'000'000'000;
constexpr int64_t kMaxUsers = 100'000'000;

// Bounds of what is kept in memory to play from.
constexpr int64_t kMaxKnownSongs = 200'000;
constexpr int64_t kMaxUnknownSongs = 100'000;
constexpr int64_t kMinUnknownSongs = 1'000;

Status CheckRange(std::string_view name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return Status::OK();
  return MakeError(ErrorKind::kUsage,
                   fmt::format("{} must be from {} to {}, not {}", name, low, high, value));
}

Status CheckShare(std::string_view of, double value) {
  if (value >= 0 && value <= 1) return Status::OK();
  return MakeError(ErrorKind::kUsage,
                   fmt::format("the share of {} must be from 0 to 1, not {}", of, value));
}

Status CheckOptions(const GenerateOptions& options) {
  ARROW_RETURN_NOT_OK(CheckRange("the number of events", options.num_events, 1, kMaxEvents));
  ARROW_RETURN_NOT_OK(
      CheckRange("the number of songs", options.num_songs, 1, SongCatalogue::kMaxSongs));
  ARROW_RETURN_NOT_OK(CheckRange("the number of users", options.num_users, 0, kMaxUsers));
  ARROW_RETURN_NOT_OK(CheckRange("the number of days", options.num_days, 1, kMaxDays));
  ARROW_RETURN_NOT_OK(CheckRange("the number of threads", options.num_threads, 0, 1024));
  ARROW_RETURN_NOT_OK(CheckRange("the number of tastes", options.num_tastes, 0, 1000));
  ARROW_RETURN_NOT_OK(CheckShare("plays that match a song", options.match_share));
  return CheckShare("users with trouble", options.trouble_share);
}

Status CreateDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return Status::OK();
  return MakeError(ErrorKind::kFailed, "cannot create a directory: " + error.message() + ": " +
                                           path + "; choose another one, or check its rights");
}

// The directory, made if missing, when nothing lies in it.
Status PrepareDirectory(const std::string& path) {
  if (path.empty()) {
    return MakeError(ErrorKind::kUsage, "no directory given; name a new one to generate into");
  }
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status)) {
    return MakeError(ErrorKind::kUsage,
                     "not a directory: " + path + "; name a new one to generate into");
  }
  ARROW_RETURN_NOT_OK(CreateDirectories(path));
  bool is_empty = std::filesystem::is_empty(path, error);
  if (error) {
    return MakeError(ErrorKind::kFailed, "cannot list a directory: " + error.message() + ": " +
                                             path + "; check its rights");
  }
  if (is_empty) return Status::OK();
  return MakeError(ErrorKind::kUsage, "the directory is not empty: " + path +
                                          "; name a new one, or remove this one first");
}

// Events of each day: fewer on weekends, and no two days alike.
std::vector<int64_t> SplitByDay(const GenerateOptions& options) {
  Random random = RandomFor(options.seed, Topic::kDays, 0);
  std::vector<int64_t> weights;
  int64_t sum = 0;
  for (int day = 0; day < options.num_days; ++day) {
    std::chrono::weekday weekday(kFirstDay + std::chrono::days(day));
    bool is_weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
    weights.push_back((is_weekend ? 60 : 100) + static_cast<int64_t>(random.Below(60)));
    sum += weights.back();
  }
  std::vector<int64_t> counts;
  int64_t weights_before = 0;
  int64_t events_before = 0;
  for (int64_t weight : weights) {
    weights_before += weight;
    int64_t events = options.num_events * weights_before / sum;
    counts.push_back(events - events_before);
    events_before = events;
  }
  return counts;
}

// One run: writes the files, counts what it wrote.
class Generator {
 public:
  explicit Generator(const GenerateOptions& options)
      : options_(options), catalogue_(options.seed, options.num_songs) {}

  Result<GenerateReport> Run();

 private:
  Status WriteSongs(int64_t directory);
  Status WriteDay(int day, const Users& users, const Playlist& playlist, const Tastes& tastes);
  Status WriteTruth(const Users& users, const Playlist& playlist, const Tastes& tastes);
  Status WriteFile(const std::string& path, std::string_view text);

  const GenerateOptions& options_;
  const SongCatalogue catalogue_;
  std::vector<int64_t> events_by_day_;
  std::vector<int64_t> first_sessions_;
  std::atomic<int64_t> files_{0};
  std::atomic<int64_t> bytes_{0};
};

Result<GenerateReport> Generator::Run() {
  events_by_day_ = SplitByDay(options_);
  // A session has at least one event, so that no two days can give out the same number.
  int64_t first_session = 1;
  for (int64_t events : events_by_day_) {
    first_sessions_.push_back(first_session);
    first_session += events;
  }
  constexpr int64_t kEventsPerUser = 83;  // of the sample
  int64_t num_users = options_.num_users > 0
                          ? options_.num_users
                          : std::max<int64_t>(options_.num_events / kEventsPerUser, 1);
  Users users(options_.seed, num_users, options_.num_days, kBeginMs, options_.trouble_share);
  Playlist playlist(catalogue_, std::min(options_.num_songs, kMaxKnownSongs),
                    std::clamp(options_.num_events / 2, kMinUnknownSongs, kMaxUnknownSongs));
  Tastes tastes(options_.seed, options_.num_tastes, playlist);
  const int num_threads = options_.num_threads > 0 ? options_.num_threads : ThisMachine().num_cores;
  int64_t num_days = options_.num_days;
  ARROW_RETURN_NOT_OK(
      ParallelFor(num_days + catalogue_.num_directories(), num_threads, [&](int64_t task, int) {
        if (task >= num_days) return WriteSongs(task - num_days);
        return WriteDay(static_cast<int>(task), users, playlist, tastes);
      }));
  ARROW_RETURN_NOT_OK(WriteTruth(users, playlist, tastes));
  GenerateReport report;
  report.files = files_;
  report.bytes = bytes_;
  report.events = options_.num_events;
  report.songs = options_.num_songs;
  return report;
}

Status Generator::WriteSongs(int64_t directory) {
  std::string path = options_.directory + "/song_data/" + SongCatalogue::DirectoryName(directory);
  ARROW_RETURN_NOT_OK(CreateDirectories(path));
  std::string text;
  for (int64_t i = catalogue_.FirstOf(directory); i < catalogue_.FirstOf(directory + 1); ++i) {
    Song song = catalogue_.Make(i);
    text.clear();
    AppendSongFile(song, &text);
    ARROW_RETURN_NOT_OK(WriteFile(path + "/" + song.track_id + ".json", text));
  }
  return Status::OK();
}

Status Generator::WriteFile(const std::string& path, std::string_view text) {
  OutputFile file;
  ARROW_RETURN_NOT_OK(file.Create(path));
  ARROW_RETURN_NOT_OK(file.Append(text));
  ARROW_RETURN_NOT_OK(file.Close());
  bytes_ += static_cast<int64_t>(text.size());
  ++files_;
  return Status::OK();
}

Status Generator::WriteTruth(const Users& users, const Playlist& playlist, const Tastes& tastes) {
  if (tastes.empty() && users.fates().empty()) return Status::OK();
  std::string path = options_.directory + "/truth";
  ARROW_RETURN_NOT_OK(CreateDirectories(path));
  ARROW_RETURN_NOT_OK(WriteFile(path + "/listeners.json", ListenersText(users, tastes, kBeginMs)));
  if (tastes.empty()) return Status::OK();
  return WriteFile(path + "/songs.json", SongsText(catalogue_, playlist, tastes));
}

Status Generator::WriteDay(int day, const Users& users, const Playlist& playlist,
                           const Tastes& tastes) {
  constexpr size_t kChunkBytes = 512 << 10;
  if (events_by_day_[day] == 0) return Status::OK();
  std::chrono::sys_days date = kFirstDay + std::chrono::days(day);
  std::chrono::year_month_day civil(date);
  int year = static_cast<int>(civil.year());
  auto month = static_cast<unsigned>(civil.month());
  std::string path = fmt::format("{}/log_data/{:04}/{:02}", options_.directory, year, month);
  ARROW_RETURN_NOT_OK(CreateDirectories(path));
  OutputFile file;
  ARROW_RETURN_NOT_OK(file.Create(fmt::format("{}/{:04}-{:02}-{:02}-events.json", path, year, month,
                                              static_cast<unsigned>(civil.day()))));
  DaySimulator simulator(users, playlist, tastes, options_.match_share, options_.seed, day);
  DayContext context{users, playlist, std::chrono::milliseconds(date.time_since_epoch()).count(),
                     first_sessions_[day]};
  std::string chunk;
  chunk.reserve(kChunkBytes + 4096);
  bool is_first = true;
  for (const Event& event : simulator.Run(events_by_day_[day])) {
    if (!is_first) chunk += '\n';
    is_first = false;
    AppendEvent(event, context, &chunk);
    if (chunk.size() < kChunkBytes) continue;
    ARROW_RETURN_NOT_OK(file.Append(chunk));
    bytes_ += static_cast<int64_t>(chunk.size());
    chunk.clear();
  }
  ARROW_RETURN_NOT_OK(file.Append(chunk));
  bytes_ += static_cast<int64_t>(chunk.size());
  ++files_;
  return file.Close();
}

}  // namespace

Result<GenerateReport> GenerateSparkify(const GenerateOptions& options) {
  auto begin = std::chrono::steady_clock::now();
  ARROW_RETURN_NOT_OK(CheckOptions(options));
  ARROW_RETURN_NOT_OK(PrepareDirectory(options.directory));
  ARROW_ASSIGN_OR_RAISE(GenerateReport report, Generator(options).Run());
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace tarn::generate
