#include "s3/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "s3/bucket_service.h"
#include "s3/listing_bounds.h"
#include "s3/parted_etag.h"
#include "s3/result_of.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

using arrow::Future;

// An answer that fails must hold S3's whole error.
constexpr int64_t kErrorBytesMax = 1 << 20;
// Of an object that no listing returned, such as a journal.
constexpr int64_t kUnknownSizeBytesMax = 1 << 30;
// Certificates, proxies and signatures would be blamed for it.
constexpr std::string_view kInRegions =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

Status CheckRegion(const std::string& region) {
  if (region.find_first_not_of(kInRegions) == std::string::npos) return Status::OK();
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("Not a region's name; check AWS_REGION, AWS_DEFAULT_REGION, the "
                               "profile's region and `region` in tarn.toml: '{}'",
                               region));
}

// The outcome, if it covers each key.
Result<DeleteOutcome> ReadDeleteAnswer(const HttpResponse& response,
                                       const std::vector<std::string>& keys) {
  ARROW_ASSIGN_OR_RAISE(auto outcome, ParseDeleteOutcome(std::string_view(*response.body)));
  std::set<std::string_view> told(outcome.deleted.begin(), outcome.deleted.end());
  for (const auto& [key, error] : outcome.errors) told.insert(key);
  for (const std::string& key : keys) {
    if (!told.contains(key)) return Status::IOError("it does not report the result for ", key);
  }
  return outcome;
}

Status DeleteStatus(const DeleteOutcome& outcome, const std::string& bucket) {
  for (const auto& [key, error] : outcome.errors) {
    const Status status = ErrorStatus("DeleteObjects", ToUri({bucket, key}), error);
    if (!IsNotFound(status)) return status;
  }
  return Status::OK();
}

// Whether the object is the one that these parts make.
bool IsMadeOf(const std::vector<std::string>& etags, const HttpResponse& head) {
  const std::string_view etag = head.header("etag");
  const auto expected = PartedEtag(etags);
  if (expected && IsSameEtag(etag, *expected)) return true;
  const bool tells_bytes =
      expected && !head.header("x-amz-server-side-encryption").starts_with("aws:kms");
  const std::string num_parts = fmt::format("-{}", etags.size());
  return !tells_bytes && (etag.ends_with(num_parts) || etag.ends_with(num_parts + "\""));
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
  HttpClient(std::string bucket, BucketSettings settings,
             std::shared_ptr<CredentialsProvider> credentials, std::unique_ptr<HttpLoop> loop)
      : bucket_(std::move(bucket)),
        settings_(std::move(settings)),
        credentials_(std::move(credentials)),
        service_(bucket_, settings_),
        loop_(std::move(loop)) {
    service_.credentials = credentials_.get();
  }

  void End() override { loop_->End(); }

  const std::string& bucket() const override { return bucket_; }

  Future<std::string> LookUpRegion() override {
    CallSpec spec{"HeadBucket", "HEAD", "", {}, {}, nullptr};
    return Ask<std::string>(std::move(spec), [](const HttpResponse& response) {
      return std::string(response.header("x-amz-bucket-region"));
    });
  }

  Future<ObjectData> Get(const std::string& key, const std::string& if_match,
                         int64_t size_bytes) override {
    return GetObject(key, {std::nullopt, if_match, size_bytes});
  }

  Future<ObjectData> GetRange(const std::string& key, int64_t offset, int64_t length,
                              const std::string& if_match, int64_t size_bytes) override {
    return GetObject(key, {ByteRange{offset, length}, if_match, size_bytes});
  }

  Future<ObjectData> Head(const std::string& key) override {
    return Ask<ObjectData>(HeadObject(key), ReadHeadAnswer);
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
    const AskedPage asked{prefix, token, start_after, !IsDirectoryBucket(bucket_)};
    return Ask<ListPage>(
        std::move(spec), [asked](const HttpResponse& response) -> Result<ListPage> {
          ARROW_ASSIGN_OR_RAISE(ListPage page, ParseListPage(std::string_view(*response.body)));
          ARROW_RETURN_NOT_OK(CheckPage(page, asked));
          return page;
        });
  }

  Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                          Condition condition) override {
    CallSpec spec{"PutObject", "PUT", key, {}, {}, std::move(bytes)};
    AddEncryption(&spec);
    if (!condition.if_match.empty()) spec.headers.emplace_back("If-Match", condition.if_match);
    if (condition.if_none_match) spec.headers.emplace_back("If-None-Match", "*");
    return Ask<std::string>(std::move(spec), ReadWriteAnswer);
  }

  Future<> Delete(const std::vector<std::string>& keys) override {
    std::vector<std::string> batch;
    std::vector<Future<>> calls;
    for (const std::string& key : keys) {
      if (FitsDeleteBody(key)) {
        batch.push_back(key);
      } else {
        calls.push_back(DeleteOne(key));
      }
    }
    if (!batch.empty()) calls.push_back(DeleteBatch(batch));
    return arrow::AllFinished(calls);
  }

  Future<> DeleteIfMatch(const std::string& key, const std::string& etag) override {
    CallSpec spec{"DeleteObject", "DELETE", key, {}, {{"If-Match", etag}}, nullptr, CheckNoBody};
    return IgnoreNotFound(Done(std::move(spec)));
  }

  Future<std::string> CreateUpload(const std::string& key) override {
    CallSpec spec{"CreateMultipartUpload", "POST", key, {{"uploads", ""}}, {}, EmptyBody()};
    AddEncryption(&spec);
    return Ask<std::string>(std::move(spec), [](const HttpResponse& response) {
      return ParseUploadId(std::string_view(*response.body));
    });
  }

  Future<std::string> UploadPart(const std::string& key, const std::string& upload_id, int number,
                                 std::shared_ptr<arrow::Buffer> bytes) override {
    CallSpec spec{"UploadPart", "PUT",
                  key,          {{"partNumber", std::to_string(number)}, {"uploadId", upload_id}},
                  {},           std::move(bytes)};
    return Ask<std::string>(std::move(spec), ReadWriteAnswer);
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
    return Ask<std::string>(std::move(spec), [](const HttpResponse& response) {
      return ParseCopiedPart(std::string_view(*response.body));
    });
  }

  Future<> CompleteUpload(const std::string& key, const std::string& upload_id,
                          const std::vector<std::string>& etags) override {
    CallSpec spec{"CompleteMultipartUpload", "POST", key, {{"uploadId", upload_id}}, {}, nullptr};
    spec.check = [](const HttpResponse& response) {
      return ParseCompletedUpload(std::string_view(*response.body));
    };
    spec.headers.emplace_back("Content-Type", "application/xml");
    spec.body = arrow::Buffer::FromString(CompleteBody(etags));
    // An upload that is gone may have been completed by an attempt whose answer was lost.
    return Done(std::move(spec))
        .Then([] { return Future<>::MakeFinished(); },
              [this, key, etags](const Status& status) -> Future<> {
                if (CodeOf(status) != "NoSuchUpload") return status;
                return Send(HeadObject(key))
                    .Then(
                        [status, etags](const HttpResponse& head) {
                          return IsMadeOf(etags, head) ? Status::OK() : status;
                        },
                        [status](const Status&) { return status; });
              });
  }

  Future<> AbortUpload(const std::string& key, const std::string& upload_id) override {
    CallSpec spec{
        "AbortMultipartUpload", "DELETE", key, {{"uploadId", upload_id}}, {}, nullptr, CheckNoBody};
    return IgnoreNotFound(Done(std::move(spec)));
  }

  Future<UploadPage> ListUploads(const std::string& prefix, const UploadPage* after) override {
    CallSpec spec{"ListMultipartUploads", "GET", "", {{"encoding-type", "url"}}, {}, nullptr};
    if (after != nullptr) spec.query.emplace_back("key-marker", after->next_key);
    spec.query.emplace_back("prefix", prefix);
    if (after != nullptr) spec.query.emplace_back("upload-id-marker", after->next_upload_id);
    spec.query.emplace_back("uploads", "");
    const auto before = after == nullptr
                            ? std::nullopt
                            : std::optional(UploadPage{{}, after->next_key, after->next_upload_id});
    return Ask<UploadPage>(
        std::move(spec), [prefix, before](const HttpResponse& response) -> Result<UploadPage> {
          ARROW_ASSIGN_OR_RAISE(UploadPage page, ParseUploadPage(std::string_view(*response.body)));
          ARROW_RETURN_NOT_OK(CheckUploadPage(page, prefix, before ? &*before : nullptr));
          return page;
        });
  }

 private:
  static std::shared_ptr<arrow::Buffer> EmptyBody() { return arrow::Buffer::FromString(""); }

  std::pair<std::string, std::string> CopySource(const std::string& key) const {
    return {"X-Amz-Copy-Source",
            fmt::format("/{}/{}", bucket_, PercentEncode(key, /*keep_slash=*/true))};
  }

  static CallSpec HeadObject(const std::string& key) {
    return {"HeadObject", "HEAD", key, {}, {}, nullptr};
  }

  Future<> DeleteOne(const std::string& key) {
    return IgnoreNotFound(Done({"DeleteObject", "DELETE", key, {}, {}, nullptr, CheckNoBody}));
  }

  Future<> DeleteBatch(const std::vector<std::string>& keys) {
    CallSpec spec{"DeleteObjects", "POST", "", {{"delete", ""}}, {}, nullptr};
    std::string body = DeleteBody(keys);
    spec.headers.emplace_back("Content-MD5", Md5Base64(body));
    spec.headers.emplace_back("Content-Type", "application/xml");
    spec.body = arrow::Buffer::FromString(std::move(body));
    return Ask<DeleteOutcome>(
               std::move(spec),
               [keys](const HttpResponse& response) { return ReadDeleteAnswer(response, keys); })
        .Then([this](const DeleteOutcome& outcome) { return DeleteStatus(outcome, bucket_); });
  }

  void AddPayer(CallSpec* spec) const {
    if (!settings_.requester_pays.value_or(false)) return;
    spec->headers.emplace_back("X-Amz-Request-Payer", "requester");
  }

  // What `read` makes of the answer, and finds nothing wrong with.
  template <class T>
  Future<T> Ask(CallSpec spec, std::function<Result<T>(const HttpResponse&)> read) {
    AddPayer(&spec);
    return s3::Send<T>(loop_.get(), &service_, std::move(spec), std::move(read));
  }

  Future<HttpResponse> Send(CallSpec spec) {
    AddPayer(&spec);
    return s3::Send(loop_.get(), &service_, std::move(spec));
  }

  Future<> Done(CallSpec spec) {
    return Send(std::move(spec)).Then([](const HttpResponse&) { return Status::OK(); });
  }

  Future<ObjectData> GetObject(const std::string& key, const WantedObject& wanted) {
    CallSpec spec{"GetObject", "GET", key, {}, {}, nullptr};
    if (!wanted.etag.empty()) spec.headers.emplace_back("If-Match", wanted.etag);
    if (wanted.range) {
      const auto& [offset, length] = *wanted.range;
      spec.headers.emplace_back("Range", fmt::format("bytes={}-{}", offset, offset + length - 1));
    }
    const int64_t bytes_max = wanted.range ? wanted.range->length : wanted.size_bytes;
    spec.answer_bytes_max =
        bytes_max < 0 ? kUnknownSizeBytesMax : std::max(bytes_max, kErrorBytesMax);
    return Ask<ObjectData>(std::move(spec), [wanted](const HttpResponse& response) {
      return ReadObjectAnswer(response, wanted);
    });
  }

  void AddEncryption(CallSpec* spec) const {
    if (settings_.encryption.empty()) return;
    spec->headers.emplace_back("X-Amz-Server-Side-Encryption", settings_.encryption);
    if (settings_.kms_key_id.empty()) return;
    spec->headers.emplace_back("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", settings_.kms_key_id);
  }

  const std::string bucket_;
  const BucketSettings settings_;
  const std::shared_ptr<CredentialsProvider> credentials_;
  BucketService service_;
  const std::unique_ptr<HttpLoop> loop_;  // ends before what its calls use
};

}  // namespace

Result<std::shared_ptr<Client>> Client::Make(const std::string& bucket, BucketSettings settings) {
  ARROW_RETURN_NOT_OK(CheckRegion(settings.region));
  ARROW_ASSIGN_OR_RAISE(auto credentials, CredentialsProvider::Make(settings));
  ARROW_RETURN_NOT_OK(credentials->Get().status());
  HttpLoop::Options options;
  options.ca_file = settings.ca_file;
  ARROW_ASSIGN_OR_RAISE(auto loop, HttpLoop::Start(std::move(options)));
  return std::make_shared<HttpClient>(bucket, std::move(settings), std::move(credentials),
                                      std::move(loop));
}

}  // namespace tarn::s3
