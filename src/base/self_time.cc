#include "base/self_time.h"

#include <time.h>

#include <algorithm>

namespace tarn {
namespace {

int64_t NowNs(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

thread_local SelfTime::Scope* innermost = nullptr;
thread_local int64_t begin_ns = 0;  // CPU time of this thread when `innermost` went on

double Seconds(int64_t ns) { return static_cast<double>(ns) / 1e9; }

}  // namespace

SelfTime::Scope::Scope(SelfTime* time, Threads threads) : time_(time) {
  if (time_ == nullptr) return;
  outer_ = innermost;
  const bool is_outer_serial = outer_ != nullptr && outer_->is_serial_;
  is_serial_ = threads == Threads::kAsOuter ? is_outer_serial : threads == Threads::kOne;
  const int64_t wall_ns = NowNs(CLOCK_MONOTONIC);
  int64_t first_ns = time_->first_ns_;
  while (wall_ns < first_ns && !time_->first_ns_.compare_exchange_weak(first_ns, wall_ns)) {
  }
  const int64_t now_ns = NowNs(CLOCK_THREAD_CPUTIME_ID);
  if (outer_ != nullptr) outer_->time_->Add(now_ns - begin_ns, outer_->is_serial_);
  innermost = this;
  begin_ns = now_ns;
}

SelfTime::Scope::~Scope() {
  if (time_ == nullptr) return;
  const int64_t now_ns = NowNs(CLOCK_THREAD_CPUTIME_ID);
  time_->Add(now_ns - begin_ns, is_serial_);
  innermost = outer_;
  begin_ns = now_ns;
  const int64_t wall_ns = NowNs(CLOCK_MONOTONIC);
  int64_t last_ns = time_->last_ns_;
  while (wall_ns > last_ns && !time_->last_ns_.compare_exchange_weak(last_ns, wall_ns)) {
  }
}

SelfTime* SelfTime::Current() { return innermost == nullptr ? nullptr : innermost->time_; }

void SelfTime::Add(int64_t cpu_ns, bool is_serial) {
  cpu_ns_ += cpu_ns;
  if (is_serial) serial_ns_ += cpu_ns;
}

Work SelfTime::work() const {
  return {Seconds(cpu_ns_), Seconds(serial_ns_),
          Seconds(std::max<int64_t>(last_ns_ - std::min<int64_t>(first_ns_, last_ns_), 0))};
}

}  // namespace tarn
