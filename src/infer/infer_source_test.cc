#include "infer/infer_source.h"

#include <gmock/gmock.h>

#include "pipeline/ddl.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::infer {
namespace {

using testing::HasSubstr;

class InferSourceTest : public testing::Test {
 protected:
  Result<std::unique_ptr<InferredSource>> Infer() {
    return InferSource(storage::TestStorages(), {.name = "events", .globs = {folder_ / "*.json"}});
  }

  storage::TemporaryFolder folder_;
};

TEST_F(InferSourceTest, ASection) {
  folder_.Write("a.json", "{\"id\": 1}\n{\"id\": 2}\n");
  const auto source = Infer().ValueOrDie();
  EXPECT_EQ(source->source.name, "events");
  EXPECT_EQ(source->survey.profile.num_records(), 2);
  ASSERT_EQ(source->inferred.schema->num_fields(), 1);
  EXPECT_EQ(source->inferred.columns[0]->num_integers, 2);
  EXPECT_THAT(source->toml, HasSubstr("[source.events]"));
}

// The first line makes the file look like one value after the other.
TEST_F(InferSourceTest, LinesAreTriedWhereABadRecordHidesTheRest) {
  folder_.Write("a.json", "{\"id\": 1} x\n{\"id\": 2}\n{\"id\": 3}\n");
  const auto source = Infer().ValueOrDie();
  EXPECT_EQ(source->source.format, RecordFormat::kNdjson);
  EXPECT_EQ(source->survey.profile.record().num_objects, 2);
}

TEST_F(InferSourceTest, ColumnsOfFolders) {
  folder_.Write("dt=2024-01-31/country=NO/a.json", "{\"id\": 1, \"Country\": 7}\n");
  folder_.Write("dt=2024-02-01/country=__HIVE_DEFAULT_PARTITION__/a.json", "{\"id\": 2}\n");
  const auto source =
      InferSource(storage::TestStorages(), {.name = "events", .globs = {folder_.path()}})
          .ValueOrDie();
  EXPECT_EQ(pipeline::DdlOf(*source->inferred.schema), "id BIGINT, country STRING, dt DATE");
  EXPECT_THAT(source->toml, HasSubstr("  dt DATE          -- of the folders\n"));
  folder_.Write("plain.json", "{\"id\": 3}\n");
  const auto mixed =
      InferSource(storage::TestStorages(), {.name = "events", .globs = {folder_.path()}})
          .ValueOrDie();
  EXPECT_EQ(pipeline::DdlOf(*mixed->inferred.schema), "id BIGINT, Country BIGINT");
}

TEST_F(InferSourceTest, NothingToInferFrom) {
  EXPECT_THAT(MessageOf(Infer().status()), HasSubstr("no file matches"));
  folder_.Write("a.json", "");
  EXPECT_THAT(MessageOf(Infer().status()), HasSubstr("there is no record"));
  folder_.Write("a.json", "{}\n");
  EXPECT_THAT(MessageOf(Infer().status()), HasSubstr("every record is {}"));
  folder_.Write("a.json", "{bad\n");
  EXPECT_THAT(MessageOf(Infer().status()), HasSubstr("a.json:1"));
  EXPECT_EQ(KindOf(Infer().status()), ErrorKind::kBadInput);
}

}  // namespace
}  // namespace tarn::infer
