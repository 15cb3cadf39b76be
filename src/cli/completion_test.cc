#include "cli/completion.h"

#include <gmock/gmock.h>

#include "base/ascii.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class CompletionTest : public testing::Test, public CompletionNames {
 protected:
  std::vector<std::string> Tables() override { return {"users", "songplays", "day of week"}; }
  std::vector<std::string> Columns(const std::string& table) override {
    if (SameName(table, "users")) return {"user_id", "level", "first name"};
    if (SameName(table, "songplays")) return {"song_id", "location"};
    return {};
  }

  // What may stand at the `|` of `text`.
  std::vector<std::string> At(std::string_view text,
                              sql::DoubleQuotes quotes = sql::DoubleQuotes::kNames) {
    const size_t cursor = text.find('|');
    completion_ = CompleteSql(text.substr(0, cursor), text.substr(cursor + 1), quotes,
                              folder_.path() + "/", this);
    return completion_.candidates;
  }

  storage::TemporaryFolder folder_;
  Completion completion_;
};

TEST_F(CompletionTest, KeywordsInTheCaseOfWhatWasTyped) {
  EXPECT_THAT(At("sel|"), ElementsAre("select"));
  EXPECT_THAT(At("SEL|"), ElementsAre("SELECT"));
  EXPECT_THAT(At("SELECT 1 Whe|"), ElementsAre("when", "where"));
  EXPECT_EQ(completion_.num_replaced, 3u);
}

TEST_F(CompletionTest, Functions) {
  EXPECT_THAT(At("SELECT rtri|"), ElementsAre("rtrim("));
  EXPECT_THAT(At("SELECT RTRI|"), ElementsAre("RTRIM("));
}

TEST_F(CompletionTest, TablesBehindFromAndJoin) {
  EXPECT_THAT(At("SELECT * FROM |"), ElementsAre("`day of week`", "read_csv(", "read_json(",
                                                 "read_parquet(", "songplays", "users"));
  EXPECT_THAT(At("SELECT * FROM U|"), ElementsAre("users"));
  EXPECT_THAT(At("SELECT * FROM users JOIN s|"), ElementsAre("songplays"));
}

TEST_F(CompletionTest, ColumnsOfTheTablesThatAreNamed) {
  EXPECT_THAT(At("SELECT lo|"), Not(Contains("location")));
  EXPECT_THAT(At("SELECT lo| FROM SongPlays"), Contains("location"));
  EXPECT_THAT(At("SELECT * FROM users WHERE lev|"), ElementsAre("level", "levenshtein("));
  EXPECT_THAT(At("SELECT first| FROM users"), Contains("`first name`"));
  EXPECT_THAT(At("SELECT | FROM users"), ElementsAre("`day of week`", "`first name`", "level",
                                                     "songplays", "user_id", "users"));
}

TEST_F(CompletionTest, ColumnsBehindADot) {
  EXPECT_THAT(At("SELECT users.| FROM users, songplays"),
              ElementsAre("`first name`", "level", "user_id"));
  // An alias: of all tables.
  EXPECT_THAT(At("SELECT s.lo| FROM users u JOIN songplays s"), ElementsAre("location"));
}

TEST_F(CompletionTest, NamesInQuotes) {
  EXPECT_THAT(At("SELECT * FROM `day|"), ElementsAre("`day of week`"));
  EXPECT_EQ(completion_.num_replaced, 4u);
  EXPECT_THAT(At("SELECT * FROM \"day|"), ElementsAre("\"day of week\""));
  EXPECT_THAT(At("SELECT \"day|", sql::DoubleQuotes::kStrings), IsEmpty());
}

TEST_F(CompletionTest, PathsInQuotes) {
  folder_.Write("raw/a.json");
  folder_.Write("raw/b.json");
  folder_.Write("rest.csv");
  folder_.Write("r'.csv");
  folder_.Write(".hidden");
  EXPECT_THAT(At("SELECT * FROM read_json('r|"), ElementsAre("raw/", "rest.csv'"));
  EXPECT_THAT(At("SELECT * FROM read_json('r|')"), ElementsAre("raw/", "rest.csv"));
  EXPECT_THAT(At("SELECT * FROM read_json('raw/|"), ElementsAre("a.json'", "b.json'"));
  EXPECT_EQ(completion_.num_replaced, 0u);
  EXPECT_THAT(At("SELECT * FROM read_json('" + folder_.path() + "/raw/a|"), ElementsAre("a.json'"));
  EXPECT_THAT(At("SELECT * FROM json.`raw/a|"), ElementsAre("a.json`"));
  EXPECT_THAT(At("SELECT * FROM read_json('|"), ElementsAre("raw/", "rest.csv'"));
  EXPECT_THAT(At("SELECT * FROM read_json('.|"), ElementsAre(".hidden'"));
  EXPECT_THAT(At("SELECT * FROM read_json('none/|"), IsEmpty());
  EXPECT_THAT(At("SELECT \"re|", sql::DoubleQuotes::kStrings), ElementsAre("rest.csv\""));
}

TEST_F(CompletionTest, NothingInAComment) { EXPECT_THAT(At("SELECT /* sel|"), IsEmpty()); }

TEST_F(CompletionTest, CommonStart) {
  EXPECT_EQ((Completion{0, {"userId", "USER_NAME"}}).CommonStart(), "user");
  EXPECT_EQ((Completion{0, {"count(", "count_if("}}).CommonStart(), "count");
  EXPECT_EQ((Completion{0, {"a\u00e9", "a\u00ea"}}).CommonStart(), "a");
  EXPECT_EQ((Completion{0, {"a", "b"}}).CommonStart(), "");
  EXPECT_EQ(Completion().CommonStart(), "");
}

TEST_F(CompletionTest, Listing) {
  const Completion completion{0, {"a", "bb", "ccc", "d", "e"}};
  EXPECT_EQ(completion.Listing(10), "a    d\nbb   e\nccc\n");
  EXPECT_EQ(completion.Listing(100), "a    bb   ccc  d    e\n");
  EXPECT_EQ(completion.Listing(2), "a\nbb\nc…\nd\ne\n");
  EXPECT_EQ((Completion{0, {"a\x1b[2J"}}).Listing(80), "a\\u001b[2J\n");
  EXPECT_THAT((Completion{0, std::vector<std::string>(300, "a")}).Listing(80),
              testing::EndsWith("… 100 more\n"));
}

TEST_F(CompletionTest, OfWords) {
  const Completion completion = Completion::Of(".M", {".mode", ".help", ".mode"});
  EXPECT_EQ(completion.num_replaced, 2u);
  EXPECT_THAT(completion.candidates, ElementsAre(".mode"));
}

}  // namespace
}  // namespace tarn::cli
