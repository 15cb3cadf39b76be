#pragma once

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "s3/client.h"

namespace tarn::storage {

/// \brief A bucket in memory that can be listed, and counts and remembers what it was asked for.
class FakeS3 : public s3::Client {
 public:
  explicit FakeS3(std::vector<std::string> keys, size_t page_size = 1000,
                  std::string bucket = "bucket")
      : keys_(std::move(keys)), page_size_(page_size), bucket_(std::move(bucket)) {
    std::sort(keys_.begin(), keys_.end());
  }
  ~FakeS3() override {
    for (std::thread& thread : threads_) thread.join();
  }

  struct Request {
    std::string prefix;
    std::string delimiter;
    std::string after;  ///< token or start
  };

  const std::vector<Request>& requests() const { return requests_; }
  int num_requests() const { return static_cast<int>(requests_.size()); }
  /// \brief Every key and common prefix that was answered.
  const std::vector<std::string>& told() const { return told_; }

  /// \brief Answer each request on a thread of its own, after a while by chance.
  void AnswerLate() { is_late_ = true; }
  void FailAt(int request) { failing_request_ = request; }

  const std::string& bucket() const override { return bucket_; }

  arrow::Future<s3::ListPage> List(const std::string& prefix, const std::string& delimiter,
                                   const std::string& token,
                                   const std::string& start_after) override {
    requests_.push_back({prefix, delimiter, token.empty() ? start_after : token});
    if (num_requests() == failing_request_) return Status::IOError("no such luck");
    s3::ListPage page = Page(prefix, delimiter, requests_.back().after);
    for (const auto& object : page.objects) told_.push_back(object.key);
    for (const std::string& common : page.prefixes) told_.push_back(common);
    if (!is_late_) return page;
    auto future = arrow::Future<s3::ListPage>::Make();
    threads_.emplace_back([future, page, wait = std::chrono::microseconds(random_() % 500)] {
      std::this_thread::sleep_for(wait);
      arrow::Future<s3::ListPage>(future).MarkFinished(page);
    });
    return future;
  }

  arrow::Future<s3::ObjectData> Get(const std::string&, const std::string&, int64_t) override {
    return No();
  }
  arrow::Future<s3::ObjectData> GetRange(const std::string&, int64_t, int64_t, const std::string&,
                                         int64_t) override {
    return No();
  }
  arrow::Future<std::string> LookUpRegion() override { return No(); }
  arrow::Future<s3::ObjectData> Head(const std::string&) override { return No(); }
  arrow::Future<std::string> Put(const std::string&, std::shared_ptr<arrow::Buffer>,
                                 s3::Condition) override {
    return No();
  }
  arrow::Future<> Delete(const std::vector<std::string>&) override { return No(); }
  arrow::Future<> DeleteIfMatch(const std::string&, const std::string&) override { return No(); }
  arrow::Future<std::string> CreateUpload(const std::string&) override { return No(); }
  arrow::Future<std::string> UploadPart(const std::string&, const std::string&, int,
                                        std::shared_ptr<arrow::Buffer>) override {
    return No();
  }
  arrow::Future<std::string> UploadPartCopy(const std::string&, const std::string&, int,
                                            const std::string&, int64_t, int64_t) override {
    return No();
  }
  arrow::Future<> CompleteUpload(const std::string&, const std::string&,
                                 const std::vector<std::string>&) override {
    return No();
  }
  arrow::Future<> AbortUpload(const std::string&, const std::string&) override { return No(); }
  arrow::Future<s3::UploadPage> ListUploads(const std::string&, const s3::UploadPage*) override {
    return No();
  }

 private:
  static Status No() { return Status::NotImplemented("not in this test"); }

  s3::ListPage Page(const std::string& prefix, const std::string& delimiter,
                    const std::string& after) const {
    s3::ListPage page;
    std::string last;
    for (auto key = std::lower_bound(keys_.begin(), keys_.end(), std::max(prefix, after));
         key != keys_.end() && key->starts_with(prefix); ++key) {
      if (*key <= after) continue;
      std::string common;
      const size_t slash =
          delimiter.empty() ? std::string::npos : key->find(delimiter, prefix.size());
      if (slash != std::string::npos) common = key->substr(0, slash + 1);
      if (!common.empty() && (common == last || common == after)) continue;
      if (page.objects.size() + page.prefixes.size() == page_size_) {
        page.next_token = last;
        break;
      }
      last = common.empty() ? *key : common;
      if (common.empty()) {
        page.objects.push_back({*key, 1, 1, "\"etag\""});
      } else {
        page.prefixes.push_back(common);
      }
    }
    return page;
  }

  std::vector<std::string> keys_;
  const size_t page_size_;
  const std::string bucket_;
  bool is_late_ = false;
  int failing_request_ = 0;
  std::vector<Request> requests_;
  std::vector<std::string> told_;
  std::mt19937 random_{1};
  std::vector<std::thread> threads_;
};

}  // namespace tarn::storage
