#include "session/quarantine.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QuarantineTest : public SessionTest {
 protected:
  // A run over one good record and some that are none.
  static std::string RunOver(Session* session, const std::string& file, int num_bad) {
    std::string text = "{\"name\": \"a\"}\n{\"name\": \"b\"}\n{\"name\": \"c\"}\n";
    for (int i = 0; i < num_bad; ++i) text += "{bad\n";
    std::ofstream(file) << text;
    return Run(session).record.run_id;
  }
};

TEST_F(QuarantineTest, TheNewestRunsRecords) {
  const auto session = Open("one", "lake");
  const std::string file = folder_ / "one/raw/a.json";
  EXPECT_THAT(session->Quarantine({}).ValueOrDie().quarantine, IsEmpty());
  const std::string first = RunOver(session.get(), file, 1);
  // Ids of one second are in no order.
  std::string second;
  while (second < first) second = RunOver(session.get(), file, 2);
  const Findings findings = session->Quarantine({.num_rows = 1}).ValueOrDie();
  EXPECT_EQ(findings.lake_root, folder_ / "one/lake");
  EXPECT_FALSE(findings.failed.has_value());
  ASSERT_THAT(findings.quarantine, SizeIs(1));
  EXPECT_EQ(findings.quarantine[0].source.run_id, second);
  EXPECT_EQ(findings.quarantine[0].source.num_records, 2);
  ASSERT_THAT(findings.quarantine[0].records, SizeIs(1));
  EXPECT_EQ(findings.quarantine[0].records[0].line, 4);

  const Findings earlier = session->Quarantine({.run_id = first}).ValueOrDie();
  ASSERT_THAT(earlier.quarantine, SizeIs(1));
  EXPECT_EQ(earlier.quarantine[0].source.num_records, 1);
}

TEST_F(QuarantineTest, WhatIsNotThere) {
  const auto session = Open("one", "lake");
  const Status source = session->Quarantine({.source = "row"}).status();
  EXPECT_EQ(KindOf(source), ErrorKind::kUsage);
  EXPECT_THAT(MessageOf(source), HasSubstr("unknown source 'row': did you mean 'raw'?"));
  const Status run = session->Quarantine({.run_id = "2018"}).status();
  EXPECT_EQ(KindOf(run), ErrorKind::kUsage);
  EXPECT_THAT(MessageOf(run), HasSubstr("has nothing in quarantine"));
}

TEST_F(QuarantineTest, ARunThatFailedHasFindingsToo) {
  const auto session = Open("one", "lake", "[table.names]\nchecks = [\"name <> 'a'\"]\n");
  const std::string id = RunOver(session.get(), folder_ / "one/raw/a.json", 1);
  const Findings findings = session->Quarantine({}).ValueOrDie();
  ASSERT_TRUE(findings.failed.has_value());
  EXPECT_EQ(findings.failed->run_id, id);
  ASSERT_THAT(findings.failed->broken_rules, SizeIs(1));
  ASSERT_THAT(findings.quarantine, SizeIs(1));
  EXPECT_TRUE(findings.quarantine[0].source.is_of_failed_run);
}

// Asked for by its run, it is an error; else the rest is worth more.
TEST_F(QuarantineTest, WhatCannotBeRead) {
  const auto session = Open("one", "lake");
  const std::string id = RunOver(session.get(), folder_ / "one/raw/a.json", 1);
  const std::string folder = session->Quarantine({}).ValueOrDie().quarantine.at(0).source.folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ofstream(entry.path()) << "no Parquet";
  }
  const Findings findings = session->Quarantine({}).ValueOrDie();
  ASSERT_THAT(findings.quarantine, SizeIs(1));
  EXPECT_NE(findings.quarantine[0].source.unreadable, "");
  EXPECT_FALSE(session->Quarantine({.run_id = id}).ok());
}

}  // namespace
}  // namespace tarn::session
