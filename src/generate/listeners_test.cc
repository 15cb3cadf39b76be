#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "generate/sparkify.h"

namespace tarn::generate {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<Json> ReadLines(const fs::path& file) {
  std::vector<Json> records;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) records.push_back(Json::parse(line));
  return records;
}

// A log of listeners with tastes and trouble, written once, and what was decided for them.
class Listeners : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Tests of it may run at once, each in a process of its own.
    root_ = fs::path(::testing::TempDir()) / ("generate.listeners." + std::to_string(getpid()));
    GenerateOptions options;
    options.directory = root_.string();
    options.num_events = 40'000;
    options.num_songs = 400;
    options.num_users = 400;
    options.num_days = 60;
    options.num_tastes = 4;
    options.trouble_share = 0.5;
    ASSERT_TRUE(GenerateSparkify(options).ok());
    std::set<fs::path> days;
    for (const auto& entry : fs::recursive_directory_iterator(root_ / "log_data")) {
      if (entry.is_regular_file()) days.insert(entry.path());
    }
    for (const fs::path& day : days) {
      for (Json& event : ReadLines(day)) events_.push_back(std::move(event));
    }
    for (Json& listener : ReadLines(root_ / "truth/listeners.json")) {
      std::string user = listener["userId"];
      truth_[user] = std::move(listener);
    }
  }
  static void TearDownTestSuite() {
    fs::remove_all(root_);
    events_.clear();
    truth_.clear();
  }

  // Share of the pages of those with (without) a trouble, once it is there, that are `page`.
  static double PageShare(const std::string& page, const Json& trouble) {
    double num_events = 0;
    double num_pages = 0;
    for (const Json& event : events_) {
      if (event["userId"] == "") continue;
      const Json& truth = truth_.at(event["userId"]);
      if (truth["trouble"] != trouble) continue;
      if (!trouble.is_null() && DateOf(event) < truth["trouble_day"].get<std::string>()) continue;
      ++num_events;
      if (event["page"] == page) ++num_pages;
    }
    return num_pages / num_events;
  }

  // The UTC date of an event between 2018-11-01 and 2018-12-30.
  static std::string DateOf(const Json& event) {
    int64_t day = event["ts"].get<int64_t>() / 86'400'000 - 17'836;
    std::string date = day < 30 ? "2018-11-" : "2018-12-";
    std::string number = std::to_string(day % 30 + 1);
    return date + (number.size() < 2 ? "0" : "") + number;
  }

  static inline fs::path root_;
  static inline std::vector<Json> events_;
  static inline std::map<std::string, Json> truth_;
};

TEST_F(Listeners, PlaySongsOfTheirTaste) {
  std::map<std::string, int> taste_of_song;
  for (const Json& song : ReadLines(root_ / "truth/songs.json")) {
    taste_of_song[song["song_id"]] = song["taste"];
  }
  ASSERT_EQ(taste_of_song.size(), 400u);
  std::map<std::string, int> taste_of_title;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "song_data")) {
    if (!entry.is_regular_file()) continue;
    Json song = ReadLines(entry.path()).front();
    taste_of_title[song["artist_name"].get<std::string>() + "\n" +
                   song["title"].get<std::string>()] = taste_of_song.at(song["song_id"]);
  }
  double num_plays = 0;
  double num_liked = 0;
  for (const Json& event : events_) {
    if (event["page"] != "NextSong") continue;
    auto taste = taste_of_title.find(event["artist"].get<std::string>() + "\n" +
                                     event["song"].get<std::string>());
    if (taste == taste_of_title.end()) continue;
    ++num_plays;
    if (truth_.at(event["userId"])["taste"] == taste->second) ++num_liked;
  }
  ASSERT_GT(num_plays, 3'000);
  // Four of five are chosen by taste, and a quarter of the others are of it by chance.
  EXPECT_NEAR(num_liked / num_plays, 0.85, 0.03);
}

TEST_F(Listeners, TroubleShowsInThePages) {
  EXPECT_NEAR(PageShare("Error", "errors"), 0.06, 0.02);
  EXPECT_LT(PageShare("Error", nullptr), 0.005);
  EXPECT_NEAR(PageShare("Thumbs Down", "songs"), 0.085, 0.02);
  EXPECT_NEAR(PageShare("Thumbs Down", nullptr), 0.01, 0.005);
  EXPECT_NEAR(PageShare("Roll Advert", "adverts"), 0.24, 0.04);
  EXPECT_LT(PageShare("Roll Advert", nullptr), 0.05);
}

TEST_F(Listeners, ThoseWithTroubleLeave) {
  std::map<bool, std::pair<double, double>> leaving;  // all and those who leave, by trouble
  for (const auto& [user, truth] : truth_) {
    auto& [all, left] = leaving[!truth["trouble"].is_null()];
    ++all;
    if (!truth["end"].is_null()) ++left;
  }
  EXPECT_NEAR(leaving[true].first / static_cast<double>(truth_.size()), 0.5, 0.08);
  // 1 - 0.95^45 after 45 days on average, a little less as they differ.
  EXPECT_NEAR(leaving[true].second / leaving[true].first, 0.88, 0.06);
  EXPECT_NEAR(leaving[false].second / leaving[false].first, 0.06, 0.05);
  EXPECT_TRUE(truth_.at("2")["end"].is_null());
}

TEST_F(Listeners, NothingFollowsACancellation) {
  std::map<std::string, std::string> cancelled;  // day, by user
  std::set<std::string> downgraded;
  for (const Json& event : events_) {
    std::string user = event["userId"];
    if (user.empty()) continue;
    EXPECT_FALSE(cancelled.contains(user)) << event;
    EXPECT_EQ(event["auth"] == "Cancelled", event["page"] == "Cancellation Confirmation");
    if (event["page"] == "Cancellation Confirmation") cancelled[user] = DateOf(event);
    if (event["page"] == "Submit Downgrade") downgraded.insert(user);
  }
  ASSERT_GT(cancelled.size(), 100u);
  for (const auto& [user, truth] : truth_) {
    if (truth["end"] == "cancels") EXPECT_EQ(cancelled[user], truth["end_day"]) << truth;
    if (truth["end"] == "downgrades") EXPECT_TRUE(downgraded.contains(user)) << truth;
    if (truth["end"] != "cancels") EXPECT_FALSE(cancelled.contains(user)) << truth;
  }
}

}  // namespace
}  // namespace tarn::generate
