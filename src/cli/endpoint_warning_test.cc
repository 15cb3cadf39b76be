#include "cli/endpoint_warning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tarn::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(IsPlainHttpElsewhere, TellsThisMachineFromOthers) {
  for (const char* url : {"http://minio:9000", "HTTP://10.0.0.1", "http://127.0.0.1.evil.example/x",
                          "http://localhost.evil.example", "http://[fe80::1]:9000", "http://[::1",
                          "http://127.0.0.1@evil.example/"}) {
    EXPECT_TRUE(IsPlainHttpElsewhere(url)) << url;
  }
  for (const char* url :
       {"", "https://minio:9000", "http://127.0.0.1:9000", "http://LocalHost/", "http://127.1.2.3",
        "http://[::1]:9000/x", "http://b.localhost:1", "http://evil.example@127.0.0.1/"}) {
    EXPECT_FALSE(IsPlainHttpElsewhere(url)) << url;
  }
}

TEST(WarnOfEndpoints, NamesTheSettingOnce) {
  pipeline::Pipeline pipeline;
  pipeline.s3.endpoint = "http://minio:9000";
  pipeline.buckets = {{"same", pipeline.s3}, {"own", pipeline.s3}, {"safe", pipeline.s3}};
  pipeline.buckets[1].second.endpoint = "http://other:1";
  pipeline.buckets[2].second.endpoint = "https://safe:1";
  std::ostringstream stream;
  WarnOfEndpoints(pipeline, Terminal(stream));
  EXPECT_THAT(stream.str(), HasSubstr("warning: s3.endpoint is reached without encryption"));
  EXPECT_THAT(stream.str(), HasSubstr("bucket.own.endpoint"));
  EXPECT_THAT(stream.str(), Not(HasSubstr("bucket.same")));
  EXPECT_THAT(stream.str(), Not(HasSubstr("safe")));
}

}  // namespace
}  // namespace tarn::cli
