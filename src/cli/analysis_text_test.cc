#include "cli/analysis_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/printable_text.h"
#include "plan/pipeline_for_test.h"

namespace tarn::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class AnalysisTextTest : public testing::Test {
 protected:
  // Of a table of one node, besides the source.
  void SetUp() override {
    pipeline_.Source("events", "level STRING, song STRING, page STRING")
        .Table("levels", "SELECT level, song, page FROM events");
    metrics_.plan = *plan::Bind(pipeline_.get(), {}).ValueOrDie();
    metrics_.sources = {{0, 1'000, 2'000'000, {0.2, 0.01, 0.15}}};
    node_.node = metrics_.plan.tables[0].root.get();
    node_.num_rows = 900;
    node_.num_bytes = 45'000;
    node_.work = {0.1, 0, 0.12};
    table_.stats = {900, 3, 6'000, 2};
    table_.columns = {{"level", {"RLE_DICTIONARY"}, 10},
                      {"song", {"PLAIN"}, 20},
                      {"page", {"PLAIN", "RLE_DICTIONARY"}, 30}};
    table_.work = {0.3, 0.15, 0.25};
    metrics_.all = {0.8, 0.2, 0.45};
    metrics_.rest = {0.2, 0.04, 0.45};
    metrics_.kernel_seconds = 0.08;
    metrics_.peak_memory_bytes = 61'000'000;
    metrics_.num_threads = 2;
  }

  std::string Text() {
    metrics_.nodes = {node_};
    metrics_.tables = {table_};
    std::ostringstream stream;
    return AnalysisText(metrics_, Terminal(stream));
  }

  plan::TestPipeline pipeline_;
  local::NodeMetrics node_;
  local::TableMetrics table_;
  local::RunMetrics metrics_;
};

TEST_F(AnalysisTextTest, EachStepHasALine) {
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("step "));
  EXPECT_THAT(text, ContainsRegex("\nsource events +1,000 +2.0 MB +200 ms +10 ms +150 ms\n"
                                  "table levels +900 +6.0 kB +300 ms +150 ms +250 ms\n"
                                  "  Scan events: level, song, page +900 +45 kB +100 ms +120 ms\n"
                                  "starting, scheduling +200 ms +40 ms +\n"
                                  "all +800 ms +200 ms +450 ms\n"));
  EXPECT_THAT(text, HasSubstr("\n450 ms on 2 threads, at most 61 MB of memory; 800 ms of CPU, "
                              "25 % serial, 10 % the kernel's\n"));
}

TEST_F(AnalysisTextTest, MemoryAndSpillingAreShownWhereThereAreAny) {
  EXPECT_THAT(Text(), Not(HasSubstr("spilled")));
  node_.peak_bytes = 70'000;
  table_.spilled_bytes = 80'000;
  const std::string text = Text();
  EXPECT_THAT(text, ContainsRegex("wall +memory +spilled\n"));
  EXPECT_THAT(text, ContainsRegex("\ntable levels .* 80 kB\n  Scan .* 70 kB +\n"));
}

TEST_F(AnalysisTextTest, ColumnsAreGroupedByTheirEncoding) {
  EXPECT_THAT(Text(), HasSubstr("\nlevels: 3 files in 2 partitions\n"
                                "  dictionary: level\n"
                                "  plain: song\n"
                                "  plain and dictionary: page\n"));
}

TEST_F(AnalysisTextTest, LinesHave100Columns) {
  for (int i = 0; i < 40; ++i) {
    table_.columns.push_back({"column_" + std::to_string(i), {"PLAIN"}, 1});
  }
  plan::TestPipeline wide;
  wide.Source("events", "level STRING")
      .Table("t", "SELECT concat(level, '" + std::string(200, 'x') + "') AS x FROM events");
  metrics_.plan = *plan::Bind(wide.get(), {}).ValueOrDie();
  node_.node = metrics_.plan.tables[0].root.get();
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("column_39\n"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(DisplayWidth(line), 100u) << line;
}

}  // namespace
}  // namespace tarn::cli
