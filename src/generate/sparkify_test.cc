#include "generate/sparkify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace tarn::generate {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

class Sparkify : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(::testing::TempDir()) / ("generate." + std::string(test->name()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  GenerateOptions Options(const std::string& name) const {
    GenerateOptions options;
    options.directory = (root_ / name).string();
    options.num_events = 8'000;
    options.num_songs = 150;
    options.num_threads = 1;
    return options;
  }

  fs::path root_;
};

// Relative path to content of every file.
std::map<std::string, std::string> ReadTree(const fs::path& directory) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    tree[fs::relative(entry.path(), directory).string()] = text.str();
  }
  return tree;
}

struct Data {
  std::vector<Json> songs;
  std::vector<Json> events;  // in order of file and line
};

Data ReadData(const fs::path& directory) {
  Data data;
  for (const auto& [path, text] : ReadTree(directory)) {
    if (path.starts_with("song_data/")) {
      data.songs.push_back(Json::parse(text));
      continue;
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) data.events.push_back(Json::parse(line));
  }
  return data;
}

std::vector<std::string> Keys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

template <class Predicate>
double Share(const std::vector<Json>& records, const Predicate& predicate) {
  return static_cast<double>(std::count_if(records.begin(), records.end(), predicate)) /
         static_cast<double>(records.size());
}

TEST_F(Sparkify, SameSeedSameBytesWhateverTheThreads) {
  GenerateOptions options = Options("one");
  ASSERT_TRUE(GenerateSparkify(options).ok());
  options.directory = (root_ / "two").string();
  options.num_threads = 2;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  auto one = ReadTree(root_ / "one");
  EXPECT_EQ(one, ReadTree(root_ / "two"));

  options.directory = (root_ / "other").string();
  options.seed = 2;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  EXPECT_NE(one, ReadTree(root_ / "other"));
}

// Guards the promise that a seed means the same data in every build.
TEST_F(Sparkify, ASeedIsForGood) {
  GenerateOptions options = Options("fixed");
  options.num_events = 1;
  options.num_songs = 1;
  options.num_days = 1;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  auto tree = ReadTree(root_ / "fixed");
  ASSERT_EQ(tree.size(), 2u);
  EXPECT_EQ(tree.begin()->first, "log_data/2018/11/2018-11-01-events.json");
  EXPECT_EQ(tree.begin()->second,
            R"({"artist":null,"auth":"Logged In","firstName":"Am\u00e9lie","gender":"F",)"
            R"("itemInSession":0,"lastName":"Burke","length":null,"level":"free",)"
            R"("location":"Waterloo-Cedar Falls, IA","method":"GET","page":"Home",)"
            R"("registration":1537856281796.0,"sessionId":1,"song":null,"status":200,)"
            R"("ts":1541096315796,"userAgent":"\"Mozilla\/5.0 (Macintosh; Intel Mac OS X 10_9_4) )"
            R"(AppleWebKit\/537.36 (KHTML, like Gecko) Chrome\/36.0.1985.143 Safari\/537.36\"",)"
            R"("userId":"2"})");
  EXPECT_EQ(tree.rbegin()->first, "song_data/A/A/A/TRAAAAE128F917D898.json");
  EXPECT_EQ(tree.rbegin()->second,
            R"({"num_songs": 1, "artist_id": "ARAAGZF1187B443786", "artist_latitude": 36.16778, )"
            R"("artist_longitude": -86.77836, "artist_location": "Nashville, TN.", )"
            R"("artist_name": "Wine Wine", "song_id": "SOAAGZF12A8C50A169", )"
            R"("title": "Revelry River", "duration": 2207.58301, "year": 0})");
}

TEST_F(Sparkify, ReportsWhatItWrote) {
  GenerateOptions options = Options("data");
  Result<GenerateReport> report = GenerateSparkify(options);
  ASSERT_TRUE(report.ok()) << report.status();
  auto tree = ReadTree(options.directory);
  int64_t bytes = 0;
  for (const auto& [path, text] : tree) bytes += static_cast<int64_t>(text.size());
  EXPECT_EQ(report->files, 150 + 30);
  EXPECT_EQ(report->files, static_cast<int64_t>(tree.size()));
  EXPECT_EQ(report->bytes, bytes);
  EXPECT_EQ(report->events, 8'000);
  EXPECT_EQ(report->songs, 150);
  EXPECT_GT(report->seconds, 0);
  // 466 bytes an event in the sample.
  EXPECT_NEAR(static_cast<double>(bytes) / 8'000, 470, 20);
}

TEST_F(Sparkify, EventsHaveTheSamplesShape) {
  GenerateOptions options = Options("data");
  ASSERT_TRUE(GenerateSparkify(options).ok());
  Data data = ReadData(options.directory);
  ASSERT_EQ(data.events.size(), 8'000u);
  for (const Json& event : data.events) {
    ASSERT_THAT(Keys(event),
                ElementsAre("artist", "auth", "firstName", "gender", "itemInSession", "lastName",
                            "length", "level", "location", "method", "page", "registration",
                            "sessionId", "song", "status", "ts", "userAgent", "userId"));
    bool is_play = event["page"] == "NextSong";
    bool is_known = event["auth"] == "Logged In";
    for (const char* key : {"artist", "length", "song"}) EXPECT_EQ(event[key].is_null(), !is_play);
    for (const char* key :
         {"firstName", "gender", "lastName", "location", "registration", "userAgent"}) {
      EXPECT_EQ(event[key].is_null(), !is_known);
    }
    EXPECT_EQ(event["userId"] == "", !is_known);
    if (is_play) EXPECT_TRUE(is_known);
  }
}

TEST_F(Sparkify, SongPlayIdsAreUniqueAndItemsInOrder) {
  GenerateOptions options = Options("data");
  options.num_days = 3;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  std::map<int64_t, int64_t> next_item;
  std::map<int64_t, std::set<std::string>> users;
  int64_t last_ts = 0;
  for (const Json& event : ReadData(options.directory).events) {
    int64_t session = event["sessionId"];
    EXPECT_EQ(event["itemInSession"], next_item[session]++);
    EXPECT_GE(event["ts"], last_ts);
    last_ts = event["ts"];
    if (event["userId"] != "") users[session].insert(event["userId"].get<std::string>());
  }
  for (const auto& [session, names] : users) EXPECT_EQ(names.size(), 1u) << session;
}

TEST_F(Sparkify, EventsLieInTheFileOfTheirDay) {
  GenerateOptions options = Options("data");
  options.num_days = 61;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  auto tree = ReadTree(options.directory);
  EXPECT_TRUE(tree.contains("log_data/2018/12/2018-12-31-events.json"));
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("log_data/2018/11/2018-11-07")) continue;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(Json::parse(line)["ts"].get<int64_t>() / 86'400'000, 17'842);
    }
  }
}

TEST_F(Sparkify, SharesAreTheSamples) {
  GenerateOptions options = Options("data");
  options.num_events = 40'000;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  Data data = ReadData(options.directory);
  auto is = [](const char* key, const char* value) {
    return [=](const Json& record) { return record[key] == value; };
  };
  EXPECT_NEAR(Share(data.events, is("page", "NextSong")), 0.847, 0.03);
  EXPECT_NEAR(Share(data.events, is("page", "Home")), 0.10, 0.03);
  EXPECT_NEAR(Share(data.events, is("level", "paid")), 0.78, 0.08);
  EXPECT_NEAR(Share(data.events, is("auth", "Logged Out")), 0.035, 0.015);
  EXPECT_NEAR(Share(data.songs, [](const Json& song) { return song["year"] == 0; }), 0.6, 0.12);
  std::set<std::string> pages;
  for (const Json& event : data.events) pages.insert(event["page"].get<std::string>());
  EXPECT_THAT(pages, ElementsAre("About", "Downgrade", "Error", "Help", "Home", "Login", "Logout",
                                 "NextSong", "Save Settings", "Settings", "Submit Downgrade",
                                 "Submit Upgrade", "Upgrade"));
}

using SongKey = std::tuple<std::string, std::string, double>;

SongKey KeyOf(const Json& title, const Json& artist, const Json& duration) {
  return {title.get<std::string>(), artist.get<std::string>(), duration.get<double>()};
}

double MatchShare(const Data& data) {
  std::set<SongKey> known;
  for (const Json& song : data.songs) {
    known.insert(KeyOf(song["title"], song["artist_name"], song["duration"]));
  }
  std::vector<Json> plays;
  for (const Json& event : data.events) {
    if (event["page"] == "NextSong") plays.push_back(event);
  }
  return Share(plays, [&](const Json& event) {
    return known.contains(KeyOf(event["song"], event["artist"], event["length"]));
  });
}

TEST_F(Sparkify, TheAskedShareOfPlaysMatchesASong) {
  for (double share : {0.0, 0.25, 1.0}) {
    GenerateOptions options = Options(std::to_string(share));
    options.match_share = share;
    ASSERT_TRUE(GenerateSparkify(options).ok());
    EXPECT_NEAR(MatchShare(ReadData(options.directory)), share, 0.02);
  }
}

TEST_F(Sparkify, LevelsChangeAfterTheirPage) {
  GenerateOptions options = Options("data");
  options.num_events = 20'000;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  std::map<std::string, std::string> level;  // by user, as events go by
  std::set<std::string> submitted;           // users whose level may change with their next event
  for (const Json& event : ReadData(options.directory).events) {
    std::string user = event["userId"];
    if (user.empty()) continue;
    std::string now = event["level"];
    if (level.contains(user) && level[user] != now) EXPECT_TRUE(submitted.contains(user)) << event;
    level[user] = now;
    std::string page = event["page"];
    if (page == "Submit Upgrade") EXPECT_EQ(now, "free");
    if (page == "Submit Downgrade") EXPECT_EQ(now, "paid");
    if (page.starts_with("Submit")) submitted.insert(user);
  }
  EXPECT_FALSE(submitted.empty());
}

TEST_F(Sparkify, TextsNeedUnescaping) {
  GenerateOptions options = Options("data");
  options.num_songs = 1'000;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  std::string logs;
  std::string songs;
  for (const auto& [path, text] : ReadTree(options.directory)) {
    (path.starts_with("log_data") ? logs : songs) += text;
    EXPECT_FALSE(text.ends_with('\n')) << path;
  }
  for (const char* part : {R"("userAgent":"\"Mozilla\/5.0)", R"(M\u00fcller)", R"(\ud83c\udfb8)",
                           "坂本龍一", R"(,"length":null)", ".0,\"sessionId\":"}) {
    EXPECT_THAT(logs, HasSubstr(part));
  }
  for (const char* part : {R"(\u)", R"(\"Unplugged\")", "\"artist_latitude\": null", " / "}) {
    EXPECT_THAT(songs, HasSubstr(part));
  }
  EXPECT_TRUE(std::any_of(songs.begin(), songs.end(), [](char c) { return c < 0; }));
}

TEST_F(Sparkify, SongsHaveTheSamplesShape) {
  GenerateOptions options = Options("data");
  options.num_songs = 500;
  ASSERT_TRUE(GenerateSparkify(options).ok());
  std::set<std::string> ids;
  std::set<std::string> artists;
  for (const auto& [path, text] : ReadTree(options.directory)) {
    if (!path.starts_with("song_data/")) continue;
    Json song = Json::parse(text);
    EXPECT_THAT(Keys(song), ElementsAre("num_songs", "artist_id", "artist_latitude",
                                        "artist_longitude", "artist_location", "artist_name",
                                        "song_id", "title", "duration", "year"));
    EXPECT_THAT(text, ::testing::StartsWith("{\"num_songs\": 1, \"artist_id\": \"AR"));
    std::string track = fs::path(path).stem().string();
    EXPECT_EQ(path, fmt::format("song_data/{}/{}/{}/{}.json", track[2], track[3], track[4], track));
    EXPECT_EQ(track.size(), 18u);
    EXPECT_EQ(song["song_id"].get<std::string>().size(), 18u);
    EXPECT_EQ(song["artist_id"].get<std::string>().size(), 18u);
    ids.insert(song["song_id"].get<std::string>());
    artists.insert(song["artist_id"].get<std::string>());
  }
  EXPECT_EQ(ids.size(), 500u);
  EXPECT_LT(artists.size(), 350u);
}

TEST_F(Sparkify, NeverTouchesExistingData) {
  GenerateOptions options = Options("data");
  fs::create_directories(options.directory);
  std::ofstream(fs::path(options.directory) / "precious") << "x";
  Result<GenerateReport> report = GenerateSparkify(options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(KindOf(report.status()), ErrorKind::kUsage);
  EXPECT_THAT(report.status().message(), HasSubstr("not empty"));
  EXPECT_THAT(report.status().message(), HasSubstr("name a new one"));
  EXPECT_EQ(ReadTree(options.directory).size(), 1u);

  options.directory += "/precious";
  EXPECT_THAT(GenerateSparkify(options).status().message(), HasSubstr("not a directory"));
}

TEST_F(Sparkify, AnEmptyDirectoryIsFine) {
  GenerateOptions options = Options("data");
  options.num_events = 10;
  fs::create_directories(options.directory);
  EXPECT_TRUE(GenerateSparkify(options).ok());
}

TEST_F(Sparkify, OptionsOutOfRangeAreUsageErrors) {
  auto message = [&](auto change) {
    GenerateOptions options = Options("data");
    change(&options);
    Status status = GenerateSparkify(options).status();
    if (!status.ok()) EXPECT_EQ(KindOf(status), ErrorKind::kUsage);
    return status.message();
  };
  EXPECT_EQ(message([](auto* options) { options->num_events = 0; }),
            "the number of events must be from 1 to 100000000000, not 0");
  EXPECT_THAT(message([](auto* options) { options->num_songs = -1; }), HasSubstr("songs must be"));
  EXPECT_THAT(message([](auto* options) { options->num_users = -1; }), HasSubstr("users must be"));
  EXPECT_THAT(message([](auto* options) { options->num_days = 0; }), HasSubstr("days must be"));
  EXPECT_THAT(message([](auto* options) { options->num_threads = -1; }), HasSubstr("threads"));
  EXPECT_THAT(message([](auto* options) { options->match_share = 1.5; }), HasSubstr("not 1.5"));
  EXPECT_THAT(message([](auto* options) { options->match_share = NAN; }), HasSubstr("not nan"));
  EXPECT_THAT(message([](auto* options) { options->num_tastes = -1; }), HasSubstr("tastes"));
  EXPECT_THAT(message([](auto* options) { options->trouble_share = 2; }), HasSubstr("trouble"));
  EXPECT_THAT(message([](auto* options) { options->directory = ""; }), HasSubstr("no directory"));
  EXPECT_FALSE(fs::exists(root_));
}

TEST_F(Sparkify, FewerEventsThanDaysLeaveDaysOut) {
  GenerateOptions options = Options("data");
  options.num_events = 3;
  options.num_songs = 1;
  options.num_users = 1;
  Result<GenerateReport> report = GenerateSparkify(options);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(ReadData(options.directory).events.size(), 3u);
  EXPECT_EQ(report->files, 4);
}

}  // namespace
}  // namespace tarn::generate
