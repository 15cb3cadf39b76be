#include "session/show.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ShowTest : public SessionTest {
 protected:
  // A table whose partition column holds what looks like a number.
  std::unique_ptr<Session> OpenAndRun() {
    auto session = Open("one", "lake", "[table.days]\npartition_by = [\"code\"]\n");
    EXPECT_TRUE(Run(session.get()).status.ok());
    return session;
  }

  void SetUp() override {
    folder_.Write("one/days.sql", "SELECT name, '00123' AS code, DATE '2018-11-02' AS d FROM raw");
  }
};

std::string TypeOf(const ShownTable& table, const std::string& column) {
  const auto field = table.info.schema->GetFieldByName(column);
  return field == nullptr ? "" : field->type()->ToString();
}

TEST_F(ShowTest, TablesOfTheLake) {
  const auto session = Open("one", "lake");
  const LakeTables before = session->Tables().ValueOrDie();
  EXPECT_EQ(before.lake_root, folder_ / "one/lake");
  EXPECT_THAT(before.tables, IsEmpty());
  EXPECT_EQ(KindOf(before.Find("names").status()), ErrorKind::kBadInput);
  Run(session.get());
  const LakeTables tables = session->Tables().ValueOrDie();
  ASSERT_THAT(tables.tables, SizeIs(2));
  EXPECT_EQ(tables.tables[0].name, "days");
  EXPECT_EQ(tables.Find("NAMES").ValueOrDie().path, folder_ / "one/lake/names");
  const Status unknown = tables.Find("name").status();
  EXPECT_THAT(MessageOf(unknown), HasSubstr("did you mean 'names'?"));
  EXPECT_EQ(HintOf(unknown), "its tables are days, names");
}

TEST_F(ShowTest, RowsByTheirDeclaredTypes) {
  const auto session = OpenAndRun();
  const LakeTables lake = session->Tables().ValueOrDie();
  const ShownTables shown = session->Show({*lake.Find("days")}, {}).ValueOrDie();
  ASSERT_THAT(shown.tables, SizeIs(1));
  const ShownTable& table = shown.tables[0];
  EXPECT_EQ(table.info.stats.num_rows, 1);
  EXPECT_EQ(table.info.partition_by, std::vector<std::string>{"code"});
  EXPECT_EQ(TypeOf(table, "d"), "date32[day]");
  EXPECT_EQ(TypeOf(table, "code"), "string");
  EXPECT_EQ(table.head->GetColumnByName("code")->GetScalar(0).ValueOrDie()->ToString(), "00123");
  const ShownTables none = session->Show({*lake.Find("days")}, {.num_rows = 0}).ValueOrDie();
  EXPECT_EQ(none.tables[0].head->num_rows(), 0);
}

// Of a partition column, the run's record knows the type; without it, the pipeline does.
TEST_F(ShowTest, TypesOfPartitionColumns) {
  folder_.Write("one/days.sql", "SELECT name, 7 AS code FROM raw");
  const auto session = OpenAndRun();
  const TablePlace days = *session->Tables().ValueOrDie().Find("days");
  storage::Storages storages;
  const auto type = [&](const pipeline::Pipeline* pipeline) {
    return TypeOf(ShowTables(&storages, pipeline, {days}, {}).ValueOrDie().tables.at(0), "code");
  };
  EXPECT_EQ(type(nullptr), "int32");
  std::filesystem::remove_all(folder_ / "one/lake/_tarn/runs");
  EXPECT_EQ(type(nullptr), "string");
  EXPECT_EQ(type(&session->pipeline()), "int32");
}

TEST_F(ShowTest, TablesThatCannotBeRead) {
  const auto session = OpenAndRun();
  std::filesystem::remove_all(folder_ / "one/lake/days");
  folder_.Write("one/lake/days/part-0.parquet", "no Parquet");
  const LakeTables lake = session->Tables().ValueOrDie();
  EXPECT_FALSE(session->Show(lake.tables, {}).ok());
  const ShownTables shown = session->Show(lake.tables, {.skips_unreadable = true}).ValueOrDie();
  ASSERT_THAT(shown.tables, SizeIs(1));
  EXPECT_EQ(shown.tables[0].name, "names");
  ASSERT_THAT(shown.unreadable, SizeIs(1));
  EXPECT_EQ(shown.unreadable[0].place.name, "days");
  EXPECT_FALSE(shown.unreadable[0].reason.ok());
}

}  // namespace
}  // namespace tarn::session
