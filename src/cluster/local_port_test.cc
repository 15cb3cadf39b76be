#include "cluster/local_port.h"

#include <gtest/gtest.h>

namespace tarn::cluster {
namespace {

TEST(LocalPort, IsFreeUntilSomebodyListens) {
  const int port = FreePort().ValueOrDie();
  EXPECT_GT(port, 0);
  EXPECT_FALSE(IsListening(port));
  EXPECT_FALSE(AnswersHttp2(port));
  EXPECT_EQ(FreePort(port).ValueOrDie(), port);
}

}  // namespace
}  // namespace tarn::cluster
