#include "local/batch/self_time.h"

#include <time.h>

#include <utility>

namespace tarn::local {
namespace {

int64_t ThreadCpuNs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

thread_local SelfTime::Scope* innermost = nullptr;
thread_local int64_t begin_ns = 0;  // of what `innermost` computes now

}  // namespace

SelfTime::Scope::Scope(SelfTime* time) : time_(time), outer_(innermost) {
  const int64_t now_ns = ThreadCpuNs();
  if (outer_ != nullptr) outer_->time_->ns_ += now_ns - begin_ns;
  innermost = this;
  begin_ns = now_ns;
}

SelfTime::Scope::~Scope() {
  const int64_t now_ns = ThreadCpuNs();
  time_->ns_ += now_ns - begin_ns;
  innermost = outer_;
  begin_ns = now_ns;
}

}  // namespace tarn::local
