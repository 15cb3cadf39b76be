#include "cli/refresh_text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "local/local_engine.h"
#include "plan/pipeline_for_test.h"
#include "session/refresh_of_run.h"
#include "spark/engine/spark_engine.h"

namespace tarn::cli {
namespace {

std::string TextOfRefreshes(const plan::TestPipeline& pipeline,
                            const std::vector<std::string>& select = {},
                            const engine::Engine& engine = local::LocalEngine(1)) {
  const auto plan = plan::Bind(pipeline.get(), {select}).ValueOrDie();
  std::ostringstream stream;
  const auto refreshes = session::RefreshesOfRun(*plan, engine);
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
      "names  a             merge: distinct rows\n"
      "today  any, or none  rebuild: its values depend on when the run begins\n");
}

// Spark would give the rows of arms whose files are not new once more.
TEST(RefreshTextTest, UnionsOnSparkAreRebuilt) {
  plan::TestPipeline pipeline = plan::TwoSources();
  pipeline.Table("both", "SELECT id FROM a UNION ALL SELECT id FROM b");
  pipeline.Table("above", "SELECT id FROM both");
  pipeline.Table("joined", "SELECT a.id, y FROM a LEFT JOIN b ON a.id = b.id");
  const auto count = [](const std::string& text, const std::string& word) {
    int number = 0;
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      ++number;
    }
    return number;
  };
  const std::string here = TextOfRefreshes(pipeline);
  EXPECT_EQ(count(here, "append"), 5) << here;
  const std::string on_spark = TextOfRefreshes(pipeline, {}, spark::SparkEngine({}));
  EXPECT_EQ(count(on_spark, "append"), 1) << on_spark;
  EXPECT_EQ(count(on_spark, "rebuild: it has a UNION ALL"), 4) << on_spark;
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
