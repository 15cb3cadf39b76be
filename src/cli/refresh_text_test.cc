#include "cli/refresh_text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "plan/pipeline_for_test.h"

namespace tarn::cli {
namespace {

std::string TextOfRefreshes(const plan::TestPipeline& pipeline,
                            const std::vector<std::string>& select = {}) {
  const auto plan = plan::Bind(pipeline.get(), {select}).ValueOrDie();
  std::ostringstream stream;
  return RefreshText(*plan, plan::RefreshesBySource(*plan), Terminal(stream, -1));
}

TEST(RefreshTextTest, ALineForEachTableAndSource) {
  plan::TestPipeline pipeline = plan::TwoSources();
  pipeline.Table("both", "SELECT a.id, y FROM a LEFT JOIN b ON a.id = b.id");
  pipeline.Table("names", "SELECT DISTINCT x FROM a");
  pipeline.Table("today", "SELECT id, current_date() AS day FROM a");
  pipeline.Table("one", "SELECT 1 AS one");
  EXPECT_EQ(
      TextOfRefreshes(pipeline),
      "What new files would change (a run still computes every table anew)\n"
      "table  new files of  change it by\n"
      "both   a             append\n"
      "       b             rebuild: new rows on the right of its LEFT JOIN may match old ones\n"
      "names  a             merge: distinct rows\n"
      "today  any, or none  rebuild: its values depend on when the run begins\n");
}

TEST(RefreshTextTest, OnlyWhatIsAskedFor) {
  plan::TestPipeline pipeline = plan::TwoSources();
  pipeline.Table("first", "SELECT id, x FROM a").Table("second", "SELECT x FROM first");
  EXPECT_EQ(TextOfRefreshes(pipeline, {"second"}),
            "What new files would change (a run still computes every table anew)\n"
            "table   new files of  change it by\n"
            "second  a             append\n");
}

TEST(RefreshTextTest, NothingOfTablesWithoutSources) {
  plan::TestPipeline pipeline = plan::TwoSources();
  EXPECT_EQ(TextOfRefreshes(pipeline.Table("one", "SELECT 1 AS one")), "");
}

}  // namespace
}  // namespace tarn::cli
