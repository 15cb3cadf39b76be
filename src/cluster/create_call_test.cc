#include "cluster/create_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::cluster {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(CreateCall, TheClassicRecipe) {
  ::setenv("TARN_BUCKET", "sparkify-1", 1);
  const auto settings = LoadClusterFile(TARN_SOURCE_DIR "/docs/cluster-classic.toml").ValueOrDie();
  EXPECT_EQ(settings.aws.region, "us-west-2");
  EXPECT_THAT(
      CreateClusterWords(settings),
      ElementsAre(
          "emr", "create-cluster", "--name=sparkify", "--release-label=emr-5.32.0",
          R"(--applications=[{"Name":"Hadoop"},{"Name":"Spark"}])",
          R"(--instance-groups=[{"Name":"primary","InstanceGroupType":"MASTER","InstanceType":"m5.xlarge","InstanceCount":1},{"Name":"core","InstanceGroupType":"CORE","InstanceType":"m5.xlarge","InstanceCount":2}])",
          R"(--ec2-attributes={"InstanceProfile":"EMR_EC2_DefaultRole","KeyName":"spark-cluster"})",
          "--service-role=EMR_DefaultRole", "--auto-scaling-role=EMR_AutoScaling_DefaultRole",
          "--scale-down-behavior=TERMINATE_AT_TASK_COMPLETION", "--ebs-root-volume-size=32",
          "--log-uri=s3://sparkify-1/emr-logs/",
          R"(--auto-termination-policy={"IdleTimeout":1800})"));
}

TEST(CreateCall, SpotInstancesAndScaling) {
  const auto settings =
      ReadClusterFile("c.toml",
                      "[cluster]\nsubnet = 's'\nsecurity_group = 'g'\n[workers]\ncount = 4\n"
                      "spot_share = 0.5\n[managed_scaling]\nmin = 2\nmax = 8\nmax_on_demand = 2\n")
          .ValueOrDie();
  const auto words = CreateClusterWords(settings);
  EXPECT_THAT(
      words,
      Contains(
          R"(--instance-groups=[{"Name":"primary","InstanceGroupType":"MASTER","InstanceType":"m5.xlarge","InstanceCount":1},{"Name":"core","InstanceGroupType":"CORE","InstanceType":"m5.xlarge","InstanceCount":2},{"Name":"spot","InstanceGroupType":"TASK","InstanceType":"m5.xlarge","InstanceCount":2,"BidPrice":"OnDemandPrice"}])"));
  EXPECT_THAT(
      words,
      Contains(
          R"(--managed-scaling-policy={"ComputeLimits":{"UnitType":"Instances","MinimumCapacityUnits":2,"MaximumCapacityUnits":8,"MaximumOnDemandCapacityUnits":2}})"));
  EXPECT_THAT(
      words,
      Contains(
          R"(--ec2-attributes={"InstanceProfile":"EMR_EC2_DefaultRole","SubnetId":"s","AdditionalMasterSecurityGroups":["g"]})"));
}

TEST(CreateCall, IsShownAsAShellReadsIt) {
  EXPECT_EQ(ShellText({"aws", "--name=a b", "$(x)", "it's", ""}),
            R"(aws '--name=a b' '$(x)' 'it'\''s' '')");
}

TEST(CreateCall, IsShownWithAnOptionALine) {
  EXPECT_EQ(ShellLines({"aws", "emr", "create-cluster", "--name=a b", "--ebs-root-volume-size=32"}),
            "aws emr create-cluster \\\n  '--name=a b' \\\n  --ebs-root-volume-size=32");
  // A shell takes it apart into the same words.
  const std::vector<std::string> words = {"printf",           "<%s>", "--",      "--x=a b\nc\\",
                                          "--y='\"$(id)`id`", "",     "--z=ü \\"};
  const ProgramOutput run =
      RunProgram({{"/bin/sh", "-euc", ShellLines(words)}, {}}, arrow::StopToken::Unstoppable())
          .ValueOrDie();
  EXPECT_TRUE(run.succeeded()) << run.error;
  EXPECT_EQ(run.output, "<--><--x=a b\nc\\><--y='\"$(id)`id`><><--z=ü \\>");
}

}  // namespace
}  // namespace tarn::cluster
