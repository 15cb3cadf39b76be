#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StrEq;

TestPipeline Files() {
  TestPipeline pipeline;
  pipeline.Source("t", "id INT, x STRING");
  pipeline.Source("u", "id INT, y STRING");
  return pipeline;
}

std::string FilesTree(const std::string& sql) { return Files().Table("r", sql).Tree(); }

std::string FilesErrors(const std::string& sql) { return Files().Table("r", sql).Errors(); }

TEST(FileColumns, AreReadWhereTheSqlNamesThem) {
  EXPECT_EQ(FilesTree("SELECT id, _metadata.file_name AS f FROM t"),
            "  Project id, _metadata.file_name AS f\n"
            "    Scan t: id, _metadata\n");
  EXPECT_THAT(FilesTree("SELECT id, INPUT_FILE_NAME() AS f FROM t"),
              HasSubstr("Scan t: id, input_f"));
  EXPECT_THAT(FilesTree("SELECT q._metadata.file_size FROM t AS q JOIN u USING (id)"),
              HasSubstr("_metadata.file_size"));
  EXPECT_THAT(FilesTree("SELECT input_file_name(), count(*) FROM t GROUP BY input_file_name()"),
              HasSubstr("GROUP BY input_file_name()"));
  EXPECT_THAT(FilesTree("SELECT id FROM t WHERE _metadata.file_size > 10"),
              HasSubstr("Filter _metadata.file_size > 10"));
}

TEST(FileColumns, AreOfNoStar) {
  EXPECT_EQ(FilesTree("SELECT *, _metadata.file_size FROM t WHERE id > 1"),
            "  Project id, x, _metadata.file_size AS file_size\n"
            "    Scan t: id, x, _metadata\n");
  EXPECT_THAT(FilesTree("SELECT t.*, input_file_name() FROM t"),
              StrEq("  Scan t: id, x, input_file_name()\n"));
  EXPECT_THAT(FilesTree("SELECT *, t._metadata.file_size FROM t NATURAL JOIN u"),
              Not(HasSubstr("_metadata =")));
  EXPECT_THAT(FilesTree("SELECT * FROM t AS q(a, b) WHERE '_metadata' = b"),
              HasSubstr("Project id AS a, x AS b"));
  EXPECT_THAT(FilesTree("SELECT _metadata.* FROM t"),
              HasSubstr("_metadata.file_path AS file_path"));
}

TEST(FileColumns, AColumnOfTheNameComesFirst) {
  TestPipeline pipeline;
  pipeline.Source("t", "_metadata STRING");
  EXPECT_EQ(pipeline.Table("r", "SELECT _metadata, upper(_metadata) AS u FROM t").Tree(),
            "  Project _metadata, upper(_metadata) AS u\n"
            "    Scan t: _metadata\n");
}

TEST(FileColumns, Errors) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT _metadata.file_path FROM (SELECT id FROM t)", "unknown table or alias: _metadata"},
      {"SELECT _metadata.file_path FROM t, u", "ambiguous column: _metadata"},
      {"SELECT _metadata.nothing FROM t", "unknown field of _metadata: nothing"},
      {"SELECT input_file_name() FROM t JOIN u USING (id)", "input_file_name() of rows that are"},
      {"SELECT input_file_name() FROM (SELECT id FROM t)", "input_file_name() of rows that are"},
      {"SELECT input_file_name(id) FROM t", "input_file_name takes 0 arguments, not 1"},
  };
  for (const auto& [sql, error] : cases) EXPECT_THAT(FilesErrors(sql), HasSubstr(error)) << sql;
  EXPECT_THAT(FilesErrors("SELECT nothing, _metadata FROM t"),
              Not(HasSubstr("columns here: id, x, _")));
  EXPECT_EQ(FilesErrors("SELECT input_file_name()"), "");
}

}  // namespace
}  // namespace tarn::plan
