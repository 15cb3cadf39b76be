#include "s3/credential_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

namespace tarn::s3 {
namespace {

using WallClock = std::chrono::system_clock;

class KeptCredentials : public CredentialsProvider {
 public:
  KeptCredentials(std::string name, CredentialSource source)
      : name_(std::move(name)), source_(std::move(source)) {}

  Result<Credentials> Get() override {
    std::lock_guard lock(mutex_);
    if (kept_ && WallClock::now() < renew_) return kept_->credentials;
    auto fetched = source_();
    const auto now = WallClock::now();
    if (!fetched.ok()) {
      if (kept_ && now < kept_->expires) return kept_->credentials;
      return fetched.status();
    }
    if (fetched->expires <= now) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("The credentials of {} had already expired when they were received; is this "
                      "machine's clock right?",
                      name_));
    }
    kept_ = *std::move(fetched);
    constexpr WallClock::duration kRenewedBefore = std::chrono::minutes(5);
    renew_ = kept_->expires - std::min((kept_->expires - now) / 4, kRenewedBefore);
    return kept_->credentials;
  }

  void Invalidate() override {
    std::lock_guard lock(mutex_);
    kept_.reset();
  }

 private:
  const std::string name_;
  const CredentialSource source_;
  std::mutex mutex_;
  std::optional<LimitedCredentials> kept_;
  WallClock::time_point renew_;
};

std::string TextIn(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::shared_ptr<CredentialsProvider> Keep(std::string name, CredentialSource source) {
  return std::make_shared<KeptCredentials>(std::move(name), std::move(source));
}

Result<LimitedCredentials> ParseCredentialJson(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return MakeError(ErrorKind::kFailed, "the response is not a JSON object");
  LimitedCredentials limited;
  Credentials& keys = limited.credentials;
  keys = {TextIn(json, "AccessKeyId"), TextIn(json, "SecretAccessKey"),
          TextIn(json, "SessionToken")};
  if (keys.session_token.empty()) keys.session_token = TextIn(json, "Token");
  for (const auto& [value, name] : {std::pair(&keys.access_key_id, "AccessKeyId"),
                                    std::pair(&keys.secret_access_key, "SecretAccessKey")}) {
    if (value->empty()) {
      return MakeError(ErrorKind::kFailed, fmt::format("the JSON response has no {}", name));
    }
  }
  if (json.contains("Expiration") && !json["Expiration"].is_null()) {
    ARROW_ASSIGN_OR_RAISE(limited.expires, ParseExpiration(TextIn(json, "Expiration")));
  }
  return limited;
}

Result<WallClock::time_point> ParseExpiration(const std::string& text) {
  const auto bad = [&] {
    return MakeError(ErrorKind::kFailed, fmt::format("no time of expiration: {}", text));
  };
  std::tm time{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (rest == nullptr) return bad();
  if (*rest == '.') {
    do ++rest;
    while (*rest >= '0' && *rest <= '9');
  }
  int64_t offset_s = 0;
  const std::string_view zone = rest;
  if (zone != "Z" && zone != "UTC" && !zone.empty()) {
    std::tm offset{};
    if (::strptime(rest, "%z", &offset) != rest + zone.size()) return bad();
    offset_s = offset.tm_gmtoff;
  }
  return WallClock::from_time_t(::timegm(&time) - offset_s);
}

}  // namespace tarn::s3
