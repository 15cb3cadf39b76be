#include "s3/socket_events.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>
#include <thread>
#include <vector>

namespace tarn::s3 {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAtOnce{0};
constexpr milliseconds kLong{60'000};

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    near = FileDescriptor(ends[0]);
    far = FileDescriptor(ends[1]);
  }
  void SendByte() const { EXPECT_EQ(::write(far.number(), "x", 1), 1); }

  FileDescriptor near, far;
};

class SocketEventsTest : public testing::Test {
 protected:
  std::vector<SocketEvents::Event> Wait(milliseconds timeout) {
    std::vector<SocketEvents::Event> found;
    events_->Wait(timeout, [&](const SocketEvents::Event& event) { found.push_back(event); });
    return found;
  }

  std::unique_ptr<SocketEvents> events_ = SocketEvents::Make().ValueOrDie();
};

TEST_F(SocketEventsTest, TellsWhatWasAskedFor) {
  const Pair pair;
  ASSERT_TRUE(events_->Watch(pair.near.number(), true, false).ok());
  EXPECT_TRUE(Wait(kAtOnce).empty());
  pair.SendByte();
  const auto found = Wait(kLong);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].socket, pair.near.number());
  EXPECT_TRUE(found[0].readable);
  EXPECT_FALSE(found[0].writable);
  ASSERT_TRUE(events_->Watch(pair.near.number(), false, true).ok());
  ASSERT_EQ(Wait(kLong).size(), 1U);
  EXPECT_FALSE(Wait(kLong)[0].readable);
  EXPECT_TRUE(Wait(kLong)[0].writable);
  ASSERT_TRUE(events_->Watch(pair.near.number(), false, false).ok());
  EXPECT_TRUE(Wait(kAtOnce).empty());
}

TEST_F(SocketEventsTest, TellsThatTheOtherEndIsGone) {
  Pair pair;
  ASSERT_TRUE(events_->Watch(pair.near.number(), true, false).ok());
  pair.far.Close();
  const auto found = Wait(kLong);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].failed);
}

TEST_F(SocketEventsTest, ANumberThatWasGivenToAnotherSocket) {
  int number;
  {
    const Pair closed;
    number = closed.near.number();
    ASSERT_TRUE(events_->Watch(number, true, false).ok());
  }
  const Pair pair;
  ASSERT_EQ(pair.near.number(), number);
  ASSERT_TRUE(events_->Watch(number, false, false).ok());
  ASSERT_TRUE(events_->Watch(number, true, false).ok());
  pair.SendByte();
  EXPECT_EQ(Wait(kLong).size(), 1U);
}

TEST_F(SocketEventsTest, WakeEndsTheWait) {
  std::thread other([this] { events_->Wake(); });
  EXPECT_TRUE(Wait(kLong).empty());
  other.join();
  EXPECT_TRUE(Wait(kAtOnce).empty());
}

TEST_F(SocketEventsTest, MoreThanOneWaitTells) {
  constexpr size_t kNumPairs = 200;
  const std::vector<Pair> pairs(kNumPairs);
  for (const Pair& pair : pairs) {
    ASSERT_TRUE(events_->Watch(pair.near.number(), true, false).ok());
    pair.SendByte();
  }
  size_t num_found = 0;
  while (num_found < kNumPairs) {
    const auto found = Wait(kLong);
    ASSERT_FALSE(found.empty());
    for (const auto& event : found) {
      ++num_found;
      ASSERT_TRUE(events_->Watch(event.socket, false, false).ok());
    }
  }
  EXPECT_TRUE(Wait(kAtOnce).empty());
}

}  // namespace
}  // namespace tarn::s3
