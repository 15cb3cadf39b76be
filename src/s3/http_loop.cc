#include "s3/http_loop.h"

#include <arrow/buffer_builder.h>
#include <arrow/util/string.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "s3/concurrency_limit.h"
#include "s3/curl_library.h"
#include "s3/socket_events.h"

namespace tarn::s3 {
namespace {

using Clock = std::chrono::steady_clock;

// Larger answers take their time on the wire and say little about the server.
constexpr int64_t kSmallAnswerBytes = 256 << 10;
constexpr int kConnectionsMax = 512;
constexpr long kBufferBytes = 256 << 10;
// S3's answers have some hundred bytes of headers, and 2 KB of the user's metadata.
constexpr size_t kHeaderBytesMax = 256 << 10;

// One attempt on one easy handle.
class Transfer {
 public:
  Transfer(const CurlLibrary* curl, CURL* handle) : curl_(curl), handle_(handle) {}
  ~Transfer() {
    curl_->slist_free_all(headers_);
    curl_->easy_cleanup(handle_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_; }

  void Begin(std::unique_ptr<HttpCall> call, const HttpLoop::Options& options) {
    call_ = std::move(call);
    request_ = call_->Prepare();
    response_ = HttpResponse();
    body_.Reset();
    header_bytes_ = 0;
    too_long_.clear();
    error_[0] = '\0';
    curl_->easy_reset(handle_);
    curl_->slist_free_all(headers_);
    headers_ = nullptr;
    SetUp(options);
  }

  // The attempt's outcome, once curl is done with it.
  Result<HttpResponse> End(CURLcode code) {
    if (!too_long_.empty()) return Status::CapacityError(too_long_);
    if (code != CURLE_OK) {
      const char* reason = error_[0] != '\0' ? error_ : curl_->easy_strerror(code);
      return IsLasting(code) ? Status::Invalid(reason) : Status::IOError(reason);
    }
    long status = 0;
    curl_->easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    curl_off_t sent_us = 0, first_us = 0;
    curl_->easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &sent_us);
    curl_->easy_getinfo(handle_, CURLINFO_STARTTRANSFER_TIME_T, &first_us);
    response_.latency = std::chrono::microseconds(first_us - sent_us);
    ARROW_ASSIGN_OR_RAISE(response_.body, body_.Finish());
    return std::move(response_);
  }

  std::unique_ptr<HttpCall> TakeCall() { return std::move(call_); }
  bool is_small() const {
    return (request_.body == nullptr || request_.body->size() < kSmallAnswerBytes) &&
           (response_.body == nullptr || response_.body->size() < kSmallAnswerBytes);
  }

 private:
  template <class Value>
  void Set(CURLoption option, Value value) {
    curl_->easy_setopt(handle_, option, value);
  }

  // Errors that another attempt meets as well: wrong certificates, no such file, a bad URL. The
  // rest of an answer that announced a shorter length is CURLE_UNSUPPORTED_PROTOCOL in curl, which
  // may pass.
  static bool IsLasting(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_URL_MALFORMAT;
  }

  void SetUp(const HttpLoop::Options& options) {
    Set(CURLOPT_URL, request_.url.c_str());
    Set(CURLOPT_PATH_AS_IS, 1L);  // a key may hold `..`
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    Set(CURLOPT_BUFFERSIZE, kBufferBytes);
    Set(CURLOPT_PRIVATE, this);
    Set(CURLOPT_ERRORBUFFER, error_);
    Set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout.count()));
    Set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    Set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
    if (!options.ca_file.empty()) Set(CURLOPT_CAINFO, options.ca_file.c_str());
    Set(CURLOPT_HEADERFUNCTION, &OnHeader);
    Set(CURLOPT_HEADERDATA, this);
    Set(CURLOPT_WRITEFUNCTION, &OnBody);
    Set(CURLOPT_WRITEDATA, this);
    if (request_.method == "HEAD") {
      Set(CURLOPT_NOBODY, 1L);
    } else if (request_.body != nullptr) {
      Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body->size()));
      // A null pointer would make curl ask for the body.
      const bool empty = request_.body->size() == 0;
      Set(CURLOPT_POSTFIELDS, empty ? "" : reinterpret_cast<const char*>(request_.body->data()));
      Set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    } else if (request_.method != "GET") {
      Set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    // Headers that curl would add by itself: a wait for "100 Continue", a form's type.
    AddHeader("Expect:");
    const bool has_type =
        std::any_of(request_.headers.begin(), request_.headers.end(), [](const auto& header) {
          return arrow::internal::AsciiEqualsCaseInsensitive(header.first, "Content-Type");
        });
    if (request_.body != nullptr && !has_type) AddHeader("Content-Type: application/octet-stream");
    for (const auto& [name, value] : request_.headers) {
      // The semicolon distinguishes an empty value from a removed header.
      AddHeader(value.empty() ? name + ";" : name + ": " + value);
    }
    Set(CURLOPT_HTTPHEADER, headers_);
  }

  void AddHeader(const std::string& line) {
    headers_ = curl_->slist_append(headers_, line.c_str());
  }

  static size_t OnHeader(char* data, size_t size, size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    std::string_view line(data, size * count);
    transfer->header_bytes_ += line.size();
    if (transfer->header_bytes_ > kHeaderBytesMax) return transfer->TooLong("headers are");
    // The value would carry its line's end into the header of another request.
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
      transfer->response_.headers.clear();  // those before are of an interim answer
    } else if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
      std::string name = arrow::internal::AsciiToLower(line.substr(0, colon));
      std::string value(arrow::internal::TrimString(std::string(line.substr(colon + 1))));
      if (name == "content-length" && !transfer->Reserve(value)) return 0;
      transfer->response_.headers.emplace_back(std::move(name), std::move(value));
    }
    return size * count;
  }

  // So that a large answer is not copied while it grows. A wrong length does no harm.
  // \return whether the answer may be so long
  bool Reserve(const std::string& length) {
    constexpr int64_t kReservedBytesMax = 1 << 30;
    const int64_t num_bytes = std::atoll(length.c_str());
    if (request_.method == "HEAD" || num_bytes <= 0) return true;
    if (num_bytes > request_.answer_bytes_max) return TooLong("body is") > 0;
    if (num_bytes <= kReservedBytesMax) (void)body_.Reserve(num_bytes);
    return true;
  }

  // \return what makes curl end the transfer
  size_t TooLong(std::string_view what) {
    too_long_ = fmt::format("its {} longer than allowed", what);
    return 0;
  }

  static size_t OnBody(char* data, size_t size, size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    if (transfer->body_.length() + static_cast<int64_t>(size * count) >
        transfer->request_.answer_bytes_max) {
      return transfer->TooLong("body is");
    }
    const Status appended = transfer->body_.Append(data, static_cast<int64_t>(size * count));
    return appended.ok() ? size * count : 0;
  }

  const CurlLibrary* const curl_;
  CURL* const handle_;
  std::unique_ptr<HttpCall> call_;
  HttpRequest request_;
  HttpResponse response_;
  arrow::BufferBuilder body_;
  size_t header_bytes_ = 0;  // of all that came before the body
  std::string too_long_;     // what of the answer was
  curl_slist* headers_ = nullptr;
  char error_[CURL_ERROR_SIZE] = "";
};

class CurlLoop : public HttpLoop {
 public:
  CurlLoop(const CurlLibrary* curl, std::unique_ptr<SocketEvents> events, Options options)
      : curl_(curl),
        multi_(curl->multi_init()),
        events_(std::move(events)),
        options_(std::move(options)) {
    curl_->multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &OnSocket);
    curl_->multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_->multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &OnTimer);
    curl_->multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_->multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kConnectionsMax));
    curl_->multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    thread_ = std::thread([this] { Run(); });
  }

  ~CurlLoop() override {
    End();
    active_.clear();
    idle_.clear();
    curl_->multi_cleanup(multi_);
  }

  void End() override {
    stopping_ = true;
    events_->Wake();
    if (thread_.joinable()) thread_.join();
  }

  void Submit(std::unique_ptr<HttpCall> call) override {
    bool was_empty;
    {
      std::lock_guard lock(mutex_);
      was_empty = submitted_.empty();
      if (!has_ended_) submitted_.push_back(std::move(call));
    }
    if (call != nullptr) {
      Cancel(std::move(call));
    } else if (was_empty) {
      events_->Wake();
    }
  }

 private:
  void Run() {
    while (!stopping_) {
      TakeSubmitted();
      StartCalls();
      if (timer_ <= Clock::now()) {
        timer_ = Clock::time_point::max();
        Act(CURL_SOCKET_TIMEOUT, 0);
      }
      if (FinishTransfers()) continue;  // others may start at once
      events_->Wait(WaitTime(), [this](const SocketEvents::Event& event) {
        Act(event.socket, (event.readable ? CURL_CSELECT_IN : 0) |
                              (event.writable ? CURL_CSELECT_OUT : 0) |
                              (event.failed ? CURL_CSELECT_ERR : 0));
      });
    }
    CancelAll();
  }

  void Act(curl_socket_t socket, int events) {
    int num_running = 0;
    curl_->multi_socket_action(multi_, socket, events, &num_running);
  }

  // curl's wish to hear of a socket. An error fails the transfer.
  static int OnSocket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    const bool removed = what == CURL_POLL_REMOVE;
    const Status watched = static_cast<CurlLoop*>(self)->events_->Watch(
        socket, !removed && (what & CURL_POLL_IN) != 0, !removed && (what & CURL_POLL_OUT) != 0);
    return watched.ok() ? 0 : -1;
  }

  // curl's wish to be called after a time; -1: not at all.
  static int OnTimer(CURLM*, long wait_ms, void* self) {
    static_cast<CurlLoop*>(self)->timer_ =
        wait_ms < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(wait_ms);
    return 0;
  }

  void TakeSubmitted() {
    std::lock_guard lock(mutex_);
    for (auto& call : submitted_) ready_.push_back(std::move(call));
    submitted_.clear();
  }

  void StartCalls() {
    const Clock::time_point now = Clock::now();
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
      ready_.push_front(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
    while (!ready_.empty() && static_cast<int>(active_.size()) < limit_.limit()) {
      std::unique_ptr<Transfer> transfer = TakeTransfer();
      transfer->Begin(std::move(ready_.front()), options_);
      ready_.pop_front();
      curl_->multi_add_handle(multi_, transfer->handle());
      Transfer* const key = transfer.get();
      active_.emplace(key, std::move(transfer));
    }
  }

  std::unique_ptr<Transfer> TakeTransfer() {
    if (idle_.empty()) return std::make_unique<Transfer>(curl_, curl_->easy_init());
    std::unique_ptr<Transfer> transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }

  // \return whether any was finished
  bool FinishTransfers() {
    bool any = false;
    int num_left = 0;
    while (const CURLMsg* message = curl_->multi_info_read(multi_, &num_left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      const CURLcode code = message->data.result;
      Transfer* key = nullptr;
      curl_->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &key);
      curl_->multi_remove_handle(multi_, message->easy_handle);  // ends `message`
      FinishTransfer(key, code);
    }
    return any;
  }

  void FinishTransfer(Transfer* key, CURLcode code) {
    const auto at = active_.find(key);
    std::unique_ptr<Transfer> transfer = std::move(at->second);
    const int num_in_flight = static_cast<int>(active_.size());
    active_.erase(at);
    Result<HttpResponse> response = transfer->End(code);
    if (!response.ok() || response->status == 503 || response->status == 429) {
      limit_.OnOverload();
    } else if (transfer->is_small()) {
      limit_.OnAnswer(response->latency, num_in_flight);
    }
    std::unique_ptr<HttpCall> call = transfer->TakeCall();
    idle_.push_back(std::move(transfer));
    if (const auto delay = call->Finish(std::move(response))) {
      delayed_.emplace(Clock::now() + *delay, std::move(call));
    }
  }

  std::chrono::milliseconds WaitTime() const {
    constexpr std::chrono::milliseconds kWaitMax{1000};
    Clock::time_point next = timer_;
    if (!delayed_.empty()) next = std::min(next, delayed_.begin()->first);
    const Clock::time_point now = Clock::now();
    if (next <= now) return std::chrono::milliseconds(0);
    return next - now < kWaitMax ? std::chrono::ceil<std::chrono::milliseconds>(next - now)
                                 : kWaitMax;
  }

  static void Cancel(std::unique_ptr<HttpCall> call) {
    (void)call->Finish(Status::Cancelled("the program is exiting"));
  }

  void CancelAll() {
    {
      // What the end of a call makes others begin finishes at once.
      std::lock_guard lock(mutex_);
      has_ended_ = true;
    }
    for (auto& [key, transfer] : active_) {
      curl_->multi_remove_handle(multi_, transfer->handle());
      Cancel(transfer->TakeCall());
    }
    TakeSubmitted();
    for (auto& call : ready_) Cancel(std::move(call));
    for (auto& [time, call] : delayed_) Cancel(std::move(call));
    ready_.clear();
    delayed_.clear();
  }

  const CurlLibrary* const curl_;
  CURLM* const multi_;
  const std::unique_ptr<SocketEvents> events_;
  const Options options_;
  std::atomic<bool> stopping_ = false;

  std::mutex mutex_;
  std::vector<std::unique_ptr<HttpCall>> submitted_;
  bool has_ended_ = false;  // nothing is taken any more

  // The thread's own.
  ConcurrencyLimit limit_;
  Clock::time_point timer_ = Clock::time_point::max();  // when curl is to be called
  std::deque<std::unique_ptr<HttpCall>> ready_;
  std::multimap<Clock::time_point, std::unique_ptr<HttpCall>> delayed_;
  std::unordered_map<Transfer*, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;

  std::thread thread_;
};

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

Result<std::unique_ptr<HttpLoop>> HttpLoop::Start(Options options) {
  ARROW_ASSIGN_OR_RAISE(const CurlLibrary* curl, LoadCurl());
  ARROW_ASSIGN_OR_RAISE(auto events, SocketEvents::Make());
  return std::make_unique<CurlLoop>(curl, std::move(events), std::move(options));
}

}  // namespace tarn::s3
