// Which type each mix of values gets, and that a scanner with it reads them all.
#include "json/infer_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/profiler.h"
#include "json/scan_for_test.h"
#include "values/ddl_text.h"

namespace tarn::json {
namespace {

using testing::ElementsAre;

Profile LinesProfile(const std::string& text) {
  Profile profile;
  auto profiler = Profiler::Make(Framing::kLines).ValueOrDie();
  EXPECT_TRUE(profiler->Add(Block{text}, {}, INT64_MAX, &profile).ok());
  return profile;
}

// The columns, after a scanner has read the text with them.
std::string InferFrom(const std::string& text) {
  const Profile profile = LinesProfile(text);
  const InferredSchema inferred = InferSchema(profile);
  const ScanResult scanned = ScanOrDie(Options(inferred.schema->fields()), text);
  EXPECT_EQ(std::ssize(scanned.bad_records), profile.num_bad_records())
      << scanned.bad_records[0].reason;
  std::string columns;
  for (const auto& field : inferred.schema->fields()) {
    columns += (columns.empty() ? "" : ", ") + field->name() + " " + DdlOf(*field->type());
  }
  return columns;
}

std::string InferOf(std::initializer_list<const char*> values) {
  std::string text;
  for (const char* value : values) text += "{\"a\":" + std::string(value) + "}\n";
  const std::string columns = InferFrom(text);
  EXPECT_EQ(columns.substr(0, 2), "a ");
  return columns.substr(2);
}

TEST(InferSchemaTest, OneKind) {
  EXPECT_EQ(InferOf({"1", "-5"}), "BIGINT");
  EXPECT_EQ(InferOf({"1.5"}), "DOUBLE");
  EXPECT_EQ(InferOf({"1e2"}), "DOUBLE");
  EXPECT_EQ(InferOf({"true", "false"}), "BOOLEAN");
  EXPECT_EQ(InferOf({"\"x\"", "\"\""}), "STRING");
  EXPECT_EQ(InferOf({"null"}), "STRING");
  EXPECT_EQ(InferOf({"null", "7"}), "BIGINT");
}

TEST(InferSchemaTest, NumbersWiden) {
  EXPECT_EQ(InferOf({"1", "0.5"}), "DOUBLE");
  EXPECT_EQ(InferOf({"9223372036854775807"}), "BIGINT");
  EXPECT_EQ(InferOf({"9223372036854775808"}), "DECIMAL(19,0)");
  EXPECT_EQ(InferOf({"9223372036854775808", "1"}), "DECIMAL(20,0)");
  EXPECT_EQ(InferOf({"-123456789012345678901234", "1"}), "DECIMAL(24,0)");
  EXPECT_EQ(InferOf({"99999999999999999999999999999999999999"}), "DECIMAL(38,0)");
  EXPECT_EQ(InferOf({"123456789012345678901234567890123456789"}), "DOUBLE");
  EXPECT_EQ(InferOf({"9223372036854775808", "1.5"}), "DOUBLE");
  EXPECT_EQ(InferOf({"-0", "0"}), "BIGINT");
}

TEST(InferSchemaTest, MixedKindsAreText) {
  EXPECT_EQ(InferOf({"1", "\"x\""}), "STRING");
  EXPECT_EQ(InferOf({"1", "true"}), "STRING");
  EXPECT_EQ(InferOf({"{\"b\":1}", "\"x\""}), "STRING");
  EXPECT_EQ(InferOf({"[1]", "{\"b\":1}"}), "STRING");
  EXPECT_EQ(InferOf({"1.5", "\"NaN\""}), "STRING");
  EXPECT_EQ(InferOf({"\"2018-11-21\"", "20181121"}), "STRING");
}

TEST(InferSchemaTest, Times) {
  EXPECT_EQ(InferOf({"\"2018-11-21\"", "null"}), "DATE");
  EXPECT_EQ(InferOf({"\"2018-11-21T21:56:47.796Z\""}), "TIMESTAMP");
  EXPECT_EQ(InferOf({"\"2018-11-21T21:56:47Z\"", "\"2018-11-21\""}), "TIMESTAMP");
  EXPECT_EQ(InferOf({"\"2018-11-21\"", "\"\""}), "STRING");
  EXPECT_EQ(InferOf({"\"2018-11-21\"", "\"2018-11\""}), "STRING");
  EXPECT_EQ(InferOf({"\"2018-11-21\\u0020\""}), "STRING");
}

TEST(InferSchemaTest, NestedTypes) {
  EXPECT_EQ(InferOf({"[1,2]", "[]", "[null]"}), "ARRAY<BIGINT>");
  EXPECT_EQ(InferOf({"[]"}), "ARRAY<STRING>");
  EXPECT_EQ(InferOf({"[1,\"x\"]"}), "ARRAY<STRING>");
  EXPECT_EQ(InferOf({"[[1],[2.5]]"}), "ARRAY<ARRAY<DOUBLE>>");
  EXPECT_EQ(InferOf({"{\"x\":1}", "{\"y\":\"s\",\"x\":2.5}", "{}"}),
            "STRUCT<x: DOUBLE, y: STRING>");
  EXPECT_EQ(InferOf({"[{\"x\":1},{\"x\":null,\"y\":[true]}]"}),
            "ARRAY<STRUCT<x: BIGINT, y: ARRAY<BOOLEAN>>>");
  EXPECT_EQ(InferOf({"{}"}), "MAP<STRING, STRING>");
}

TEST(InferSchemaTest, DeepNestingIsRead) {
  std::string value = "1";
  for (int i = 0; i < 63; ++i) value = "[" + value + "]";
  EXPECT_THAT(InferOf({value.c_str()}), testing::StartsWith("ARRAY<ARRAY<"));
}

std::string SparseObjects(int num_keys, int keys_per_object, const std::string& odd_value) {
  std::string text;
  for (int first = 0; first < num_keys; first += keys_per_object) {
    text += "{\"a\":{";
    for (int i = first; i < first + keys_per_object; ++i) {
      text += (i > first ? ",\"id" : "\"id") + std::to_string(i) + "\":";
      text += i == 0 ? odd_value : std::to_string(i);
    }
    text += "}}\n";
  }
  return text;
}

TEST(InferSchemaTest, KeysThatAreDataMakeAMap) {
  EXPECT_EQ(InferFrom(SparseObjects(40, 2, "0")), "a MAP<STRING, BIGINT>");
  EXPECT_EQ(InferFrom(SparseObjects(40, 2, "0.5")), "a MAP<STRING, DOUBLE>");
  EXPECT_EQ(InferFrom(SparseObjects(2000, 1000, "0")), "a MAP<STRING, BIGINT>");
  EXPECT_EQ(InferFrom(SparseObjects(1500, 1500, "true")), "a MAP<STRING, STRING>");
}

TEST(InferSchemaTest, KeysThatAreNamesMakeAStruct) {
  EXPECT_THAT(InferFrom(SparseObjects(32, 1, "0")), testing::StartsWith("a STRUCT<id0: BIGINT"));
  EXPECT_THAT(InferFrom(SparseObjects(100, 50, "0")), testing::StartsWith("a STRUCT<id0: BIGINT"));
  EXPECT_THAT(InferFrom(SparseObjects(40, 2, "true")),
              testing::StartsWith("a STRUCT<id0: BOOLEAN"));
}

TEST(InferSchemaTest, NamesThatDdlCannotHaveAreLeftOut) {
  const Profile profile = LinesProfile(
      "{\"a\":1,\"\":2,\"o\":{\"B\":1,\"b\":2}}\n{\"A\":1,\"o\":{\"b\":1}}\n{\"A\":3}\n");
  const InferredSchema inferred = InferSchema(profile);
  EXPECT_THAT(inferred.schema->field_names(), ElementsAre("o", "A"));
  EXPECT_EQ(inferred.columns[1]->key, "A");
  EXPECT_EQ(DdlOf(*inferred.schema->field(0)->type()), "STRUCT<b: BIGINT>");
  std::vector<std::string> paths;
  for (const LeftOutKey& key : inferred.left_out) paths.push_back(key.path);
  EXPECT_THAT(paths, ElementsAre("a", "\"\"", "o.B"));
}

}  // namespace
}  // namespace tarn::json
