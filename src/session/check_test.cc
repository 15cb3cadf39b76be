#include "session/check.h"

#include <gmock/gmock.h>

#include "pipeline/ddl.h"
#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CheckTest : public SessionTest {
 protected:
  static CheckReport Check(Session* session, const CheckRequest& request) {
    auto report = session->Check(request, local::LocalEngine(1));
    EXPECT_TRUE(report.ok()) << report.status();
    return *std::move(report);
  }
};

TEST_F(CheckTest, GivesTablesWithTheirColumns) {
  const auto session = Open("one", "lake");
  const CheckReport report = Check(session.get(), {});
  ASSERT_THAT(report.plan->tables, SizeIs(1));
  const plan::TablePlan& table = report.plan->tables[0];
  EXPECT_EQ(table.table->name, "names");
  ASSERT_EQ(table.root->schema->num_fields(), 1);
  EXPECT_EQ(table.root->schema->field(0)->name(), "name");
  EXPECT_EQ(pipeline::DdlOf(*table.root->schema->field(0)->type()), "STRING");
  EXPECT_THAT(report.sources, IsEmpty());
  EXPECT_THAT(report.steps, IsEmpty());
  EXPECT_TRUE(report.data.ok());
}

TEST_F(CheckTest, ErrorsOfSqlAreTheCallsOwn) {
  folder_.Write("one/other.sql", "SELECT nam FROM raw");
  const auto session = Open("one", "lake");
  const Status status = session->Check({}, local::LocalEngine(1)).status();
  ASSERT_THAT(DiagnosticsOf(status), SizeIs(1));
  EXPECT_EQ(DiagnosticsOf(status)[0].file, folder_ / "one/other.sql");
}

TEST_F(CheckTest, DataThatFits) {
  const auto session = Open("one", "lake");
  const CheckReport report = Check(session.get(), {.reads_data = true});
  ASSERT_THAT(report.sources, SizeIs(1));
  EXPECT_EQ(report.sources[0].source->name, "raw");
  EXPECT_EQ(report.sources[0].survey.profile.num_records(), 1);
  EXPECT_THAT(report.sources[0].drift, IsEmpty());
  EXPECT_TRUE(report.data.ok()) << report.data;
}

// A value of another type is an error, a key that the schema does not name is not.
TEST_F(CheckTest, DriftIsData) {
  const auto session = Open("one", "lake",
                            "[source.more]\npath = \"more/*.json\"\n"
                            "schema = \"n INT\"\n");
  folder_.Write("one/raw/a.json", "{\"name\": \"x\", \"age\": 3}\n");
  folder_.Write("one/raw/more/b.json", "{\"n\": 1}\n{\"n\": \"many\"}\n");
  const CheckReport report = Check(session.get(), {.reads_data = true});
  ASSERT_THAT(report.sources, SizeIs(2));
  ASSERT_THAT(report.sources[0].drift, SizeIs(1));
  EXPECT_FALSE(report.sources[0].drift[0].is_error());
  EXPECT_EQ(report.sources[0].drift[0].key, "age");
  EXPECT_EQ(KindOf(report.data), ErrorKind::kBadInput);
  ASSERT_THAT(DiagnosticsOf(report.data), SizeIs(1));
  const Diagnostic& error = DiagnosticsOf(report.data)[0];
  EXPECT_EQ(error.subject, "source.more.n");
  EXPECT_EQ(error.file, folder_ / "one/raw/more/b.json");
  EXPECT_EQ(error.line, 2);
}

TEST_F(CheckTest, SourcesWithoutFilesHaveTheirPlace) {
  const auto session = Open("one", "lake",
                            "[source.more]\npath = \"more/*.json\"\n"
                            "schema = \"n INT\"\n");
  const Status status = session->Check({.reads_data = true}, local::LocalEngine(1)).status();
  EXPECT_THAT(MessageOf(status), HasSubstr("tarn.toml:8: source.more: "));
}

TEST_F(CheckTest, StepsThatAreWritten) {
  folder_.Write("one/stg_names.sql", "SELECT name FROM raw");
  folder_.Write("one/stg_view.sql", "SELECT name FROM raw");
  folder_.Write("one/stg_last.sql", "SELECT a.name FROM stg_names AS a JOIN stg_view AS b ON true");
  const auto session = Open("one", "lake", "[table.stg_view]\nmaterialized = \"view\"\n");
  const CheckReport report = Check(session.get(), {});
  ASSERT_THAT(report.steps, SizeIs(1));
  EXPECT_EQ(report.steps[0]->name, "stg_names");
}

// What a run keeps is no error.
TEST_F(CheckTest, WhatIsRescued) {
  folder_.Write("one/kept.sql", "SELECT n, _rescued FROM more");
  const std::string more =
      "[source.more]\npath = \"more/*.json\"\nschema = \"n INT\"\non_bad_type = \"rescue\"\n";
  const auto session = Open("one", "lake", more);
  folder_.Write("one/raw/more/b.json", "{\"n\": 1}\n{\"n\": \"many\"}\n");
  const CheckReport report = Check(session.get(), {.reads_data = true});
  EXPECT_TRUE(report.data.ok()) << report.data;
  ASSERT_THAT(report.sources[1].drift, SizeIs(1));
  EXPECT_EQ(report.sources[1].drift[0].kind, infer::Difference::Kind::kSettled);
  EXPECT_THAT(report.sources[1].drift[0].message, HasSubstr("kept in _rescued"));
  EXPECT_THAT(report.unread_rescues, IsEmpty());
  folder_.Write("one/kept.sql", "SELECT n FROM more");
  const auto other = Open("one", "lake", more);
  const CheckReport unread = Check(other.get(), {});
  ASSERT_THAT(unread.unread_rescues, SizeIs(1));
  EXPECT_EQ(unread.unread_rescues[0]->name, "more");
}

}  // namespace
}  // namespace tarn::session
