#include "cluster/local_port.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "system/file_descriptor.h"
#include "system/scratch_folder.h"

namespace tarn::cluster {
namespace {

TEST(LocalPort, IsFreeUntilSomebodyListens) {
  const int port = FreePort().ValueOrDie();
  EXPECT_GT(port, 0);
  EXPECT_FALSE(IsListening({port}));
  EXPECT_FALSE(AnswersHttp2({port}));
  EXPECT_EQ(FreePort(port).ValueOrDie(), port);
}

TEST(LocalPort, MayBeASocket) {
  ScratchFolder folder;
  ASSERT_TRUE(folder.Make().ok());
  const LocalEnd end = {.socket_path = folder.path() + "/s"};
  EXPECT_FALSE(IsListening(end));
  const FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  end.socket_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  EXPECT_TRUE(IsListening(end));
  EXPECT_FALSE(IsListening({.socket_path = folder.path() + std::string(200, 'x')}));
}

// As `nc -l` of users 0 and 1000 makes them, on ports 4660 and 4661; the third is a connection.
constexpr char kTables[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout\n"
    "   0: 0100007F:1234 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n"
    "   1: 0100007F:1235 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2\n"
    "   2: 0100007F:1235 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000     0        0 "
    "3\n";

TEST(LocalPort, TellsWhoseListenerItIs) {
  EXPECT_TRUE(IsListenerOf(0, 0x1234, kTables));
  EXPECT_FALSE(IsListenerOf(1000, 0x1234, kTables));
  EXPECT_TRUE(IsListenerOf(1000, 0x1235, kTables));
  EXPECT_FALSE(IsListenerOf(0, 0x1235, kTables));
  EXPECT_FALSE(IsListenerOf(0, 0x1236, kTables));
  // One of each on different addresses: who connects may get either.
  EXPECT_FALSE(IsListenerOf(0, 0x1234,
                            std::string(kTables) +
                                "   0: 00000000000000000000000000000000:1234 "
                                "00000000000000000000000000000000:0000 0A 00000000:00000000 "
                                "00:00000000 00000000  1000        0 4\n"));
}

TEST(LocalPort, KnowsItsOwnListener) {
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.number(), generic, size), 0);
  ASSERT_EQ(::getsockname(listener.number(), generic, &size), 0);
  EXPECT_FALSE(IsListenerOurs(ntohs(address.sin_port)));
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  EXPECT_TRUE(IsListenerOurs(ntohs(address.sin_port)));
}

}  // namespace
}  // namespace tarn::cluster
