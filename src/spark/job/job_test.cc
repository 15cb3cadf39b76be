#include "spark/job/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spark/job/message.h"

namespace tarn::spark {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(JobTest, GoesThroughJson) {
  Job job;
  job.name = "sparkify";
  job.server = {"", "yarn", {{"spark.executor.memory", "4g"}}, "/opt/spark", {{"b", "eu-west-1"}}};
  job.sources = {{"events",
                  "csv",
                  "`a b` INT",
                  {{"a b", "INT", true}, {"c", "ARRAY<INT>", false}},
                  {"s3a://b/é.json"},
                  {{"mode", "PERMISSIVE"}},
                  true,
                  {},
                  false,
                  {{"dt", "DATE"}},
                  "s3a://b"}};
  job.tables = {{"users",
                 "SELECT\n1",
                 true,
                 "/lake",
                 "x INT",
                 {"x"},
                 {{"x", true}},
                 {},
                 {false, 1, 2, 3},
                 {"x"},
                 {"x > 0"},
                 {"events"}}};
  const std::string json = ToJson(job);
  EXPECT_THAT(json, Not(HasSubstr("\n")));
  const Job read = JobFromJson(json).ValueOrDie();
  EXPECT_EQ(ToJson(read), json);
  EXPECT_EQ(read.server.conf, job.server.conf);
  EXPECT_EQ(read.sources[0].format, "csv");
  EXPECT_EQ(read.sources[0].paths[0], "s3a://b/é.json");
  EXPECT_TRUE(read.sources[0].sends_bad_records);
  EXPECT_EQ(read.sources[0].folder_columns[0].type, "DATE");
  EXPECT_EQ(read.sources[0].base_path, "s3a://b");
  EXPECT_EQ(read.tables[0].sql, "SELECT\n1");
  EXPECT_EQ(read.tables[0].layout.max_records_per_file, 3);
  EXPECT_FALSE(read.explains);
  EXPECT_THAT(JobFromJson("{}").status().message(), HasSubstr("not a job"));
}

TEST(MessageTest, GoesThroughJson) {
  const Message messages[] = {
      Waiting{"for YARN"},
      Connected{"4.3.0", "local-1", "http://127.0.0.1:4040", "http://h/history/local-1"},
      Warning{"no committer"},
      TaskProgress{"users", {{1, 20, 3, 500}}},
      SourceRead{"events", 10, 1, {{0, 2, 0.5, 700}}, true},
      BadRecord{"events", "s3://b/a.json", "{\"a\":\xff}"},
      NewKey{"events", "city", "s3://b/a.json", "Oslo", 3},
      TableRows{"users", 17, ""},
      RowsDropped{"users"},
      TableDone{"users", 7, 0.5, {{1, 20, 0.25, 500}}, true},
      CheckBroken{"users",
                  CheckBroken::Rule::kKeyIsNotUnique,
                  0,
                  3,
                  {{{"user_id", "15"}, {"x", "", true}}}},
      PlanText{"users", "== Physical Plan =="},
      Finished{},
      Failed{"bad_input", "no", "users", 3, "1 / 0", "do that"},
  };
  for (const Message& message : messages) {
    const std::string json = ToJson(message);
    EXPECT_THAT(json, Not(HasSubstr("\n")));
    const Message read = MessageFromJson(json).ValueOrDie();
    EXPECT_EQ(read.index(), message.index());
    EXPECT_EQ(ToJson(read), json);
  }
  const Message failed = MessageFromJson(ToJson(Failed{"usage", "no such place"})).ValueOrDie();
  EXPECT_EQ(std::get<Failed>(failed).message, "no such place");
  EXPECT_FALSE(MessageFromJson("{\"type\":\"else\"}").ok());
  EXPECT_FALSE(MessageFromJson("Exception in thread main").ok());
}

}  // namespace
}  // namespace tarn::spark
