#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using ::testing::HasSubstr;

TestPipeline EventsAndUsers() {
  TestPipeline pipeline;
  pipeline.Source("events",
                  "userId STRING, level STRING, ts BIGINT, length DOUBLE, page STRING, "
                  "tags ARRAY<STRING>, paid BOOLEAN");
  pipeline.Source("users", "userId STRING, name STRING, age INT");
  return pipeline;
}

TestPipeline Nested() {
  TestPipeline pipeline;
  pipeline.Source("orders",
                  "id INT, who STRUCT<name: STRING, home: STRUCT<city: STRING>>, "
                  "tags ARRAY<STRUCT<a: INT>>");
  return pipeline;
}

struct ErrorCase {
  const char* sql;
  const char* errors;
};

class BindErrors : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(BindErrors, AreReported) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("t", GetParam().sql);
  EXPECT_EQ(pipeline.Errors(), GetParam().errors) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Intervals, BindErrors,
    ::testing::Values(
        ErrorCase{
            "SELECT INTERVAL '1' DAY AS x FROM users",
            "t.sql:1:8: a table can't have a column of type INTERVAL DAY: x\n"
            "  hint: write CAST(x AS STRING), or CAST(x AS BIGINT) to count its last field\n"},
        ErrorCase{
            "SELECT age FROM users WHERE INTERVAL 1 MONTH 1 DAY IS NULL",
            "t.sql:1:29: an interval has years and months, or days and less: '1 month 1 day'\n"
            "  hint: add two intervals, one after the other\n"},
        ErrorCase{"SELECT age FROM users WHERE INTERVAL '1.5' DAY IS NULL",
                  "t.sql:1:29: only seconds of an interval may have a fraction: '1.5 day'\n"
                  "  hint: use a smaller unit\n"},
        ErrorCase{"SELECT age FROM users WHERE INTERVAL '1 25:00:00' DAY TO SECOND IS NULL",
                  "t.sql:1:29: not an interval DAY TO SECOND: '1 25:00:00'\n"
                  "  hint: write it as '1 23:59:59.999' DAY TO SECOND\n"},
        ErrorCase{"SELECT age FROM users WHERE extract(DAY FROM INTERVAL '1' YEAR) = 1",
                  "t.sql:1:29: argument 1 is INTERVAL YEAR, not an INTERVAL with this field: "
                  "extract(interval day)\n"
                  "  hint: write extract(DAY FROM INTERVAL)\n"},
        ErrorCase{"SELECT extract(CENTURY FROM DATE '2018-11-21') AS x FROM users",
                  "t.sql:1:8: there is no field century in a DATE\n"
                  "  hint: fields are year, yearofweek, quarter, month, week, day, dow, dow_iso, "
                  "doy, hour, minute, second\n"},
        ErrorCase{"SELECT extract(DAY FROM TIME '12:30') AS x FROM users",
                  "t.sql:1:8: there is no field day in a TIME(6)\n"
                  "  hint: fields are year, yearofweek, quarter, month, week, day, dow, dow_iso, "
                  "doy, hour, minute, second\n"},
        ErrorCase{"SELECT year(TIME '12:30') AS x FROM users",
                  "t.sql:1:8: argument 1 is TIME(6), not TIMESTAMP: year\n"
                  "  hint: write year(DATE or TIMESTAMP)\n"},
        ErrorCase{"SELECT TIME '12:30:00.1234567' AS x FROM users",
                  "t.sql:1:8: a TIME has up to 6 digits of a second: TIME '12:30:00.1234567'\n"
                  "  hint: leave out the digits behind the microseconds\n"},
        ErrorCase{"SELECT TIME '12:30' + 1 AS x FROM users",
                  "t.sql:1:8: there is no TIME(6) + INT: add\n  hint: write a + b\n"},
        ErrorCase{"SELECT DATE '2018-11-21' + 1L AS x FROM users",
                  "t.sql:1:8: there is no DATE + BIGINT: add\n  hint: write a + b\n"},
        ErrorCase{"SELECT age FROM users WHERE INTERVAL '1' DAY > INTERVAL '1' MONTH",
                  "t.sql:1:29: no common type of INTERVAL DAY and INTERVAL MONTH; cast one of "
                  "them: gt\n  hint: write a > b\n"}));

INSTANTIATE_TEST_SUITE_P(
    Names, BindErrors,
    ::testing::Values(
        ErrorCase{"SELECT usrId FROM events",
                  "t.sql:1:8: unknown column: usrId\n  hint: did you mean userId?\n"},
        ErrorCase{"SELECT nothing_alike FROM users",
                  "t.sql:1:8: unknown column: nothing_alike\n"
                  "  hint: columns here: userId, name, age\n"},
        ErrorCase{"SELECT x.name FROM users AS u",
                  "t.sql:1:8: unknown table or alias: x\n  hint: did you mean u?\n"},
        ErrorCase{"SELECT users.name FROM users AS u",
                  "t.sql:1:8: unknown table or alias: users\n  hint: tables here: u\n"},
        ErrorCase{"SELECT name FROM userz",
                  "t.sql:1:18: unknown source or table: userz\n  hint: did you mean users?\n"},
        ErrorCase{"SELECT userId FROM events JOIN users ON TRUE",
                  "t.sql:1:8: ambiguous column: userId\n"
                  "  hint: write events.userId or users.userId\n"},
        ErrorCase{"SELECT a.name FROM users AS a CROSS JOIN users AS a",
                  "t.sql:1:8: ambiguous column: a.name\n"
                  "  hint: give the tables or columns different names with AS\n"},
        ErrorCase{"SELECT name FROM users WHERE name IN (\"Ann\")",
                  "t.sql:1:39: unknown column: Ann\n  hint: a text has single quotes: 'Ann'\n"},
        ErrorCase{"SELECT q.* FROM users",
                  "t.sql:1:8: unknown table or alias: q\n  hint: tables here: users\n"},
        ErrorCase{"SELECT name AS n FROM users WHERE n = 'x'",
                  "t.sql:1:35: unknown column: n\n"
                  "  hint: a name given with AS can't be used in WHERE of the same query: repeat "
                  "the expression, or select from a subquery\n"},
        ErrorCase{
            "SELECT after + 1 AS next, age + 1 AS after FROM users",
            "t.sql:1:8: unknown column: after\n"
            "  hint: a name given with AS can't be used in the select list of the same query: "
            "repeat the expression, or select from a subquery\n"},
        ErrorCase{"SELECT age AS x, name AS x, x AS y FROM users",
                  "t.sql:1:29: ambiguous column: x\n"
                  "  hint: the select list has this name twice; give them different names with "
                  "AS\n"
                  "t.sql:1:18: two columns of the table have the same name: x\n"
                  "  hint: give one of them another name with AS\n"},
        ErrorCase{"SELECT a FROM users AS u(a, b)",
                  "t.sql:1:15: 2 column names for a table of 3 columns: u\n"
                  "  hint: name all of them or none\n"},
        ErrorCase{"SELECT name FROM users JOIN events USING (name)",
                  "t.sql:1:18: USING column is unknown on the right side: name\n"}));

INSTANTIATE_TEST_SUITE_P(
    Outputs, BindErrors,
    ::testing::Values(
        ErrorCase{"SELECT age + 1, age +  1 FROM users",
                  "t.sql:1:17: two columns of the table have the same name: (age + 1)\n"
                  "  hint: give one of them another name with AS\n"},
        ErrorCase{"SELECT name, age AS NAME FROM users",
                  "t.sql:1:14: two columns of the table have the same name: NAME\n"
                  "  hint: give one of them another name with AS\n"},
        ErrorCase{"SELECT NULL AS nothing",
                  "t.sql:1:8: column has no type: nothing\n"
                  "  hint: write CAST(NULL AS …) with the type that it should have\n"}));

INSTANTIATE_TEST_SUITE_P(
    Types, BindErrors,
    ::testing::Values(
        ErrorCase{"SELECT name FROM users WHERE age",
                  "t.sql:1:30: WHERE needs a BOOLEAN, this is INT\n"
                  "  hint: compare it with something\n"},
        ErrorCase{"SELECT name FROM users AS u JOIN events AS e ON e.ts",
                  "t.sql:1:49: ON needs a BOOLEAN, this is BIGINT\n"
                  "  hint: compare it with something\n"},
        ErrorCase{"SELECT CASE WHEN age THEN 1 END AS x FROM users",
                  "t.sql:1:18: CASE WHEN needs a BOOLEAN, this is INT\n"
                  "  hint: compare it with something\n"},
        ErrorCase{"SELECT CASE WHEN paid THEN 1 ELSE tags END AS x FROM events",
                  "t.sql:1:35: CASE gives both INT and ARRAY<STRING>\n"
                  "  hint: CAST them to one type\n"},
        ErrorCase{"SELECT CAST(tags AS INT) AS x FROM events",
                  "t.sql:1:8: ARRAY<STRING> can't be cast to INT\n"},
        ErrorCase{"SELECT name FROM users UNION SELECT tags FROM events",
                  "t.sql:1:37: UNION of different types in column name: STRING and ARRAY<STRING>\n"
                  "  hint: CAST them to one type\n"},
        ErrorCase{"SELECT name, age FROM users UNION ALL SELECT page FROM events",
                  "t.sql:1:39: UNION ALL of different numbers of columns: 2 and 1\n"
                  "  hint: select the same columns on both sides\n"}));

INSTANTIATE_TEST_SUITE_P(
    NamedArguments, BindErrors,
    ::testing::Values(
        ErrorCase{"SELECT upper(str => name) AS x FROM users",
                  "t.sql:1:8: upper takes no arguments by name\n"
                  "  hint: pass the arguments in order\n"},
        ErrorCase{"SELECT mask(str => name, upperCase => 'Z') AS x FROM users",
                  "t.sql:1:8: mask has no argument of this name: upperCase\n"
                  "  hint: did you mean upperChar?\n"},
        ErrorCase{"SELECT mask(name, str => 'Z') AS x FROM users",
                  "t.sql:1:8: mask is given this argument twice: str\n"
                  "  hint: leave one of them out\n"},
        ErrorCase{"SELECT mask(str => name, 'Z') AS x FROM users",
                  "t.sql:1:8: an argument of mask without a name after one that has a name\n"
                  "  hint: put it first, or name it\n"},
        ErrorCase{"SELECT mask(lowerChar => 'z') AS x FROM users",
                  "t.sql:1:8: mask needs this argument: str\n"
                  "  hint: write mask(STRING[, upper STRING[, lower STRING[, digit STRING[, other "
                  "STRING]]]])\n"},
        ErrorCase{"SELECT zzzzzz(x => 1) AS x FROM users",
                  "t.sql:1:8: unknown function: zzzzzz\n"
                  "  hint: docs/functions.md lists the functions there are\n"}));

INSTANTIATE_TEST_SUITE_P(
    Aggregates, BindErrors,
    ::testing::Values(
        ErrorCase{"SELECT userId, ts FROM events GROUP BY userId",
                  "t.sql:1:16: column is neither in GROUP BY nor inside an aggregate: ts\n"
                  "  hint: add it to GROUP BY, or use any_value(ts)\n"},
        ErrorCase{"SELECT userId, count(*) AS n FROM events",
                  "t.sql:1:8: column is neither in GROUP BY nor inside an aggregate: userId\n"
                  "  hint: add GROUP BY userId, or use any_value(userId)\n"},
        ErrorCase{"SELECT userId FROM events WHERE count(*) > 1",
                  "t.sql:1:33: aggregate in WHERE: count\n"
                  "  hint: put the condition into HAVING\n"},
        ErrorCase{"SELECT userId FROM events GROUP BY userId, max(ts)",
                  "t.sql:1:44: aggregate in GROUP BY: max\n"
                  "  hint: compute it in a subquery\n"},
        ErrorCase{"SELECT percentile_cont(0.5) AS p FROM events",
                  "t.sql:1:8: percentile_cont needs WITHIN GROUP\n"
                  "  hint: write percentile_cont(share) WITHIN GROUP (ORDER BY x)\n"},
        ErrorCase{"SELECT max(ts) WITHIN GROUP (ORDER BY ts) AS p FROM events",
                  "t.sql:1:8: max takes no WITHIN GROUP\n"
                  "  hint: write max(x)\n"},
        ErrorCase{"SELECT percentile(ts, ts) AS p FROM events",
                  "t.sql:1:23: argument 2 of percentile is not a constant\n"
                  "  hint: write percentile(x, share[, frequency BIGINT])\n"},
        ErrorCase{"SELECT median(ts) OVER (PARTITION BY page ORDER BY ts) AS p FROM events",
                  "t.sql:1:24: the OVER of median takes no ORDER BY\n"
                  "  hint: write OVER (PARTITION BY …)\n"},
        ErrorCase{
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ts) OVER (ROWS 1 PRECEDING) AS p "
            "FROM events",
            "t.sql:1:62: percentile_cont takes no frame\n"
            "  hint: leave it out\n"},
        ErrorCase{"SELECT max(ts) IGNORE NULLS AS p FROM events",
                  "t.sql:1:8: max takes no IGNORE NULLS\n"
                  "  hint: add FILTER (WHERE x IS NOT NULL)\n"},
        ErrorCase{"SELECT upper(page) IGNORE NULLS AS p FROM events",
                  "t.sql:1:8: upper is not an aggregate and takes no IGNORE NULLS\n"},
        ErrorCase{"SELECT listagg(DISTINCT page) WITHIN GROUP (ORDER BY ts) AS p FROM events",
                  "t.sql:1:54: listagg(DISTINCT x) orders by another value than x\n"
                  "  hint: order by the value itself, or leave DISTINCT out\n"},
        ErrorCase{"SELECT max(count(*)) AS x FROM events",
                  "t.sql:1:12: count is inside another aggregate: max\n"
                  "  hint: compute the inner one in a subquery\n"},
        ErrorCase{"SELECT max(ts) AS m FROM events GROUP BY m",
                  "t.sql:1:42: GROUP BY names an aggregate, a window function or a generator of "
                  "the select list\n"
                  "  hint: group by columns of FROM, or aggregate in a subquery first\n"},
        ErrorCase{"SELECT userId FROM events GROUP BY 2",
                  "t.sql:1:36: GROUP BY position is not in the select list: 2\n"
                  "  hint: positions go from 1 to 1\n"},
        ErrorCase{"SELECT count() AS n FROM events",
                  "t.sql:1:8: count needs an argument\n  hint: write count(*) to count rows\n"},
        ErrorCase{"SELECT lower(DISTINCT page) AS p FROM events",
                  "t.sql:1:8: lower is not an aggregate and takes no DISTINCT\n"},
        ErrorCase{"SELECT aes_encrypt(page, userId) AS x, hex(x) AS y FROM events",
                  "t.sql:1:44: this names what is another value each time it is computed\n"
                  "  hint: compute it in a subquery of FROM, and use its name here\n"},
        ErrorCase{"SELECT aes_encrypt(page, userId) AS x FROM events ORDER BY 1",
                  "t.sql:1:60: this names what is another value each time it is computed\n"
                  "  hint: compute it in a subquery of FROM, and use its name here\n"},
        ErrorCase{"SELECT DISTINCT userId FROM events ORDER BY ts",
                  "t.sql:1:45: ORDER BY of SELECT DISTINCT uses what is not selected\n"
                  "  hint: select it too, or drop DISTINCT\n"}));

INSTANTIATE_TEST_SUITE_P(
    Windows, BindErrors,
    ::testing::Values(
        ErrorCase{"SELECT ts FROM events WHERE row_number() OVER (ORDER BY ts) = 1",
                  "t.sql:1:29: window function in WHERE: row_number\n"
                  "  hint: select it under a name in a subquery, and use that name outside\n"},
        ErrorCase{"SELECT row_number() OVER (PARTITION BY ts) AS n FROM events",
                  "t.sql:1:8: row_number() needs an ORDER BY in its OVER clause\n"
                  "  hint: say which row comes first: OVER (PARTITION BY … ORDER BY …)\n"},
        ErrorCase{"SELECT row_number() AS n FROM events",
                  "t.sql:1:8: row_number() needs an OVER clause\n"
                  "  hint: write row_number() OVER (PARTITION BY … ORDER BY …)\n"},
        ErrorCase{"SELECT upper(page) OVER () AS n FROM events",
                  "t.sql:1:8: upper is no window function and takes no OVER\n  hint: leave OVER "
                  "out, or aggregate\n"},
        ErrorCase{"SELECT ts FROM events ORDER BY rank() OVER (ORDER BY ts)",
                  "t.sql:1:32: window function in ORDER BY: rank\n  hint: select it under a name "
                  "in a subquery, and use that name outside\n"},
        ErrorCase{"SELECT sum(rank() OVER (ORDER BY ts)) AS n FROM events",
                  "t.sql:1:12: window function in sum: rank\n  hint: select it under a name in a "
                  "subquery, and use that name outside\n"},
        ErrorCase{"SELECT count(DISTINCT ts) OVER () AS n FROM events",
                  "t.sql:1:8: DISTINCT in a window function: count\n  hint: aggregate in a "
                  "subquery with GROUP BY, and join it\n"},
        ErrorCase{"SELECT rank() FILTER (WHERE ts > 1) OVER (ORDER BY ts) AS n FROM events",
                  "t.sql:1:8: rank is not an aggregate and takes no FILTER\n"},
        ErrorCase{"SELECT sum(ts) IGNORE NULLS OVER () AS n FROM events",
                  "t.sql:1:8: sum takes no IGNORE NULLS\n  hint: it is for first_value, "
                  "last_value, nth_value, lag and lead\n"},
        ErrorCase{"SELECT lag(ts) OVER () AS n FROM events",
                  "t.sql:1:8: lag() needs an ORDER BY in its OVER clause\n  hint: say which row "
                  "comes first: OVER (PARTITION BY … ORDER BY …)\n"},
        ErrorCase{"SELECT lag(ts) OVER (ORDER BY ts ROWS 1 PRECEDING) AS n FROM events",
                  "t.sql:1:34: lag takes no frame\n  hint: leave it out\n"},
        ErrorCase{"SELECT rank() OVER (ORDER BY ts RANGE UNBOUNDED PRECEDING) AS n FROM events",
                  "t.sql:1:33: rank takes no frame\n  hint: leave it out\n"},
        ErrorCase{"SELECT max(ts) OVER (RANGE CURRENT ROW) AS n FROM events",
                  "t.sql:1:22: RANGE without ORDER BY\n  hint: add ORDER BY, or write ROWS\n"},
        ErrorCase{"SELECT max(ts) OVER (ORDER BY ts, page RANGE 1 PRECEDING) AS n FROM events",
                  "t.sql:1:40: RANGE with an offset needs one ORDER BY key\n  hint: order by one "
                  "key, or write ROWS\n"},
        ErrorCase{"SELECT max(ts) OVER (ORDER BY page RANGE 1 PRECEDING) AS n FROM events",
                  "t.sql:1:36: RANGE over STRING takes no offset of type INT\n  hint: order by a "
                  "number, a DATE or a TIMESTAMP; or write ROWS\n"},
        ErrorCase{"SELECT max(ts) OVER (ORDER BY timestamp_millis(ts) RANGE BETWEEN INTERVAL '1' "
                  "DAY PRECEDING AND INTERVAL '1' MONTH FOLLOWING) AS n FROM events",
                  "t.sql:1:52: the frame's bounds are of different types, INTERVAL DAY and "
                  "INTERVAL MONTH\n  hint: write intervals of the same units: INTERVAL '24' HOUR "
                  "for a day\n"},
        ErrorCase{"SELECT page, rank() OVER (ORDER BY page) AS r FROM events GROUP BY ALL",
                  "t.sql:1:14: GROUP BY ALL takes this window function for a group\n  hint: name "
                  "the groups in GROUP BY\n"},
        ErrorCase{"SELECT max(ts) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) AS n FROM events",
                  "t.sql:1:22: the frame ends before it starts\n  hint: write the earlier bound "
                  "first: BETWEEN 1 PRECEDING AND 1 FOLLOWING\n"},
        ErrorCase{"SELECT max(ts) OVER (ROWS 1.5 PRECEDING) AS n FROM events",
                  "t.sql:1:27: ROWS counts rows by an INT, this is DECIMAL(2,1)\n  hint: write a "
                  "whole number\n"},
        ErrorCase{"SELECT max(ts) OVER (ROWS ts PRECEDING) AS n FROM events",
                  "t.sql:1:27: the bound of a frame is no constant\n  hint: write a number, or an "
                  "INTERVAL\n"},
        ErrorCase{"SELECT max(ts) OVER w AS n FROM events",
                  "t.sql:1:21: unknown window: w\n  hint: define it: WINDOW w AS (PARTITION BY … "
                  "ORDER BY …)\n"}));

TEST(BindErrors, OfFields) {
  for (const ErrorCase& one : {
           ErrorCase{"SELECT who.nme FROM orders",
                     "t.sql:1:8: unknown field of who: nme\n  hint: did you mean name?\n"},
           ErrorCase{"SELECT 1 AS x FROM orders AS o WHERE o.who.home.zip > 0",
                     "t.sql:1:38: unknown field of o.who.home: zip\n  hint: its fields are city\n"},
           ErrorCase{"SELECT (coalesce(who, who)).x AS x FROM orders",
                     "t.sql:1:8: unknown field of the value: x\n"
                     "  hint: its fields are name, home\n"},
           ErrorCase{"SELECT wo.name FROM orders",
                     "t.sql:1:8: unknown table or alias: wo\n  hint: did you mean who?\n"},
           ErrorCase{"SELECT orders.wo.name FROM orders",
                     "t.sql:1:8: unknown column: orders.wo.name\n  hint: did you mean who?\n"},
           ErrorCase{"SELECT id.x FROM orders",
                     "t.sql:1:8: id is INT, of which no field can be read: x\n"
                     "  hint: only a STRUCT has fields\n"},
           ErrorCase{"SELECT tags.size FROM orders",
                     "t.sql:1:8: unknown field of tags: size\n  hint: its fields are a\n"},
           ErrorCase{"SELECT tags.* FROM orders",
                     "t.sql:1:8: tags is ARRAY<STRUCT<a: INT>>, which has no fields for *\n"
                     "  hint: write .* after a table or a STRUCT\n"},
           ErrorCase{"SELECT who.hme.* FROM orders",
                     "t.sql:1:8: unknown field of who: hme\n  hint: did you mean home?\n"},
       }) {
    TestPipeline pipeline = Nested();
    EXPECT_EQ(pipeline.Table("t", one.sql).Errors(), one.errors) << one.sql;
  }
}

TEST(BindErrors, AllOfAllTablesAreReportedOnce) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("first",
                 "SELECT usrId AS id,\n  lenth AS length,\n  page\nFROM events\nORDER BY lenth");
  // `id` and `length` are known to be broken; only `pag` is a new error.
  pipeline.Table("second", "SELECT id, length + 1 AS l, upper(pag) AS p FROM first");
  pipeline.Table("third", "SELECT * FROM nowhere AS n WHERE n.a > 1 GROUP BY b");
  pipeline.last().partition_by = {"c"};
  EXPECT_EQ(pipeline.Errors(),
            "first.sql:1:8: unknown column: usrId\n  hint: did you mean userId?\n"
            "first.sql:2:3: unknown column: lenth\n  hint: did you mean length?\n"
            "first.sql:5:10: unknown column: lenth\n  hint: did you mean length?\n"
            "second.sql:1:35: unknown column: pag\n  hint: did you mean page?\n"
            "third.sql:1:15: unknown source or table: nowhere\n"
            "  hint: known are events, users, first, second\n");
}

TEST(BindErrors, OfFunctionsHaveHints) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("t", "SELECT uper(name) AS a, upper(name, 1) AS b FROM users");
  std::string errors = pipeline.Errors();
  EXPECT_THAT(errors, HasSubstr("t.sql:1:8: unknown function: uper\n  hint: did you mean upper?"));
  EXPECT_THAT(errors, HasSubstr("t.sql:1:25: wrong number of arguments"));
}

TEST(BindErrors, OfSparksOtherAggregatesSayWhy) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("t",
                 "SELECT hll_sketch_agg(age) AS a, count_min_sketch(age, 0.5D, 0.5D, 1) AS b, "
                 "approx_count_distinct(age) AS c FROM users");
  const std::string errors = pipeline.Errors();
  EXPECT_THAT(errors, HasSubstr("t.sql:1:8: hll_sketch_agg is not supported: sketches"));
  EXPECT_THAT(errors, HasSubstr("count_min_sketch is not supported: sketches"));
  EXPECT_THAT(errors, HasSubstr("approx_count_distinct is not supported"));
  EXPECT_THAT(errors, HasSubstr("hint: write count(DISTINCT x)"));
}

TEST(BindErrors, OfSettingsPointAtToml) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("t", "SELECT userId AS id, page, tags FROM events");
  pipeline.last().partition_by = {"pag", "tags"};
  pipeline.last().key = {"ID", "id", "id"};
  pipeline.last().sort_within = {"id DESC", "page SIDEWAYS", "ts"};
  pipeline.Check("id").Check("uid IS NOT NULL").Check("count(*) > 1");
  EXPECT_EQ(pipeline.Errors(),
            "tarn.toml:7: table.t.partition_by: unknown column: pag\n  hint: did you mean page?\n"
            "tarn.toml:7: table.t.partition_by: column can't serve here, its type is "
            "ARRAY<STRING>: tags\n  hint: name a column of a plain type\n"
            "tarn.toml:7: table.t.key: unknown column: ID\n  hint: did you mean id?\n"
            "tarn.toml:7: table.t.key: column is named twice: id\n  hint: name it once\n"
            "tarn.toml:7: table.t.sort_within: not a column with an optional direction: page "
            "SIDEWAYS\n  hint: write \"column\" or \"column DESC\"\n"
            "tarn.toml:7: table.t.sort_within: unknown column: ts\n"
            "  hint: columns of the table: id, page, tags\n"
            "tarn.toml:7: table.t.checks: a check needs a BOOLEAN, this is STRING\n"
            "  hint: compare it with something\n"
            "tarn.toml:7: table.t.checks: unknown column: uid\n  hint: did you mean id?\n"
            "tarn.toml:7: table.t.checks: aggregate in a check: count\n"
            "  hint: compute it in a subquery\n");
}

TEST(BindErrors, PartitionColumnsMayNotBeAll) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("t", "SELECT page FROM events").last().partition_by = {"page"};
  EXPECT_EQ(pipeline.Errors(),
            "tarn.toml:7: table.t.partition_by: partition columns are all columns of the table\n"
            "  hint: leave at least one column to be stored in the files\n");
}

// 24 queries, each of which uses the one before twice, would be 16 million operators.
TEST(BindErrors, QueriesThatDoubleAreTooLarge) {
  for (const char* body : {"SELECT a.page FROM q{0} AS a JOIN q{0} AS b USING (page)",
                           "SELECT page FROM q{0} UNION ALL SELECT page FROM q{0}"}) {
    std::string sql = "WITH q0 AS (SELECT page FROM events)";
    for (int i = 1; i <= 24; ++i) {
      sql += fmt::format(", q{} AS ({})", i, fmt::format(fmt::runtime(body), i - 1));
    }
    TestPipeline pipeline = EventsAndUsers();
    pipeline.Table("t", sql + " SELECT page FROM q24");
    EXPECT_THAT(pipeline.Errors(),
                testing::AllOf(testing::StartsWith("t.sql:1:"),
                               HasSubstr("the query is too large: more than 2000 operators"),
                               HasSubstr("a SQL file, and so a table, of its own")));
  }
}

TEST(BindErrors, UnknownSelectionIsUsage) {
  TestPipeline pipeline = EventsAndUsers();
  pipeline.Table("songs", "SELECT page FROM events");
  Status status = Bind(pipeline.get(), {{"song"}}).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kUsage);
  EXPECT_EQ(MessageOf(status), "no such table: song; did you mean songs?");
}

}  // namespace
}  // namespace tarn::plan
