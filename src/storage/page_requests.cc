#include "storage/page_requests.h"

#include <fmt/format.h>

#include <utility>

#include "s3/uri.h"

namespace tarn::storage {

void PageRequests::Ask(std::string prefix, std::string delimiter, std::string token,
                       std::string start_after, Handler handler) {
  waiting_.push_back(std::make_shared<const Request>(
      Request{std::move(prefix), std::move(delimiter), std::move(token), std::move(start_after),
              std::move(handler)}));
}

void PageRequests::Send() {
  while (!waiting_.empty() && num_in_flight_ < kInFlightMax) {
    const std::shared_ptr<const Request> request = std::move(waiting_.front());
    waiting_.pop_front();
    ++num_in_flight_;
    client_->List(request->prefix, request->delimiter, request->token, request->start_after)
        .AddCallback([mailbox = mailbox_, request](const Result<s3::ListPage>& page) {
          std::lock_guard lock(mailbox->mutex);
          mailbox->answers.push_back({request, page});
          mailbox->not_empty.notify_one();
        });
  }
}

PageRequests::Answer PageRequests::NextAnswer() {
  std::unique_lock lock(mailbox_->mutex);
  mailbox_->not_empty.wait(lock, [this] { return !mailbox_->answers.empty(); });
  Answer answer = std::move(mailbox_->answers.front());
  mailbox_->answers.pop_front();
  --num_in_flight_;
  return answer;
}

Status PageRequests::Run() {
  while (true) {
    Send();
    if (num_in_flight_ == 0) return Status::OK();
    const Answer answer = NextAnswer();
    Status status = answer.page.status();
    if (status.ok()) status = bounds_.Count(*answer.page);
    if (!status.ok()) {
      const std::string uri = s3::ToUri({client_->bucket(), answer.request->prefix});
      return WithContext(status, fmt::format("listing {}", uri));
    }
    ARROW_RETURN_NOT_OK(answer.request->handler(*answer.page));
  }
}

}  // namespace tarn::storage
