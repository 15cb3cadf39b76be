#include "cli/refresh_text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "local/local_engine.h"
#include "plan/pipeline_for_test.h"
#include "session/refresh_of_run.h"

namespace tarn::cli {
namespace {

std::string TextOfRefreshes(const plan::TestPipeline& pipeline,
                            const std::vector<std::string>& select = {}) {
  const auto plan = plan::Bind(pipeline.get(), {select}).ValueOrDie();
  std::ostringstream stream;
  const auto refreshes = session::RefreshesOfRun(*plan, local::LocalEngine(1));
  return RefreshText(*plan, refreshes, Terminal(stream, -1));
}

TEST(RefreshTextTest, ALineForEachTableAndSource) {
  plan::TestPipeline pipeline = plan::TwoSources();
  pipeline.Table("both", "SELECT a.id, y FROM a LEFT JOIN b ON a.id = b.id");
  pipeline.Table("names", "SELECT DISTINCT x FROM a");
  pipeline.Table("today", "SELECT id, current_date() AS day FROM a");
  pipeline.Table("one", "SELECT 1 AS one");
  EXPECT_EQ(
      TextOfRefreshes(pipeline),
      "What new files change\n"
      "table  new files of  change it by\n"
      "both   a             append\n"
      "       b             rebuild: new rows on the right of its LEFT JOIN may match old ones\n"
      "names  a             rebuild: distinct rows: new rows may change old ones\n"
      "today  any, or none  rebuild: its values depend on when the run begins\n");
}

TEST(RefreshTextTest, OnlyWhatIsAskedFor) {
  plan::TestPipeline pipeline = plan::TwoSources();
  pipeline.Table("first", "SELECT id, x FROM a").Table("second", "SELECT x FROM first");
  EXPECT_EQ(TextOfRefreshes(pipeline, {"second"}),
            "What new files change\n"
            "table   new files of  change it by\n"
            "second  a             append\n");
}

TEST(RefreshTextTest, NothingOfTablesWithoutSources) {
  plan::TestPipeline pipeline = plan::TwoSources();
  EXPECT_EQ(TextOfRefreshes(pipeline.Table("one", "SELECT 1 AS one")), "");
}

}  // namespace
}  // namespace tarn::cli
