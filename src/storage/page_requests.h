#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "s3/client.h"
#include "s3/listing_bounds.h"

namespace tarn::storage {

/// \brief Pages of a bucket that are asked for at the same time, and handled one after another.
///
/// Threads: one, which handles the pages in Run.
class PageRequests {
 public:
  static constexpr int kInFlightMax = 32;

  using Handler = std::function<Status(const s3::ListPage&)>;

  /// \param[in] bounds of all pages together
  explicit PageRequests(s3::Client* client, s3::ListingBounds bounds = s3::ListingBounds())
      : client_(client), bounds_(bounds) {}

  /// \brief Ask for a page; see s3::Client::List.
  void Ask(std::string prefix, std::string delimiter, std::string token, std::string start_after,
           Handler handler);

  /// \brief How many more could be asked for now.
  int num_free() const { return kInFlightMax - num_in_flight_ - static_cast<int>(waiting_.size()); }

  /// \brief Handle pages until there are no more.
  /// \return the first error of a page or handler; what is under way then is forgotten
  Status Run();

 private:
  struct Request {
    std::string prefix;
    std::string delimiter;
    std::string token;
    std::string start_after;
    Handler handler;
  };
  struct Answer {
    std::shared_ptr<const Request> request;
    Result<s3::ListPage> page;
  };
  // Outlives this object while requests are under way.
  struct Mailbox {
    std::mutex mutex;
    std::condition_variable not_empty;
    std::deque<Answer> answers;
  };

  void Send();
  Answer NextAnswer();

  s3::Client* const client_;
  s3::ListingBounds bounds_;
  std::deque<std::shared_ptr<const Request>> waiting_;
  int num_in_flight_ = 0;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
};

}  // namespace tarn::storage
