#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "lake/lock_holder.h"
#include "s3/client.h"

namespace tarn::lake {

/// \brief When a lock is renewed, and when others take it over.
struct LeaseTiming {
  std::chrono::milliseconds renew_every{10'000};
  /// Since the last renewal. Its holder considers it lost `renew_every` earlier.
  std::chrono::milliseconds stale_after{60'000};
};

/// \brief The right to change a lake in S3, held by at most one at a time: an object that its
/// holder renews.
///
/// A lock is stale when its process on this machine is dead, or when it was not renewed for long by
/// the server's clock. It is taken over by replacing the very object that was seen (If-Match), so
/// that one wins. A service that knows no If-Match on PUT gets a second object, made under
/// If-None-Match and named after the stale lock: who makes it may replace that one.
/// Its holder gives the lock up for lost earlier than others take it for stale.
class S3Lock {
 public:
  /// \param[in] holder reported to others, such as a run's id
  /// \return kConflict with holder, process and host of whoever has it
  static Result<std::unique_ptr<S3Lock>> Acquire(std::shared_ptr<s3::Client> client,
                                                 std::string key, const std::string& holder,
                                                 LeaseTiming timing = {});

  /// \brief Gives the lock back if it is still ours.
  ~S3Lock();
  S3Lock(const S3Lock&) = delete;
  S3Lock& operator=(const S3Lock&) = delete;

  /// \brief An error when the lock is lost, or may be: it was not renewed in time. Threads: any.
  Status CheckHeld() const;

 private:
  using Clock = std::chrono::steady_clock;

  S3Lock(std::shared_ptr<s3::Client> client, std::string key, const std::string& holder,
         LeaseTiming timing);

  Status Take();
  Result<bool> TryMake();
  Result<bool> TryTakeOver(const s3::ObjectData& stale);
  Result<bool> TryTakeOverByClaim(const s3::ObjectData& stale);
  bool IsStale(const s3::ObjectData& lock, const LockHolder& holder) const;
  std::chrono::milliseconds LostAfter() const { return timing_.stale_after - timing_.renew_every; }

  void KeepRenewing();
  void Renew();
  Result<std::string> PutRenewed(const std::string& content);
  template <class T>
  Result<T> Await(arrow::Future<T> call) const;
  void Hold(std::string etag, std::chrono::nanoseconds since);

  const std::shared_ptr<s3::Client> client_;
  const std::string key_;
  const LeaseTiming timing_;
  LockHolder self_;
  std::string etag_;
  bool has_if_match_ = true;  // the service knows it on PUT

  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  Status lost_;
  std::chrono::nanoseconds renewed_{0};  // when the last renewal was sent
  std::thread thread_;
};

}  // namespace tarn::lake
