#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "s3/credentials.h"

namespace tarn::s3 {

/// \brief Credentials, and until when they are good.
struct LimitedCredentials {
  Credentials credentials;
  /// max(): they last.
  std::chrono::system_clock::time_point expires = std::chrono::system_clock::time_point::max();
};

/// \brief Where credentials come from: each call gets new ones.
using CredentialSource = std::function<Result<LimitedCredentials>()>;

/// \brief Keep what `source` gives until shortly before it expires; where it gives nothing new by
/// then, until it expires.
/// \param[in] name of the source, for errors: "AWS profile dev"
std::shared_ptr<CredentialsProvider> Keep(std::string name, CredentialSource source);

/// \brief Credentials as programs and services write them in JSON: AccessKeyId, SecretAccessKey,
/// SessionToken or Token, Expiration.
/// \return kFailed, without a word of the text, when it is no such thing
Result<LimitedCredentials> ParseCredentialJson(std::string_view text);

/// \brief A time as "2026-11-28T21:00:00Z", with a fraction, an offset or "UTC".
Result<std::chrono::system_clock::time_point> ParseExpiration(const std::string& text);

}  // namespace tarn::s3
