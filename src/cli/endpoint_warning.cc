#include "cli/endpoint_warning.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "cli/warner.h"

namespace tarn::cli {
namespace {

bool IsThisMachine(std::string host) {
  std::transform(host.begin(), host.end(), host.begin(), ToLower);
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
         (is_ipv4 && host.starts_with("127."));
}

}  // namespace

bool IsPlainHttpElsewhere(const std::string& url) {
  constexpr std::string_view kHttp = "http://";
  if (!SameName(url.substr(0, kHttp.size()), kHttp)) return false;
  std::string host = url.substr(kHttp.size());
  host = host.substr(0, host.find_first_of("/?#"));
  host = host.substr(host.rfind('@') + 1);
  const size_t end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  return !IsThisMachine(host.substr(0, end));
}

void WarnOfEndpoint(const std::string& subject, const std::string& endpoint,
                    const Terminal& terminal) {
  if (!IsPlainHttpElsewhere(endpoint)) return;
  Warner(terminal)(
      fmt::format("{} is reached without encryption, so that data and session tokens can be read "
                  "on the way: {}\n  hint: write https://…",
                  subject, endpoint));
}

void WarnOfEndpoints(const pipeline::Pipeline& pipeline, const Terminal& terminal) {
  const std::string& all = pipeline.s3.endpoint;
  WarnOfEndpoint("s3.endpoint", all, terminal);
  for (const auto& [bucket, options] : pipeline.buckets) {
    // Each has those of [s3] that it does not set itself.
    if (options.endpoint == all) continue;
    WarnOfEndpoint(fmt::format("bucket.{}.endpoint", bucket), options.endpoint, terminal);
  }
}

}  // namespace tarn::cli
