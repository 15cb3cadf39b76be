#include "cli/json_text.h"

#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tarn::cli {
namespace {

using Json = nlohmann::json;

TEST(FailureJson, HoldsKindMessageAndDiagnostics) {
  Diagnostic diagnostic{"songs.sql", 2, 8, "", "unknown column", "did you mean title?", "  x\n  ^"};
  Json json = Json::parse(FailureJson("check", MakeError({diagnostic})));
  EXPECT_EQ(json["error"]["kind"], "bad_input");
  ASSERT_EQ(json["error"]["diagnostics"].size(), 1u);
  EXPECT_EQ(json["error"]["diagnostics"][0]["file"], "songs.sql");
  EXPECT_EQ(json["error"]["diagnostics"][0]["line"], 2);
  EXPECT_EQ(json["error"]["diagnostics"][0]["column"], 8);
  EXPECT_EQ(json["error"]["diagnostics"][0]["excerpt"], "  x\n  ^");

  EXPECT_EQ(json["error"]["message"], "unknown column");
  EXPECT_EQ(json["error"]["hint"], "did you mean title?");
  EXPECT_EQ(json["error"]["place"],
            Json({{"file", "songs.sql"}, {"line", 2}, {"column", 8}, {"byte_offset", nullptr}}));

  json = Json::parse(FailureJson("", MakeError(ErrorKind::kCancelled, "bytes \xff")));
  EXPECT_EQ(json["error"]["kind"], "cancelled");
  EXPECT_EQ(json["error"]["message"], "bytes \\xFF");
  EXPECT_TRUE(json["error"]["diagnostics"].empty());
  EXPECT_TRUE(json["error"]["place"].is_null());
}

TEST(FailureJson, OfARunThatDidNotBeginHasItsMembers) {
  const Json json = Json::parse(FailureJson("run", MakeError(ErrorKind::kUsage, "no")));
  EXPECT_EQ(json["command"], "run");
  EXPECT_TRUE(json["run_id"].is_null());
  EXPECT_EQ(json["sources"], Json::array());
  EXPECT_EQ(json["tables"], Json::array());
}

TEST(RunsJson, HoldsWholeRecords) {
  EXPECT_EQ(Json::parse(RunsJson({}))["runs"], Json::array());
  run::RunRecord record;
  record.run_id = "a";
  record.tables = {{"songs", 71, 1, 2, 3, 0.5}};
  Json json = Json::parse(RunsJson({{record}, {"a.json: not a run record"}}));
  EXPECT_EQ(json["runs"][0]["run_id"], "a");
  EXPECT_EQ(json["runs"][0]["tables"][0]["rows"], 71);
}

TEST(ShowJson, GivesValuesTheirJsonTypes) {
  auto schema = arrow::schema({
      arrow::field("title", arrow::utf8()),
      arrow::field("year", arrow::int32()),
      arrow::field("duration", arrow::float64()),
      arrow::field("live", arrow::boolean()),
      arrow::field("start", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
      arrow::field("tags", arrow::list(arrow::utf8())),
      arrow::field("place", arrow::struct_({arrow::field("city", arrow::utf8())})),
  });
  auto rows = arrow::json::ArrayFromJSONString(arrow::struct_(schema->fields()), R"([
    {"title": "x", "year": 2018, "duration": 1.5, "live": true, "start": 0, "tags": ["a", null],
     "place": {"city": "b"}},
    {"title": null, "year": null, "duration": NaN, "live": null, "start": null, "tags": null,
     "place": null}])")
                  .ValueOrDie();
  session::ShownTable table;
  table.name = "songs";
  table.info.path = "/lake/songs";
  table.info.schema = schema;
  table.info.partition_by = {"year"};
  table.info.stats = {2, 1, 100, 1};
  table.head = arrow::RecordBatch::FromStructArray(rows).ValueOrDie();

  Json json = Json::parse(ShowJson({.tables = {table}, .unreadable = {}}))["tables"][0];
  EXPECT_EQ(json["table"], "songs");
  EXPECT_EQ(json["rows"], 2);
  EXPECT_EQ(json["partition_by"], Json({"year"}));
  EXPECT_EQ(json["columns"][1], Json({{"name", "year"}, {"type", "INT"}}));
  EXPECT_EQ(json["head"][0], Json::parse(R"({"title": "x", "year": 2018, "duration": 1.5,
      "live": true, "start": "1970-01-01 00:00:00", "tags": ["a", null], "place": {"city": "b"}})"));
  EXPECT_EQ(json["head"][1], Json::parse(R"({"title": null, "year": null, "duration": "nan",
      "live": null, "start": null, "tags": null, "place": null})"));
}

}  // namespace
}  // namespace tarn::cli
