#include "lake/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/temporary_folder.h"

namespace tarn::lake {
namespace {

using testing::HasSubstr;

TEST(JournalTest, KeepsPathsOfAnyBytes) {
  const std::vector<std::string> paths = {"year=2018/part-1.parquet", "artist=日本/x.parquet",
                                          "latin=\xE9\\x/x.parquet", "back\\slash", ""};
  const Journal journal{"run-1", {{"songs", paths, {}}, {"tä\xFF", {}, paths}}, std::nullopt};
  const Journal copy = JournalFromJson(JournalToJson(journal)).ValueOrDie();
  EXPECT_EQ(copy.run_id, "run-1");
  ASSERT_EQ(copy.tables.size(), 2);
  EXPECT_EQ(copy.tables[0].table, "songs");
  EXPECT_EQ(copy.tables[0].adds, paths);
  EXPECT_TRUE(copy.tables[0].removes.empty());
  EXPECT_EQ(copy.tables[1].table, "tä\xFF");
  EXPECT_EQ(copy.tables[1].removes, paths);
}

TEST(JournalTest, KeepsThePhase) {
  for (const auto phase : {CommitPhase::kPublish, CommitPhase::kRemove}) {
    const std::string json = JournalToJson({"run-1", {}, phase});
    EXPECT_THAT(json, HasSubstr("\"version\": 2"));
    EXPECT_EQ(JournalFromJson(json).ValueOrDie().phase, phase);
  }
  const std::string json = JournalToJson({"run-1", {}, std::nullopt});
  EXPECT_THAT(json, HasSubstr("\"version\": 1"));
  EXPECT_EQ(JournalFromJson(json).ValueOrDie().phase, std::nullopt);
}

TEST(JournalTest, WritesWhole) {
  const storage::TemporaryFolder folder;
  const std::string path = folder / "journal/run-1.json";
  ASSERT_TRUE(WriteJournal({"run-1", {{"songs", {"a"}, {"b"}}}, std::nullopt}, path).ok());
  EXPECT_EQ(ReadJournal(path).ValueOrDie().tables[0].removes[0], "b");
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
}

TEST(JournalTest, RejectsWhatIsNone) {
  for (const std::string text : {"", "{}", "[]", "{\"version\":1}", "{\"version\":\"x\"}",
                                 R"({"version":2,"run_id":"r","tables":[]})",
                                 R"({"version":2,"run_id":"r","tables":[],"phase":"x"})",
                                 R"({"version":1,"run_id":"r","tables":[{"table":"a\\"}]})"}) {
    EXPECT_TRUE(JournalFromJson(text).status().IsInvalid()) << text;
  }
  const storage::TemporaryFolder folder;
  const Status status = ReadJournal(folder.Write("j.json", R"({"version":3})")).status();
  EXPECT_THAT(status.message(), HasSubstr("a newer tarn wrote this journal"));
  EXPECT_THAT(status.message(), HasSubstr(folder / "j.json"));
}

}  // namespace
}  // namespace tarn::lake
