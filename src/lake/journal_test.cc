#include "lake/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

using testing::HasSubstr;

TEST(JournalTest, KeepsPathsOfAnyBytes) {
  const std::vector<std::string> paths = {"year=2018/part-1.parquet", "artist=日本/x.parquet",
                                          "latin=\xE9\\x/x.parquet", "p=back\\slash/a.parquet"};
  const Journal journal{"run-1", {{"songs", paths, {}}, {"tä\xFF", {}, paths}}, std::nullopt};
  const Journal copy = JournalFromJson(JournalToJson(journal), "run-1").ValueOrDie();
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
    EXPECT_EQ(JournalFromJson(json, "run-1-t0ken").ValueOrDie().phase, phase);
  }
  const std::string json = JournalToJson({"run-1", {}, std::nullopt});
  EXPECT_THAT(json, HasSubstr("\"version\": 1"));
  EXPECT_EQ(JournalFromJson(json, "run-1").ValueOrDie().phase, std::nullopt);
}

// What JournalFromJson says of a journal that holds just this.
std::string RefusalOf(const Journal& journal, std::string_view name = "run") {
  const Status status = JournalFromJson(JournalToJson(journal), name).status();
  EXPECT_TRUE(status.IsInvalid()) << status;
  return status.message();
}

TEST(JournalTest, ARunIdIsTheFilesName) {
  for (const std::string run_id : {"../../x", "a/b", "..", ".", "", "_x", ".x", "/x"}) {
    EXPECT_THAT(RefusalOf({run_id, {}, std::nullopt}, run_id),
                HasSubstr("its run id is not valid: "));
  }
  EXPECT_THAT(RefusalOf({std::string("a\0b", 3), {}, std::nullopt}),
              HasSubstr("run id is not valid"));
  EXPECT_THAT(RefusalOf({"other", {}, std::nullopt}), HasSubstr("not that of its run: other"));
  EXPECT_THAT(RefusalOf({"run", {}, std::nullopt}, "run-t0ken"), HasSubstr("not that of its run"));
  for (const std::string name : {"run", "run-", "run-a-b", "other-t0ken"}) {
    EXPECT_THAT(RefusalOf({"run", {}, CommitPhase::kRemove}, name), HasSubstr("not that of"));
  }
}

TEST(JournalTest, LeadsOutOfNoTable) {
  for (const std::string path :
       {"../x.parquet", "p=1/../x.parquet", "./x.parquet", "/x.parquet", "p=1//x.parquet",
        "/etc/p=1/x.parquet", "", ".", "..", "p=1", "p=1/", "sub/x.parquet", "keep.txt",
        ".hidden.parquet", "_tarn/lock", "p=1/../../_tarn/lock"}) {
    EXPECT_THAT(RefusalOf({"run", {{"a", {path}, {}}}, std::nullopt}),
                HasSubstr("it names what is no file of table a: " + path));
    EXPECT_THAT(RefusalOf({"run", {{"a", {}, {path}}}, std::nullopt}), HasSubstr(path));
  }
  const std::string nul("p=\0/x.parquet", 13);
  EXPECT_THAT(RefusalOf({"run", {{"a", {nul}, {}}}, std::nullopt}), HasSubstr("no file of table"));
  for (const std::string table :
       {"../outside", "a/b", "..", ".", "", "/a", "_tarn", ".x", "_tarn/quarantine",
        "_tarn/quarantine/", "_tarn/quarantine/run", "_tarn/quarantine/run/a",
        "_tarn/quarantine/../source=a", "_tarn/quarantine/run/source=a/b", "_tarn/runs/x/source=a",
        "_tarn/quarantine/run/../source=a", "_tarn/quarantine//source=a",
        "_tarn/quarantinex/source=a"}) {
    EXPECT_THAT(RefusalOf({"run", {{table, {}, {}}}, std::nullopt}),
                HasSubstr("it names what is no table: " + table));
  }
  for (const std::string folder :
       {"_tarn/ledger", "_tarn/ledger/", "_tarn/ledger/files", "_tarn/ledger/tables/x",
        "_tarn/ledger/source=a/b", "_tarn/ledger/../source=a", "_tarn/ledger//source=a",
        "_tarn/ledgerx/source=a", "_tarn/state", "_tarn/state/", "_tarn/state/a/b",
        "_tarn/state/..", "_tarn/statea"}) {
    EXPECT_THAT(RefusalOf({"run", {{folder, {}, {}}}, std::nullopt}),
                HasSubstr("it names what is no table: " + folder));
  }
  for (const std::string folder : {"..", "p=1/..", "/", "p=1//q=1", "sub", "p=1/"}) {
    EXPECT_THAT(RefusalOf({"run", {{"a", {}, {}, {folder}}}, std::nullopt}),
                HasSubstr("it names what is no partition of table a: " + folder));
  }
  EXPECT_THAT(RefusalOf({"run", {{"a", {"x.parquet"}, {"x.parquet"}}}, std::nullopt}),
              HasSubstr("both adds and removes a file of table a: x.parquet"));
}

TEST(JournalTest, TakesWhatLakesHold) {
  const std::vector<std::string> paths = {"part-00000-20181121T233007Z-3f9a2c.snappy.parquet",
                                          "p=..=/x.parquet",
                                          "_SUCCESS",
                                          "p=1/q=%2F/part-1.parquet",
                                          "._SUCCESS.crc",
                                          "p=1/.part-1.parquet.crc",
                                          "_metadata"};
  const Journal journal{"run",
                        {{"a", {}, paths, {"", "p=1", "p=1/q=2"}},
                         {"_tarn/quarantine/old-run/source=my events", {}, paths},
                         {"_tarn/ledger/source=my events", paths, {}},
                         {"_tarn/ledger/tables", paths, {}},
                         {"_tarn/state/users", paths, {}}},
                        {}};
  EXPECT_TRUE(JournalFromJson(JournalToJson(journal), "run").ok());
}

TEST(JournalTest, RejectsWhatIsNone) {
  for (const std::string text : {"", "{}", "[]", "{\"version\":1}", "{\"version\":\"x\"}",
                                 R"({"version":2,"run_id":"r","tables":[]})",
                                 R"({"version":2,"run_id":"r","tables":[],"phase":"x"})",
                                 R"({"version":1,"run_id":"r","tables":[{"table":"a\\"}]})"}) {
    EXPECT_TRUE(JournalFromJson(text, "r").status().IsInvalid()) << text;
  }
  EXPECT_THAT(JournalFromJson(R"({"version":3})", "r").status().message(),
              HasSubstr("a newer tarn wrote this journal"));
}

}  // namespace
}  // namespace tarn::lake
