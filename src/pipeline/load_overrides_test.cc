#include <fmt/format.h>

#include "pipeline/load_for_test.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(LoadTest, Overrides) {
  WriteSmall("[table.levels]\nkey = ['level']\n");
  overrides_ = {{"lake.input", "first"},
                {"lake.input", "second"},
                {"source.EVENTS.path", "[\"a.json\", \"b.json\"]"},
                {"pipeline.name", "true"},
                {"table.levels.min_rows", "5"},
                {"table.levels.row_group_size", "4096"},
                {"table.levels.compression", "gzip"},
                {"source.events.max_bad_records", "\"5%\""},
                {"source.events.on_bad_record", "'drop'"}};
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->name, "true");
  EXPECT_EQ(pipeline->sources[0].on_bad_record, OnBadRecord::kDrop);
  EXPECT_EQ(pipeline->input, fs::current_path() / "second");
  EXPECT_EQ(pipeline->output, directory_ / "out");
  ASSERT_THAT(pipeline->sources, SizeIs(1));
  EXPECT_THAT(pipeline->sources[0].paths,
              ElementsAre(fs::current_path() / "a.json", fs::current_path() / "b.json"));
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  EXPECT_EQ(pipeline->tables[0].min_rows, 5);
  EXPECT_EQ(pipeline->tables[0].row_group_bytes, 4096);
  EXPECT_EQ(pipeline->tables[0].compression, Compression::kGzip);
  EXPECT_THAT(pipeline->tables[0].key, ElementsAre("level"));
}

TEST_F(LoadTest, LimitsOfARun) {
  WriteSmall("[run]\nmemory = \"1 TiB\"\nspill_dir = \"scratch\"\n");
  EXPECT_EQ(LoadGood()->run.memory_bytes, int64_t{1} << 40);
  EXPECT_EQ(LoadGood()->run.spill_dir, directory_ / "scratch");
  overrides_ = {{"run.memory", "2GB"}, {"run.spill_dir", "/var/tmp"}};
  EXPECT_EQ(LoadGood()->run.memory_bytes, 2'000'000'000);
  EXPECT_EQ(LoadGood()->run.spill_dir, "/var/tmp");
}

// As Spark's readers take a schema.
TEST_F(LoadTest, NotNullMeansNothingOfASource) {
  WriteSmall("");
  const std::string source = LoadGood()->sources[0].name;
  overrides_ = {{"source." + source + ".schema", "userId STRING NOT NULL, level STRING"}};
  EXPECT_TRUE(LoadGood()->sources[0].schema->field(0)->nullable());
}

TEST_F(LoadTest, WhatIsSmallToSpark) {
  WriteSmall("[spark]\nsmall = \"1 GB\"\n");
  EXPECT_EQ(LoadGood()->spark.small_bytes, 1'000'000'000);
  overrides_ = {{"spark.small", "0"}};
  EXPECT_EQ(LoadGood()->spark.small_bytes, 0);
}

TEST_F(LoadTest, OverrideOfATableWithoutSection) {
  WriteSmall("");
  overrides_ = {{"table.levels.row_group_size", "64 KiB"},
                {"table.levels.partition_by", "['level']"}};
  auto pipeline = LoadGood();
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  EXPECT_EQ(pipeline->tables[0].row_group_bytes, 64 << 10);
  EXPECT_THAT(pipeline->tables[0].partition_by, ElementsAre("level"));
}

TEST_F(LoadTest, OverrideErrors) {
  WriteSmall("");
  overrides_ = {{"lake.outptu", "x"},
                {"lke.output", "x"},
                {"lake", "x"},
                {"source.evnts.path", "x"},
                {"table.lvels.key", "['a']"},
                {"table.levels.compression", "zst"},
                {"table.levels.checks", "['1 +']"},
                {"source.events.schema", "ts BGINT"}};
  std::vector<std::string> found;
  for (const Diagnostic& error : LoadBad()) {
    EXPECT_EQ(error.file, "");
    EXPECT_THAT(error.excerpt, HasSubstr("--set "));
    found.push_back(fmt::format("{}: {}", error.subject, error.hint));
  }
  ASSERT_THAT(found, SizeIs(8));
  EXPECT_EQ(found[0], "lake.outptu: did you mean output?");
  EXPECT_EQ(found[1], "lke.output: did you mean lake?");
  EXPECT_EQ(found[2], "lake: write it as lake.input=…");
  EXPECT_EQ(found[3], "source.evnts.path: did you mean events?");
  EXPECT_EQ(found[4], "source.events.schema: did you mean BIGINT?");
}

}  // namespace
}  // namespace tarn::pipeline
