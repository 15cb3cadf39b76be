#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TestPipeline AllTypes() {
  TestPipeline pipeline;
  pipeline.Source("a", "id INT, x STRING, n BIGINT, d DATE, t TIMESTAMP, m DECIMAL(10,2)");
  pipeline.Source("b", "id BIGINT, y STRING, r DOUBLE");
  return pipeline;
}

std::string TreeOf(const std::string& sql) {
  TestPipeline pipeline = AllTypes();
  return pipeline.Table("t", sql).Tree();
}

std::string SchemaOf(const std::string& sql) {
  TestPipeline pipeline = AllTypes();
  pipeline.Table("t", sql);
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline.get(), {});
  if (!plan.ok()) return MessageOf(plan.status());
  std::string text;
  for (const auto& field : (*plan)->tables[0].root->schema->fields()) {
    text += field->name() + " " + pipeline::DdlOf(*field->type()) +
            (field->nullable() ? "\n" : " NOT NULL\n");
  }
  return text;
}

TEST(Bind, TypesOfLiterals) {
  EXPECT_EQ(SchemaOf("SELECT 1 AS a, 3000000000 AS b, 99999999999999999999 AS c, 1.5 AS d, "
                     "0.05 AS e, 1e3 AS f, 'x' AS g, TRUE AS h, -2147483648 AS i, -1.50 AS j"),
            "a INT NOT NULL\nb BIGINT NOT NULL\nc DECIMAL(20,0) NOT NULL\n"
            "d DECIMAL(2,1) NOT NULL\ne DECIMAL(2,2) NOT NULL\nf DOUBLE NOT NULL\n"
            "g STRING NOT NULL\nh BOOLEAN NOT NULL\ni INT NOT NULL\nj DECIMAL(3,2) NOT NULL\n");
}

TEST(Bind, LiteralsAreFolded) {
  EXPECT_EQ(
      TreeOf("SELECT id FROM a WHERE m > 5 AND length(x) = 3.0 AND t >= '2018-11-01'"),
      "  Project id\n"
      "    Filter CAST(m AS DECIMAL(12,2)) > 5.00 AND CAST(length(x) AS DECIMAL(11,1)) = 3.0\n"
      "      Scan a: id, x, m\n");
  EXPECT_EQ(TreeOf("SELECT CAST(1 AS BIGINT) AS a, CAST(0.1 AS DOUBLE) AS b, "
                   "CAST('2018-11-01' AS DATE) AS c, CAST(NULL AS STRING) AS d, "
                   "TIMESTAMP '2018-11-01 12:30:00.5' AS e, CAST('x' AS INT) AS f, "
                   "CAST(300 AS TINYINT) AS g"),
            "  Project 1 AS a, 0.1 AS b, DATE '2018-11-01' AS c, NULL AS d, "
            "TIMESTAMP '2018-11-01 12:30:00.500000' AS e, CAST('x' AS INT) AS f, "
            "CAST(300 AS TINYINT) AS g\n"
            "    OneRow\n");
}

TEST(Bind, LiteralsAreOfTheSessionsZone) {
  TestPipeline pipeline;
  pipeline.Zone("Europe/Berlin").Source("a", "t TIMESTAMP, d DATE");
  pipeline.Table("out",
                 "SELECT TIMESTAMP '2018-11-01 00:00:00Z', t > DATE '2018-11-02' AS late FROM a "
                 "WHERE t >= '2018-11-01'");
  pipeline.Check("late OR `TIMESTAMP '2018-11-01 01:00:00'` < '2019-01-01'");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  // 2018-11-01 in Berlin, which the reader of the source is told.
  const plan::Expr& filter = *plan->sources[0].filter;
  EXPECT_EQ(filter.args[1]->literal->ToString(), "2018-10-31 23:00:00.000000Z");
  EXPECT_EQ(ToString(filter, *plan->sources[0].schema), "t >= TIMESTAMP '2018-11-01 00:00:00'");
  // A column's name shows it by the session's clocks, as in Spark.
  EXPECT_EQ(plan->tables[0].root->schema->field(0)->name(), "TIMESTAMP '2018-11-01 01:00:00'");
  EXPECT_THAT(pipeline.Tree(), testing::HasSubstr("t > TIMESTAMP '2018-11-02 00:00:00'"));
  EXPECT_EQ(plan->tables[0].checks[0]->args[1]->args[1]->literal->ToString(),
            "2018-12-31 23:00:00.000000Z");
}

TEST(Bind, NamesAreWithoutCase) {
  EXPECT_EQ(SchemaOf("SELECT A.ID, X AS Renamed FROM a"), "ID INT\nRenamed STRING\n");
}

TEST(Bind, StarsAndColumnAliases) {
  EXPECT_EQ(SchemaOf("SELECT b.*, p FROM (SELECT id, x FROM a) AS q(k, p) CROSS JOIN b"),
            "id BIGINT\ny STRING\nr DOUBLE\np STRING\n");
}

TEST(Bind, UsingMergesColumns) {
  EXPECT_EQ(SchemaOf("SELECT * FROM (SELECT id, x FROM a) AS p JOIN b USING (id)"),
            "id INT\nx STRING\ny STRING\nr DOUBLE\n");
  EXPECT_EQ(SchemaOf("SELECT id FROM a RIGHT JOIN b USING (id)"), "id BIGINT\n");
  EXPECT_EQ(TreeOf("SELECT id, a.id AS left_id, y FROM a FULL JOIN b USING (id)"),
            "  Project coalesce(CAST(a.id AS BIGINT), b.id) AS id, a.id AS left_id, y\n"
            "    Join FULL ON CAST(a.id AS BIGINT) = b.id\n"
            "      Scan a: id\n"
            "      Scan b: id, y\n");
}

TEST(Bind, UsingMayBeChained) {
  EXPECT_EQ(TreeOf("SELECT id, p.y, q.y AS z FROM b AS p JOIN b AS q USING (id) "
                   "LEFT JOIN a USING (ID) WHERE p.id = 1"),
            "  Project p.id AS id, p.y AS y, q.y AS z\n"
            "    Join LEFT ON p.id = CAST(a.id AS BIGINT)\n"
            "      Project p.id AS id, p.y AS y, q.y AS y\n"
            "        Join INNER ON p.id = q.id\n"
            "          Scan b: id, y\n"
            "          Scan b: id, y\n"
            "      Scan a: id\n");
}

TEST(Bind, OuterJoinsMakeNullable) {
  EXPECT_EQ(SchemaOf("SELECT p.one, q.two FROM (SELECT 1 AS one) AS p "
                     "LEFT JOIN (SELECT 2 AS two) AS q ON p.one = q.two"),
            "one INT NOT NULL\ntwo INT\n");
}

TEST(Bind, GroupByPositionsAliasesAndExpressions) {
  std::string tree =
      "  Project u, count(*) AS n\n"
      "    Aggregate count(*) GROUP BY upper(x) AS u\n"
      "      Scan a: x\n";
  for (const char* key : {"upper(x)", "UPPER( X )", "1", "u"}) {
    EXPECT_EQ(TreeOf("SELECT upper(x) AS u, count(*) AS n FROM a GROUP BY " + std::string(key)),
              tree);
  }
  // A column of the input goes before an alias.
  EXPECT_EQ(TreeOf("SELECT max(x) AS m, n + 1 AS id FROM a GROUP BY id, n"),
            "  Project max(x) AS m, n + 1 AS id\n"
            "    Aggregate max(x) GROUP BY id, n\n"
            "      Scan a: id, x, n\n");
}

TEST(Bind, ExpressionsOverAggregates) {
  EXPECT_EQ(TreeOf("SELECT x, sum(n) / count(*) + 1 AS mean FROM a GROUP BY x "
                   "HAVING sum(n) > 10 AND mean < 5 ORDER BY count(*) DESC, x LIMIT 3"),
            "  Project x, CAST(sum(n) AS DOUBLE) / CAST(count(*) AS DOUBLE) + 1.0 AS mean\n"
            "    Sort count(*) DESC, x LIMIT 3\n"
            "      Filter CAST(sum(n) AS DOUBLE) / CAST(count(*) AS DOUBLE) + 1.0 < 5.0\n"
            "        Filter sum(n) > 10\n"
            "          Aggregate sum(n), count(*) GROUP BY x\n"
            "            Scan a: x, n\n");
}

TEST(Bind, HavingAloneMakesOneGroup) {
  EXPECT_EQ(TreeOf("SELECT 1 AS one FROM a HAVING 1 = 1"),
            "  Project 1 AS one\n"
            "    Filter 1 = 1\n"
            "      Aggregate count(*)\n"
            "        Scan a: no columns\n");
}

TEST(Bind, HavingAndOrderByFindAliasesAndInputs) {
  // In HAVING `n` is grouped by, so the input's (and goes down into the scan); in ORDER BY the
  // alias goes first.
  EXPECT_EQ(TreeOf("SELECT max(x) AS n, n AS k FROM a GROUP BY n HAVING n > 1 ORDER BY n DESC"),
            "  Project max(x) AS n, k\n"
            "    Sort max(x) DESC\n"
            "      Aggregate max(x) GROUP BY n AS k\n"
            "        Scan a: x, n\n");
}

TEST(Bind, OrderByInputColumnThatIsNotSelected) {
  EXPECT_EQ(TreeOf("SELECT x AS n FROM a ORDER BY id NULLS LAST, n DESC NULLS FIRST LIMIT 2"),
            "  Project x AS n\n"
            "    Sort id NULLS LAST, x DESC NULLS FIRST LIMIT 2\n"
            "      Scan a: id, x\n");
}

TEST(Bind, DistinctAggregates) {
  EXPECT_EQ(TreeOf("SELECT count(DISTINCT x) AS a, min(DISTINCT x) AS b FROM a"),
            "  Project count(DISTINCT x) AS a, min(DISTINCT x) AS b\n"
            "    Aggregate count(DISTINCT x), min(x)\n"
            "      Scan a: x\n");
}

TEST(Bind, DistinctWithOrder) {
  EXPECT_EQ(TreeOf("SELECT DISTINCT upper(x) AS u FROM a ORDER BY upper(x) DESC LIMIT 2"),
            "  Sort u DESC LIMIT 2\n"
            "    Distinct u\n"
            "      Project upper(x) AS u\n"
            "        Scan a: x\n");
}

TEST(Bind, UnionBringsTypesTogether) {
  EXPECT_EQ(TreeOf("SELECT id, x FROM a UNION SELECT id, y FROM b ORDER BY id DESC"),
            "  Sort id DESC\n"
            "    Distinct id, x\n"
            "      UnionAll\n"
            "        Project CAST(id AS BIGINT) AS id, x\n"
            "          Scan a: id, x\n"
            "        Scan b: id, y\n");
}

TEST(Bind, WithIsScoped) {
  EXPECT_EQ(SchemaOf("WITH b AS (SELECT x FROM a), c AS (SELECT * FROM b) SELECT * FROM c"),
            "x STRING\n");
  EXPECT_EQ(SchemaOf("SELECT y FROM (WITH a AS (SELECT y FROM b) SELECT * FROM a) AS q"),
            "y STRING\n");
}

TEST(Bind, WindowOverAggregate) {
  EXPECT_EQ(TreeOf("SELECT x, row_number() OVER (ORDER BY count(*) DESC) AS place "
                   "FROM a GROUP BY x"),
            "  Project x, row_number() AS place\n"
            "    RowNumber ORDER BY count(*) DESC\n"
            "      Aggregate count(*) GROUP BY x\n"
            "        Scan a: x\n");
}

TEST(Bind, WindowsOfTheSameRowsAreOneNode) {
  EXPECT_EQ(TreeOf("SELECT sum(n) OVER w AS s, rank() OVER w AS r, row_number() OVER w AS c, "
                   "lag(n, 2) IGNORE NULLS OVER (PARTITION BY x ORDER BY id) AS l "
                   "FROM a WINDOW v AS (PARTITION BY x ORDER BY id), w AS (v)"),
            "  Project sum(n) OVER w AS s, rank() OVER w AS r, row_number() OVER w AS c, "
            "lag(n, 2) IGNORE NULLS OVER (PARTITION BY x ORDER BY id) AS l\n"
            "    Window sum(n) RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW, rank(), "
            "row_number(), lag(n, 2) IGNORE NULLS PARTITION BY x ORDER BY id\n"
            "      Scan a: id, x, n\n");
}

TEST(Bind, WindowsOfWindows) {
  EXPECT_EQ(TreeOf("SELECT rank() OVER (ORDER BY max(n) OVER ()) AS r FROM a"),
            "  Project rank() OVER (ORDER BY max(n) OVER ()) AS r\n"
            "    Window rank() ORDER BY max(n) OVER ()\n"
            "      Project max(n) OVER ()\n"
            "        Window max(n)\n"
            "          Scan a: n\n");
}

TEST(Bind, FramesOfRange) {
  EXPECT_EQ(
      TreeOf("SELECT count(*) OVER (ORDER BY id DESC RANGE 3 PRECEDING) AS c, "
             "max(n) OVER (ORDER BY d RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS m FROM a"),
      "  Project count(*) OVER (ORDER BY id DESC RANGE 3 PRECEDING) AS c, max(n) OVER (ORDER "
      "BY d RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS m\n"
      "    Window max(n) RANGE BETWEEN date_add(d, 1) AND date_add(d, 2) ORDER BY d\n"
      "      Project n, d, count(*) OVER (ORDER BY id DESC RANGE 3 PRECEDING)\n"
      "        Window count(*) RANGE BETWEEN id + 3 AND CURRENT ROW ORDER BY id DESC\n"
      "          Scan a: id, n, d\n");
}

TEST(Bind, SelectKeepsWhatIsRead) {
  TestPipeline pipeline = AllTypes();
  pipeline.Table("first", "SELECT x FROM a").Table("second", "SELECT x FROM first");
  pipeline.Table("third", "SELECT y FROM b");
  auto plan = Bind(pipeline.get(), {{"SECOND"}}).ValueOrDie();
  ASSERT_EQ(plan->tables.size(), 2);
  EXPECT_EQ(plan->tables[0].table->name, "first");
  EXPECT_FALSE(plan->tables[0].selected);
  EXPECT_TRUE(plan->tables[1].selected);
  ASSERT_EQ(plan->sources.size(), 1);
  EXPECT_EQ(plan->sources[0].source->name, "a");
  EXPECT_EQ(std::get<TableInput>(plan->tables[1].root->op).table, 0);
}

TEST(Bind, ChecksAreOverTheTable) {
  TestPipeline pipeline = AllTypes();
  pipeline.Table("t", "SELECT x AS name, n FROM a").Check("t.N > 0 AND name IS NOT NULL");
  auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  ASSERT_EQ(plan->tables[0].checks.size(), 1);
  EXPECT_EQ(ToString(*plan->tables[0].checks[0], *plan->tables[0].root->schema),
            "n > 0 AND name IS NOT NULL");
}

}  // namespace
}  // namespace tarn::plan
