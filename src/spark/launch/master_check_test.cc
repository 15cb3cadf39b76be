#include "spark/launch/master_check.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "system/file_descriptor.h"

namespace tarn::spark {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A port of this machine; taken, and connections are accepted, when it listens.
class Port {
 public:
  explicit Port(bool listens) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const pointer = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.number(), pointer, size), 0);
    if (listens) {
      EXPECT_EQ(::listen(socket_.number(), 1), 0);
    }
    EXPECT_EQ(::getsockname(socket_.number(), pointer, &size), 0);
    text_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }

  const std::string& text() const { return text_; }

 private:
  FileDescriptor socket_;
  std::string text_;
};

Status Check(const std::string& master) {
  return CheckMaster(master, arrow::StopToken::Unstoppable());
}

TEST(CheckMaster, OneThatListensIsEnough) {
  const Port open(true);
  const Port closed(false);
  EXPECT_TRUE(Check("spark://" + open.text()).ok());
  EXPECT_TRUE(Check("spark://" + closed.text() + "," + open.text()).ok());
  EXPECT_TRUE(Check("yarn").ok());
  EXPECT_TRUE(Check("local[*]").ok());
}

TEST(CheckMaster, SaysWhyNoneAnswers) {
  const Port closed(false);
  const Status refused = Check("spark://" + closed.text());
  EXPECT_EQ(KindOf(refused), ErrorKind::kFailed);
  EXPECT_THAT(MessageOf(refused), AllOf(HasSubstr("No Spark master answers at spark://127.0.0.1:"),
                                        HasSubstr("(Connection refused); check the address")));
  const Status unknown = Check("spark://no-such-host.invalid:7077," + closed.text());
  EXPECT_THAT(MessageOf(unknown), AllOf(HasSubstr("(no-such-host.invalid: "),
                                        HasSubstr(", 127.0.0.1: Connection refused)")));
}

TEST(CheckMaster, WantsHostAndPort) {
  for (const char* master : {"spark://", "spark://host", "spark://:7077", "spark://a:1,b"}) {
    EXPECT_EQ(KindOf(Check(master)), ErrorKind::kUsage) << master;
  }
}

TEST(CheckMaster, StopsWhenItIsTold) {
  arrow::StopSource source;
  source.RequestStop();
  // Reserved for documentation: nothing answers.
  const Status stopped = CheckMaster("spark://192.0.2.1:7077", source.token());
  EXPECT_EQ(KindOf(stopped), ErrorKind::kCancelled);
}

}  // namespace
}  // namespace tarn::spark
