// What is said about data that is not as declared.
#include "infer/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/ddl.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::infer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Difference> DriftOf(const std::string& ddl, const std::string& text) {
  const storage::TemporaryFolder folder;
  folder.Write("a.json", text);
  auto schema = pipeline::ParseDdl(ddl).ValueOrDie();
  const Survey survey =
      SurveyFiles(storage::TestStorages(), {.globs = {folder.path()}, .declared = schema})
          .ValueOrDie();
  return FindDrift(*schema, survey);
}

std::vector<std::string> KeysOf(const std::vector<Difference>& drift) {
  std::vector<std::string> keys;
  for (const Difference& difference : drift) keys.push_back(difference.key);
  return keys;
}

TEST(DriftTest, NothingToSay) {
  EXPECT_THAT(DriftOf("a INT, o STRUCT<x: STRING>, m MAP<STRING, STRUCT<y: INT>>",
                      "{\"a\":null,\"o\":{\"x\":\"1\"},\"m\":{\"k\":{\"y\":1}}}\n"),
              IsEmpty());
}

TEST(DriftTest, ValuesThatDoNotFit) {
  const auto drift = DriftOf("a INT", "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":3000000000}\n");
  ASSERT_THAT(drift, SizeIs(1));
  EXPECT_TRUE(drift[0].is_error());
  EXPECT_EQ(drift[0].num_records, 2);
  EXPECT_EQ(drift[0].message, "2 of 3 records do not fit INT; the first: field a: 'x' is not INT");
  EXPECT_EQ(drift[0].hint, "declare a STRING");
  EXPECT_EQ(drift[0].line, 2);
  EXPECT_THAT(drift[0].file, HasSubstr("a.json"));
}

TEST(DriftTest, RecordsThatAreNoJson) {
  const auto drift = DriftOf("a INT", "{\"a\":1}\nnonsense\n");
  ASSERT_THAT(drift, SizeIs(1));
  EXPECT_TRUE(drift[0].is_error());
  EXPECT_THAT(drift[0].message, HasSubstr("1 of 2 records are not valid JSON objects"));
  EXPECT_EQ(drift[0].line, 2);
}

TEST(DriftTest, NewKeys) {
  const auto drift = DriftOf("a INT, o STRUCT<x: INT>, l ARRAY<STRUCT<y: INT>>",
                             "{\"a\":1,\"o\":{\"x\":1,\"new\":true},\"l\":[{\"y\":1},{\"z\":2}]}\n"
                             "{\"a\":1,\"my key\":{\"b\":[1.5]}}\n");
  EXPECT_THAT(KeysOf(drift), ElementsAre("o.new", "l.z", "my key"));
  for (const Difference& difference : drift) EXPECT_FALSE(difference.is_error());
  EXPECT_EQ(drift[0].hint, "declare new: BOOLEAN");
  EXPECT_EQ(drift[2].hint, "declare `my key` STRUCT<b: ARRAY<DOUBLE>>");
  EXPECT_EQ(drift[2].message,
            "the schema does not name this key; 1 of 2 records have it, e.g. {\"b\":[1.5]}");
  EXPECT_EQ(drift[2].line, 2);
}

TEST(DriftTest, ColumnsThatAreNeverThere) {
  const auto drift = DriftOf("userid STRING, o STRUCT<x: INT, y: INT>, never INT",
                             "{\"userId\":\"1\",\"o\":{\"x\":1}}\n{\"userId\":\"2\"}\n");
  EXPECT_THAT(KeysOf(drift), ElementsAre("userid", "o.y", "never", "userId"));
  EXPECT_EQ(drift[0].hint, "the data has userId; case counts in keys");
  EXPECT_EQ(drift[0].kind, Difference::Kind::kNeverPresent);
  EXPECT_EQ(drift[3].kind, Difference::Kind::kNewKey);
}

TEST(DriftTest, NoRecordsNoColumnsMissing) { EXPECT_THAT(DriftOf("a INT", "\n"), IsEmpty()); }

TEST(DriftTest, ObjectsWithTooManyKeys) {
  std::string object = "{";
  for (int i = 0; i < 1500; ++i) {
    object += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  }
  const auto drift = DriftOf("o STRUCT<k1: INT>", "{\"o\":" + object + "}}\n");
  ASSERT_THAT(drift, SizeIs(1));
  EXPECT_EQ(drift[0].hint, "declare MAP<STRING, BIGINT>");
}

}  // namespace
}  // namespace tarn::infer
