#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TestPipeline Moments() {
  TestPipeline pipeline;
  pipeline.Source("t",
                  "id INT, a STRING, ts TIMESTAMP, gap STRING, window STRING, l ARRAY<INT>, "
                  "s STRUCT<start: TIMESTAMP, end: TIMESTAMP>");
  pipeline.Source("u", "a STRING, ts TIMESTAMP_NTZ");
  return pipeline;
}

std::string MomentsTree(const std::string& sql) { return Moments().Table("r", sql).Tree(); }

std::string MomentsErrors(const std::string& sql) { return Moments().Table("r", sql).Errors(); }

int CountOf(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(TimeWindow, IsAColumnOfTheRowsThatWhereLeaves) {
  const std::string tree = MomentsTree(
      "SELECT window.start AS s, count(*) AS n FROM u WHERE a = 'x' GROUP BY window(ts, '5 "
      "minutes')");
  EXPECT_THAT(tree, HasSubstr("Aggregate count(*) GROUP BY window\n"));
  EXPECT_THAT(tree, HasSubstr("Generate explode(window(ts, '5 minutes')) AS window\n"));
}

TEST(TimeWindow, HasANameOfItsOwnInTheSelectList) {
  EXPECT_THAT(MomentsTree("SELECT window(ts, '10 minutes', '5 minutes'), * FROM u"),
              HasSubstr("Project window, a, ts\n"));
  EXPECT_THAT(MomentsTree("SELECT window(ts, '5 minutes').start FROM u"),
              HasSubstr("Project window.start\n"));
  // A column of FROM goes before it.
  EXPECT_THAT(MomentsTree("SELECT window, window(ts, '5 minutes') AS w FROM t"),
              HasSubstr("Project window, window AS w\n"));
}

TEST(TimeWindow, IsFoundWhereverItStands) {
  for (const char* const item :
       {"CAST(window(ts, '1 hour').start AS STRING) COLLATE UTF8_BINARY",
        "window(ts, '1 hour').end", "CASE WHEN a = 'x' THEN window(ts, '1 hour').start END",
        "array(window(ts, '1 hour'))[0]", "transform(array(1), x -> window(ts, '1 hour').start)",
        "window(ts, '1 hour').start IN (SELECT ts FROM t)",
        "count(*) OVER (PARTITION BY window(ts, '1 hour'))",
        "count(*) OVER (ORDER BY a ROWS BETWEEN hour(window(ts, '1 hour').start) PRECEDING AND "
        "CURRENT ROW)"}) {
    const std::string errors = MomentsErrors(std::string("SELECT ") + item + " AS v FROM u");
    EXPECT_THAT(errors, Not(HasSubstr("several windows"))) << item;
  }
}

TEST(TimeWindow, SessionsAreMergedWhereTheyAreKeys) {
  const std::string merged = MomentsTree(
      "SELECT a, session_window.end AS e, count(*) AS n FROM u GROUP BY a, session_window(ts, '5 "
      "minutes')");
  EXPECT_EQ(CountOf(merged, "Window max("), 3) << merged;
  EXPECT_THAT(MomentsTree("SELECT session_window(ts, gap) AS w, id FROM t"),
              Not(HasSubstr("Window")));
  EXPECT_THAT(MomentsTree("SELECT session_window(ts, gap).start AS s, count(*) AS n FROM t "
                          "GROUP BY session_window(ts, gap).start"),
              Not(HasSubstr("Window")));
  // As Spark merges them there, too.
  EXPECT_EQ(
      CountOf(MomentsTree("SELECT DISTINCT session_window(ts, gap) AS w, a FROM t"), "Window max("),
      3);
  EXPECT_EQ(CountOf(MomentsTree("SELECT w, count(*) AS n FROM (SELECT session_window(ts, gap) AS "
                                "w FROM t) GROUP BY w"),
                    "Window max("),
            3);
}

TEST(TimeWindow, WindowTimeTakesWhatTheFunctionsMade) {
  EXPECT_EQ(MomentsErrors("SELECT window_time(window) AS t FROM (SELECT window(ts, '1 hour') FROM "
                          "u)"),
            "");
  EXPECT_EQ(MomentsErrors("SELECT w.start AS s FROM (SELECT window(window, '1 day') AS w FROM "
                          "(SELECT window(ts, '1 hour') FROM u))"),
            "");
  EXPECT_EQ(MomentsErrors("SELECT max(window_time(window)) AS t FROM u GROUP BY window(ts, '1 "
                          "hour')"),
            "");
  EXPECT_THAT(MomentsErrors("SELECT window_time(window) AS t FROM u GROUP BY window(ts, '1 hour')"),
              HasSubstr("window_time of the window that this query groups by"));
  EXPECT_THAT(MomentsErrors("SELECT window_time(s) AS t FROM t"),
              HasSubstr("no column that window() or session_window() has made"));
}

TEST(TimeWindow, Errors) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT id FROM t WHERE window(ts, '1 hour').start > ts", "window in WHERE"},
      {"SELECT id FROM t ORDER BY window(ts, '1 hour')", "window in ORDER BY"},
      {"SELECT count(*) AS n FROM t GROUP BY window(ts, '1 hour') HAVING window(ts, '1 hour').end "
       "> ts",
       "window in HAVING"},
      {"SELECT window.* FROM u GROUP BY window(ts, '1 hour')", "* after the query's own window"},
      {"SELECT window(ts, '1 hour') AS w, window(ts, '2 hours') AS v FROM t",
       "several windows of time in one query"},
      {"SELECT window(ts, '1 hour') AS w FROM t GROUP BY session_window(ts, '1 hour')",
       "several windows of time in one query"},
      {"SELECT window(x, '1 hour') AS w, window.start AS s FROM u", "unknown column: x"},
      {"SELECT window(id, '1 hour') AS w FROM t", "argument 1 is INT, not TIMESTAMP: window"},
      {"SELECT window(ts, gap) AS w FROM t", "argument 2 is neither the literal of an interval"},
      {"SELECT window(ts, NULL) AS w FROM t", "argument 2 is neither the literal of an interval"},
      {"SELECT window(ts, 'x') AS w FROM t", "argument 2 is no interval, '5 minutes': 'x'"},
      {"SELECT window(ts, '1 month') AS w FROM t", "argument 2 has months"},
      {"SELECT window(ts, '0 seconds') AS w FROM t", "the size of the windows is not above 0"},
      {"SELECT window(ts, '1 hour', '-1 hour') AS w FROM t", "the slide of the windows is not"},
      {"SELECT window(ts, '1 hour', '2 hours') AS w FROM t", "the slide is longer"},
      {"SELECT window(ts, '1 hour', '1 hour', '-1 hour') AS w FROM t", "the start is not shorter"},
      {"SELECT window(ts, '1 day', '1 second') AS w FROM t", "more than 10000 windows"},
      {"SELECT window(s, '1 hour') AS w FROM t", "no column that window()"},
      {"SELECT window(max(ts), '1 hour') AS w FROM t", "aggregate in window: max"},
      {"SELECT session_window(ts, INTERVAL '5' MINUTE) AS w FROM t",
       "argument 2 is INTERVAL MINUTE, not the text of an interval"},
      {"SELECT session_window(ts, '1 hour') AS w FROM t UNION SELECT s FROM t",
       "UNION without ALL compares sessions"},
      {"SELECT id FROM t JOIN u ON window(t.ts, '1 hour').start = u.ts", "window in "},
  };
  for (const auto& [sql, error] : cases) EXPECT_THAT(MomentsErrors(sql), HasSubstr(error)) << sql;
  // The same call twice is one window, and what has an error is told once.
  EXPECT_EQ(MomentsErrors("SELECT window(ts, '1 hour').start AS s, count(*) AS n FROM u GROUP BY "
                          "window(ts, '1 hour')"),
            "");
  EXPECT_EQ(CountOf(MomentsErrors("SELECT window(x, '1 hour') AS w, window.start AS s FROM u"),
                    "unknown column"),
            1);
}

}  // namespace
}  // namespace tarn::plan
