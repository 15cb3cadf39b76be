#include "lake/table_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(RunOfFileTest, NamesThatRunsGive) {
  EXPECT_EQ(RunOfFile("part-00000-20181121T233007Z-3f9a2c.snappy.parquet"),
            "20181121T233007Z-3f9a2c");
  EXPECT_EQ(RunOfFile("part-00012-20181121T233007Z-3f9a2c-0123456789abcdef.zstd.parquet"),
            "20181121T233007Z-3f9a2c-0123456789abcdef");
  EXPECT_EQ(RunOfFile("part-123456-run.parquet"), "run");
  EXPECT_EQ(RunOfFile("part-00000-run-1.gz.parquet"), "run-1");
}

TEST(RunOfFileTest, NamesOfOthers) {
  for (const char* name :
       {"part-00000-9a1b2c3d-0000-4000-8000-0123456789ab-c000.snappy.parquet",
        "part-00000-9a1b2c3d-0000-4000-8000-0123456789ab.c000.snappy.parquet",
        "part-00000-9A1B2C3D-0000-4000-8000-0123456789ab.snappy.parquet",
        "part-00000-tid-8389-9a1b2c3d-0000-4000-8000-0123456789ab-12-1-c000.snappy.parquet",
        "data_0.parquet",
        "part-0.parquet",
        "part-r-00000-run.parquet",
        "part-00000.parquet",
        "part-00000-.parquet",
        "part-0000-run.parquet",
        "part-00000-run.orc",
        "part-00000-run.lz4.parquet",
        "part-00000-run.parquet.crc",
        ".part-00000-run.snappy.parquet.crc",
        "_SUCCESS",
        "_metadata",
        "part-00000-run",
        "part-00000",
        "",
        "apart-00000-run.parquet"}) {
    EXPECT_EQ(RunOfFile(name), "") << name;
  }
}

TEST(CheckOwnFilesTest, NamesTheFirstFilesOfOthers) {
  EXPECT_TRUE(CheckOwnFiles("/lake/a", {}).ok());
  EXPECT_TRUE(CheckOwnFiles("/lake/a", {"p=1/part-00000-run.parquet"}).ok());
  const Status two =
      CheckOwnFiles("/lake/a", {"_SUCCESS", "part-00000-run.parquet", "p=1/x.parquet"});
  EXPECT_EQ(KindOf(two), ErrorKind::kBadInput);
  EXPECT_THAT(two.message(), HasSubstr("move them away, or choose another lake.output"));
  EXPECT_THAT(two.message(), EndsWith(": /lake/a: _SUCCESS, p=1/x.parquet"));
  const Status five =
      CheckOwnFiles("s3://b/a", {"1.parquet", "2.parquet", "3.parquet", "4.parquet", "5.parquet"});
  EXPECT_THAT(five.message(), EndsWith(": s3://b/a: 1.parquet, 2.parquet, 3.parquet and 2 more"));
}

TEST(IsTablePathTest, LiesInPartitionFolders) {
  for (const char* path : {"x.parquet", "p=1/x.parquet", "p=1/q=/x.parquet", "p=../x.parquet"}) {
    EXPECT_TRUE(IsTablePath(path)) << path;
  }
  for (const char* path : {"", "/x.parquet", "p/x.parquet", "p=1//x.parquet", "p=1/",
                           "../x.parquet", "p=1/../x.parquet", "p=1/.x.parquet", "x.txt"}) {
    EXPECT_FALSE(IsTablePath(path)) << path;
  }
}

}  // namespace
}  // namespace tarn::lake
