#include "plan/refresh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/node.h"
#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string TextOf(const TableRefresh& refresh) {
  static constexpr const char* kWords[] = {"none", "append", "merge", "rebuild"};
  std::string text = kWords[static_cast<int>(refresh.how)];
  return refresh.reason.empty() ? text : text + ": " + refresh.reason;
}

// How the last table of a pipeline takes new files of these sources.
std::string Refreshed(const TestPipeline& pipeline, const std::vector<std::string>& grown) {
  const auto plan = Bind(pipeline.get(), {});
  if (!plan.ok()) return plan.status().ToString();
  std::set<int> sources;
  for (size_t i = 0; i < (*plan)->sources.size(); ++i) {
    const std::string& name = (*plan)->sources[i].source->name;
    if (std::count(grown.begin(), grown.end(), name) > 0) sources.insert(static_cast<int>(i));
  }
  return TextOf(RefreshesOf(**plan, sources).back());
}

// The same of a table that `sql` makes of TwoSources().
std::string Refreshed(const std::string& sql, const std::vector<std::string>& grown) {
  TestPipeline pipeline = TwoSources();
  return Refreshed(pipeline.Table("t", sql), grown);
}

std::string WithNewA(const std::string& sql) { return Refreshed(sql, {"a"}); }
std::string WithNewB(const std::string& sql) { return Refreshed(sql, {"b"}); }

TEST(RefreshTest, RowByRowIsAppended) {
  for (const std::string sql :
       {"SELECT id, x FROM a", "SELECT id + 1 AS i, upper(x) AS u FROM a WHERE ok AND n > 3",
        "SELECT id, explode(split(x, ',')) AS word FROM a",
        "SELECT id FROM a LATERAL VIEW explode(split(x, ',')) t AS word",
        "SELECT id, input_file_name() AS f FROM a",
        "WITH c AS (SELECT id FROM a) SELECT id FROM c WHERE id > 1"}) {
    EXPECT_EQ(WithNewA(sql), "append") << sql;
    EXPECT_EQ(WithNewB(sql), "none") << sql;
  }
}

TEST(RefreshTest, UnionsAreAppended) {
  const std::string sql = "SELECT id FROM a UNION ALL SELECT id FROM b";
  EXPECT_EQ(WithNewA(sql), "append");
  EXPECT_EQ(WithNewB(sql), "append");
  EXPECT_EQ(Refreshed(sql, {"a", "b"}), "append");
  EXPECT_EQ(Refreshed(sql, {}), "none");
}

TEST(RefreshTest, InnerJoinsGrowWithOneSide) {
  const std::string sql = "SELECT a.id, y FROM a JOIN b ON a.id = b.id";
  EXPECT_EQ(WithNewA(sql), "append");
  EXPECT_EQ(WithNewB(sql), "append");
  EXPECT_EQ(Refreshed(sql, {"a", "b"}), "rebuild: both sides of its INNER JOIN have new rows");
  EXPECT_EQ(WithNewA("SELECT l.id FROM a AS l JOIN a AS r ON l.id = r.id"),
            "rebuild: both sides of its INNER JOIN have new rows");
}

TEST(RefreshTest, OuterJoinsGrowWithTheKeptSide) {
  const std::string left = "SELECT a.id, y FROM a LEFT JOIN b ON a.id = b.id";
  EXPECT_EQ(WithNewA(left), "append");
  EXPECT_EQ(WithNewB(left), "rebuild: new rows on the right of its LEFT JOIN may match old ones");
  const std::string right = "SELECT b.id, x FROM a RIGHT JOIN b ON a.id = b.id";
  EXPECT_THAT(WithNewA(right), StartsWith("rebuild: new rows on the "));
  EXPECT_EQ(WithNewB(right), "append");
  const std::string full = "SELECT a.id, y FROM a FULL JOIN b ON a.id = b.id";
  EXPECT_THAT(WithNewA(full), HasSubstr("FULL JOIN may match old ones"));
  EXPECT_THAT(WithNewB(full), HasSubstr("FULL JOIN may match old ones"));
}

TEST(RefreshTest, SubqueriesGrowWithTheRowsAroundThem) {
  for (const std::string sql :
       {"SELECT id FROM a WHERE id IN (SELECT id FROM b)",
        "SELECT id FROM a WHERE id NOT IN (SELECT id FROM b)",
        "SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)",
        "SELECT id FROM a LEFT ANTI JOIN b ON a.id = b.id",
        "SELECT id, id IN (SELECT id FROM b) AS known FROM a",
        "SELECT id, (SELECT max(y) FROM b) AS m FROM a",
        "SELECT id, (SELECT max(y) FROM b WHERE b.id = a.id) AS m FROM a"}) {
    EXPECT_EQ(WithNewA(sql), "append") << sql;
    EXPECT_THAT(WithNewB(sql), StartsWith("rebuild: ")) << sql;
  }
}

TEST(RefreshTest, JoinsWithWhatIsComputedOfAllRows) {
  const std::string sql =
      "SELECT a.id, c FROM a LEFT JOIN (SELECT id, count(*) AS c FROM b GROUP BY id) AS g "
      "ON a.id = g.id";
  EXPECT_EQ(WithNewA(sql), "append");
  EXPECT_EQ(WithNewB(sql), "rebuild: aggregates below other steps take in all rows");
}

TEST(RefreshTest, GroupsAreMerged) {
  for (const std::string sql :
       {"SELECT x, count(*) AS c, min(n) AS least, max(x) AS m, sum(n) AS s FROM a GROUP BY x",
        "SELECT x, sum(CAST(n AS DECIMAL(20, 2))) AS s, bit_xor(n) AS b FROM a GROUP BY x",
        "SELECT x, max(DISTINCT id) AS c, bool_or(ok) AS o FROM a GROUP BY x",
        "SELECT x, count(*) FILTER (WHERE ok) AS c FROM a GROUP BY x HAVING count(*) > 1",
        "SELECT upper(x) AS u, s / 2 AS h FROM (SELECT x, sum(n) AS s FROM a GROUP BY x) AS g "
        "WHERE s > 3"}) {
    EXPECT_EQ(WithNewA(sql), "merge: groups") << sql;
    EXPECT_EQ(WithNewB(sql), "none") << sql;
  }
  EXPECT_EQ(WithNewA("SELECT count(*) AS c FROM a"), "merge: one row of aggregates");
  EXPECT_EQ(WithNewA("SELECT DISTINCT x FROM a"), "merge: distinct rows");
  EXPECT_EQ(WithNewA("SELECT x FROM a UNION SELECT y FROM b"), "merge: distinct rows");
  EXPECT_EQ(WithNewB("SELECT count(r) AS c FROM b"), "merge: one row of aggregates");
}

TEST(RefreshTest, GroupsOfJoinsAreMerged) {
  const std::string sql = "SELECT y, count(*) AS c FROM a JOIN b ON a.id = b.id GROUP BY y";
  EXPECT_EQ(WithNewA(sql), "merge: groups");
  EXPECT_EQ(WithNewB(sql), "merge: groups");
  EXPECT_EQ(Refreshed(sql, {"a", "b"}), "rebuild: both sides of its INNER JOIN have new rows");
}

std::string FirstRows(const std::string& condition) {
  return "SELECT id, x FROM (SELECT id, x, row_number() OVER (PARTITION BY id ORDER BY n DESC) "
         "AS k FROM a) AS t WHERE " +
         condition;
}

TEST(RefreshTest, FirstRowsAreMerged) {
  EXPECT_EQ(WithNewA(FirstRows("k = 1")), "merge: the first row of each group");
  EXPECT_EQ(WithNewA(FirstRows("k <= 3")), "rebuild: row_number() counts all rows");
}

// What follows depends on the order of rows: new files may come before old ones.
TEST(RefreshTest, WhatDependsOnTheOrderIsRebuilt) {
  EXPECT_EQ(WithNewB("SELECT id, sum(r) AS s FROM b GROUP BY id"),
            "rebuild: sum() of floating-point numbers depends on the order of all rows");
  EXPECT_EQ(WithNewA("SELECT avg(n) AS s FROM a"),
            "rebuild: avg() of floating-point numbers depends on the order of all rows");
  for (const std::string function : {"first", "last", "collect_list", "collect_set", "try_sum"}) {
    const std::string of = function == "try_sum" ? "(n)" : "(x)";
    EXPECT_EQ(WithNewA("SELECT id, " + function + of + " AS v FROM a GROUP BY id"),
              "rebuild: " + function + "() depends on the order of all rows");
  }
  EXPECT_EQ(WithNewA("SELECT id, max_by(x, n) AS v FROM a GROUP BY id"),
            "rebuild: max_by() depends on the order of all rows");
  EXPECT_EQ(WithNewB("SELECT id, min(r) AS v FROM b GROUP BY id"),
            "rebuild: min() may choose among equal values that differ, such as 0.0 and -0.0");
  for (const std::string sql :
       {"SELECT r, count(*) AS c FROM b GROUP BY r", "SELECT DISTINCT r FROM b"}) {
    EXPECT_EQ(WithNewB(sql),
              "rebuild: its groups may have equal keys that differ, such as 0.0 and -0.0");
  }
}

TEST(RefreshTest, WhatTakesInAllRowsIsRebuilt) {
  EXPECT_EQ(WithNewA("SELECT id, sum(n) OVER (PARTITION BY x) AS s FROM a"),
            "rebuild: window functions take in all rows");
  EXPECT_EQ(WithNewA("SELECT id FROM a ORDER BY id"), "rebuild: ORDER BY is of all rows");
  EXPECT_EQ(WithNewA("SELECT id FROM a ORDER BY id LIMIT 3"), "rebuild: LIMIT is of all rows");
  EXPECT_EQ(WithNewA("SELECT id FROM a LIMIT 3"), "rebuild: LIMIT is of all rows");
  EXPECT_EQ(WithNewA("SELECT x, max(c) AS m FROM (SELECT x, id, count(*) AS c FROM a GROUP BY x, "
                     "id) AS g GROUP BY x"),
            "rebuild: aggregates below other steps take in all rows");
}

TEST(RefreshTest, TheClockIsReadInEveryRun) {
  for (const std::string sql :
       {"SELECT id, current_date() AS d FROM a", "SELECT id, now() AS d FROM a",
        "SELECT id, localtimestamp() AS d FROM a", "SELECT id, current_time() AS d FROM a",
        "SELECT id, unix_timestamp() AS d FROM a",
        "SELECT id FROM a WHERE timestamp_millis(n) < current_timestamp()",
        "SELECT count(*) AS c FROM a WHERE timestamp_millis(n) < current_timestamp()",
        "SELECT x, max(current_date()) AS d FROM a GROUP BY x",
        // A time without a day is one of the day of the run.
        "SELECT CAST(x AS TIMESTAMP) AS t FROM a", "SELECT to_timestamp(x) AS t FROM a",
        "SELECT try_to_timestamp(x) AS t FROM a", "SELECT TRY_CAST(x AS TIMESTAMP) AS t FROM a",
        "SELECT from_json(x, 'at TIMESTAMP') AS t FROM a",
        "SELECT from_csv(x, 'at TIMESTAMP') AS t FROM a"}) {
    EXPECT_EQ(WithNewA(sql), "rebuild: its values depend on when the run begins") << sql;
    EXPECT_EQ(Refreshed(sql, {}), "rebuild: its values depend on when the run begins") << sql;
  }
  for (const std::string sql :
       {"SELECT to_timestamp(x, 'yyyy-MM-dd') AS t FROM a",
        "SELECT try_to_timestamp(x, 'yyyy-MM-dd') AS t FROM a",
        "SELECT unix_timestamp(x) AS t FROM a", "SELECT CAST(x AS TIMESTAMP_NTZ) AS t FROM a",
        "SELECT CAST(x AS DATE) AS t FROM a", "SELECT timestamp_millis(n) AS t FROM a",
        "SELECT id FROM a WHERE timestamp_millis(n) > '2018-11-01'",
        "SELECT from_json(x, 'at INT') AS t FROM a"}) {
    EXPECT_EQ(WithNewA(sql), "append") << sql;
    EXPECT_EQ(Refreshed(sql, {}), "none") << sql;
  }
  EXPECT_EQ(
      WithNewA(
          "SELECT aes_encrypt(CAST(x AS BINARY), CAST('0000111122223333' AS BINARY)) AS e FROM a"),
      "rebuild: it has random values");
}

TEST(RefreshTest, ChecksReadTheClockToo) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t", "SELECT id, x FROM a").Check("id > 0");
  EXPECT_EQ(Refreshed(pipeline, {"a"}), "append");
  pipeline.Check("id < unix_timestamp()");
  EXPECT_EQ(Refreshed(pipeline, {}), "rebuild: its values depend on when the run begins");
}

TEST(RefreshTest, TablesOfTables) {
  const auto reading = [](const std::string& first) {
    TestPipeline pipeline = TwoSources();
    pipeline.Table("first", first).Table("t", "SELECT x FROM first WHERE x > 'a'");
    return Refreshed(pipeline, {"a"});
  };
  EXPECT_EQ(reading("SELECT id, x FROM a"), "append");
  EXPECT_EQ(reading("SELECT DISTINCT x FROM a"), "rebuild: it reads first, whose rows change");
  EXPECT_EQ(reading("SELECT x FROM a LIMIT 3"), "rebuild: it reads first, which is rebuilt");
  EXPECT_EQ(reading("SELECT y AS x FROM b"), "none");
}

TEST(RefreshTest, ViewsAreSeenThrough) {
  const auto reading = [](const std::string& view, const std::string& sql) {
    TestPipeline pipeline = TwoSources();
    pipeline.Table("v", view).last().is_view = true;
    return Refreshed(pipeline.Table("t", sql), {"a"});
  };
  EXPECT_EQ(reading("SELECT id, x FROM a", "SELECT x FROM v"), "append");
  EXPECT_EQ(reading("SELECT x, count(*) AS c FROM a GROUP BY x", "SELECT x, c + 1 AS d FROM v"),
            "merge: groups");
  EXPECT_EQ(reading("SELECT id, x FROM a", "SELECT x, count(*) AS c FROM v GROUP BY x"),
            "merge: groups");
  EXPECT_EQ(reading("SELECT x, count(*) AS c FROM a GROUP BY x",
                    "SELECT b.id, c FROM b LEFT JOIN v ON b.y = v.x"),
            "rebuild: aggregates below other steps take in all rows");
}

// The plan of the rows that new files of `a` add, as text.
std::string NewRows(const TestPipeline& pipeline) {
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  std::set<int> grown;
  for (size_t i = 0; i < plan->sources.size(); ++i) {
    if (plan->sources[i].source->name == "a") grown.insert(static_cast<int>(i));
  }
  return ToString(PlanOfNewRows(*plan, grown));
}

TEST(PlanOfNewRowsTest, ArmsOfUnionsWithoutNewRowsGo) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t", "SELECT id AS k FROM b UNION ALL SELECT n AS k FROM a WHERE ok");
  const std::string text = NewRows(pipeline);
  EXPECT_THAT(text, HasSubstr("source a\n"));
  EXPECT_THAT(text, HasSubstr("UnionAll\n"));
  EXPECT_THAT(text, HasSubstr("Scan a: n\n"));
  EXPECT_THAT(text, Not(HasSubstr("source b\n")));
  EXPECT_THAT(text, Not(HasSubstr("Scan b")));
  // The table's columns stay those of the arm that went.
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  for (int source = 0; source < 2; ++source) {
    const Plan made = PlanOfNewRows(*plan, {source});
    ASSERT_EQ(made.sources.size(), 1U);
    EXPECT_TRUE(made.tables[0].root->schema->Equals(*plan->tables[0].root->schema));
  }
}

TEST(PlanOfNewRowsTest, JoinsKeepAllOfTheOtherSide) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t",
                 "SELECT a.id, k.y FROM a JOIN (SELECT id, y FROM b UNION ALL SELECT id, y FROM b) "
                 "AS k ON a.id = k.id");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  EXPECT_EQ(NewRows(pipeline), ToString(*plan));
}

TEST(PlanOfNewRowsTest, TablesWithoutNewRowsGo) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("same", "SELECT id, y FROM b").Table("other", "SELECT r FROM b");
  pipeline.Table("joined", "SELECT a.id, y FROM a LEFT JOIN same ON a.id = same.id");
  pipeline.Table("grown", "SELECT id FROM joined UNION ALL SELECT id FROM same");
  const std::string text = NewRows(pipeline);
  EXPECT_THAT(text, HasSubstr("table same (only read by others)\n"));
  EXPECT_THAT(text, HasSubstr("table joined\n"));
  EXPECT_THAT(text, HasSubstr("Table joined\n"));
  EXPECT_THAT(text, Not(HasSubstr("table other")));
  // Once, in the join.
  EXPECT_NE(text.find("Table same\n"), std::string::npos);
  EXPECT_EQ(text.find("Table same\n"), text.rfind("Table same\n"));
}

TEST(PlanOfNewRowsTest, IsTheSqlWithoutUnions) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("joined", "SELECT a.id, y FROM a LEFT JOIN b ON a.id = b.id WHERE y > 1");
  pipeline.Table("both", "SELECT id FROM a UNION ALL SELECT id FROM b");
  pipeline.Table("above", "SELECT id FROM both");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  for (const TablePlan& table : plan->tables) {
    EXPECT_EQ(GivesNewRowsBySql(*plan, table), table.table->name == "joined");
  }
}

TEST(PlanOfTablesTest, ReadsTheSameColumnsOfFewerSources) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("all_of_a", "SELECT id, x, n FROM a").Table("same", "SELECT id FROM a");
  pipeline.Table("kept", "SELECT id FROM same").Table("other", "SELECT y FROM b");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  const Plan made = PlanOfTables(*plan, {"kept"});
  ASSERT_EQ(made.tables.size(), 2U);
  EXPECT_FALSE(made.tables[0].selected);
  EXPECT_TRUE(made.tables[1].selected);
  ASSERT_EQ(made.sources.size(), 1U);
  EXPECT_THAT(made.sources[0].schema->field_names(), ElementsAre("id", "x", "n"));
}

TEST(PlanOfNewRowsTest, NothingWithoutNewRows) {
  TestPipeline pipeline = TwoSources();
  EXPECT_EQ(NewRows(pipeline.Table("t", "SELECT id FROM b")), "");
}

TEST(RefreshTest, SparkifyBySource) {
  pipeline::LoadOptions options;
  options.overrides = {{"lake.input", "/data"}};
  const auto pipeline = pipeline::Load(TARN_SOURCE_DIR "/pipelines/sparkify", options).ValueOrDie();
  const auto plan = Bind(*pipeline, {}).ValueOrDie();
  const auto refreshes = RefreshesBySource(*plan);
  std::vector<std::string> lines;
  for (size_t table = 0; table < refreshes.size(); ++table) {
    for (const SourceRefresh& item : refreshes[table]) {
      lines.push_back(plan->tables[table].table->name + ", " +
                      plan->sources[item.source].source->name + ", " + TextOf(item.refresh));
    }
  }
  EXPECT_THAT(
      lines,
      ElementsAre("artists, song_data, merge: the first row of each group",
                  "songplays, song_data, rebuild: aggregates below other steps take in all rows",
                  "songplays, events, append",
                  "songs, song_data, merge: the first row of each group",
                  "time, events, merge: distinct rows",
                  "users, events, merge: the first row of each group"));
}

TEST(RefreshTest, WhatIsRebuiltInEveryRunHasNoSource) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t", "SELECT id, current_date() AS d FROM a").Table("u", "SELECT 1 AS one");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  const auto refreshes = RefreshesBySource(*plan);
  ASSERT_EQ(refreshes[0].size(), 1U);
  EXPECT_EQ(refreshes[0][0].source, -1);
  EXPECT_EQ(refreshes[0][0].refresh.how, Refresh::kRebuild);
  EXPECT_THAT(refreshes[1], IsEmpty());
}

}  // namespace
}  // namespace tarn::plan
