#include "run/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "run/broadcast.h"
#include "run/recorder.h"
#include "storage/storages_for_test.h"

namespace tarn::run {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RecordTest : public testing::Test {
 protected:
  RecordTest() {
    std::string pattern = (fs::temp_directory_path() / "tarn_record_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~RecordTest() override { fs::remove_all(root_); }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ / "_tarn" / "runs")) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  RunRecord StampedRecord() const {
    RunRecord record;
    record.pipeline_name = "sparkify";
    StampStart(&record);
    return record;
  }

  fs::path root_;
};

TEST(RunIds, SortByTimeAndAreUnique) {
  std::string id = NewRunId();
  EXPECT_THAT(id, testing::MatchesRegex("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}"));
  EXPECT_NE(id, NewRunId());
}

TEST_F(RecordTest, SurvivesTheRoundTripThroughJson) {
  RunRecord record = StampedRecord();
  record.tarn_version = "0.1.0";
  record.engine = "local";
  record.pipeline_directory = "/pipelines/sparkify";
  record.selected_tables = {"songs"};
  record.overrides = {{"lake.output", "/lake"}};
  record.backfill = Period{0, 86'400'000'000};
  record.sources = {{"events", {"/in/*.json"}, 30, 1000, 8056, 6820}};
  record.sources[0].period = Period{.begin_us = 1'541'030'400'000'000};
  record.sources[0].missing_fields = {"o.a"};
  record.sources[0].num_rescued_values = 4;
  record.sources[0].added_fields = {{"o.b", "INT"}};
  record.sources[0].lock_path = "/p/schema.lock.toml";
  record.tables = {{"songs", 71, 70, 5000, 69, 0.25}};
  record.tables[0].schema = "id INT";
  record.tables[0].num_rows_before = 70;
  record.tables[0].num_rows_added = 1;
  record.tables[0].num_partitions_replaced = 4;
  record.tables[0].change = TableChange::kMerge;
  record.tables[0].periods = {{"events", *record.sources[0].period}, {"songs", Period()}};
  record.tables[0].reason = "of s3://id:key@bucket/in";
  record.sources[0].compared = SourceCompared{"events", 28, 2, 1, 3};
  record.commit_seconds = 0.5;
  record.broken_rules = {{"songs",
                          BrokenRule::Kind::kKeyNotNull,
                          "key (id)",
                          12,
                          {{{"id", "", true}, {"title", "\"x\""}}}}};
  StampEnd(MakeError(ErrorKind::kConflict,
                     {"the lake is locked by another run", "wait", {"a", 2, 3, 0}}),
           &record);

  Result<RunRecord> read = FromJson(ToJson(record));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ToJson(*read), ToJson(record));
  EXPECT_EQ(read->outcome, Outcome::kFailed);
  EXPECT_EQ(read->error->kind, "conflict");
  EXPECT_EQ(read->error->text.message, "the lake is locked by another run");
  EXPECT_EQ(read->error->text.hint, "wait");
  EXPECT_EQ(read->error->text.place.byte_offset, 0);
  EXPECT_EQ(read->broken_rules.at(0).kind, BrokenRule::Kind::kKeyNotNull);
  EXPECT_EQ(RowText(read->broken_rules.at(0).sample.at(0)), "id = NULL, title = \"x\"");
  EXPECT_EQ(read->tables.at(0).num_partitions, 69);
  EXPECT_EQ(read->backfill, record.backfill);
  EXPECT_EQ(read->tables.at(0).num_rows_before, 70);
  EXPECT_EQ(read->tables.at(0).num_rows_added, 1);
  EXPECT_EQ(read->tables.at(0).num_partitions_replaced, 4);
  EXPECT_EQ(read->tables.at(0).change, TableChange::kMerge);
  EXPECT_EQ(read->tables.at(0).periods, record.tables[0].periods);
  EXPECT_EQ(PeriodsOf(*read, read->tables[0]), record.tables[0].periods);
  read->tables[0].periods.clear();
  EXPECT_EQ(PeriodsOf(*read, read->tables[0]).at("events"), *record.sources[0].period);
  EXPECT_EQ(read->tables.at(0).reason, "of s3://***@bucket/in");
  ASSERT_TRUE(read->sources.at(0).compared.has_value());
  EXPECT_EQ(read->sources[0].compared->num_same, 28);
  EXPECT_EQ(read->sources[0].compared->num_gone, 3);
  ASSERT_TRUE(read->sources.at(0).period.has_value());
  EXPECT_EQ(*read->sources.at(0).period, *record.sources[0].period);
  EXPECT_GT(read->peak_memory_bytes, 0);
  EXPECT_FALSE(read->arrow_version.empty());
}

TEST_F(RecordTest, KeepsNoSecrets) {
  RunRecord record = StampedRecord();
  record.overrides = {{"storage.secret_access_key", "abc"},
                      {"storage.session_TOKEN", "def"},
                      {"lake.input", "s3://id:ghi@bucket/in"},
                      {"table.songs.key", "song_id"}};
  record.sources = {{"events", {"s3://id:jkl@bucket/in/*.json"}, 0, 0, 0, 0}};
  std::string json = ToJson(record);
  for (const char* secret : {"abc", "def", "ghi", "jkl"}) EXPECT_THAT(json, Not(HasSubstr(secret)));
  EXPECT_THAT(json, HasSubstr("s3://***@bucket/in/*.json"));
  EXPECT_THAT(json, HasSubstr("song_id"));
}

TEST_F(RecordTest, BytesThatAreNotUtf8AreEscaped) {
  RunRecord record = StampedRecord();
  StampEnd(MakeError(ErrorKind::kBadInput, "bad byte: \xff"), &record);
  EXPECT_EQ(FromJson(ToJson(record)).ValueOrDie().error->text.message, "bad byte: \\xFF");
}

TEST_F(RecordTest, OtherTextIsNoRecord) {
  EXPECT_TRUE(FromJson("{").status().IsInvalid());
  EXPECT_TRUE(FromJson("[]").status().IsInvalid());
  EXPECT_TRUE(FromJson("{}").status().IsInvalid());
  EXPECT_TRUE(FromJson(R"({"run_id": 5, "outcome": "done"})").status().IsInvalid());
  EXPECT_TRUE(FromJson(R"({"run_id": "x", "outcome": "odd"})").status().IsInvalid());
}

TEST_F(RecordTest, ListsNewestFirstAndNamesWhatItCannotRead) {
  RunRecord first = StampedRecord();
  first.started_at = "2018-11-01T00:00:00.000Z";
  RunRecord second = StampedRecord();
  second.started_at = "2018-11-02T00:00:00.000Z";
  ASSERT_TRUE(
      WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string(), second)
          .ok());
  ASSERT_TRUE(WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(),
                          "file://" + root_.string(), first)
                  .ok());
  std::ofstream(root_ / "_tarn" / "runs" / "broken.json") << "{";
  std::ofstream(root_ / "_tarn" / "runs" / "other.json") << ToJson(first);

  RunList list =
      ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string()).ValueOrDie();
  ASSERT_EQ(list.runs.size(), 2u);
  EXPECT_EQ(list.runs[0].run_id, second.run_id);
  EXPECT_EQ(list.runs[1].run_id, first.run_id);
  EXPECT_THAT(list.unreadable, ElementsAre(HasSubstr("broken.json: not a run record"),
                                           HasSubstr("other.json: its name is not that of its")));
}

TEST_F(RecordTest, ALakeWithoutRunsHasNone) {
  RunList list =
      ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), (root_ / "missing").string())
          .ValueOrDie();
  EXPECT_THAT(list.runs, IsEmpty());
}

TEST_F(RecordTest, OtherStorageIsRefused) {
  EXPECT_EQ(KindOf(WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(),
                               "gs://bucket/lake", StampedRecord())),
            ErrorKind::kBadInput);
}

TEST_F(RecordTest, AnUnwritableLakeIsAnErrorWithItsPath) {
  std::ofstream(root_ / "file") << "";
  Status status = WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(),
                              (root_ / "file").string(), StampedRecord());
  EXPECT_TRUE(status.IsIOError());
  EXPECT_THAT(status.message(), HasSubstr((root_ / "file").string()));
}

TEST_F(RecordTest, ARunOfThisProcessIsRunning) {
  ASSERT_TRUE(WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string(),
                          StampedRecord())
                  .ok());
  EXPECT_EQ(ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string())
                .ValueOrDie()
                .runs.at(0)
                .outcome,
            Outcome::kRunning);
}

TEST_F(RecordTest, ARunWhoseProcessIsGoneIsInterrupted) {
  pid_t child = fork();
  if (child == 0)
    _exit(WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string(),
                      StampedRecord())
                  .ok()
              ? 0
              : 1);
  int exit_status = -1;
  waitpid(child, &exit_status, 0);
  ASSERT_EQ(exit_status, 0);
  EXPECT_EQ(ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string())
                .ValueOrDie()
                .runs.at(0)
                .outcome,
            Outcome::kInterrupted);
}

TEST_F(RecordTest, AReusedProcessIdIsInterrupted) {
  RunRecord record = StampedRecord();
  record.process_start -= 1;
  ASSERT_TRUE(
      WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string(), record)
          .ok());
  EXPECT_EQ(ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string())
                .ValueOrDie()
                .runs.at(0)
                .outcome,
            Outcome::kInterrupted);
}

TEST_F(RecordTest, AnotherHostsRunIsTakenAtItsWord) {
  RunRecord record = StampedRecord();
  record.host = "elsewhere";
  record.process_start = 0;
  ASSERT_TRUE(
      WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string(), record)
          .ok());
  EXPECT_EQ(ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string())
                .ValueOrDie()
                .runs.at(0)
                .outcome,
            Outcome::kRunning);
}

TEST_F(RecordTest, TheRecorderGathersEvents) {
  RunRecord known;
  known.sources.push_back({.name = "events", .globs = {"/in/*.json"}, .new_fields = {}});
  auto recorder =
      RunRecorder::Start(storage::TestStorages()->For("/").ValueOrDie(), root_.string(), known)
          .ValueOrDie();
  EXPECT_EQ(ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string())
                .ValueOrDie()
                .runs.at(0)
                .outcome,
            Outcome::kRunning);

  Broadcast broadcast({recorder.get()});
  broadcast.OnEvent(SourceListed{"events", 2, 100});
  broadcast.OnEvent(SourceProgress{"events", 2, 100, 10, 7, true, {{0, 2, 0.5, 100}}});
  broadcast.OnEvent(SourceProgress{"events", 1, 50, 5, 3, false});
  broadcast.OnEvent(SourceAudited{"events", 2, true, {{"x", 3, "/in/a.json", 4, "\"\xFF\""}}});
  broadcast.OnEvent(TableWritten{"songs", 71, 70, 5000, 69, 0.25, {{3, 4, 0.25, 0}}});
  broadcast.OnEvent(EngineConnected{"Spark 4.3.0", "local-1", "http://ui", "http://h/history/1"});
  broadcast.OnEvent(Committed{0.5});
  ASSERT_TRUE(recorder->Finish(Status::OK()).ok());

  RunRecord record = ListRuns(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string())
                         .ValueOrDie()
                         .runs.at(0);
  EXPECT_EQ(record.outcome, Outcome::kDone);
  ASSERT_EQ(record.sources.size(), 1u);
  EXPECT_THAT(record.sources[0].globs, ElementsAre("/in/*.json"));
  EXPECT_EQ(record.sources[0].num_records, 10);
  EXPECT_EQ(record.sources[0].num_rows, 7);
  EXPECT_EQ(record.sources[0].num_bad_records, 2);
  EXPECT_TRUE(record.sources[0].bad_records_are_kept);
  ASSERT_EQ(record.sources[0].stages.size(), 1u);
  EXPECT_EQ(record.sources[0].stages[0].num_tasks, 2);
  EXPECT_EQ(record.sources[0].stages[0].num_bytes, 100);
  ASSERT_EQ(record.sources[0].new_fields.size(), 1u);
  EXPECT_EQ(record.sources[0].new_fields[0].key, "x");
  EXPECT_EQ(record.sources[0].new_fields[0].num_records, 3);
  EXPECT_EQ(record.sources[0].new_fields[0].line, 4);
  ASSERT_EQ(record.tables.size(), 1u);
  EXPECT_EQ(record.tables[0].num_rows, 71);
  ASSERT_EQ(record.tables[0].stages.size(), 1u);
  EXPECT_EQ(record.tables[0].stages[0].number, 3);
  EXPECT_EQ(record.engine_url, "http://ui");
  EXPECT_EQ(record.history_url, "http://h/history/1");
  EXPECT_EQ(record.commit_seconds, 0.5);
  EXPECT_THAT(Files(), ElementsAre(record.run_id + ".json"));
}

TEST_F(RecordTest, HalfWrittenRecordsOfDeadProcessesGo) {
  ASSERT_TRUE(
      RemoveLeftovers(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string()).ok());
  ASSERT_TRUE(WriteRecord(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string(),
                          StampedRecord())
                  .ok());
  fs::path runs = root_ / "_tarn" / "runs";
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  std::ofstream(runs / ("a." + std::to_string(child) + ".tmp")) << "{";
  std::ofstream(runs / (".a.json." + std::to_string(child) + "-0.tmp")) << "{";
  std::ofstream(runs / ("b." + std::to_string(getpid()) + ".tmp")) << "{";
  ASSERT_TRUE(
      RemoveLeftovers(storage::TestStorages()->For("/").ValueOrDie().get(), root_.string()).ok());
  EXPECT_EQ(Files().size(), 2u);
  EXPECT_TRUE(fs::exists(runs / ("b." + std::to_string(getpid()) + ".tmp")));
}

TEST_F(RecordTest, TheRecorderTellsCancelledFromFailed) {
  auto cancelled =
      RunRecorder::Start(storage::TestStorages()->For("/").ValueOrDie(), root_.string(), {})
          .ValueOrDie();
  ASSERT_TRUE(cancelled->Finish(Status::Cancelled("stopped")).ok());
  EXPECT_EQ(cancelled->record().outcome, Outcome::kCancelled);
  auto failed =
      RunRecorder::Start(storage::TestStorages()->For("/").ValueOrDie(), root_.string(), {})
          .ValueOrDie();
  ASSERT_TRUE(failed->Finish(Status::IOError("disk full")).ok());
  EXPECT_EQ(failed->record().outcome, Outcome::kFailed);
  EXPECT_EQ(failed->record().error->kind, "failed");
}

}  // namespace
}  // namespace tarn::run
