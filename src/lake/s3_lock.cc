#include "lake/s3_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "lake/random_token.h"
#include "lake/s3_objects.h"
#include "s3/result_of.h"
#include "s3/s3_error.h"
#include "s3/uri.h"

namespace tarn::lake {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Others may come and go while the lock is asked for.
constexpr int kAttemptsMax = 20;
constexpr milliseconds kPause{200};

// Unlike the steady clock's, this time goes on while the machine sleeps.
nanoseconds Now() {
  struct timespec now;
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

Status NotALock(const std::string& uri) {
  return MakeError(ErrorKind::kFailed,
                   "The lake's lock has other content than tarn writes; run again, or delete it "
                   "when no run is under way: " +
                       uri);
}

}  // namespace

Result<std::unique_ptr<S3Lock>> S3Lock::Acquire(std::shared_ptr<s3::Client> client, std::string key,
                                                const std::string& holder, LeaseTiming timing) {
  std::unique_ptr<S3Lock> lock(new S3Lock(std::move(client), std::move(key), holder, timing));
  ARROW_RETURN_NOT_OK(lock->Take());
  lock->thread_ = std::thread([self = lock.get()] { self->KeepRenewing(); });
  return lock;
}

S3Lock::S3Lock(std::shared_ptr<s3::Client> client, std::string key, const std::string& holder,
               LeaseTiming timing)
    : client_(std::move(client)),
      key_(std::move(key)),
      timing_(timing),
      self_(LockHolder::Self(holder)) {
  self_.token = RandomToken();
}

S3Lock::~S3Lock() {
  if (!thread_.joinable()) return;  // never held
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
  if (!CheckHeld().ok()) return;
  // One that stays is stale as soon as its time is over.
  const Status status = client_->DeleteIfMatch(key_, etag_).status();
  // Nobody else takes it as long as CheckHeld says so.
  if (IsNotImplemented(status)) (void)client_->Delete({key_}).status();
}

Status S3Lock::CheckHeld() const {
  std::lock_guard lock(mutex_);
  if (!lost_.ok() || Now() - renewed_ < LostAfter()) return lost_;
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("The lake's lock could not be renewed for {} s, so that another run "
                  "may have it now; run again: {}",
                  std::chrono::duration_cast<std::chrono::seconds>(LostAfter()).count(),
                  s3::ToUri({client_->bucket(), key_})));
}

Status S3Lock::Take() {
  const std::string uri = s3::ToUri({client_->bucket(), key_});
  Status failed = LockHolder().Conflict(uri);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kPause);
    ARROW_ASSIGN_OR_RAISE(const bool made, TryMake());
    if (made) return Status::OK();
    const auto current = client_->Get(key_).result();
    if (s3::IsNotFound(current.status())) continue;  // released just now
    ARROW_RETURN_NOT_OK(current.status());
    const LockHolder other = LockHolder::FromJson(std::string_view(*current->bytes));
    failed = other.is_known() ? other.Conflict(uri) : NotALock(uri);
    if (!IsStale(*current, other)) {
      if (other.is_known()) return failed;
      continue;  // objects are whole from the first: this may not be what is stored
    }
    ARROW_ASSIGN_OR_RAISE(const bool taken, TryTakeOver(*current));
    if (taken) return Status::OK();
  }
  return failed;
}

Result<bool> S3Lock::TryMake() {
  const nanoseconds begin = Now();
  auto etag = PutIf(client_.get(), key_, self_.ToJson(), IfAbsent()).result();
  if (IsChanged(etag.status())) return false;
  ARROW_RETURN_NOT_OK(etag.status());
  Hold(*std::move(etag), begin);
  return true;
}

bool S3Lock::IsStale(const s3::ObjectData& lock, const LockHolder& holder) const {
  if (holder.IsDead()) return true;
  const std::chrono::seconds age(lock.server_time_s - lock.modified_s);
  return lock.server_time_s > 0 && lock.modified_s > 0 && age > timing_.stale_after;
}

Result<bool> S3Lock::TryTakeOver(const s3::ObjectData& stale) {
  const nanoseconds begin = Now();
  auto etag = PutIf(client_.get(), key_, self_.ToJson(), {.if_match = stale.etag}).result();
  if (IsChanged(etag.status())) return false;
  if (IsNotImplemented(etag.status())) return TryTakeOverByClaim(stale);
  ARROW_RETURN_NOT_OK(etag.status());
  Hold(*std::move(etag), begin);
  return true;
}

Result<bool> S3Lock::TryTakeOverByClaim(const s3::ObjectData& stale) {
  has_if_match_ = false;
  std::string claim = key_ + "-after-";
  std::copy_if(stale.etag.begin(), stale.etag.end(), std::back_inserter(claim),
               [](unsigned char character) { return std::isalnum(character); });
  const nanoseconds begin = Now();
  const Status claimed = PutIf(client_.get(), claim, self_.ToJson(), IfAbsent()).status();
  if (IsChanged(claimed)) {
    // Its maker may have died.
    const auto other = client_->Get(claim).result();
    if (other.ok() && IsStale(*other, LockHolder::FromJson(std::string_view(*other->bytes)))) {
      ARROW_RETURN_NOT_OK(client_->Delete({claim}).status());
    }
    return false;
  }
  ARROW_RETURN_NOT_OK(claimed);
  // Who claims late finds another lock here.
  const auto current = client_->Get(key_).result();
  bool taken = current.ok() && current->etag == stale.etag && Now() - begin < LostAfter();
  if (taken) {
    const nanoseconds sent = Now();
    const auto bytes = arrow::Buffer::FromString(self_.ToJson());
    ARROW_ASSIGN_OR_RAISE(std::string etag, s3::ResultOf(client_->Put(key_, bytes)));
    Hold(std::move(etag), sent);
  }
  ARROW_RETURN_NOT_OK(client_->Delete({claim}).status());
  return taken;
}

void S3Lock::Hold(std::string etag, nanoseconds since) {
  etag_ = std::move(etag);
  std::lock_guard lock(mutex_);
  renewed_ = since;
}

void S3Lock::KeepRenewing() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (stop_.wait_for(lock, timing_.renew_every, [this] { return stopping_; })) return;
      if (!lost_.ok()) return;
    }
    if (CheckHeld().ok()) Renew();
  }
}

void S3Lock::Renew() {
  const nanoseconds begin = Now();
  // Other content than before, so that it has another ETag: who saw the old one cannot take over.
  ++self_.num_renewals;
  auto etag = PutRenewed(self_.ToJson());
  if (etag.ok()) return Hold(*std::move(etag), begin);
  if (!IsChanged(etag.status()))
    return;  // another attempt may go better; CheckHeld looks at the time
  std::lock_guard lock(mutex_);
  lost_ = MakeError(ErrorKind::kConflict,
                    fmt::format("This run lost the lake's lock, as another one took it over or "
                                "removed it; run again: {}",
                                s3::ToUri({client_->bucket(), key_})));
}

Result<std::string> S3Lock::PutRenewed(const std::string& content) {
  s3::Condition condition{.if_match = etag_};
  if (has_if_match_) {
    auto etag = Await(PutIf(client_.get(), key_, content, condition));
    has_if_match_ = !IsNotImplemented(etag.status());
    if (has_if_match_ && !IsChanged(etag.status())) return etag;
  }
  // A renewal that got no answer may have been carried out. Where there is no If-Match, nobody else
  // replaces the lock before it is stale: seeing that it is ours is enough.
  ARROW_ASSIGN_OR_RAISE(const s3::ObjectData current, Await(client_->Get(key_)));
  const LockHolder holder = LockHolder::FromJson(std::string_view(*current.bytes));
  if (!holder.is_known()) return NotALock(s3::ToUri({client_->bucket(), key_}));
  if (holder.token != self_.token) {
    return s3::ErrorStatus("PutObject", key_, {412, "PreconditionFailed", ""});
  }
  condition.if_match = has_if_match_ ? current.etag : "";
  return Await(PutIf(client_.get(), key_, content, condition));
}

// A call that is under way when the lock is released is not waited for longer than a moment.
template <class T>
Result<T> S3Lock::Await(arrow::Future<T> call) const {
  constexpr double kPollSeconds = 0.1;
  constexpr int kPollsWhenStopping = 50;
  for (int polls = 0; !call.Wait(kPollSeconds);) {
    std::lock_guard lock(mutex_);
    if (stopping_ && ++polls > kPollsWhenStopping) return Status::Cancelled("the lock is released");
  }
  return call.result();
}

}  // namespace tarn::lake
