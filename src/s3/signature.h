#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "s3/http_loop.h"

namespace tarn::s3 {

/// \brief The keys that requests are signed with.
struct Credentials {
  std::string access_key_id;  ///< empty: requests are not signed
  std::string secret_access_key;
  std::string session_token;  ///< empty for keys that last
};

/// \brief What a signature counts for.
struct SigningScope {
  std::string region;   ///< that the service is in
  std::string service;  ///< "s3", "s3express", "sts"
};

/// \brief Sign `request` (AWS Signature Version 4): adds the headers Host, X-Amz-Date,
/// X-Amz-Content-Sha256, X-Amz-Security-Token and Authorization.
///
/// \param[in,out] request its URL is encoded as PercentEncode does, query parameters are sorted
/// Source: "AWS Signature Version 4 for API requests", AWS Identity and Access Management.
void Sign(const Credentials& credentials, const SigningScope& scope,
          std::chrono::system_clock::time_point now, HttpRequest* request);

/// \brief SHA-256 of `data` in lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view data);

/// \brief MD5 of `data` in Base64, as Content-MD5 has it.
std::string Md5Base64(std::string_view data);

/// \brief The MD5 as an ETag has it: hexadecimal digits in lower case.
std::string Md5Hex(std::string_view data);

}  // namespace tarn::s3
