#include "local/batch/self_time.h"

#include <gtest/gtest.h>
#include <time.h>

#include <chrono>
#include <thread>

namespace tarn::local {
namespace {

constexpr double kSeconds = 0.2;

void Work() {
  const clock_t begin = clock();
  while (static_cast<double>(clock() - begin) / CLOCKS_PER_SEC < kSeconds) {
  }
}

TEST(SelfTimeTest, NeitherWaitingNorTheScopesWithinAreItsOwn) {
  SelfTime outer, inner, waiting;
  {
    const SelfTime::Scope scope(&outer);
    Work();
    {
      const SelfTime::Scope within(&inner);
      Work();
      Work();
    }
    const SelfTime::Scope within(&waiting);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_GE(outer.seconds(), 0.9 * kSeconds);
  EXPECT_GE(inner.seconds(), 1.5 * outer.seconds());
  EXPECT_LT(waiting.seconds(), kSeconds / 2);
}

}  // namespace
}  // namespace tarn::local
