#include "s3/service_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <random>

#include "s3/responses.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// An address that never answered is more likely wrong than out of order.
constexpr std::chrono::seconds kFirstAnswerWithin{4};

bool IsFault(const ServiceError& error) {
  if (error.http_status == 501) return false;  // not implemented, now and later
  return error.http_status >= 500 || error.http_status == 429 || error.http_status == 408 ||
         error.code == "SlowDown" || error.code == "RequestTimeout" ||
         error.code == "InternalError" || error.code == "OperationAborted" ||
         error.code == "IncompleteBody" || error.code == "BadDigest";
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

class ServiceCall : public HttpCall {
 public:
  ServiceCall(Service* service, CallSpec spec, Credentials credentials,
              arrow::Future<HttpResponse> future)
      : service_(service),
        spec_(std::move(spec)),
        credentials_(std::move(credentials)),
        future_(std::move(future)) {}

  HttpRequest Prepare() override {
    HttpRequest request{spec_.method, service_->UrlOf(spec_.key), spec_.headers, spec_.body};
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
    if (!response.ok()) return FinishWithoutAnswer(response.status());
    service_->has_answered = true;
    ServiceError error = ErrorIn(*response);
    if (error.code.empty()) return Over(std::move(response));
    const auto again = TryAgain(*response, error);
    if (again) return again;
    if (num_attempts_ > 1 && IsFault(error)) {
      error.message += fmt::format(", after {} attempts", num_attempts_);
    }
    return Over(ErrorStatus(spec_.name, service_->NameOf(spec_.key), error));
  }

 private:
  std::optional<milliseconds> Over(Result<HttpResponse> outcome) {
    future_.MarkFinished(std::move(outcome));
    return std::nullopt;
  }

  bool HasTimeLeft(std::chrono::seconds limit) {
    if (num_faults_++ == 0) first_fault_ = Clock::now();
    return Clock::now() - first_fault_ < limit;
  }

  std::optional<milliseconds> FinishWithoutAnswer(const Status& status) {
    if (status.IsCancelled()) return Over(status);
    const std::chrono::seconds limit = service_->has_answered
                                           ? service_->retry_for()
                                           : std::min(service_->retry_for(), kFirstAnswerWithin);
    if (!status.IsInvalid() && HasTimeLeft(limit)) return Pause(num_attempts_);
    const std::string url = service_->UrlOf("");
    std::string reason = status.message();
    if (num_attempts_ > 1) reason += fmt::format(", after {} attempts", num_attempts_);
    return Over(ConnectionError(spec_.name, service_->NameOf(spec_.key), reason, url));
  }

  // The error that an answer tells; no code when it tells none.
  ServiceError ErrorIn(const HttpResponse& response) const {
    const std::string_view body(*response.body);
    const bool succeeded = response.status >= 200 && response.status < 300;
    // Long calls answer 200 before they know how they end.
    if (succeeded && !body.starts_with("<?xml")) return {};
    if (succeeded && spec_.method == "GET") return {};
    ServiceError error = ParseError(body);
    if (succeeded && error.code.empty()) return {};
    error.http_status = succeeded ? 500 : response.status;
    if (error.code.empty()) error.code = CodeFor(response.status);
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
      if (HasTimeLeft(service_->retry_for())) return Pause(num_attempts_);
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
  int num_faults_ = 0;
  Clock::time_point first_fault_;
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

int64_t ParseHttpDate(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* const end = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S", &time);
  return end == nullptr ? 0 : ::timegm(&time);
}

}  // namespace tarn::s3
