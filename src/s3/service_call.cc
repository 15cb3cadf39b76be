#include "s3/service_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <random>

#include "s3/object_answer.h"
#include "s3/responses.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// An address that never answered is more likely wrong than out of order.
constexpr std::chrono::seconds kFirstAnswerWithin{4};
// What answers otherwise than S3 does so again.
constexpr std::chrono::seconds kWrongAnswersFor{4};

bool IsFault(const ServiceError& error) {
  if (error.http_status == 501) return false;  // not implemented, now and later
  return error.http_status >= 500 || error.http_status == 429 || error.http_status == 408 ||
         error.code == "SlowDown" || error.code == "RequestTimeout" ||
         error.code == "InternalError" || error.code == "ServiceUnavailable" ||
         error.code == "OperationAborted" || error.code == "IncompleteBody" ||
         error.code == "BadDigest";
}

// Grows with each attempt, and differs from one caller to the next.
milliseconds Pause(int num_attempts) {
  constexpr double kFirstMs = 50;
  constexpr double kLongestMs = 5000;
  thread_local std::minstd_rand random(std::random_device{}());
  const double longest =
      std::min(kFirstMs * static_cast<double>(1 << std::min(num_attempts, 10)), kLongestMs);
  return milliseconds(std::uniform_int_distribution<int>(static_cast<int>(longest / 2),
                                                         static_cast<int>(longest))(random));
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// How long a call has met one kind of fault.
class FaultTime {
 public:
  bool HasLeft(std::chrono::seconds limit) {
    const Clock::time_point now = Clock::now();
    if (first_ == Clock::time_point()) first_ = now;
    return now - first_ < limit;
  }

 private:
  Clock::time_point first_;
};

class ServiceCall : public HttpCall {
 public:
  ServiceCall(Service* service, CallSpec spec, Credentials credentials,
              arrow::Future<HttpResponse> future)
      : service_(service),
        spec_(std::move(spec)),
        credentials_(std::move(credentials)),
        future_(std::move(future)) {}

  HttpRequest Prepare() override {
    HttpRequest request{spec_.method, service_->UrlOf(spec_.key), spec_.headers, spec_.body,
                        spec_.answer_bytes_max};
    char separator = '?';
    for (const auto& [name, value] : spec_.query) {
      request.url += separator + PercentEncode(name, false) + "=" + PercentEncode(value, false);
      separator = '&';
    }
    if (!credentials_.access_key_id.empty()) {
      const std::chrono::seconds offset(service_->clock_offset_s);
      Sign(credentials_, service_->scope(), std::chrono::system_clock::now() + offset, &request);
    }
    return request;
  }

  std::optional<milliseconds> Finish(Result<HttpResponse> response) override {
    ++num_attempts_;
    if (response.status().IsCapacityError()) return FinishWrongly(response.status());
    if (!response.ok()) return FinishWithoutAnswer(response.status());
    const bool succeeded = response->status >= 200 && response->status < 300;
    const Status checked = succeeded && spec_.check ? spec_.check(*response) : Status::OK();
    if (succeeded && checked.ok()) {
      service_->has_answered = true;
      return Over(std::move(response));
    }
    const ServiceError error = ErrorIn(*response);
    if (!error.code.empty()) return FinishRefused(*response, error);
    return FinishWrongly(
        succeeded ? checked
                  : Status::IOError("HTTP status ", response->status, " without an error of S3"));
  }

 private:
  std::optional<milliseconds> Over(Result<HttpResponse> outcome) {
    future_.MarkFinished(std::move(outcome));
    return std::nullopt;
  }

  std::string AfterAttempts() const {
    return num_attempts_ > 1 ? fmt::format(", after {} attempts", num_attempts_) : "";
  }

  std::optional<milliseconds> FinishRefused(const HttpResponse& response, ServiceError error) {
    service_->has_answered = true;
    const auto again = TryAgain(response, error);
    if (again) return again;
    const std::string name = service_->NameOf(spec_.key);
    const std::string_view location = response.header("location");
    if (IsRedirect(response.status) && !location.empty()) {
      return Over(RedirectError(spec_.name, name, error, location, service_->UrlOf("")));
    }
    if (IsFault(error)) error.message += AfterAttempts();
    return Over(ErrorStatus(spec_.name, name, error));
  }

  std::optional<milliseconds> FinishWrongly(const Status& reason) {
    if (wrong_answers_.HasLeft(std::min(service_->retry_for(), kWrongAnswersFor))) {
      return Pause(num_attempts_);
    }
    return Over(WrongAnswerError(spec_.name, service_->NameOf(spec_.key),
                                 reason.message() + AfterAttempts(), service_->UrlOf("")));
  }

  std::optional<milliseconds> FinishWithoutAnswer(const Status& status) {
    if (status.IsCancelled()) return Over(status);
    const std::chrono::seconds limit = service_->has_answered
                                           ? service_->retry_for()
                                           : std::min(service_->retry_for(), kFirstAnswerWithin);
    if (!status.IsInvalid() && faults_.HasLeft(limit)) return Pause(num_attempts_);
    return Over(ConnectionError(spec_.name, service_->NameOf(spec_.key),
                                status.message() + AfterAttempts(), service_->UrlOf("")));
  }

  // The error that an answer reports; no code when it reports none. Long calls answer 200 before
  // they know how they end.
  ServiceError ErrorIn(const HttpResponse& response) const {
    const bool succeeded = response.status >= 200 && response.status < 300;
    ServiceError error = ParseError(std::string_view(*response.body));
    error.http_status = response.status;
    // What stands between may not know a path; that an object is not there only S3 says.
    const bool needs_code = succeeded || (response.status == 404 && spec_.method != "HEAD");
    if (error.code.empty() && !needs_code) error.code = CodeFor(response.status);
    return error;
  }

  // HEAD has no body that could name it.
  static std::string CodeFor(int status) {
    switch (status) {
      case 301:
        return "PermanentRedirect";
      case 403:
        return "AccessDenied";
      case 404:
        return "NotFound";
      case 412:
        return "PreconditionFailed";
      case 503:
        return "SlowDown";
      default:
        return fmt::format("HTTP status {}", status);
    }
  }

  // Whether and when another attempt may go better.
  std::optional<milliseconds> TryAgain(const HttpResponse& response, const ServiceError& error) {
    if (IsFault(error)) {
      if (faults_.HasLeft(service_->retry_for())) return Pause(num_attempts_);
      return std::nullopt;
    }
    std::string region(response.header("x-amz-bucket-region"));
    if (region.empty()) region = error.region;
    const bool wrong_region = error.http_status == 301 || error.http_status == 307 ||
                              error.code == "AuthorizationHeaderMalformed" ||
                              (spec_.method == "HEAD" && error.http_status == 400);
    // Others may have moved the service meanwhile: one more attempt each.
    if (wrong_region && !region.empty() && !moved_) {
      moved_ = true;
      service_->MoveTo(region);
      return milliseconds(0);
    }
    if (error.code == "RequestTimeTooSkewed" && !corrected_clock_) {
      corrected_clock_ = true;
      return CorrectClock(response) ? std::optional(milliseconds(0)) : std::nullopt;
    }
    if (error.code == "ExpiredToken" && !renewed_) {
      renewed_ = true;
      service_->credentials->Invalidate();
      Result<Credentials> credentials = service_->credentials->Get();
      if (!credentials.ok()) return std::nullopt;
      credentials_ = *std::move(credentials);
      return milliseconds(0);
    }
    return std::nullopt;
  }

  bool CorrectClock(const HttpResponse& response) {
    const int64_t server_time_s = ParseHttpDate(response.header("date"));
    if (server_time_s == 0) return false;
    service_->clock_offset_s = server_time_s - std::time(nullptr);
    return true;
  }

  Service* const service_;
  const CallSpec spec_;
  Credentials credentials_;
  arrow::Future<HttpResponse> future_;
  int num_attempts_ = 0;
  FaultTime faults_;
  FaultTime wrong_answers_;
  bool moved_ = false;
  bool corrected_clock_ = false;
  bool renewed_ = false;
};

}  // namespace

arrow::Future<HttpResponse> Send(HttpLoop* loop, Service* service, CallSpec spec) {
  Result<Credentials> credentials = service->credentials->Get();
  if (!credentials.ok()) return credentials.status();
  auto future = arrow::Future<HttpResponse>::Make();
  loop->Submit(
      std::make_unique<ServiceCall>(service, std::move(spec), *std::move(credentials), future));
  return future;
}

}  // namespace tarn::s3
