#include "cluster/tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/fake_aws_for_test.h"

namespace tarn::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

const std::vector<Forward> kForwards = {{{1234}, 15002, true}, {{8088}, 8088, false}};

Cluster ClusterOf() {
  Cluster cluster;
  cluster.id = "j-1";
  cluster.primary_dns = "-oProxyCommand=x";
  return cluster;
}

TEST(Tunnel, BySsh) {
  const FakeAws fake;
  TunnelSettings settings;
  settings.identity_file = "/a key.pem";
  const auto commands = TunnelCommands(*fake.Cli(""), settings, ClusterOf(), "", kForwards);
  ASSERT_EQ(commands.size(), 1);
  EXPECT_THAT(commands[0],
              IsSupersetOf({"ssh", "BatchMode=yes", "ExitOnForwardFailure=yes", "HostKeyAlias=j-1",
                            "/a key.pem", "127.0.0.1:1234:127.0.0.1:15002",
                            "127.0.0.1:8088:-oProxyCommand=x:8088"}));
  const auto by_socket = TunnelCommands(*fake.Cli(""), settings, ClusterOf(), "",
                                        {{{.socket_path = "/tmp/x/spark"}, 15002, true}});
  EXPECT_THAT(by_socket[0], testing::Contains("/tmp/x/spark:127.0.0.1:15002"));
  // A name is a name, also one that looks like an option.
  EXPECT_EQ(commands[0][commands[0].size() - 2], "--");
  EXPECT_EQ(commands[0].back(), "-oProxyCommand=x");
}

TEST(Tunnel, BySystemsManager) {
  const FakeAws fake;
  TunnelSettings settings;
  settings.through = TunnelSettings::Through::kSsm;
  const auto commands = TunnelCommands(*fake.Cli(""), settings, ClusterOf(), "i-1", kForwards);
  ASSERT_EQ(commands.size(), 2);
  EXPECT_THAT(commands[0],
              ElementsAre(fake.folder() + "/aws", "ssm", "start-session", "--target=i-1",
                          "--document-name=AWS-StartPortForwardingSession",
                          R"(--parameters={"portNumber":["15002"],"localPortNumber":["1234"]})",
                          "--output=json", "--no-cli-pager"));
  EXPECT_THAT(commands[1][4], HasSubstr("ToRemoteHost"));
  EXPECT_THAT(commands[1][5], HasSubstr(R"("host":["-oProxyCommand=x"])"));
}

TEST(Tunnel, SaysWhatItsProgramSaid) {
  const FakeAws fake;
  const auto aws = fake.Cli(
      "if [ \"$1\" = emr ]; then echo '{\"Instances\": [{\"Ec2InstanceId\": \"i-1\"}]}'\n"
      "else echo no plugin >&2; exit 255; fi");
  TunnelSettings settings;
  settings.through = TunnelSettings::Through::kSsm;
  const auto opened = Tunnel::Open(*aws, settings, ClusterOf(), {{{0}, 15002, true}},
                                   arrow::StopToken::Unstoppable());
  EXPECT_THAT(MessageOf(opened.status()), HasSubstr("no plugin"));
  EXPECT_THAT(HintOf(opened.status()), HasSubstr("session-manager-plugin"));
}

}  // namespace
}  // namespace tarn::cluster
