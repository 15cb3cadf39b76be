#include "s3/machine_region.h"

#include <arrow/util/future.h>

#include <fstream>
#include <optional>

#include "base/environment_variables.h"
#include "s3/http_loop.h"
#include "s3/profile_file.h"
#include "s3/result_of.h"

namespace tarn::s3 {
namespace {

// One attempt, without a signature.
class PlainCall : public HttpCall {
 public:
  PlainCall(HttpRequest request, arrow::Future<HttpResponse> answer)
      : request_(std::move(request)), answer_(std::move(answer)) {}

  HttpRequest Prepare() override { return request_; }

  std::optional<std::chrono::milliseconds> Finish(Result<HttpResponse> response) override {
    answer_.MarkFinished(std::move(response));
    return std::nullopt;
  }

 private:
  const HttpRequest request_;
  arrow::Future<HttpResponse> answer_;
};

// The answer's text, "" when it is no success.
std::string Ask(HttpLoop* loop, HttpRequest request) {
  auto answer = arrow::Future<HttpResponse>::Make();
  loop->Submit(std::make_unique<PlainCall>(std::move(request), answer));
  const auto response = ResultOf(answer);
  return response.ok() && response->status == 200 ? response->body->ToString() : "";
}

bool IsEc2() {
  std::ifstream file("/sys/devices/virtual/dmi/id/sys_vendor");
  std::string vendor;
  std::getline(file, vendor);
  return vendor == "Amazon EC2";
}

}  // namespace

std::string MachineRegion() {
  if (EnvironmentVariable("AWS_EC2_METADATA_DISABLED") == "true") return "";
  std::string endpoint = EnvironmentVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint.empty() && !IsEc2()) return "";
  if (endpoint.empty()) endpoint = "http://169.254.169.254";
  while (endpoint.ends_with('/')) endpoint.pop_back();
  HttpLoop::Options options;
  options.connect_timeout = options.stall_timeout = std::chrono::seconds(1);
  auto loop = HttpLoop::Start(std::move(options));
  if (!loop.ok()) return "";
  const std::string token = Ask(loop->get(), {"PUT",
                                              endpoint + "/latest/api/token",
                                              {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}},
                                              nullptr});
  if (token.empty()) return "";
  return Ask(loop->get(), {"GET",
                           endpoint + "/latest/meta-data/placement/region",
                           {{"X-aws-ec2-metadata-token", token}},
                           nullptr});
}

}  // namespace tarn::s3
