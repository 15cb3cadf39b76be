#include "plan/table_of_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"
#include "plan/unique_rows.h"

namespace tarn::plan {
namespace {

using pipeline::Changes;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSql[] = "SELECT id, name, city, at, lsn, op FROM log";

// Table t of changes, as tarn.toml's loader leaves it.
TestPipeline OfChanges(Changes changes, const std::string& sql = kSql) {
  TestPipeline pipeline;
  pipeline.Source("log",
                  "id INT, name STRING, city STRING, at TIMESTAMP, lsn BIGINT, op STRING, "
                  "tags MAP<STRING, INT>, parts ARRAY<INT>");
  pipeline.Table("t", sql);
  pipeline.last().key = changes.key;
  if (changes.into == Changes::Into::kHistory) pipeline.last().key.emplace_back("valid_from");
  pipeline.last().changes = std::move(changes);
  return pipeline;
}

Changes Merge() { return {Changes::Into::kRows, {"id"}, {"at", "lsn"}, "op", {"D"}}; }
Changes History() { return {Changes::Into::kHistory, {"id"}, {"at", "lsn"}, "op", {"D"}}; }

std::string SchemaOf(const TestPipeline& pipeline) {
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  return pipeline::DdlOf(*arrow::struct_(plan->tables.back().root->schema->fields()));
}

TEST(TableOfChanges, MergeIsTheFirstRowOfEachKeyByDescendingOrder) {
  TestPipeline pipeline = OfChanges(Merge());
  EXPECT_EQ(SchemaOf(pipeline),
            "STRUCT<id: INT, name: STRING, city: STRING, at: TIMESTAMP, lsn: BIGINT>");
  EXPECT_EQ(pipeline.Tree(),
            "  key          id\n"
            "  Project id, name, city, at, lsn\n"
            "    Filter NOT is_delete OR at IS NULL OR id IS NULL\n"
            "      TopRow PARTITION BY id ORDER BY at DESC NULLS FIRST, lsn DESC, is_delete, "
            "name DESC, city DESC\n"
            "        Project id, name, city, at, lsn, coalesce(op IN ('D'), false) AS is_delete\n"
            "          Scan log: id, name, city, at, lsn, op\n");
}

TEST(TableOfChanges, AHistoryHasItsPeriodsBehindTheColumns) {
  TestPipeline pipeline = OfChanges(History());
  EXPECT_EQ(SchemaOf(pipeline),
            "STRUCT<id: INT, name: STRING, city: STRING, lsn: BIGINT, valid_from: TIMESTAMP, "
            "valid_to: TIMESTAMP, is_current: BOOLEAN NOT NULL>");
  const auto same = [](const std::string& name) {
    return name + " IS NOT DISTINCT FROM lag(`" + name +
           "`) OVER (PARTITION BY `id` ORDER BY `at`)";
  };
  EXPECT_EQ(pipeline.Tree(),
            "  key          id, valid_from\n"
            "  Project id, name, city, lsn, at AS valid_from, lead(`at`) OVER (PARTITION BY `id` "
            "ORDER BY `at`) AS valid_to, lead(`at`) OVER (PARTITION BY `id` ORDER BY `at`) IS NULL "
            "AS is_current\n"
            "    Filter NOT is_delete OR at IS NULL OR id IS NULL\n"
            "      Window lead(at) PARTITION BY id ORDER BY at\n"
            "        Project id, name, city, at, lsn, is_delete\n"
            "          Filter lag(`at`) OVER (PARTITION BY `id` ORDER BY `at`) IS NULL OR NOT (" +
                same("is_delete") + " AND " + same("name") + " AND " + same("city") +
                ")\n"
                "            Window lag(at), lag(is_delete), lag(name), lag(city) "
                "PARTITION BY id ORDER BY at\n"
                "              TopRow PARTITION BY id, at ORDER BY lsn DESC, is_delete, name "
                "DESC, city DESC\n"
                "                Project id, name, city, at, lsn, coalesce(op IN ('D'), false) AS "
                "is_delete\n"
                "                  Scan log: id, name, city, at, lsn, op\n");
}

// What makes the keys unique is known: no engine has to look.
TEST(TableOfChanges, KeysAreUnique) {
  for (const Changes& changes : {Merge(), History()}) {
    TestPipeline pipeline = OfChanges(changes);
    const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
    EXPECT_FALSE(KeyMayRepeat(plan->tables.back()));
  }
}

TEST(TableOfChanges, WithoutOpThereAreNoDeletes) {
  Changes changes = Merge();
  changes.op.clear();
  TestPipeline pipeline = OfChanges(changes);
  EXPECT_THAT(SchemaOf(pipeline), HasSubstr("op: STRING"));
  EXPECT_THAT(pipeline.Tree(), Not(HasSubstr("Filter")));
}

TEST(TableOfChanges, NamesOfColumnsMayBeAnything) {
  Changes changes = History();
  changes.deletes = {"it's", "back\\slash"};
  changes.order_by = {"at"};
  TestPipeline pipeline = OfChanges(
      changes, "SELECT id, at, op, name AS choice, city AS is_delete, lsn AS `a``b c` FROM log");
  EXPECT_EQ(SchemaOf(pipeline),
            "STRUCT<id: INT, choice: STRING, is_delete: STRING, `a``b c`: BIGINT, valid_from: "
            "TIMESTAMP, valid_to: TIMESTAMP, is_current: BOOLEAN NOT NULL>");
  EXPECT_THAT(pipeline.Tree(), HasSubstr("'it''s', 'back\\slash'"));
}

TEST(TableOfChanges, OtherTablesReadWhatIsMade) {
  TestPipeline pipeline = OfChanges(History());
  pipeline.Table("u", "SELECT id, valid_to FROM t WHERE is_current");
  EXPECT_EQ(SchemaOf(pipeline), "STRUCT<id: INT, valid_to: TIMESTAMP>");
  EXPECT_EQ(pipeline.Table("v", "SELECT op FROM t").Errors(),
            "v.sql:1:8: unknown column: op\n"
            "  hint: columns here: id, name, city, lsn, valid_from, valid_to, is_current\n");
}

TEST(TableOfChanges, SettingsAreOfTheColumnsThatAreMade) {
  TestPipeline pipeline = OfChanges(History());
  pipeline.last().partition_by = {"is_current"};
  pipeline.last().sort_within = {"valid_from DESC"};
  pipeline.Check("valid_to > valid_from");
  EXPECT_EQ(pipeline.Errors(), "");
  pipeline.last().partition_by = {"op"};
  EXPECT_EQ(
      pipeline.Errors(),
      "tarn.toml:7: table.t.partition_by: unknown column: op\n"
      "  hint: columns of the table: id, name, city, lsn, valid_from, valid_to, is_current\n");
}

TEST(TableOfChanges, ColumnsThatAreMissingAreNamed) {
  Changes changes = Merge();
  changes.key = {"di"};
  changes.order_by = {"when"};
  changes.op = "operation";
  EXPECT_EQ(OfChanges(changes).Errors(),
            "tarn.toml:7: table.t.key: unknown column: di\n"
            "  hint: did you mean id?\n"
            "tarn.toml:7: table.t.order_by: unknown column: when\n"
            "  hint: columns of the table: id, name, city, at, lsn, op\n"
            "tarn.toml:7: table.t.op: unknown column: operation\n"
            "  hint: columns of the table: id, name, city, at, lsn, op\n");
}

TEST(TableOfChanges, AColumnHasOneUse) {
  Changes changes = Merge();
  changes.order_by = {"at", "id"};
  changes.op = "at";
  EXPECT_EQ(OfChanges(changes).Errors(),
            "tarn.toml:7: table.t.order_by: this column is in key as well: id\n"
            "  hint: leave it out of one of the two\n"
            "tarn.toml:7: table.t.op: this column is in order_by as well: at\n"
            "  hint: leave it out of one of the two\n");
}

TEST(TableOfChanges, ColumnsThatCannotServeAreRefused) {
  EXPECT_EQ(
      OfChanges(History(), "SELECT id, at, lsn, op, name AS Valid_To, tags FROM log").Errors(),
      "t.sql:1:25: the table's history has a column of this name: Valid_To\n"
      "  hint: give it another name with AS\n"
      "t.sql:1:43: changes can't be compared by a column of type MAP<STRING, INT>: tags\n"
      "  hint: write to_json(x) or map_entries(x) in its place\n");
  Changes changes = Merge();
  changes.order_by = {"parts"};
  EXPECT_EQ(OfChanges(changes, "SELECT id, op, parts FROM log").Errors(),
            "tarn.toml:7: table.t.order_by: column can't serve here, its type is ARRAY<INT>: "
            "parts\n"
            "  hint: name a column of a plain type\n");
}

// Its rows are not known, so that nothing more is said of it.
TEST(TableOfChanges, AnErrorInTheSqlIsTheOnlyOne) {
  EXPECT_EQ(OfChanges(History(), "SELECT nothing FROM log").Errors(),
            "t.sql:1:8: unknown column: nothing\n"
            "  hint: columns here: id, name, city, at, lsn, op, tags, parts\n");
}

}  // namespace
}  // namespace tarn::plan
