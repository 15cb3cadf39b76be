#include "session/schema_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/ddl.h"
#include "pipeline/rescued_column.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class SchemaLockTest : public testing::Test {
 protected:
  SchemaLockTest() {
    pipeline_.directory = folder_.path();
    pipeline_.output = folder_ / "lake";
    pipeline::Source& source = pipeline_.sources.emplace_back();
    source.name = "events";
    source.on_new_field = pipeline::OnNewField::kAdd;
    source.declared = pipeline::ParseDdl("id INT, o STRUCT<a: INT>").ValueOrDie();
    source.schema = source.declared;
  }

  Result<SchemaLock> Read() { return SchemaLock::Read(pipeline_, storage::TestStorages()); }

  // The one error of a file with this text.
  Diagnostic ErrorOf(const std::string& text) {
    folder_.Write("schema.lock.toml", text);
    auto lock = Read();
    const Status status = lock.ok() ? lock->ApplyTo(&pipeline_) : lock.status();
    const std::vector<Diagnostic> errors = DiagnosticsOf(status);
    EXPECT_THAT(errors, SizeIs(1)) << status;
    return errors.empty() ? Diagnostic() : errors[0];
  }

  std::string Schema() const { return pipeline::DdlOf(*pipeline_.sources[0].schema); }

  storage::TemporaryFolder folder_;
  pipeline::Pipeline pipeline_;
};

TEST_F(SchemaLockTest, WhatIsWrittenIsRead) {
  auto lock = Read().ValueOrDie();
  EXPECT_EQ(lock.path(), folder_ / "schema.lock.toml");
  ASSERT_TRUE(lock.ApplyTo(&pipeline_).ok());
  EXPECT_EQ(Schema(), "id INT, o STRUCT<a: INT>");
  const auto added = pipeline::ParseDdl("`a \"b\\c` STRING, o STRUCT<b: DOUBLE>").ValueOrDie();
  lock.Set("events", added->fields());
  ASSERT_TRUE(lock.Write(storage::TestStorages()).ok());
  const auto again = Read().ValueOrDie();
  EXPECT_TRUE(arrow::schema(again.FieldsOf("events"))->Equals(*added));
  ASSERT_TRUE(again.ApplyTo(&pipeline_).ok());
  EXPECT_EQ(Schema(), "id INT, o STRUCT<a: INT, b: DOUBLE>, `a \"b\\c` STRING");
  // What did not fit is the last column.
  pipeline_.sources[0].on_bad_type = pipeline::OnBadType::kRescue;
  ASSERT_TRUE(again.ApplyTo(&pipeline_).ok());
  EXPECT_EQ(pipeline_.sources[0].schema->fields().back()->name(), pipeline::kRescuedColumn);
  // Other sources have what they declare.
  pipeline_.sources[0].on_new_field = pipeline::OnNewField::kReport;
  pipeline_.sources[0].schema = pipeline_.sources[0].declared;
  ASSERT_TRUE(again.ApplyTo(&pipeline_).ok());
  EXPECT_EQ(Schema(), "id INT, o STRUCT<a: INT>");
}

TEST_F(SchemaLockTest, IsInTheLakeOfARemotePipeline) {
  pipeline_.directory = "s3://bucket/pipelines/shop";
  EXPECT_EQ(SchemaLock::PathFor(pipeline_), folder_ / "lake/_tarn/schema.lock.toml");
  pipeline_.directory = folder_ / "gone";
  EXPECT_EQ(SchemaLock::PathFor(pipeline_), folder_ / "lake/_tarn/schema.lock.toml");
}

TEST_F(SchemaLockTest, DamageHasItsPlaceAndAWayOut) {
  Diagnostic error = ErrorOf("[source.events]\nschema = \n");
  EXPECT_EQ(error.file, folder_ / "schema.lock.toml");
  EXPECT_EQ(error.line, 2);
  EXPECT_THAT(error.hint, HasSubstr("delete the file"));
  error = ErrorOf("\n[source.events]\nschema = \"\"\"\n  city STRIN\n\"\"\"\n");
  EXPECT_EQ(error.line, 4);
  EXPECT_EQ(error.subject, "source.events.schema");
  EXPECT_THAT(error.hint, HasSubstr("delete the file"));
  EXPECT_EQ(ErrorOf("[source.events]\nschema = \"a INT\"\npath = \"x\"\n").line, 3);
  EXPECT_EQ(ErrorOf("[source.events]\n").subject, "source.events.schema");
  EXPECT_EQ(ErrorOf("[table.events]\nschema = \"a INT\"\n").line, 1);
  EXPECT_EQ(ErrorOf("source.events = 3\n").line, 1);
}

TEST_F(SchemaLockTest, ConflictsWithWhatIsDeclared) {
  const Diagnostic error =
      ErrorOf("[source.events]\nschema = \"city STRING, o STRUCT<a: STRING>\"\n");
  EXPECT_EQ(error.file, folder_ / "schema.lock.toml");
  EXPECT_EQ(error.line, 2);
  EXPECT_THAT(error.message, HasSubstr("another type: o.a"));
  EXPECT_THAT(error.hint, HasSubstr("delete it here"));
}

}  // namespace
}  // namespace tarn::session
