#include "s3/plain_request.h"

#include <arrow/util/future.h>

#include <optional>

#include "s3/result_of.h"

namespace tarn::s3 {
namespace {

class PlainCall : public HttpCall {
 public:
  PlainCall(HttpRequest request, int attempts_max, arrow::Future<HttpResponse> answer)
      : request_(std::move(request)), attempts_left_(attempts_max), answer_(std::move(answer)) {}

  HttpRequest Prepare() override { return request_; }

  std::optional<std::chrono::milliseconds> Finish(Result<HttpResponse> response) override {
    constexpr std::chrono::milliseconds kPause(500);
    const bool is_fault = response.ok() ? response->status >= 500 : response.status().IsIOError();
    if (is_fault && --attempts_left_ > 0) return kPause;
    answer_.MarkFinished(std::move(response));
    return std::nullopt;
  }

 private:
  const HttpRequest request_;
  int attempts_left_;
  arrow::Future<HttpResponse> answer_;
};

}  // namespace

Result<HttpResponse> SendPlain(const HttpRequest& request, HttpLoop::Options options,
                               int attempts_max) {
  ARROW_ASSIGN_OR_RAISE(auto loop, HttpLoop::Start(std::move(options)));
  auto answer = arrow::Future<HttpResponse>::Make();
  loop->Submit(std::make_unique<PlainCall>(request, attempts_max, answer));
  return ResultOf(std::move(answer));
}

}  // namespace tarn::s3
