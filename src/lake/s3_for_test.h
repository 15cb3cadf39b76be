#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lake/random_token.h"
#include "lake/s3_objects.h"
#include "lake/table_for_test.h"
#include "s3/buckets.h"
#include "s3/client.h"
#include "s3/many_calls.h"
#include "s3/s3_error.h"
#include "s3/uri.h"
#include "storage/storages_for_test.h"

namespace tarn::lake {

/// \brief Whether it comes true within a minute: what hangs on a server's clock or on a machine
/// under load has no exact time.
template <class Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

/// \brief A prefix of its own in the bucket of scripts/with-s3, emptied when the test ends.
class S3Test : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("TARN_TEST_S3") == nullptr) GTEST_SKIP() << "no S3 server: scripts/with-s3";
    const auto client = storage::TestStorages()->buckets()->Open(std::getenv("TARN_TEST_BUCKET"));
    ASSERT_TRUE(client.ok()) << client.status();
    client_ = *client;
    prefix_ = "lakes/" + RandomToken() + "/";
    root_ = s3::ToUri({client_->bucket(), prefix_.substr(0, prefix_.size() - 1)});
  }

  void TearDown() override {
    if (client_ == nullptr) return;
    std::vector<std::string> keys;
    for (const std::string& name : Objects()) keys.push_back(prefix_ + name);
    EXPECT_TRUE(s3::DeleteObjects(client_.get(), keys).ok());
    EXPECT_TRUE(AbortUploads(client_.get(), *ListUploads(client_.get(), prefix_)).ok());
  }

  /// \brief Keys below the prefix, without it, sorted.
  std::vector<std::string> Objects() const {
    std::vector<std::string> names;
    const Status status =
        VisitPages(client_.get(), prefix_, "", [&](const s3::ListPage& page) -> Result<bool> {
          for (const auto& object : page.objects) {
            names.push_back(object.key.substr(prefix_.size()));
          }
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
    return names;
  }

  /// \brief The same without the tokens in names, which no two runs share.
  std::vector<std::string> PlainObjects() const {
    std::vector<std::string> names = Objects();
    for (std::string& name : names) name = WithoutToken(std::move(name));
    return names;
  }

  /// \brief Keys of unfinished uploads below the prefix, without it.
  std::vector<std::string> Uploads() const {
    const auto uploads = ListUploads(client_.get(), prefix_);
    EXPECT_TRUE(uploads.ok()) << uploads.status();
    std::vector<std::string> names;
    for (const auto& upload : *uploads) names.push_back(upload.key.substr(prefix_.size()));
    return names;
  }

  std::string Put(const std::string& name, const std::string& content) const {
    const auto etag = client_->Put(prefix_ + name, arrow::Buffer::FromString(content)).result();
    EXPECT_TRUE(etag.ok()) << etag.status();
    return *etag;
  }

  std::shared_ptr<s3::Client> client_;
  std::string prefix_;
  std::string root_;
};

/// \brief A client that passes all calls on. Tests override what shall go another way.
class PassingClient : public s3::Client {
 public:
  explicit PassingClient(std::shared_ptr<s3::Client> client) : client_(std::move(client)) {}

  const std::string& bucket() const override { return client_->bucket(); }
  arrow::Future<s3::ObjectData> Get(const std::string& key, const std::string& if_match,
                                    int64_t size_bytes) override {
    return client_->Get(key, if_match, size_bytes);
  }
  arrow::Future<s3::ObjectData> GetRange(const std::string& key, int64_t offset, int64_t length,
                                         const std::string& if_match, int64_t size_bytes) override {
    return client_->GetRange(key, offset, length, if_match, size_bytes);
  }
  arrow::Future<std::string> LookUpRegion() override { return client_->LookUpRegion(); }
  arrow::Future<s3::ObjectData> Head(const std::string& key) override { return client_->Head(key); }
  arrow::Future<s3::ListPage> List(const std::string& prefix, const std::string& delimiter,
                                   const std::string& token,
                                   const std::string& start_after) override {
    return client_->List(prefix, delimiter, token, start_after);
  }
  arrow::Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                                 s3::Condition condition) override {
    return client_->Put(key, std::move(bytes), std::move(condition));
  }
  arrow::Future<> Delete(const std::vector<std::string>& keys) override {
    return client_->Delete(keys);
  }
  arrow::Future<> DeleteIfMatch(const std::string& key, const std::string& etag) override {
    return client_->DeleteIfMatch(key, etag);
  }
  arrow::Future<std::string> CreateUpload(const std::string& key) override {
    return client_->CreateUpload(key);
  }
  arrow::Future<std::string> UploadPart(const std::string& key, const std::string& upload_id,
                                        int number, std::shared_ptr<arrow::Buffer> bytes) override {
    return client_->UploadPart(key, upload_id, number, std::move(bytes));
  }
  arrow::Future<std::string> UploadPartCopy(const std::string& key, const std::string& upload_id,
                                            int number, const std::string& source_key,
                                            int64_t offset, int64_t length) override {
    return client_->UploadPartCopy(key, upload_id, number, source_key, offset, length);
  }
  arrow::Future<> CompleteUpload(const std::string& key, const std::string& upload_id,
                                 const std::vector<std::string>& etags) override {
    return client_->CompleteUpload(key, upload_id, etags);
  }
  arrow::Future<> AbortUpload(const std::string& key, const std::string& upload_id) override {
    return client_->AbortUpload(key, upload_id);
  }
  arrow::Future<s3::UploadPage> ListUploads(const std::string& prefix,
                                            const s3::UploadPage* after) override {
    return client_->ListUploads(prefix, after);
  }

  /// \brief What a service answers to a condition that it does not know.
  static Status NotImplemented() {
    return s3::ErrorStatus("PutObject", "s3://test", {501, "NotImplemented", ""});
  }

 protected:
  const std::shared_ptr<s3::Client> client_;
};

}  // namespace tarn::lake
