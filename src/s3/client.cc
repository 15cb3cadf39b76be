#include "s3/client.h"

#include <fmt/format.h>

#include "s3/bucket_service.h"
#include "s3/result_of.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

using arrow::Future;

// What is the matter, when S3 tells it at all, stands with the first key.
Status DeleteStatus(const HttpResponse& response, const std::string& bucket) {
  ARROW_ASSIGN_OR_RAISE(const auto errors, ParseDeleteErrors(std::string_view(*response.body)));
  if (errors.empty()) return Status::OK();
  const auto& [key, error] = errors.front();
  return ErrorStatus("DeleteObjects", ToUri({bucket, key}), error);
}

ObjectData ToObjectData(const HttpResponse& response) {
  ObjectData object{response.body, std::string(response.header("etag"))};
  object.modified_s = ParseHttpDate(response.header("last-modified"));
  object.server_time_s = ParseHttpDate(response.header("date"));
  // "bytes 0-9/100" tells the object's size behind the slash.
  const std::string_view range = response.header("content-range");
  const std::string size(range.empty() ? response.header("content-length")
                                       : range.substr(range.find('/') + 1));
  object.size_bytes = std::atoll(size.c_str());
  return object;
}

Future<> IgnoreNotFound(const Future<>& future) {
  return future.Then([] { return Status::OK(); },
                     [](const Status& status) {
                       return IsNotFound(status) || CodeOf(status) == "NoSuchUpload" ? Status::OK()
                                                                                     : status;
                     });
}

class HttpClient : public Client {
 public:
  HttpClient(std::string bucket, Settings settings,
             std::shared_ptr<CredentialsProvider> credentials, std::unique_ptr<HttpLoop> loop)
      : bucket_(std::move(bucket)),
        settings_(std::move(settings)),
        credentials_(std::move(credentials)),
        service_(bucket_, settings_),
        loop_(std::move(loop)) {
    service_.credentials = credentials_.get();
  }

  const std::string& bucket() const override { return bucket_; }

  Future<std::string> LookUpRegion() override {
    CallSpec spec{"HeadBucket", "HEAD", "", {}, {}, nullptr};
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return std::string(response.header("x-amz-bucket-region"));
    });
  }

  Future<ObjectData> Get(const std::string& key, const std::string& if_match) override {
    return GetObject(key, if_match, "");
  }

  Future<ObjectData> GetRange(const std::string& key, int64_t offset, int64_t length,
                              const std::string& if_match) override {
    return GetObject(key, if_match, fmt::format("bytes={}-{}", offset, offset + length - 1));
  }

  Future<ObjectData> Head(const std::string& key) override {
    CallSpec spec{"HeadObject", "HEAD", key, {}, {}, nullptr};
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return ToObjectData(response);
    });
  }

  Future<ListPage> List(const std::string& prefix, const std::string& delimiter,
                        const std::string& token, const std::string& start_after) override {
    CallSpec spec{"ListObjectsV2", "GET", "", {}, {}, nullptr};
    if (!token.empty()) spec.query.emplace_back("continuation-token", token);
    if (!delimiter.empty()) spec.query.emplace_back("delimiter", delimiter);
    spec.query.emplace_back("encoding-type", "url");
    spec.query.emplace_back("list-type", "2");
    spec.query.emplace_back("prefix", prefix);
    if (token.empty() && !start_after.empty()) spec.query.emplace_back("start-after", start_after);
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return ParseListPage(std::string_view(*response.body));
    });
  }

  Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                          Condition condition) override {
    CallSpec spec{"PutObject", "PUT", key, {}, {}, std::move(bytes)};
    AddEncryption(&spec);
    if (!condition.if_match.empty()) spec.headers.emplace_back("If-Match", condition.if_match);
    if (condition.if_none_match) spec.headers.emplace_back("If-None-Match", "*");
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return std::string(response.header("etag"));
    });
  }

  Future<> Delete(const std::vector<std::string>& keys) override {
    if (keys.empty()) return Future<>::MakeFinished();
    CallSpec spec{"DeleteObjects", "POST", "", {{"delete", ""}}, {}, nullptr};
    std::string body = DeleteBody(keys);
    spec.headers.emplace_back("Content-MD5", Md5Base64(body));
    spec.headers.emplace_back("Content-Type", "application/xml");
    spec.body = arrow::Buffer::FromString(std::move(body));
    return Send(std::move(spec)).Then([this](const HttpResponse& response) {
      return DeleteStatus(response, bucket_);
    });
  }

  Future<> DeleteIfMatch(const std::string& key, const std::string& etag) override {
    CallSpec spec{"DeleteObject", "DELETE", key, {}, {{"If-Match", etag}}, nullptr};
    return IgnoreNotFound(Done(Send(std::move(spec))));
  }

  Future<std::string> CreateUpload(const std::string& key) override {
    CallSpec spec{"CreateMultipartUpload", "POST", key, {{"uploads", ""}}, {}, EmptyBody()};
    AddEncryption(&spec);
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return ParseUploadId(std::string_view(*response.body));
    });
  }

  Future<std::string> UploadPart(const std::string& key, const std::string& upload_id, int number,
                                 std::shared_ptr<arrow::Buffer> bytes) override {
    CallSpec spec{"UploadPart", "PUT",
                  key,          {{"partNumber", std::to_string(number)}, {"uploadId", upload_id}},
                  {},           std::move(bytes)};
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return std::string(response.header("etag"));
    });
  }

  Future<std::string> UploadPartCopy(const std::string& key, const std::string& upload_id,
                                     int number, const std::string& source_key, int64_t offset,
                                     int64_t length) override {
    CallSpec spec{"UploadPartCopy",
                  "PUT",
                  key,
                  {{"partNumber", std::to_string(number)}, {"uploadId", upload_id}},
                  {},
                  EmptyBody()};
    spec.headers.push_back(CopySource(source_key));
    spec.headers.emplace_back("X-Amz-Copy-Source-Range",
                              fmt::format("bytes={}-{}", offset, offset + length - 1));
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return ParseCopiedPart(std::string_view(*response.body));
    });
  }

  Future<> CompleteUpload(const std::string& key, const std::string& upload_id,
                          const std::vector<std::string>& etags) override {
    CallSpec spec{"CompleteMultipartUpload", "POST", key, {{"uploadId", upload_id}}, {}, nullptr};
    spec.headers.emplace_back("Content-Type", "application/xml");
    spec.body = arrow::Buffer::FromString(CompleteBody(etags));
    // An upload that is gone may have been completed by an attempt whose answer was lost.
    return Done(Send(std::move(spec)))
        .Then([] { return Future<>::MakeFinished(); },
              [this, key](const Status& status) -> Future<> {
                if (CodeOf(status) != "NoSuchUpload") return status;
                return Head(key).Then([](const ObjectData&) { return Status::OK(); },
                                      [status](const Status&) { return status; });
              });
  }

  Future<> AbortUpload(const std::string& key, const std::string& upload_id) override {
    CallSpec spec{"AbortMultipartUpload", "DELETE", key, {{"uploadId", upload_id}}, {}, nullptr};
    return IgnoreNotFound(Done(Send(std::move(spec))));
  }

  Future<UploadPage> ListUploads(const std::string& prefix, const UploadPage* after) override {
    CallSpec spec{"ListMultipartUploads", "GET", "", {{"encoding-type", "url"}}, {}, nullptr};
    if (after != nullptr) spec.query.emplace_back("key-marker", after->next_key);
    spec.query.emplace_back("prefix", prefix);
    if (after != nullptr) spec.query.emplace_back("upload-id-marker", after->next_upload_id);
    spec.query.emplace_back("uploads", "");
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return ParseUploadPage(std::string_view(*response.body));
    });
  }

 private:
  static std::shared_ptr<arrow::Buffer> EmptyBody() { return arrow::Buffer::FromString(""); }

  std::pair<std::string, std::string> CopySource(const std::string& key) const {
    return {"X-Amz-Copy-Source",
            fmt::format("/{}/{}", bucket_, PercentEncode(key, /*keep_slash=*/true))};
  }

  static Future<> Done(const Future<HttpResponse>& future) {
    return future.Then([](const HttpResponse&) { return Status::OK(); });
  }

  Future<HttpResponse> Send(CallSpec spec) {
    if (settings_.requester_pays) spec.headers.emplace_back("X-Amz-Request-Payer", "requester");
    return s3::Send(loop_.get(), &service_, std::move(spec));
  }

  Future<ObjectData> GetObject(const std::string& key, const std::string& if_match,
                               std::string range) {
    CallSpec spec{"GetObject", "GET", key, {}, {}, nullptr};
    if (!if_match.empty()) spec.headers.emplace_back("If-Match", if_match);
    if (!range.empty()) spec.headers.emplace_back("Range", std::move(range));
    return Send(std::move(spec)).Then([](const HttpResponse& response) {
      return ToObjectData(response);
    });
  }

  void AddEncryption(CallSpec* spec) const {
    if (settings_.encryption.empty()) return;
    spec->headers.emplace_back("X-Amz-Server-Side-Encryption", settings_.encryption);
    if (settings_.kms_key_id.empty()) return;
    spec->headers.emplace_back("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", settings_.kms_key_id);
  }

  const std::string bucket_;
  const Settings settings_;
  const std::shared_ptr<CredentialsProvider> credentials_;
  BucketService service_;
  const std::unique_ptr<HttpLoop> loop_;  // ends before what its calls use
};

}  // namespace

Result<std::shared_ptr<Client>> Client::Make(const std::string& bucket, Settings settings) {
  ARROW_ASSIGN_OR_RAISE(auto credentials, CredentialsProvider::Make(settings));
  ARROW_RETURN_NOT_OK(credentials->Get().status());
  HttpLoop::Options options;
  options.ca_file = settings.ca_file;
  ARROW_ASSIGN_OR_RAISE(auto loop, HttpLoop::Start(std::move(options)));
  return std::make_shared<HttpClient>(bucket, std::move(settings), std::move(credentials),
                                      std::move(loop));
}

}  // namespace tarn::s3
