#include "s3/s3_error.h"

#include <arrow/util/io_util.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/service_code.h"

namespace tarn::s3 {
namespace {

constexpr char kNoSuchBucket[] = "NoSuchBucket";
constexpr char kDetailName[] = "tarn::s3::ServiceError";

class CodeDetail : public arrow::StatusDetail {
 public:
  explicit CodeDetail(std::string code) : code_(std::move(code)) {}
  const char* type_id() const override { return kDetailName; }
  std::string ToString() const override { return code_; }
  const std::string& code() const { return code_; }

 private:
  const std::string code_;
};

struct Advice {
  std::string_view code;
  std::string_view text;
};

constexpr std::array kAdvice = {
    Advice{"AccessDenied", "check the policies of the user or role and of the bucket"},
    Advice{"AllAccessDisabled", "check the policies of the bucket"},
    Advice{"InvalidAccessKeyId",
           "check AWS_ACCESS_KEY_ID, AWS_PROFILE and AWS_ENDPOINT_URL; `aws sts "
           "get-caller-identity` shows who you are"},
    Advice{"SignatureDoesNotMatch",
           "check AWS_SECRET_ACCESS_KEY: it does not belong to the key id"},
    Advice{"ExpiredToken", "get new credentials, for example with `aws sso login`"},
    Advice{"InvalidToken", "check AWS_SESSION_TOKEN, or remove it"},
    Advice{"TokenRefreshRequired", "get new credentials"},
    Advice{"RequestTimeTooSkewed", "set this machine's clock"},
    Advice{"NoSuchKey", "check the path"},
    Advice{"NotFound", "check the path"},
    Advice{"PermanentRedirect", "check the bucket's region, or set it with AWS_REGION"},
    Advice{"AuthorizationHeaderMalformed", "check the bucket's region, or set it with AWS_REGION"},
    Advice{"SlowDown", "try again later; the bucket gets more requests than it allows"},
    Advice{"InvalidObjectState", "restore the object from its archive first"},
    Advice{"KMS.DisabledException", "enable the KMS key"},
    Advice{"KMS.NotFoundException", "check s3.kms_key_id"},
};

std::string_view AdviceFor(const ServiceError& error) {
  for (const Advice& advice : kAdvice) {
    if (advice.code == error.code) return advice.text;
  }
  if (error.http_status == 403) return kAdvice[0].text;
  return error.http_status >= 500 ? "try again later" : "";
}

std::shared_ptr<arrow::StatusDetail> DetailOf(const ServiceError& error) {
  // Callers that know files only ask for the file system's error.
  if (error.code == "NoSuchKey" || error.code == "NotFound") {
    return arrow::internal::StatusDetailFromErrno(ENOENT);
  }
  return std::make_shared<CodeDetail>(error.code);
}

}  // namespace

Status ErrorStatus(std::string_view call, std::string_view uri, const ServiceError& error) {
  std::string message = fmt::format("S3 refused {}: {}", call, error.code);
  if (!error.message.empty() && error.message != error.code) {
    message += fmt::format(" ({})", error.message);
  }
  if (error.code == kNoSuchBucket) {
    return MakeServiceError(ErrorKind::kBadInput,
                            {fmt::format("There is no such bucket: {}", uri),
                             "check the bucket's name; tarn creates no buckets"},
                            error.code);
  }
  const std::string_view advice = AdviceFor(error);
  if (!advice.empty()) message += fmt::format("; {}", advice);
  message += fmt::format(": {}", uri);
  return {arrow::StatusCode::IOError, std::move(message), DetailOf(error)};
}

Status ConnectionError(std::string_view call, std::string_view uri, std::string_view reason,
                       std::string_view endpoint) {
  return Status::IOError(
      fmt::format("No answer from S3 to {}: {}; check the network and the endpoint {}: {}", call,
                  reason, endpoint, uri));
}

Status WrongAnswerError(std::string_view call, std::string_view uri, std::string_view reason,
                        std::string_view endpoint) {
  return Status::IOError(
      fmt::format("The response to {} is not a valid answer of S3: {}; check the endpoint and any "
                  "proxy: {}, {}",
                  call, reason, endpoint, uri));
}

Status RedirectError(std::string_view call, std::string_view uri, const ServiceError& error,
                     std::string_view location, std::string_view endpoint) {
  const size_t host = location.find("://");
  const size_t end =
      host == std::string_view::npos ? location.size() : location.find('/', host + 3);
  std::string message = fmt::format(
      "S3 redirects {}; set the endpoint (AWS_ENDPOINT_URL, or `endpoint` in tarn.toml) to {}, or "
      "the bucket's region: {}, {}",
      call, location.substr(0, end), endpoint, uri);
  return {arrow::StatusCode::IOError, std::move(message), DetailOf(error)};
}

std::string_view CodeOf(const Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::string_view(detail->type_id()) != kDetailName) {
    if (const std::string_view code = ServiceCodeOf(status); !code.empty()) return code;
    return arrow::internal::ErrnoFromStatus(status) == ENOENT ? "NoSuchKey" : "";
  }
  return static_cast<const CodeDetail&>(*detail).code();
}

bool IsNotFound(const Status& status) { return CodeOf(status) == "NoSuchKey"; }

bool IsNoSuchBucket(const Status& status) { return CodeOf(status) == kNoSuchBucket; }

bool IsPreconditionFailed(const Status& status) {
  return CodeOf(status) == "PreconditionFailed" || CodeOf(status) == "ConditionalRequestConflict";
}

}  // namespace tarn::s3
