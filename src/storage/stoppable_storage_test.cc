#include "storage/stoppable_storage.h"

#include <gtest/gtest.h>

#include <thread>

#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::storage {
namespace {

constexpr double kPatienceSeconds = 20;

// Answers reads when it is told to.
class Silent : public Storage {
 public:
  Result<std::vector<ObjectInfo>> List(const std::string&, const Period&,
                                       std::vector<std::string>*) override {
    return std::vector<ObjectInfo>();
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectInfo&) override {
    return Status::NotImplemented("");
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadRange(const ObjectInfo&, int64_t, int64_t) override {
    return Status::NotImplemented("");
  }
  bool is_remote() const override { return true; }
  BufferFuture ReadAsync(const ObjectInfo&) override { return read; }
  BufferFuture ReadRangeAsync(const ObjectInfo&, int64_t, int64_t) override { return read; }
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string&) override {
    return Status::NotImplemented("");
  }
  Status Delete(const std::vector<std::string>&) override { return Status::OK(); }

  BufferFuture read = BufferFuture::Make();
};

TEST(StoppableReads, EndWhenTheyAreAnswered) {
  const auto silent = std::make_shared<Silent>();
  const auto storage = StoppableReads(silent, arrow::StopToken::Unstoppable());
  const BufferFuture read = storage->ReadAsync({"s3://b/a"});
  EXPECT_FALSE(read.is_finished());
  silent->read.MarkFinished(arrow::Buffer::FromString("text"));
  EXPECT_EQ((*read.result())->ToString(), "text");
  EXPECT_EQ((*storage->Read({"s3://b/a"}))->ToString(), "text");
  EXPECT_EQ((*storage->ReadRange({"s3://b/a"}, 0, 4))->ToString(), "text");
}

TEST(StoppableReads, EndAtTheStop) {
  const auto silent = std::make_shared<Silent>();
  arrow::StopSource source;
  const auto storage = StoppableReads(silent, source.token());
  const BufferFuture read = storage->ReadAsync({"s3://b/a"});
  std::thread reader(
      [&] { EXPECT_TRUE(storage->ReadRange({"s3://b/a"}, 0, 4).status().IsCancelled()); });
  source.RequestStop();
  ASSERT_TRUE(read.Wait(kPatienceSeconds));
  EXPECT_TRUE(read.status().IsCancelled());
  reader.join();
  EXPECT_TRUE(storage->ReadAsync({"s3://b/a"}).status().IsCancelled());
  // The answer comes when it is no longer waited for.
  silent->read.MarkFinished(arrow::Buffer::FromString("late"));
  EXPECT_TRUE(read.status().IsCancelled());
}

TEST(StoppableReads, DisksAreLeftAsTheyAre) {
  const auto disk = TestStorages()->For("/").ValueOrDie();
  EXPECT_EQ(StoppableReads(disk, arrow::StopToken::Unstoppable()), disk);
}

TEST(ListUntil, Lists) {
  const TemporaryFolder folder;
  folder.Write("a.json", "{}");
  const std::vector<std::string> globs = {folder / "*.json"};
  EXPECT_EQ(ListUntil(*TestStorages(), arrow::StopToken::Unstoppable(), globs)->files.size(), 1);
}

}  // namespace
}  // namespace tarn::storage
