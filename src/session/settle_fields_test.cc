#include "session/settle_fields.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SettleFieldsTest : public SessionTest {
 protected:
  std::unique_ptr<Session> OpenAdding() {
    auto session = Open("one", "lake", "on_new_field = \"add\"\n");
    folder_.Write("one/names.sql", "SELECT * FROM raw");
    return *Session::Open(folder_ / "one", {});
  }

  RunOutcome RunAgain(const RunRequest& request = {}) {
    auto session = Session::Open(folder_ / "one", {});
    EXPECT_TRUE(session.ok()) << session.status();
    local::LocalEngine engine(1);
    auto outcome = (*session)->Run(request, &engine, {});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_TRUE(outcome->status.ok()) << outcome->status;
    return *std::move(outcome);
  }

  static std::vector<std::string> Added(const RunOutcome& outcome) {
    std::vector<std::string> fields;
    for (const run::AddedField& field : outcome.record.sources.at(0).added_fields) {
      fields.push_back(field.path + " " + field.type);
    }
    return fields;
  }

  static std::string Columns(const RunOutcome& outcome) {
    return outcome.record.tables.at(0).schema;
  }
};

TEST_F(SettleFieldsTest, TheRunThatFindsAFieldHasItsColumn) {
  OpenAdding();
  folder_.Write("one/raw/b.json", "{\"name\": \"x\", \"age\": 3}\n");
  const RunOutcome first = RunAgain();
  EXPECT_THAT(Added(first), ElementsAre("age BIGINT"));
  EXPECT_EQ(Columns(first), "name STRING, age BIGINT");
  EXPECT_EQ(first.record.sources[0].lock_path, folder_ / "one/schema.lock.toml");
  // Known fields are no news, and files without them are added to.
  folder_.Write("one/raw/c.json", "{\"age\": 4}\n");
  const RunOutcome second = RunAgain();
  EXPECT_THAT(Added(second), IsEmpty());
  EXPECT_EQ(second.record.tables[0].change, run::TableChange::kAppend);
  EXPECT_EQ(RunAgain().record.tables[0].change, run::TableChange::kNone);
}

TEST_F(SettleFieldsTest, AWiderTypeRebuilds) {
  OpenAdding();
  folder_.Write("one/raw/b.json", "{\"age\": 3}\n");
  RunAgain();
  folder_.Write("one/raw/c.json", "{\"age\": 3.5}\n");
  const RunOutcome wider = RunAgain();
  EXPECT_THAT(Added(wider), ElementsAre("age DOUBLE"));
  EXPECT_EQ(wider.record.tables[0].change, run::TableChange::kRebuild);
  EXPECT_EQ(wider.record.tables[0].num_rows, 3);
  EXPECT_EQ(wider.record.sources[0].num_bad_records, 0);
}

// Files that were read without their fields being looked for, or before the lock was deleted.
TEST_F(SettleFieldsTest, FilesThatWereReadOtherwiseAreLookedAtAgain) {
  Run(Open("one", "lake").get());
  folder_.Write("one/raw/b.json", "{\"age\": 3}\n");
  Run(Session::Open(folder_ / "one", {})->get());
  OpenAdding();
  folder_.Write("one/raw/b.json", "{\"age\": 3}\n");
  EXPECT_THAT(Added(RunAgain()), ElementsAre("age BIGINT"));
  std::filesystem::remove(folder_ / "one/schema.lock.toml");
  const RunOutcome again = RunAgain();
  EXPECT_THAT(Added(again), ElementsAre("age BIGINT"));
  EXPECT_EQ(Columns(again), "name STRING, age BIGINT");
  EXPECT_THAT(Added(RunAgain({.is_full = true})), IsEmpty());
}

// A session that is open while another one adds fields knows of them.
TEST_F(SettleFieldsTest, SessionsKeepUp) {
  const auto early = OpenAdding();
  folder_.Write("one/raw/b.json", "{\"age\": 3}\n");
  const local::LocalEngine engine(1);
  EXPECT_TRUE(*early->HasNews({}, engine, arrow::StopToken::Unstoppable()));
  RunAgain();
  EXPECT_FALSE(*early->HasNews({}, engine, arrow::StopToken::Unstoppable()));
  const RunOutcome outcome = Run(early.get());
  EXPECT_EQ(outcome.record.tables[0].change, run::TableChange::kNone);
}

// SQL that the fields break fails, and leaves the lock as it was.
TEST_F(SettleFieldsTest, SqlThatNewFieldsBreak) {
  OpenAdding();
  folder_.Write("one/names.sql", "SELECT * FROM raw UNION ALL SELECT 'x'");
  folder_.Write("one/raw/b.json", "{\"age\": 3}\n");
  const RunOutcome outcome = Run(Session::Open(folder_ / "one", {})->get());
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kBadInput);
  EXPECT_THAT(Added(outcome), ElementsAre("age BIGINT"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "one/schema.lock.toml"));
}

TEST_F(SettleFieldsTest, TooManyFieldsAreRefused) {
  OpenAdding();
  std::string record = "{\"name\": \"x\"";
  for (int i = 0; i < 1001; ++i) record += ", \"f" + std::to_string(i) + "\": 1";
  folder_.Write("one/raw/b.json", record + "}\n");
  const RunOutcome outcome = Run(Session::Open(folder_ / "one", {})->get());
  ASSERT_EQ(DiagnosticsOf(outcome.status).size(), 1U);
  EXPECT_THAT(DiagnosticsOf(outcome.status)[0].message, HasSubstr("have 1001 fields"));
}

}  // namespace
}  // namespace tarn::session
