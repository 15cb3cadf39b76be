#include "session/session.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(SessionTest, UnknownTablesLeaveNoRecord) {
  const auto session = Open("one", "lake");
  local::LocalEngine engine(1);
  for (const Status& status : {session->Run({.select = {"name"}}, &engine, {}).status(),
                               session->Plan({"name"}, engine).status()}) {
    EXPECT_EQ(KindOf(status), ErrorKind::kUsage);
    EXPECT_EQ(MessageOf(status), "unknown table 'name': did you mean 'names'?");
    EXPECT_THAT(HintOf(status), HasSubstr("are names"));
  }
  EXPECT_THAT(session->Runs().ValueOrDie().list.runs, IsEmpty());
}

TEST_F(SessionTest, ListsItsRuns) {
  const auto session = Open("one", "lake");
  const RunOutcome outcome = Run(session.get());
  const LakeRuns runs = session->Runs().ValueOrDie();
  EXPECT_EQ(runs.lake_root, outcome.lake_root);
  ASSERT_THAT(runs.list.runs, SizeIs(1));
  EXPECT_EQ(runs.list.runs[0].run_id, outcome.record.run_id);
}

TEST_F(SessionTest, MeasuresItsInput) {
  const auto session = Open("one", "lake");
  const auto plan = session->Plan({}, local::LocalEngine(1)).ValueOrDie();
  const PlanSize size = session->Measure(*plan).ValueOrDie();
  ASSERT_THAT(size.sources, SizeIs(1));
  EXPECT_EQ(size.sources[0].num_files, 1);
  EXPECT_EQ(size.num_partitions.most, 1);
  std::filesystem::remove(folder_ / "one/raw/a.json");
  EXPECT_EQ(KindOf(session->Measure(*plan).status()), ErrorKind::kBadInput);
}

TEST_F(SessionTest, HasNothingToDiscardOrClean) {
  const auto session = Open("one", "lake");
  Run(session.get());
  EXPECT_FALSE(session->Discard("2018").ok());
  EXPECT_THAT(session->CleanUploads(std::chrono::seconds(0), false).ValueOrDie(), IsEmpty());
}

}  // namespace
}  // namespace tarn::session
