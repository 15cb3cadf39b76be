#include "lake/s3_lake.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "lake/lake_transaction.h"
#include "lake/parquet_for_test.h"
#include "lake/quarantine.h"
#include "lake/s3_commit.h"
#include "lake/s3_for_test.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"

namespace tarn::lake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const auto kS3Schema =
    arrow::schema({arrow::field("x", arrow::int32()), arrow::field("p", arrow::int32())});

Status Write(Transaction* transaction, const std::string& table, const std::string& rows) {
  ARROW_ASSIGN_OR_RAISE(
      auto writer,
      transaction->NewTable({.name = table, .schema = kS3Schema, .partition_by = {"p"}}));
  ARROW_RETURN_NOT_OK(writer->Write(Batch(kS3Schema, rows)));
  return writer->Close().status();
}

Status Replace(Lake* lake, const std::string& run_id, const std::string& table,
               const std::string& rows) {
  ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin(run_id));
  ARROW_RETURN_NOT_OK(Write(transaction.get(), table, rows));
  return transaction->Commit();
}

class S3LakeTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(arrow::compute::Initialize().ok());
    lake_ = Lake::Open(storage::TestStorages(), root_).ValueOrDie();
  }

  // A lake all of whose files are sent before the commit.
  std::unique_ptr<Lake> LakeWithoutMemory() const {
    S3LakeOptions options;
    options.uploads.held_bytes = 0;
    return OpenS3Lake(storage::TestStorages(), root_, options).ValueOrDie();
  }

  std::unique_ptr<Lake> lake_;
};

TEST_F(S3LakeTest, AdoptsWhatAnotherProgramWrote) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  auto table =
      transaction->NewForeignTable({.name = "a", .schema = kS3Schema, .partition_by = {"p"}})
          .ValueOrDie();
  ASSERT_THAT(table->folder(), StartsWith(root_ + "/_tarn/staging/run2-"));
  const std::string folder = table->folder().substr(root_.size() + 1);
  const std::string file = ForeignParquet(2);
  Put(folder + "/p=1/part-00000-x.c000.snappy.parquet", file);
  Put(folder + "/p=2/part-00000-x.c000.snappy.parquet", file);
  Put(folder + "/_SUCCESS", "");
  EXPECT_EQ(table->Adopt(4).ValueOrDie().num_bytes, static_cast<int64_t>(2 * file.size()));
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  EXPECT_THAT(PlainObjects(), ElementsAre("a/p=1/part-00000-run2.snappy.parquet",
                                          "a/p=2/part-00001-run2.snappy.parquet"));
}

TEST_F(S3LakeTest, AppendsFilesBesideOldOnes) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  TableSpec spec{.name = "a", .schema = kS3Schema, .partition_by = {"p"}, .appends = true};
  auto table = transaction->NewTable(spec).ValueOrDie();
  ASSERT_TRUE(table->Write(Batch(kS3Schema, "[[2,1]]")).ok());
  ASSERT_TRUE(table->Close().ok());
  spec = {.name = "_tarn/ledger/source=events", .schema = kS3Schema, .appends = true};
  auto part = transaction->NewLedgerPart(spec).ValueOrDie();
  ASSERT_TRUE(part->Write(Batch(kS3Schema, "[[3,1]]")).ok());
  ASSERT_TRUE(part->Close().ok());
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  EXPECT_THAT(
      PlainObjects(),
      ElementsAre("_tarn/ledger/source=events/part-00000-run2.snappy.parquet",
                  "a/p=1/part-00000-run1.snappy.parquet", "a/p=1/part-00000-run2.snappy.parquet"));
}

TEST_F(S3LakeTest, ReplacesPartitionsOfATableThatAppends) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1],[2,2]]").ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  TableSpec spec{.name = "a", .schema = kS3Schema, .partition_by = {"p"}, .appends = true};
  auto table = transaction->NewTable(spec).ValueOrDie();
  ASSERT_TRUE(table->Write(Batch(kS3Schema, "[[3,1]]")).ok());
  ASSERT_TRUE(table->Close().ok());
  transaction->ReplacePartition("a", "p=1");
  spec = {.name = "_tarn/state/a", .schema = kS3Schema, .appends = true};
  auto part = transaction->NewStatePart(spec).ValueOrDie();
  ASSERT_TRUE(part->Write(Batch(kS3Schema, "[[3,1]]")).ok());
  ASSERT_TRUE(part->Close().ok());
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  EXPECT_THAT(PlainObjects(), ElementsAre("_tarn/state/a/part-00000-run2.snappy.parquet",
                                          "a/p=1/part-00000-run2.snappy.parquet",
                                          "a/p=2/part-00001-run1.snappy.parquet"));
}

// Uploads of a run that died are dropped, also those of its ledger.
TEST_F(S3LakeTest, RecoverDropsUploadsOfTheLedger) {
  const std::string name = "part-00000-run0-0123456789abcdef.zstd.parquet";
  const std::string key = prefix_ + "_tarn/ledger/source=events/" + name;
  const auto upload = client_->CreateUpload(key).result();
  ASSERT_TRUE(upload.ok()) << upload.status();
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_back, 1);
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3LakeTest, RecoverDropsWhatAnotherProgramWrote) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  Put("_tarn/staging/run0-token/b/part-00000-x.parquet", "of a run that died");
  const auto upload = client_->CreateUpload(prefix_ + "_tarn/staging/run0-token/b/x").result();
  ASSERT_TRUE(upload.ok()) << upload.status();
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_back, 1);
  EXPECT_THAT(PlainObjects(), ElementsAre("a/p=1/part-00000-run1.snappy.parquet"));
  EXPECT_THAT(Uploads(), IsEmpty());
  // One that is given up takes its folder along.
  auto transaction = lake_->Begin("run2").ValueOrDie();
  auto table = transaction->NewForeignTable({.name = "a", .schema = kS3Schema}).ValueOrDie();
  Put(table->folder().substr(root_.size() + 1) + "/part-00000-x.parquet", ForeignParquet(1));
  ASSERT_TRUE(table->Adopt(1).ok());
  ASSERT_TRUE(transaction->Abort().ok());
  transaction.reset();
  EXPECT_THAT(PlainObjects(), ElementsAre("a/p=1/part-00000-run1.snappy.parquet"));
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3LakeTest, OpensWithoutTouching) {
  EXPECT_EQ(lake_->root(), root_);
  EXPECT_EQ(
      Lake::Open(storage::TestStorages(), "s3a" + root_.substr(2) + "//").ValueOrDie()->root(),
      root_);
  EXPECT_EQ(Lake::Open(storage::TestStorages(), "s3://" + client_->bucket()).ValueOrDie()->root(),
            "s3://" + client_->bucket());
  EXPECT_EQ(KindOf(Lake::Open(storage::TestStorages(), "s3://").status()), ErrorKind::kBadInput);
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_back, 0);
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(S3LakeTest, PublishesAllTablesAtCommit) {
  for (const auto& lake : {std::move(lake_), LakeWithoutMemory()}) {
    const std::string run = "run" + RandomToken();
    const auto before = Objects();
    auto transaction = lake->Begin(run).ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "a", "[[1,1],[2,2]]").ok());
    ASSERT_TRUE(Write(transaction.get(), "b", "[[3,1]]").ok());
    EXPECT_EQ(Objects().size(), before.size() + 1);  // the lock
    const Status status = transaction->Commit();
    ASSERT_TRUE(status.ok()) << status;
    transaction.reset();
    EXPECT_THAT(lake->ListTables().ValueOrDie(), ElementsAre("a", "b"));
    EXPECT_THAT(PlainObjects(), ElementsAre("a/p=1/part-00000-" + run + ".snappy.parquet",
                                            "a/p=2/part-00001-" + run + ".snappy.parquet",
                                            "b/p=1/part-00000-" + run + ".snappy.parquet"));
    EXPECT_THAT(Uploads(), IsEmpty());
    EXPECT_TRUE(ReadAll(root_ + "/a", kS3Schema.get())->Equals(*Batch(kS3Schema, "[[1,1],[2,2]]")));
  }
}

TEST_F(S3LakeTest, HoldsUploadsBackUntilTheCommit) {
  const auto lake = LakeWithoutMemory();
  auto transaction = lake->Begin("run").ValueOrDie();
  ASSERT_TRUE(Write(transaction.get(), "a", "[[1,1],[2,2]]").ok());
  // They are begun in the background.
  for (int attempt = 0; attempt < 100 && Uploads().size() < 2; ++attempt) {
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_THAT(Uploads(), SizeIs(2));
  EXPECT_THAT(Objects(), ElementsAre("_tarn/lock"));
  ASSERT_TRUE(transaction->Abort().ok());
  EXPECT_THAT(Uploads(), IsEmpty());
  transaction.reset();
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(S3LakeTest, ReplacesFiles) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1],[2,2]]").ok());
  ASSERT_TRUE(Replace(lake_.get(), "run1b", "other", "[[1,1]]").ok());
  ASSERT_TRUE(Replace(lake_.get(), "run2", "a", "[[3,2],[4,3]]").ok());
  EXPECT_THAT(PlainObjects(), ElementsAre("a/p=2/part-00000-run2.snappy.parquet",
                                          "a/p=3/part-00001-run2.snappy.parquet",
                                          "other/p=1/part-00000-run1b.snappy.parquet"));
}

TEST_F(S3LakeTest, ARunIdMayComeAgain) {
  ASSERT_TRUE(Replace(lake_.get(), "run", "a", "[[1,1],[2,2]]").ok());
  const auto before = Objects();
  {
    auto transaction = lake_->Begin("run").ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "a", "[[3,1]]").ok());
  }
  EXPECT_EQ(Objects(), before);
  ASSERT_TRUE(Replace(lake_.get(), "run", "a", "[[3,1]]").ok());
  EXPECT_THAT(PlainObjects(), ElementsAre("a/p=1/part-00000-run.snappy.parquet"));
  EXPECT_TRUE(ReadAll(root_ + "/a", kS3Schema.get())->Equals(*Batch(kS3Schema, "[[3,1]]")));
}

TEST_F(S3LakeTest, KeepsWhatTheUserPutThere) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  for (const char* name : {"a/README.md", "a/p=1/notes.txt", "a/archive/old.parquet",
                           "a/_backup/p=1/x.parquet", "a/.hidden", "a/_draft.parquet"}) {
    Put(name, "mine");
  }
  for (const std::string name :
       {"a/_SUCCESS", "a/p=1/part-0-spark.c000.parquet", "a/p=1/mine.parquet", "a/_metadata"}) {
    Put(name, "another program's");
    const auto before = Objects();
    const Status status = Replace(lake_.get(), "run2", "a", "[[2,2]]");
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << status;
    EXPECT_THAT(status.message(), HasSubstr("holds files that tarn did not write"));
    EXPECT_THAT(status.message(), HasSubstr(root_ + "/" + name.substr(0, 2)));
    EXPECT_EQ(Objects(), before);
    ASSERT_TRUE(client_->Delete({prefix_ + name}).status().ok());
  }
  ASSERT_TRUE(Replace(lake_.get(), "run2", "a", "[[2,2]]").ok());
  EXPECT_THAT(PlainObjects(),
              ElementsAre("a/.hidden", "a/README.md", "a/_backup/p=1/x.parquet", "a/_draft.parquet",
                          "a/archive/old.parquet", "a/p=1/notes.txt",
                          "a/p=2/part-00000-run2.snappy.parquet"));
}

TEST_F(S3LakeTest, IgnoresFolderMarkers) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  for (const char* name : {"a/p=9/", "empty/", "_tarn/journal/"}) Put(name, "");
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), ElementsAre("a"));
  ASSERT_TRUE(Replace(lake_.get(), "run2", "a", "[[2,2]]").ok());
  EXPECT_TRUE(ReadAll(root_ + "/a", kS3Schema.get())->Equals(*Batch(kS3Schema, "[[2,2]]")));
}

TEST_F(S3LakeTest, AbortLeavesTheOldTables) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  const auto before = Objects();
  for (const auto& lake : {std::move(lake_), LakeWithoutMemory()}) {
    {
      auto transaction = lake->Begin("run2").ValueOrDie();
      ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
      ASSERT_TRUE(transaction->Abort().ok());
      EXPECT_TRUE(transaction->Abort().ok());
      EXPECT_TRUE(transaction->Commit().IsInvalid());
    }
    {
      auto transaction = lake->Begin("run3").ValueOrDie();
      ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
    }
    EXPECT_EQ(Objects(), before);
    EXPECT_THAT(Uploads(), IsEmpty());
  }
  EXPECT_TRUE(ReadAll(root_ + "/a", kS3Schema.get())->Equals(*Batch(kS3Schema, "[[1,1]]")));
}

TEST_F(S3LakeTest, OneRunAtATime) {
  auto first = lake_->Begin("run1").ValueOrDie();
  const auto other = Lake::Open(storage::TestStorages(), root_).ValueOrDie();
  const Status status = other->Begin("run2").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kConflict);
  EXPECT_THAT(
      status.message(),
      StartsWith("The lake is locked by another run; wait until it ends, or stop it: run run1, "
                 "process " +
                 std::to_string(::getpid()) + " on "));
  EXPECT_THAT(status.message(), HasSubstr(root_ + "/_tarn/lock"));
  EXPECT_EQ(KindOf(other->Recover().status()), ErrorKind::kConflict);
  EXPECT_EQ(KindOf(other->CleanUploads(seconds(0), true).status()), ErrorKind::kConflict);
  ASSERT_TRUE(Write(first.get(), "a", "[[1,1]]").ok());
  ASSERT_TRUE(first->Commit().ok());
  first.reset();
  EXPECT_TRUE(other->Begin("run2").ok());
}

TEST_F(S3LakeTest, OfTwoThatRaceOneWins) {
  ASSERT_TRUE(Replace(lake_.get(), "run", "a", "[[0,0]]").ok());
  for (int round = 1; round <= 100; ++round) {
    std::vector<Result<std::unique_ptr<Transaction>>> begun(2);
    std::vector<std::thread> threads;
    for (int side = 0; side < 2; ++side) {
      threads.emplace_back([&, side] {
        const auto lake = Lake::Open(storage::TestStorages(), root_).ValueOrDie();
        begun[side] = lake->Begin("run" + std::to_string(2 * round + side));
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_NE(begun[0].ok(), begun[1].ok()) << begun[0].status() << begun[1].status();
    const int winner = begun[0].ok() ? 0 : 1;
    EXPECT_EQ(KindOf(begun[1 - winner].status()), ErrorKind::kConflict);
    const std::string row = "[[" + std::to_string(2 * round + winner) + ",0]]";
    ASSERT_TRUE(Write(begun[winner]->get(), "a", row).ok());
    const Status status = (*begun[winner])->Commit();
    ASSERT_TRUE(status.ok()) << status;
    begun.clear();
    EXPECT_TRUE(ReadAll(root_ + "/a", kS3Schema.get())->Equals(*Batch(kS3Schema, row)));
    EXPECT_THAT(Objects(), SizeIs(1));
  }
}

TEST_F(S3LakeTest, ALostLockFailsTheCommit) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  const auto before = Objects();
  S3LakeOptions options;
  options.lease.renew_every = milliseconds(50);
  auto transaction =
      OpenS3Lake(storage::TestStorages(), root_, options).ValueOrDie()->Begin("run2").ValueOrDie();
  ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
  Put("_tarn/lock", R"({"holder":"run other"})");
  std::this_thread::sleep_for(milliseconds(500));
  const Status status = transaction->Commit();
  EXPECT_EQ(KindOf(status), ErrorKind::kConflict);
  EXPECT_THAT(status.message(), HasSubstr("This run lost the lake's lock"));
  transaction.reset();
  EXPECT_THAT(Objects(), testing::Contains("_tarn/lock"));  // the other's
  ASSERT_TRUE(client_->Delete({prefix_ + "_tarn/lock"}).status().ok());
  EXPECT_EQ(Objects(), before);
}

// Holds back what a run sends under its lake at a certain moment.
class StoppingClient : public PassingClient {
 public:
  using PassingClient::PassingClient;
  arrow::Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                                 s3::Condition condition) override {
    if (key.ends_with("_tarn/lock") && !condition.if_none_match) {
      return Status::IOError("no answer to a renewal");
    }
    if (key.find("_tarn/journal") != std::string::npos && !condition.if_match.empty()) {
      before_decision();
    }
    return PassingClient::Put(key, bytes, condition);
  }
  std::function<void()> before_decision = [] {};
};

// A run that was frozen after it published, and that another one undid meanwhile.
TEST_F(S3LakeTest, ARunThatWasTakenOverCannotCommit) {
  ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1]]").ok());
  const auto before = Objects();
  const auto client = std::make_shared<StoppingClient>(client_);
  const LakeKeys keys{client, prefix_};
  const LeaseTiming long_lease{milliseconds(100), seconds(3600)};
  auto transaction = MakeTransaction(
      storage::TestStorages()->For(root_).ValueOrDie(), root_, "run2",
      std::make_unique<S3Run>(
          keys, "run2", S3Lock::Acquire(client, keys.lock(), "run run2", long_lease).ValueOrDie()));
  ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
  S3LakeOptions other;
  other.lease = {milliseconds(200), seconds(4)};  // long enough to be released under load
  client->before_decision = [&] {
    EXPECT_THAT(Objects(), SizeIs(before.size() + 3));  // the file, the journal, the lock
    Result<RecoveryReport> report;
    ASSERT_TRUE(Eventually([&] {
      report = OpenS3Lake(storage::TestStorages(), root_, other).ValueOrDie()->Recover();
      return KindOf(report.status()) != ErrorKind::kConflict;
    }));
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->num_rolled_back, 1);
    EXPECT_EQ(Objects(), before);
  };
  const Status status = transaction->Commit();
  EXPECT_EQ(KindOf(status), ErrorKind::kConflict);
  EXPECT_THAT(status.message(), HasSubstr("Another run took over the lake's lock and undid this"));
  transaction.reset();
  EXPECT_EQ(Objects(), before);
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3LakeTest, ALeaseThatIsNotRenewedFailsTheCommit) {
  const auto client = std::make_shared<StoppingClient>(client_);
  const LakeKeys keys{client, prefix_};
  auto lock = S3Lock::Acquire(client, keys.lock(), "run 1", {milliseconds(50), milliseconds(300)});
  auto transaction = MakeTransaction(storage::TestStorages()->For(root_).ValueOrDie(), root_, "1",
                                     std::make_unique<S3Run>(keys, "1", *std::move(lock)));
  ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_THAT(transaction->Commit().message(), HasSubstr("The lake's lock could not be renewed"));
  EXPECT_THAT(Objects(), ElementsAre("_tarn/lock"));
}

// Answers otherwise than it does, or does otherwise than it answers, for keys that hold "/part-".
class LyingClient : public PassingClient {
 public:
  using PassingClient::PassingClient;

  arrow::Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                                 s3::Condition condition) override {
    if (put_keeps_bytes >= 0 && IsPart(key)) {
      const int64_t num_bytes = std::min(put_keeps_bytes, bytes->size());
      if (num_bytes == 0) return std::string("\"etag\"");
      bytes = arrow::SliceBuffer(bytes, 0, num_bytes);
    }
    return PassingClient::Put(key, std::move(bytes), std::move(condition));
  }

  arrow::Future<> CompleteUpload(const std::string& key, const std::string& upload_id,
                                 const std::vector<std::string>& etags) override {
    if (completes_nothing) return arrow::Future<>::MakeFinished();
    return PassingClient::CompleteUpload(key, upload_id, etags);
  }

  arrow::Future<s3::ListPage> List(const std::string& prefix, const std::string& delimiter,
                                   const std::string& token,
                                   const std::string& start_after) override {
    ++num_lists;
    return PassingClient::List(prefix, delimiter, token, start_after)
        .Then([this, number = num_lists](s3::ListPage page) {
          std::erase_if(page.objects, [&](const s3::ListedObject& object) {
            return !lacks.empty() && number <= lacks_until &&
                   object.key.find(lacks) != std::string::npos;
          });
          for (s3::ListedObject& object : page.objects) {
            const size_t at = object.key.find("\xEF\xBF\xBD");
            if (!told.empty() && at != std::string::npos) object.key.replace(at, 3, told);
          }
          return page;
        });
  }

  arrow::Future<> Delete(const std::vector<std::string>& keys) override {
    for (const std::string& key : keys) {
      if (!deletes_not.empty() && key.find(deletes_not) != std::string::npos) {
        return s3::ErrorStatus("DeleteObjects", s3::ToUri({bucket(), key}),
                               {200, "AccessDenied", ""});
      }
    }
    return PassingClient::Delete(keys);
  }

  int64_t put_keeps_bytes = -1;  // of a table's file; -1: all
  bool completes_nothing = false;
  std::string lacks;                                  // listings have no key with this
  int lacks_until = std::numeric_limits<int>::max();  // but later ones have
  int num_lists = 0;
  std::string told;  // what the server returns as U+FFFD
  std::string deletes_not;

 private:
  static bool IsPart(const std::string& key) { return key.find("/part-") != std::string::npos; }
};

class S3LieTest : public S3LakeTest {
 protected:
  void SetUp() override {
    S3LakeTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(Replace(lake_.get(), "run1", "a", "[[1,1],[2,2]]").ok());
    before_ = Objects();
    liar_ = std::make_shared<LyingClient>(client_);
  }

  // Replaces table a through the client that lies.
  Status Run2(UploadLimits limits = {}) {
    const LakeKeys keys{liar_, prefix_};
    ARROW_ASSIGN_OR_RAISE(auto lock, S3Lock::Acquire(liar_, keys.lock(), "run run2"));
    auto transaction =
        MakeTransaction(storage::TestStorages()->For(root_).ValueOrDie(), root_, "run2",
                        std::make_unique<S3Run>(keys, "run2", std::move(lock), limits));
    ARROW_RETURN_NOT_OK(Write(transaction.get(), "a", "[[3,2],[4,3]]"));
    return transaction->Commit();
  }

  void ExpectNewTable() const {
    EXPECT_THAT(PlainObjects(), ElementsAre("a/p=2/part-00000-run2.snappy.parquet",
                                            "a/p=3/part-00001-run2.snappy.parquet"));
  }

  std::shared_ptr<LyingClient> liar_;
  std::vector<std::string> before_;
};

TEST_F(S3LieTest, AnObjectThatIsNotThereOrNotWholeFailsTheCommit) {
  for (const auto& [put_keeps_bytes, found] :
       {std::pair{0, "nothing is there"}, std::pair{10, "10 bytes are there"}}) {
    liar_->put_keeps_bytes = put_keeps_bytes;
    const Status status = Run2();
    EXPECT_THAT(status.message(),
                HasSubstr(std::string("S3 reported that it stored an object, but ") + found));
    EXPECT_THAT(status.message(), HasSubstr(root_ + "/a/p="));
    EXPECT_EQ(Objects(), before_);
  }
  liar_->put_keeps_bytes = -1;
  liar_->completes_nothing = true;
  EXPECT_THAT(Run2({.held_bytes = 0}).message(), HasSubstr("nothing is there"));
  EXPECT_EQ(Objects(), before_);
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_forward, 0);
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3LieTest, AListingThatIsBehindRemovesNothingNew) {
  liar_->lacks = "-run2-";
  const Status status = Run2();
  ASSERT_TRUE(status.ok()) << status;
  ExpectNewTable();
}

// One that lacks a new file may lack an old one too: another listing is asked for.
TEST_F(S3LieTest, AListingThatIsBehindIsAskedForAgain) {
  liar_->lacks = "/p=2/";
  liar_->lacks_until = 1;
  const Status status = Run2();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(liar_->num_lists, 2);
  ExpectNewTable();
}

TEST_F(S3LieTest, WhatCannotBeDeletedKeepsItsJournal) {
  liar_->deletes_not = "/p=1/";
  const Status status = Run2();
  EXPECT_THAT(status.message(), HasSubstr("The new tables are safe but not all in their places"));
  EXPECT_THAT(status.message(), HasSubstr("AccessDenied"));
  EXPECT_THAT(status.message(), HasSubstr(root_ + "/a/p=1/part-"));
  EXPECT_THAT(Objects(), testing::Contains(StartsWith("_tarn/journal/run2-")));
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_forward, 1);
  ExpectNewTable();
}

TEST_F(S3LieTest, RemovesFilesWhoseKeysXmlCannotCarry) {
  for (const char* value :
       {"\x7F", "\r", "\n", "a\tb", "Pink Floyd", "x%3Ay", "+", "a&b<c>", "%01"}) {
    Put(std::string("a/p=") + value + "/part-00000-old.parquet", "old");
  }
  Status status = Replace(lake_.get(), "run", "a", "[[1,1]]");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(PlainObjects(), ElementsAre("a/p=1/part-00000-run.snappy.parquet"));
  // The server's listing has U+FFFD for these, as its XML can carry no other; AWS encodes keys.
  for (const char* value : {"\x01", "\xEF\xBF\xBE"}) {
    Put(std::string("a/p=") + value + "/part-00000-old.parquet", "old");
    before_ = Objects();
    status = Replace(lake_.get(), "run", "a", "[[1,1]]");
    EXPECT_THAT(status.message(),
                HasSubstr("the service does not return the characters of its key"));
    EXPECT_EQ(Objects(), before_);
    liar_->told = value;
    status = Run2();
    ASSERT_TRUE(status.ok()) << status;
    ExpectNewTable();
  }
}

TEST_F(S3LakeTest, KeysThatAreTooLongAreRefusedBeforeTheCommit) {
  const auto schema =
      arrow::schema({arrow::field("x", arrow::int32()), arrow::field("p", arrow::utf8()),
                     arrow::field("q", arrow::utf8())});
  auto transaction = lake_->Begin("run").ValueOrDie();
  auto writer = transaction->NewTable({.name = "a", .schema = schema, .partition_by = {"p", "q"}})
                    .ValueOrDie();
  const std::string value(240, ':');  // three bytes each once escaped
  Status status = writer->Write(Batch(schema, "[[1,\"" + value + "\",\"" + value + "\"]]"));
  if (status.ok()) status = writer->Close().status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << status;
  EXPECT_THAT(Objects(), ElementsAre("_tarn/lock"));
}

TEST_F(S3LakeTest, DropsUploadsOfDeadRunsOnly) {
  const auto begin = [&](const std::string& name) {
    ASSERT_TRUE(client_->CreateUpload(prefix_ + name).status().ok()) << name;
  };
  begin("a/p=1/part-00000-dead-0123456789abcdef.snappy.parquet");
  begin("a/p=1/part-00001-dead-0123456789abcdef.snappy.parquet");
  begin("_tarn/quarantine/dead2/source=e/part-00000-dead2-0123456789abcdef.zstd.parquet");
  const std::vector<std::string> others = {"a/backup.tar", "a/p=1/part-1.parquet",
                                           "inner/a/p=1/part-00000-r-0123456789abcdef.parquet"};
  for (const std::string& name : others) begin(name);
  const RecoveryReport report = lake_->Recover().ValueOrDie();
  EXPECT_EQ(report.num_rolled_back, 2);
  EXPECT_THAT(Uploads(), testing::UnorderedElementsAreArray(others));

  EXPECT_THAT(lake_->CleanUploads(std::chrono::hours(1), true).ValueOrDie(), IsEmpty());
  const auto found = lake_->CleanUploads(seconds(0), false).ValueOrDie();
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_THAT(found[0].uri, StartsWith(root_ + "/"));
  EXPECT_LT(found[0].age, seconds(60));
  EXPECT_THAT(Uploads(), SizeIs(3));
  EXPECT_THAT(lake_->CleanUploads(seconds(0), true).ValueOrDie(), SizeIs(3));
  EXPECT_THAT(Uploads(), IsEmpty());
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(S3LakeTest, ReplacesTheQuarantineOfASource) {
  const auto run = [&](const std::string& id, const std::string& reason) -> Status {
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake_->Begin(id));
    ARROW_ASSIGN_OR_RAISE(const auto old, transaction->ListQuarantine("events"));
    for (const QuarantinedSource& kept : old) transaction->ClearQuarantine(kept);
    ARROW_ASSIGN_OR_RAISE(auto writer, transaction->NewQuarantine("events"));
    ARROW_ASSIGN_OR_RAISE(const auto batch, ToRecordBatch({{"s3://b/a.json", 1, 0, reason, "{"}}));
    ARROW_RETURN_NOT_OK(writer->Write(batch));
    ARROW_RETURN_NOT_OK(writer->Close().status());
    return transaction->Commit();
  };
  ASSERT_TRUE(run("run1", "first").ok());
  ASSERT_TRUE(run("run2", "second").ok());
  const auto quarantine =
      ListQuarantine(storage::TestStorages()->For(root_).ValueOrDie().get(), root_).ValueOrDie();
  ASSERT_THAT(quarantine, SizeIs(1));
  EXPECT_EQ(quarantine[0].run_id, "run2");
  EXPECT_EQ(quarantine[0].source, "events");
  EXPECT_EQ(ReadQuarantine(storage::TestStorages()->For(root_).ValueOrDie(), quarantine[0], 10)
                .ValueOrDie()
                .at(0)
                .reason,
            "second");
  EXPECT_THAT(PlainObjects(),
              ElementsAre("_tarn/quarantine/run2/source=events/part-00000-run2.zstd.parquet"));
}

TEST_F(S3LakeTest, RefusesWrongNamesAndOrders) {
  Put("file", "mine");
  auto transaction = lake_->Begin("run").ValueOrDie();
  for (const std::string name : {"_tarn", ".x", "", "a/b", ".."}) {
    EXPECT_EQ(KindOf(Write(transaction.get(), name, "[[1,1]]")), ErrorKind::kBadInput) << name;
  }
  EXPECT_THAT(Write(transaction.get(), "file", "[[1,1]]").message(),
              HasSubstr("an object has its name; move it away: " + root_ + "/file"));
  const auto open = transaction->NewTable({.name = "b", .schema = kS3Schema}).ValueOrDie();
  EXPECT_TRUE(transaction->Commit().IsInvalid());
  transaction.reset();
  EXPECT_TRUE(lake_->Begin("../run").status().IsInvalid());
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
}

TEST_F(S3LakeTest, ABucketThatIsNotThere) {
  const auto lake =
      Lake::Open(storage::TestStorages(), "s3://no-such-bucket-at-all/lake").ValueOrDie();
  for (const Status& status : {lake->Begin("run").status(), lake->Recover().status()}) {
    EXPECT_THAT(status.message(), StartsWith("locking the lake s3://no-such-bucket-at-all/lake: "));
    EXPECT_THAT(status.message(), HasSubstr("There is no such bucket: s3://no-such-bucket-at-all"));
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
    EXPECT_TRUE(s3::IsNoSuchBucket(status));
  }
  EXPECT_THAT(lake->ListTables().status().message(), HasSubstr("listing the lake s3://no-such"));
}

TEST_F(S3LakeTest, AJournalThatCannotBeRead) {
  Put("_tarn/journal/x.json", R"({"version":1,"run_id":"x","tables":[]})");
  const Status status = lake_->Begin("run").status();
  EXPECT_THAT(status.message(), HasSubstr("Cannot read the lake's journal " + root_));
  EXPECT_THAT(Objects(), ElementsAre("_tarn/journal/x.json"));
}

}  // namespace
}  // namespace tarn::lake
