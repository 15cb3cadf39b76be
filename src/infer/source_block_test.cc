// The section as it is printed.
#include "infer/source_block.h"

#include <gtest/gtest.h>

#include "infer/toml_text.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::infer {
namespace {

std::string BlockOf(const std::string& text, std::vector<std::string> paths = {"/raw/*.json"}) {
  const storage::TemporaryFolder folder;
  folder.Write("a.json", text);
  const Survey survey =
      SurveyFiles(storage::TestStorages(), {.globs = {folder.path()}}).ValueOrDie();
  return SourceBlock({"events", std::move(paths)}, survey, json::InferSchema(survey.profile));
}

TEST(SourceBlockTest, AColumnALine) {
  EXPECT_EQ(BlockOf("{\"id\":1,\"at\":\"2018-11-21\",\"tags\":[\"x\"]}\n"
                    "{\"id\":7,\"at\":null,\"my key\":true}\n"
                    "{\"id\":7,\"n\":null,\"mixed\":1}\n{\"id\":7,\"mixed\":\"\"}\n"),
            "# 4 records in 1 file, all there is\n"
            "[source.events]\n"
            "path = \"/raw/*.json\"\n"
            "schema = \"\"\"\n"
            "  id BIGINT,           -- 1 to 7; 1, 7\n"
            "  at DATE,             -- 25 % null; 50 % missing; \"2018-11-21\"\n"
            "  tags ARRAY<STRING>,  -- 75 % missing; [\"x\"]\n"
            "  `my key` BOOLEAN,    -- 75 % missing; true\n"
            "  n STRING,            -- only nulls; 75 % missing\n"
            "  mixed STRING         -- 50 % missing; 50 % integers, 50 % strings; 1, \"\"\n"
            "\"\"\"\n");
}

TEST(SourceBlockTest, WhatIsLeftOutIsSaid) {
  const std::string block = BlockOf("{\"a\":1,\"A\":2}\n{\"A\":2}\n");
  EXPECT_NE(block.find("# left out: key a: it is A but for case"), std::string::npos) << block;
}

TEST(SourceBlockTest, SeveralPaths) {
  const std::string block = BlockOf("{\"a\":1}", {"/a b", "/${x}\"\\"});
  EXPECT_NE(block.find("path = [\n  \"/a b\",\n  \"/$${x}\\\"\\\\\",\n]\n"), std::string::npos)
      << block;
}

TEST(SourceBlockTest, TomlText) {
  EXPECT_EQ(EscapeToml("plain \"x\" \"\" é"), "plain \"x\" \"\" é");
  EXPECT_EQ(EscapeToml("a\\b\n\x7F\xC2\x9B"), "a\\\\b\\u000A\\u007F\\u009B");
  EXPECT_EQ(EscapeToml("\"\"\"\""), "\\\"\\\"\"\"");
  EXPECT_EQ(EscapeToml("$${x}"), "$$${x}");
  EXPECT_EQ(QuoteToml("a\"\""), "\"a\\\"\\\"\"");
}

TEST(SourceBlockTest, Names) {
  EXPECT_EQ(NameOfPath("/raw/log_data/*/*.json"), "log_data");
  EXPECT_EQ(NameOfPath("/raw/log_data/ev*.json"), "log_data");
  EXPECT_EQ(NameOfPath("/raw/2018-11-01-events.json.gz"), "raw_2018_11_01_events");
  EXPECT_EQ(NameOfPath("/raw/my events.json"), "my_events");
  EXPECT_EQ(NameOfPath("/raw/events/"), "events");
  EXPECT_EQ(NameOfPath("/raw/événements.json"), "v__nements");
  EXPECT_EQ(NameOfPath("s3://bucket/events"), "events");
  EXPECT_EQ(NameOfPath("/*"), "raw");
  EXPECT_EQ(NameOfPath("/.hidden.json"), "hidden");
}

TEST(SourceBlockTest, SharesAreNeverRoundedToNoneOrAll) {
  EXPECT_EQ(ShareText(0, 7), "0 %");
  EXPECT_EQ(ShareText(7, 7), "100 %");
  EXPECT_EQ(ShareText(1, 100'000), "<0.1 %");
  EXPECT_EQ(ShareText(99'999, 100'000), ">99.9 %");
  EXPECT_EQ(ShareText(1, 3), "33.3 %");
  EXPECT_EQ(ShareText(1, 4), "25 %");
}

}  // namespace
}  // namespace tarn::infer
