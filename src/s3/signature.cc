#include "s3/signature.h"

#include <arrow/util/base64.h>
#include <arrow/util/string.h>
#include <fmt/chrono.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>

#include <algorithm>
#include <array>

namespace tarn::s3 {
namespace {

using Digest = std::array<uint8_t, SHA256_DIGEST_SIZE>;

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::string_view View(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (char byte : bytes) {
    text += kDigits[static_cast<uint8_t>(byte) >> 4];
    text += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

std::string Md5(std::string_view data) {
  md5_ctx context;
  md5_init(&context);
  md5_update(&context, data.size(), Bytes(data));
  std::string digest(MD5_DIGEST_SIZE, '\0');
  md5_digest(&context, digest.size(), reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

Digest Hmac(std::string_view key, std::string_view data) {
  hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, key.size(), Bytes(key));
  hmac_sha256_update(&context, data.size(), Bytes(data));
  Digest digest;
  hmac_sha256_digest(&context, digest.size(), digest.data());
  return digest;
}

// The parts of a URL that the signature covers.
struct UrlParts {
  std::string_view host;
  std::string_view path;
  std::string_view query;
};

UrlParts Split(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  const size_t path = std::min(url.find('/'), url.size());
  const size_t query = std::min(url.find('?'), url.size());
  return {url.substr(0, std::min(path, query)), url.substr(path, query - path),
          url.substr(std::min(query + 1, url.size()))};
}

struct CanonicalHeaders {
  std::string lines;
  std::string names;  // "host;x-amz-date"
};

CanonicalHeaders Canonical(const HttpRequest& request) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : request.headers) {
    headers.emplace_back(arrow::internal::AsciiToLower(name), value);
  }
  std::sort(headers.begin(), headers.end());
  CanonicalHeaders canonical;
  for (const auto& [name, value] : headers) {
    canonical.lines.append(name).append(":").append(value).append("\n");
    if (!canonical.names.empty()) canonical.names += ';';
    canonical.names += name;
  }
  return canonical;
}

}  // namespace

void Sign(const Credentials& credentials, const SigningScope& scope,
          std::chrono::system_clock::time_point now, HttpRequest* request) {
  const UrlParts url = Split(request->url);
  const std::tm utc = fmt::gmtime(std::chrono::system_clock::to_time_t(now));
  const std::string time = fmt::format("{:%Y%m%dT%H%M%SZ}", utc);
  const std::string date = time.substr(0, 8);
  const std::string_view body =
      request->body == nullptr ? std::string_view() : std::string_view(*request->body);
  const std::string body_hash = Sha256Hex(body);
  request->headers.emplace_back("Host", url.host);
  request->headers.emplace_back("X-Amz-Date", time);
  request->headers.emplace_back("X-Amz-Content-Sha256", body_hash);
  if (!credentials.session_token.empty()) {
    request->headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  const CanonicalHeaders headers = Canonical(*request);
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request->method, url.path.empty() ? "/" : url.path,
                  url.query, headers.lines, headers.names, body_hash);
  const std::string scope_text =
      fmt::format("{}/{}/{}/aws4_request", date, scope.region, scope.service);
  const std::string to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope_text, Sha256Hex(canonical));
  const Digest date_key = Hmac("AWS4" + credentials.secret_access_key, date);
  const Digest region_key = Hmac(View(date_key), scope.region);
  const Digest service_key = Hmac(View(region_key), scope.service);
  const Digest signing_key = Hmac(View(service_key), "aws4_request");
  request->headers.emplace_back(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}",
                  credentials.access_key_id, scope_text, headers.names,
                  Hex(View(Hmac(View(signing_key), to_sign)))));
}

std::string Sha256Hex(std::string_view data) {
  sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, data.size(), Bytes(data));
  Digest digest;
  sha256_digest(&context, digest.size(), digest.data());
  return Hex(View(digest));
}

std::string Md5Base64(std::string_view data) { return arrow::util::base64_encode(Md5(data)); }

std::string Md5Hex(std::string_view data) { return Hex(Md5(data)); }

}  // namespace tarn::s3
