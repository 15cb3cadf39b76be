#include <gtest/gtest.h>

#include "pipeline/paths_internal.h"

namespace tarn::pipeline {
namespace {

TEST(PathsTest, IsUri) {
  EXPECT_TRUE(IsUri("s3://bucket/key"));
  EXPECT_TRUE(IsUri("file:///tmp"));
  EXPECT_FALSE(IsUri("/tmp/a://b"));
  EXPECT_FALSE(IsUri("://b"));
  EXPECT_FALSE(IsUri("3s://b"));
  EXPECT_FALSE(IsUri("a/b"));
  EXPECT_FALSE(IsUri(""));
}

TEST(PathsTest, LocalPaths) {
  EXPECT_EQ(ResolvePath("/p", "a/*.json"), "/p/a/*.json");
  EXPECT_EQ(ResolvePath("/p/q", "../../lake/"), "/lake");
  EXPECT_EQ(ResolvePath("/p", "/abs//x/."), "/abs/x");
  EXPECT_EQ(ResolvePath("/p", "."), "/p");
  EXPECT_EQ(ResolvePath("/", "../.."), "/");
}

TEST(PathsTest, Uris) {
  EXPECT_EQ(ResolvePath("/p", "s3://b/./x/"), "s3://b/./x/");
  EXPECT_EQ(ResolvePath("s3://b", "x/*.json"), "s3://b/x/*.json");
  EXPECT_EQ(ResolvePath("s3://b/", "./x"), "s3://b/x");
  EXPECT_EQ(ResolvePath("s3://b/raw/", "../x/y"), "s3://b/x/y");
  EXPECT_EQ(ResolvePath("s3://b/raw", "/abs"), "/abs");
}

}  // namespace
}  // namespace tarn::pipeline
