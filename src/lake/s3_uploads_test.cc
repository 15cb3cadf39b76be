#include "lake/s3_uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "lake/s3_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr int64_t kMiB = 1 << 20;

// Counts what is under way, and may fail a part.
class CountingClient : public PassingClient {
 public:
  using PassingClient::PassingClient;
  arrow::Future<std::string> UploadPart(const std::string& key, const std::string& upload_id,
                                        int number, std::shared_ptr<arrow::Buffer> bytes) override {
    if (number == failing_part) return Status::IOError("the network is gone");
    const int64_t num_bytes = bytes->size();
    in_flight += num_bytes;
    most_in_flight = std::max(most_in_flight.load(), in_flight.load());
    auto sent = PassingClient::UploadPart(key, upload_id, number, std::move(bytes));
    return sent.Then([this, num_bytes](const std::string& etag) {
      in_flight -= num_bytes;
      return etag;
    });
  }

  int failing_part = 0;
  std::atomic<int64_t> in_flight = 0;
  std::atomic<int64_t> most_in_flight = 0;
};

Status Nothing() { return Status::OK(); }

class S3UploadsTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    if (!IsSkipped()) counting_ = std::make_shared<CountingClient>(client_);
  }

  std::shared_ptr<S3Uploads> Make(UploadLimits limits = {}) const {
    return std::make_shared<S3Uploads>(counting_, limits);
  }

  Status Write(S3Uploads* uploads, const std::string& name, const std::string& content,
               size_t bytes_per_write) const {
    const auto stream = uploads->NewObject(prefix_ + name);
    for (size_t at = 0; at < content.size(); at += bytes_per_write) {
      ARROW_RETURN_NOT_OK(stream->Write(std::string_view(content).substr(at, bytes_per_write)));
    }
    EXPECT_EQ(stream->Tell().ValueOrDie(), static_cast<int64_t>(content.size()));
    return stream->Close();
  }

  std::string Content(const std::string& name) const {
    const auto object = client_->Get(prefix_ + name).result();
    EXPECT_TRUE(object.ok()) << object.status();
    return object.ok() ? object->bytes->ToString() : "";
  }

  std::shared_ptr<CountingClient> counting_;
};

std::string Text(int64_t num_bytes) {
  std::string text(static_cast<size_t>(num_bytes), '\0');
  for (size_t at = 0; at < text.size(); ++at) text[at] = static_cast<char>('a' + at % 23);
  return text;
}

TEST_F(S3UploadsTest, KeepsObjectsOfAnySizeUntilPublish) {
  const auto uploads = Make({.part_bytes = 5 * kMiB});
  const std::vector<int64_t> sizes = {0, 1, 5 * kMiB - 1, 5 * kMiB, 5 * kMiB + 1, 17 * kMiB};
  for (const int64_t size : sizes) {
    ASSERT_TRUE(Write(uploads.get(), std::to_string(size), Text(size), 300'007).ok());
  }
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_THAT(Uploads(), SizeIs(3));
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_THAT(Uploads(), IsEmpty());
  for (const int64_t size : sizes) EXPECT_TRUE(Content(std::to_string(size)) == Text(size)) << size;
}

TEST_F(S3UploadsTest, CopiesInsideS3) {
  Put("source é", Text(11 * kMiB));
  const auto uploads = Make({.copied_part_bytes = 5 * kMiB});
  uploads->NewCopy(prefix_ + "source é", 11 * kMiB, prefix_ + "copy");
  ASSERT_TRUE(uploads->WaitForParts().ok());
  EXPECT_THAT(Objects(), ElementsAre("source é"));
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_TRUE(Content("copy") == Text(11 * kMiB));
  EXPECT_EQ(counting_->most_in_flight, 0);
  uploads->NewCopy(prefix_ + "nothing", 1, prefix_ + "copy");
  EXPECT_THAT(uploads->WaitForParts().message(), HasSubstr("UploadPartCopy"));
  EXPECT_TRUE(uploads->Drop().ok());
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3UploadsTest, PublishesThoseThatAreKeptAlone) {
  const auto uploads = Make({.part_bytes = 5 * kMiB});
  for (const char* name : {"small", "dropped small"}) {
    ASSERT_TRUE(Write(uploads.get(), name, "text", 4).ok());
  }
  for (const char* name : {"large", "dropped large"}) {
    ASSERT_TRUE(Write(uploads.get(), name, Text(6 * kMiB), kMiB).ok());
  }
  auto unfinished = uploads->NewObject(prefix_ + "unfinished");
  ASSERT_TRUE(unfinished->Write(Text(6 * kMiB)).ok());
  ASSERT_TRUE(uploads->DropAllBut({prefix_ + "small", prefix_ + "large"}).ok());
  EXPECT_THAT(Uploads(), SizeIs(1));
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_THAT(Objects(), UnorderedElementsAre("small", "large"));
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3UploadsTest, CopiesAnEmptyObject) {
  const auto uploads = Make({});
  uploads->NewCopy(prefix_ + "source", 0, prefix_ + "copy");
  ASSERT_TRUE(uploads->WaitForParts().ok());
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_EQ(Content("copy"), "");
}

TEST_F(S3UploadsTest, BoundsTheBytesInFlight) {
  const auto uploads = Make({.part_bytes = 5 * kMiB, .parts_in_flight = 2});
  ASSERT_TRUE(Write(uploads.get(), "large", Text(64 * kMiB), 64 * kMiB).ok());
  EXPECT_LE(counting_->most_in_flight, 3 * 5 * kMiB);
  EXPECT_EQ(counting_->in_flight, 0);
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_TRUE(Content("large") == Text(64 * kMiB));
}

TEST_F(S3UploadsTest, SendsSmallObjectsWhenTooManyWait) {
  const auto uploads = Make({.held_bytes = 3000, .small_in_flight_bytes = 2500});
  for (int number = 0; number < 10; ++number) {
    ASSERT_TRUE(Write(uploads.get(), std::to_string(number), Text(1000), 1000).ok());
  }
  ASSERT_TRUE(uploads->WaitForParts().ok());
  EXPECT_LE(counting_->most_in_flight, 2500);
  EXPECT_THAT(Uploads(), SizeIs(7));
  EXPECT_THAT(Objects(), IsEmpty());
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_THAT(Objects(), SizeIs(10));
  EXPECT_EQ(Content("9"), Text(1000));
}

TEST(UploadLimitsTest, AreLoweredToTheMemory) {
  const UploadLimits defaults;
  const UploadLimits same = defaults.Within(int64_t{1} << 30);
  EXPECT_EQ(same.held_bytes, defaults.held_bytes);
  EXPECT_EQ(same.small_in_flight_bytes, defaults.small_in_flight_bytes);
  EXPECT_EQ(same.parts_in_flight, defaults.parts_in_flight);
  const UploadLimits less = defaults.Within(64 * kMiB);
  EXPECT_EQ(less.held_bytes, 32 * kMiB);
  EXPECT_EQ(less.small_in_flight_bytes, 8 * kMiB);
  EXPECT_EQ(less.parts_in_flight, 1u);
  EXPECT_EQ(defaults.Within(0).parts_in_flight, 1u);
}

// Without memory every object is sent at once, one after the other.
TEST_F(S3UploadsTest, SendsWhatMemoryDoesNotHold) {
  const auto uploads = Make({.part_bytes = 5 * kMiB});
  uploads->LimitMemory(0);
  for (int number = 0; number < 4; ++number) {
    ASSERT_TRUE(Write(uploads.get(), std::to_string(number), Text(1000), 1000).ok());
  }
  ASSERT_TRUE(uploads->WaitForParts().ok());
  EXPECT_EQ(counting_->most_in_flight, 1000);
  EXPECT_THAT(Uploads(), SizeIs(4));
  ASSERT_TRUE(Write(uploads.get(), "large", Text(32 * kMiB), 32 * kMiB).ok());
  EXPECT_LE(counting_->most_in_flight, 2 * 5 * kMiB);
  ASSERT_TRUE(uploads->Publish(Nothing).ok());
  EXPECT_THAT(Objects(), SizeIs(5));
}

TEST_F(S3UploadsTest, DropLeavesNothing) {
  const auto uploads = Make({.part_bytes = 5 * kMiB, .held_bytes = 1000});
  ASSERT_TRUE(Write(uploads.get(), "held", Text(1000), 1000).ok());
  ASSERT_TRUE(Write(uploads.get(), "sent", Text(1000), 1000).ok());
  const auto open = uploads->NewObject(prefix_ + "open");
  ASSERT_TRUE(open->Write(Text(6 * kMiB)).ok());
  ASSERT_TRUE(uploads->Drop().ok());
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3UploadsTest, TellsWhenAPartCouldNotBeSent) {
  counting_->failing_part = 1;
  const auto large = Make({.part_bytes = 5 * kMiB});
  EXPECT_THAT(Write(large.get(), "large", Text(40 * kMiB), kMiB).message(),
              HasSubstr("the network is gone"));
  EXPECT_TRUE(large->Drop().ok());
  const auto small = Make({.held_bytes = 0});
  EXPECT_TRUE(Write(small.get(), "small", "x", 1).ok());
  EXPECT_THAT(small->WaitForParts().message(), HasSubstr("the network is gone"));
  EXPECT_TRUE(small->Drop().ok());
  EXPECT_THAT(Uploads(), IsEmpty());
}

TEST_F(S3UploadsTest, AnErrorBeforeAnObjectEndsPublishing) {
  const auto uploads = Make();
  for (const char* name : {"1", "2", "3"}) ASSERT_TRUE(Write(uploads.get(), name, "x", 1).ok());
  int num_calls = 0;
  const Status status = uploads->Publish(
      [&] { return ++num_calls == 3 ? Status::Invalid("the lock is lost") : Status::OK(); });
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_THAT(Objects(), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace tarn::lake
