#include "cluster/connect_step.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "cluster/fake_aws_for_test.h"
#include "cluster/local_port.h"
#include "cluster/serverless.h"

namespace tarn::cluster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;

constexpr seconds kPatience{60};

// The step as EMR runs it, with a server that only sleeps; it ends when it is quiet for 2 s.
class StepRun {
 public:
  explicit StepRun(int port, const std::string& spark_submit = "echo \"$@\"; exec sleep 1000") {
    fake_.Write("aws", "case \"$2\" in cp) echo the-token;; rm) echo removed \"$3\" >&2;; esac");
    fake_.Write("spark-submit",
                "echo token $SPARK_CONNECT_AUTHENTICATE_TOKEN >&2\n" + spark_submit);
    Program program;
    program.arguments = ConnectArguments("s3://b/t", port, {{"spark.x", "a 'b' $(c)"}});
    program.arguments[0] = FindProgram("bash");
    program.arguments[6] = "2";
    program.environment = {"PATH=" + fake_.folder() + ":/usr/sbin:/usr/bin:/sbin:/bin"};
    child_ = ChildProcess::Start(std::move(program), [this](std::string_view line) {
               std::lock_guard lock(mutex_);
               lines_.emplace_back(line);
             }).ValueOrDie();
  }

  ChildProcess* child() { return child_.get(); }
  std::vector<std::string> lines() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  FakeAws fake_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<ChildProcess> child_;
};

TEST(ConnectStep, EndsWhenNobodyIsHeard) {
  StepRun run(FreePort().ValueOrDie());
  ASSERT_TRUE(run.child()->WaitFor(kPatience));
  EXPECT_EQ(run.child()->end(), "exit code 0");
  EXPECT_THAT(run.lines(), Contains("removed s3://b/t"));
  EXPECT_THAT(run.lines(), Contains("token the-token"));
  EXPECT_THAT(run.lines(), Contains(HasSubstr("no client has sent anything")));
  EXPECT_THAT(run.lines(), Contains(HasSubstr("--conf spark.x=a 'b' $(c) ")));
  EXPECT_THAT(run.lines(), Contains(HasSubstr("spark.connect.grpc.binding.address=127.0.0.1")));
}

TEST(ConnectStep, EndsWithItsServer) {
  StepRun run(FreePort().ValueOrDie(), "exit 5");
  ASSERT_TRUE(run.child()->WaitFor(kPatience));
  EXPECT_EQ(run.child()->end(), "exit code 5");
}

TEST(ConnectStep, GoesOnWhileAClientIsHeard) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener, generic, size), 0);
  ASSERT_EQ(::getsockname(listener, generic, &size), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::connect(client, generic, size), 0);
  StepRun run(ntohs(address.sin_port));
  for (int i = 0; i < 25; ++i) {
    ASSERT_EQ(::send(client, "x", 1, 0), 1);
    EXPECT_FALSE(run.child()->WaitFor(milliseconds(200)));
  }
  // Still connected, but silent: what a lost network looks like.
  EXPECT_TRUE(run.child()->WaitFor(kPatience));
  EXPECT_EQ(run.child()->end(), "exit code 0");
  ::close(client);
  ::close(listener);
}

TEST(ConnectStep, NoSecretGoesIntoItsArguments) {
  const FakeAws fake;
  ConnectOptions options;
  for (const auto& setting : {std::pair("spark.hadoop.fs.s3a.secret.key", "x"),
                              std::pair("spark.jars.repositories", "https://me:word@host/")}) {
    options.conf = {setting};
    const auto opened = ClusterConnection::Open(*fake.Cli("exit 1"), {}, "j-1", options);
    EXPECT_EQ(KindOf(opened.status()), ErrorKind::kUsage) << setting.first;
    ClusterSettings settings;
    settings.serverless.emplace();
    const auto session = ServerlessSession::Open(*fake.Cli("exit 1"), settings, options);
    EXPECT_EQ(KindOf(session.status()), ErrorKind::kUsage) << setting.first;
  }
}

}  // namespace
}  // namespace tarn::cluster
