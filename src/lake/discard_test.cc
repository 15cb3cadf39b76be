#include "lake/discard.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "lake/journal.h"
#include "lake/lake.h"
#include "lake/s3_for_test.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What a test does to a lake, on a disk or in S3. Names are relative to the lake.
struct TestedLake {
  std::unique_ptr<Lake> lake;
  std::function<void(const std::string& name, const std::string& content)> put;
  std::function<std::string(const std::string& path)> read;
};

constexpr char kCorrupt[] = R"({"version":1,"run_id)";
constexpr char kNewer[] = R"({"version":99,"run_id":"run2"})";

void ExpectStuck(const TestedLake& tested, const std::string& run) {
  for (const Status& status :
       {tested.lake->Begin("run9").status(), tested.lake->Recover().status()}) {
    EXPECT_THAT(status.message(),
                HasSubstr("The commit of run " + run + " can be neither finished nor undone"));
    EXPECT_THAT(status.message(), HasSubstr("`tarn recover --discard " + run + "`"));
  }
}

void ExpectFree(const TestedLake& tested) {
  EXPECT_EQ(tested.lake->Recover().ValueOrDie().num_rolled_forward, 0);
  EXPECT_TRUE(tested.lake->Begin("run9").ok());
}

// Journals that are no use, each as `_tarn/journal/<name>.json`.
void GivesUpWhatCannotBeRead(const TestedLake& tested, const std::string& name) {
  tested.put("a/part-00000-run1.snappy.parquet", "old");
  tested.put("a/p=1/part-00000-" + name + ".snappy.parquet", "new");
  for (const std::string text : {kCorrupt, kNewer, "", "[]"}) {
    tested.put("_tarn/journal/" + name + ".json", text);
    ExpectStuck(tested, name);
    const DiscardReport report = tested.lake->Discard(name.substr(0, 4)).ValueOrDie();
    EXPECT_EQ(report.run, name);
    EXPECT_NE(report.unreadable, "");
    EXPECT_EQ(tested.read(report.journal), text);
    ASSERT_THAT(report.tables, SizeIs(1));
    EXPECT_EQ(report.tables[0].table, "a");
    EXPECT_THAT(report.tables[0].published,
                ElementsAre("p=1/part-00000-" + name + ".snappy.parquet"));
    ExpectFree(tested);
  }
}

void TellsHowFarACommitCame(const TestedLake& tested, const std::string& name,
                            std::optional<CommitPhase> phase) {
  const auto file = [](const std::string& run) { return "part-0-" + run + ".parquet"; };
  const std::string run = "run2";
  const Journal journal{
      run, {{"a", {file("new1"), file("new2")}, {file("old1"), file("old2")}}}, phase};
  tested.put("a/" + file("new1"), "new");
  tested.put("a/" + file("old2"), "old");
  tested.put("a/" + file("other"), "other");
  tested.put("_tarn/journal/" + name + ".json", JournalToJson(journal));
  const DiscardReport report = tested.lake->Discard(name).ValueOrDie();
  EXPECT_EQ(report.unreadable, "");
  ASSERT_THAT(report.tables, SizeIs(1));
  EXPECT_THAT(report.tables[0].published, ElementsAre(file("new1")));
  EXPECT_THAT(report.tables[0].missing, ElementsAre(file("new2")));
  EXPECT_THAT(report.tables[0].removed, ElementsAre(file("old1")));
  EXPECT_THAT(report.tables[0].remaining, ElementsAre(file("old2")));
  EXPECT_EQ(tested.read(report.journal), JournalToJson(journal));
  ExpectFree(tested);
  for (const char* left : {"new1", "old2", "other"}) {
    EXPECT_NE(tested.read(tested.lake->root() + "/a/" + file(left)), "") << left;
  }
}

void RefusesUnclearNames(const TestedLake& tested) {
  EXPECT_THAT(tested.lake->Discard("run").status().message(), HasSubstr("nothing to discard"));
  tested.put("_tarn/journal/run1.json", kCorrupt);
  tested.put("_tarn/journal/run12.json", kCorrupt);
  for (const char* name : {"run", "x"}) {
    const Status status = tested.lake->Discard(name).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kUsage);
    EXPECT_EQ(HintOf(status), "these are there: run1, run12");
  }
  EXPECT_EQ(tested.lake->Discard("run1").ValueOrDie().run, "run1");
  EXPECT_EQ(tested.lake->Discard("r").ValueOrDie().run, "run12");
}

// As copying to and from other machines leaves them.
void TakesNothingElseForAJournal(const TestedLake& tested) {
  for (const char* name : {"._run2.json", "_run2.json", ".json", "run2.json/run2.json"}) {
    tested.put(std::string("_tarn/journal/") + name, kCorrupt);
  }
  ExpectFree(tested);
}

class DiscardTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    tested_.lake = Lake::Open(storage::TestStorages(), folder_ / "lake").ValueOrDie();
    tested_.put = [this](const std::string& name, const std::string& content) {
      folder_.Write("lake/" + name, content);
    };
    tested_.read = [](const std::string& path) {
      std::ifstream file(path);
      return std::string{std::istreambuf_iterator<char>(file), {}};
    };
  }

  storage::TemporaryFolder folder_;
  TestedLake tested_;
};

class S3DiscardTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(arrow::compute::Initialize().ok());
    tested_.lake = Lake::Open(storage::TestStorages(), root_).ValueOrDie();
    tested_.put = [this](const std::string& name, const std::string& content) {
      Put(name, content);
    };
    tested_.read = [this](const std::string& uri) {
      const auto location = s3::ParseUri(uri).ValueOrDie();
      const auto object = client_->Get(location.key).result();
      EXPECT_TRUE(object.ok()) << object.status();
      return object->bytes->ToString();
    };
  }

  TestedLake tested_;
};

TEST_F(DiscardTest, GivesUpWhatCannotBeRead) { GivesUpWhatCannotBeRead(tested_, "run2"); }
TEST_F(S3DiscardTest, GivesUpWhatCannotBeRead) { GivesUpWhatCannotBeRead(tested_, "run2-t0ken"); }

TEST_F(DiscardTest, TellsHowFarACommitCame) {
  TellsHowFarACommitCame(tested_, "run2", std::nullopt);
}

TEST_F(S3DiscardTest, TellsHowFarACommitCame) {
  for (const auto phase : {CommitPhase::kPublish, CommitPhase::kRemove}) {
    TellsHowFarACommitCame(tested_, "run2-t0ken", phase);
  }
}

TEST_F(DiscardTest, RefusesUnclearNames) { RefusesUnclearNames(tested_); }
TEST_F(S3DiscardTest, RefusesUnclearNames) { RefusesUnclearNames(tested_); }

TEST_F(DiscardTest, TakesNothingElseForAJournal) { TakesNothingElseForAJournal(tested_); }
TEST_F(S3DiscardTest, TakesNothingElseForAJournal) { TakesNothingElseForAJournal(tested_); }

// Lakes that were copied while a commit was under way.
TEST_F(DiscardTest, AJournalOfALakeInS3) {
  tested_.put("_tarn/journal/run2-t0ken.json", JournalToJson({"run2", {}, CommitPhase::kPublish}));
  ExpectStuck(tested_, "run2-t0ken");
  TellsHowFarACommitCame(tested_, "run2-t0ken", CommitPhase::kRemove);
}

TEST_F(S3DiscardTest, AJournalOfALocalLake) {
  tested_.put("_tarn/journal/run2.json", JournalToJson({"run2", {}, std::nullopt}));
  ExpectStuck(tested_, "run2");
  TellsHowFarACommitCame(tested_, "run2", std::nullopt);
}

TEST_F(DiscardTest, ReadsThroughNoLink) {
  folder_.Write("outside", "secret");
  folder_.Write("lake/_tarn/journal/none", "");
  std::filesystem::create_symlink(folder_ / "outside", folder_ / "lake/_tarn/journal/run2.json");
  ExpectStuck(tested_, "run2");
  const DiscardReport report = tested_.lake->Discard("run2").ValueOrDie();
  EXPECT_NE(report.unreadable, "");
  EXPECT_THAT(report.unreadable, Not(HasSubstr("secret")));
  EXPECT_TRUE(std::filesystem::is_symlink(report.journal));
  ExpectFree(tested_);
}

TEST_F(DiscardTest, KeepsWhatWasStaged) {
  tested_.put("_tarn/journal/run2.json", kCorrupt);
  tested_.put("_tarn/staging/run2/a/part-0.parquet", "staged");
  const DiscardReport report = tested_.lake->Discard("run2").ValueOrDie();
  EXPECT_EQ(report.staged_files, tested_.lake->root() + "/_tarn/discarded/run2");
  ExpectFree(tested_);
  EXPECT_EQ(tested_.read(report.staged_files + "/a/part-0.parquet"), "staged");
}

TEST_F(S3DiscardTest, OneThatCannotBeReadKeepsNoOtherBack) {
  tested_.put("_tarn/journal/a-x.json", kCorrupt);
  tested_.put("_tarn/journal/b-x.json",
              JournalToJson({"b", {{"t", {}, {"part-0.parquet"}}}, CommitPhase::kRemove}));
  tested_.put("t/part-0.parquet", "old");
  ExpectStuck(tested_, "a-x");
  EXPECT_THAT(Objects(), ElementsAre("_tarn/journal/a-x.json"));
}

}  // namespace
}  // namespace tarn::lake
