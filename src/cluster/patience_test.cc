#include "cluster/patience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/fake_aws_for_test.h"

namespace tarn::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers, then fails as the CLI does, then answers again.
constexpr char kOutage[] =
    "n=$(($(cat \"$0.n\" 2>/dev/null || echo 0) + 1)); echo $n >\"$0.n\"\n"
    "case $n in 2 | 3) cat \"$0.says\" >&2; exit 254 ;; esac; echo $n";

class PatienceTest : public testing::Test {
 protected:
  Result<std::string> Look(Patience* patience) {
    return patience->Ask([&] { return aws_->Call({"emr", "describe-step"}); });
  }
  void Says(const std::string& error) {
    std::ofstream(fake_.folder() + "/aws.says") << error << std::endl;
  }

  FakeAws fake_;
  std::unique_ptr<AwsCli> aws_ = fake_.Cli(kOutage);
  std::vector<std::string> news_;
  arrow::StopSource stop_;
  Patience patience_{stop_.token(), [this](const std::string& line) { news_.push_back(line); }};
};

TEST_F(PatienceTest, OutlastsAnOutage) {
  Says("Could not connect to the endpoint URL: \"https://…/\"");
  EXPECT_EQ(Look(&patience_).ValueOrDie(), "1\n");
  EXPECT_EQ(Look(&patience_).ValueOrDie(), "4\n");
  EXPECT_THAT(news_, ElementsAre(HasSubstr("asking again for 5 min: `aws emr describe-step`")));
}

TEST_F(PatienceTest, AsksNotAgainWhatAwsRefuses) {
  Says("An error occurred (AccessDeniedException) when calling the DescribeStep operation: no");
  EXPECT_TRUE(Look(&patience_).ok());
  EXPECT_THAT(MessageOf(Look(&patience_).status()), HasSubstr("AccessDenied"));
  EXPECT_THAT(news_, ElementsAre());
}

TEST_F(PatienceTest, EndsByAStop) {
  Says("Read timeout on endpoint URL");
  EXPECT_TRUE(Look(&patience_).ok());
  stop_.RequestStop();
  EXPECT_EQ(KindOf(Look(&patience_).status()), ErrorKind::kCancelled);
}

}  // namespace
}  // namespace tarn::cluster
