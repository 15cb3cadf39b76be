#include "lake/local_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/storage.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LocalJournalTest : public testing::Test {
 protected:
  void SetUp() override {
    journals_.emplace(storage::LocalFolder::Open(folder_.path()).ValueOrDie());
  }

  storage::TemporaryFolder folder_;
  std::optional<storage::LocalFolder> journals_;
};

TEST_F(LocalJournalTest, ADraftBecomesTheJournal) {
  const Journal journal{"run", {{"songs", {"p=1/a.parquet"}, {"b.parquet"}, {"", "p=1"}}}, {}};
  ASSERT_TRUE(DraftJournal(*journals_, journal).ok());
  EXPECT_TRUE(storage::IsNotFound(ReadJournal(*journals_, "run").status()));
  EXPECT_THAT(ReadDraft(*journals_, "run").ValueOrDie().tables[0].makes, ElementsAre("", "p=1"));
  EXPECT_THAT(ListJournals(*journals_).ValueOrDie().drafts, ElementsAre("run"));
  ASSERT_TRUE(PlaceJournal(*journals_, "run").ok());
  EXPECT_EQ(ReadJournal(*journals_, "run").ValueOrDie().tables[0].removes[0], "b.parquet");
  EXPECT_THAT(ListJournals(*journals_).ValueOrDie().drafts, ElementsAre());
  EXPECT_THAT(ListJournals(*journals_).ValueOrDie().journals, ElementsAre("run"));
  ASSERT_TRUE(RemoveJournal(*journals_, "run").ok());
  EXPECT_TRUE(RemoveJournal(*journals_, "run").ok());
  EXPECT_THAT(ListJournals(*journals_).ValueOrDie().journals, ElementsAre());
}

TEST_F(LocalJournalTest, NothingIsWrittenThatRecoveryWouldRefuse) {
  EXPECT_TRUE(DraftJournal(*journals_, {"run", {{"a", {"../x.parquet"}, {}}}, {}}).IsInvalid());
  EXPECT_TRUE(journals_->List().ValueOrDie().empty());
}

TEST_F(LocalJournalTest, RefusesWhatIsNone) {
  const storage::TemporaryFolder outside;
  const std::string other = outside.Write("run.json", JournalToJson({"run", {}, {}}));
  std::filesystem::create_symlink(other, folder_ / "run.json");
  EXPECT_FALSE(ReadJournal(*journals_, "run").ok());
  folder_.Write("s3.json", JournalToJson({"s3", {}, CommitPhase::kRemove}));
  folder_.Write("s3-token.json", JournalToJson({"s3", {}, CommitPhase::kRemove}));
  EXPECT_THAT(ReadJournal(*journals_, "s3").status().message(), HasSubstr("name is not that of"));
  const Status status = ReadJournal(*journals_, "s3-token").status();
  EXPECT_THAT(status.message(), HasSubstr("Cannot read the lake's journal " + folder_.path()));
  EXPECT_THAT(status.message(), HasSubstr("it is one of a lake in S3"));
}

}  // namespace
}  // namespace tarn::lake
