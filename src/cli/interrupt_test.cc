#include "cli/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

namespace tarn::cli {
namespace {

// What the process that runs `body` ended with.
template <typename Body>
int WaitStatusOf(Body body) {
  pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int wait_status = -1;
  waitpid(child, &wait_status, 0);
  return wait_status;
}

TEST(InterruptGuard, TheFirstSignalAsksForAStop) {
  for (int signal_number : {SIGINT, SIGTERM}) {
    InterruptGuard guard;
    EXPECT_FALSE(guard.token().IsStopRequested());
    raise(signal_number);
    EXPECT_TRUE(guard.token().IsStopRequested());
    EXPECT_EQ(KindOf(guard.token().Poll()), ErrorKind::kCancelled);
  }
}

TEST(InterruptGuard, AnInnerOneIsTheOuterOne) {
  InterruptGuard outer;
  {
    InterruptGuard inner;
    raise(SIGINT);
    EXPECT_TRUE(inner.token().IsStopRequested());
  }
  EXPECT_TRUE(outer.token().IsStopRequested());
}

TEST(InterruptGuard, SignalsDoAgainWhatTheyDid) {
  const int wait_status = WaitStatusOf([] {
    signal(SIGINT, [](int) { _exit(7); });
    { InterruptGuard guard; }
    raise(SIGINT);
  });
  EXPECT_EQ(WEXITSTATUS(wait_status), 7);
}

TEST(InterruptGuard, MoreSignalsMayHaveToWait) {
  const int wait_status = WaitStatusOf([] {
    InterruptGuard outer(InterruptGuard::Second::kWaits);
    InterruptGuard inner;
    for (int i = 0; i < 3; ++i) raise(SIGINT);
    _exit(outer.token().IsStopRequested() ? 7 : 8);
  });
  ASSERT_TRUE(WIFEXITED(wait_status));
  EXPECT_EQ(WEXITSTATUS(wait_status), 7);
}

TEST(InterruptGuard, TheSecondSignalEndsTheProcess) {
  int wait_status = WaitStatusOf([] {
    InterruptGuard guard;
    raise(SIGINT);
    raise(SIGINT);
  });
  ASSERT_TRUE(WIFEXITED(wait_status));
  EXPECT_EQ(WEXITSTATUS(wait_status), 130);
}

TEST(InterruptGuard, WithoutAGuardSignalsEndTheProcessAsUsual) {
  int wait_status = WaitStatusOf([] {
    { InterruptGuard guard; }
    raise(SIGINT);
  });
  ASSERT_TRUE(WIFSIGNALED(wait_status));
  EXPECT_EQ(WTERMSIG(wait_status), SIGINT);
}

TEST(InterruptGuard, AReaderThatLeftIsNoReasonToDie) {
  InterruptGuard guard;
  raise(SIGPIPE);
  EXPECT_FALSE(guard.token().IsStopRequested());
}

}  // namespace
}  // namespace tarn::cli
