#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/error_text.h"

namespace tarn::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

template <typename Arguments>
Arguments Parse(const std::vector<std::string>& words) {
  Result<Command> command = ParseCommandLine(words);
  EXPECT_TRUE(command.ok()) << command.status();
  if (!command.ok() || !std::holds_alternative<Arguments>(*command)) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return std::get<Arguments>(*command);
}

std::string UsageErrorOf(const std::vector<std::string>& words) {
  Status status = ParseCommandLine(words).status();
  EXPECT_EQ(ExitCodeOf(status), 2) << status;
  return MessageOf(status);
}

TEST(CommandLine, RunHasDefaults) {
  auto run = Parse<RunArguments>({"run"});
  EXPECT_EQ(run.pipeline.directory, ".");
  EXPECT_THAT(run.pipeline.overrides, IsEmpty());
  EXPECT_THAT(run.select, IsEmpty());
  EXPECT_EQ(run.num_threads, 0);
  EXPECT_FALSE(run.quiet);
  EXPECT_FALSE(run.json);
}

TEST(CommandLine, RunTakesItsOptionsInAnyOrder) {
  auto run = Parse<RunArguments>({"run", "--set", "lake.output=/a=b", "--select", "users,songs",
                                  "pipelines/sparkify", "--set", "lake.input=", "--select", "time",
                                  "--threads=3", "--quiet", "--json"});
  EXPECT_EQ(run.pipeline.directory, "pipelines/sparkify");
  EXPECT_THAT(run.pipeline.overrides,
              ElementsAre(Pair("lake.output", "/a=b"), Pair("lake.input", "")));
  EXPECT_THAT(run.select, ElementsAre("users", "songs", "time"));
  EXPECT_EQ(run.num_threads, 3);
  EXPECT_TRUE(run.quiet);
  EXPECT_TRUE(run.json);
}

TEST(CommandLine, WhatIsAboutSparkMeansSpark) {
  EXPECT_EQ(Parse<RunArguments>({"run"}).engine.name, EngineName::kLocal);
  const std::vector<std::vector<std::string>> options = {
      {"--engine", "spark"}, {"--remote", "sc://h"}, {"--master", "yarn"}, {"--conf", "a=b"}};
  for (std::vector<std::string> words : options) {
    words.insert(words.begin(), "run");
    EXPECT_EQ(Parse<RunArguments>(words).engine.name, EngineName::kSpark) << words[1];
  }
  EXPECT_THAT(UsageErrorOf({"emr-step", "s3://abc/p", "--cluster", "c", "--program", "s3://abc/t",
                            "--conf", "a=b"}),
              HasSubstr("--master"));
}

TEST(CommandLine, WatchIsForWhatIsNew) {
  EXPECT_EQ(Parse<RunArguments>({"run"}).watch.count(), 0);
  EXPECT_EQ(Parse<RunArguments>({"run", "--watch", "5m"}).watch, std::chrono::minutes(5));
  EXPECT_THAT(UsageErrorOf({"run", "--watch", "0s"}), HasSubstr("at least 1s"));
  EXPECT_THAT(UsageErrorOf({"run", "--watch", "1 day"}), HasSubstr("no time"));
  for (const std::vector<std::string> option :
       {std::vector<std::string>{"--full"}, {"--retry-quarantine"}, {"--cluster", "j-1"}}) {
    std::vector<std::string> words = {"run", "--watch", "60s"};
    words.insert(words.end(), option.begin(), option.end());
    EXPECT_THAT(UsageErrorOf(words), HasSubstr("--watch")) << option[0];
  }
}

TEST(CommandLine, BackfillIsOfWholeDays) {
  constexpr int64_t kDay = int64_t{24} * 3600 * 1'000'000;
  constexpr int64_t kBegin = 17'836 * kDay;  // 2018-11-01
  EXPECT_EQ(Parse<RunArguments>({"run"}).backfill, std::nullopt);
  EXPECT_EQ(Parse<RunArguments>({"run", "--backfill", "2018-11-01..2018-11-07"}).backfill,
            (Period{kBegin, kBegin + 7 * kDay}));
  EXPECT_EQ(Parse<RunArguments>({"run", "--backfill", "2018-11-01"}).backfill,
            (Period{kBegin, kBegin + kDay}));
  for (const char* days : {"", "2018", "2018-11-07..2018-11-01", "2018-11-01..", "2018-02-30",
                           "2018-11-01T00..2018-11-02"}) {
    EXPECT_THAT(UsageErrorOf({"run", "--backfill", days}), HasSubstr("--backfill")) << days;
  }
  for (const std::vector<std::string> option : {std::vector<std::string>{"--full"},
                                                {"--retry-quarantine"},
                                                {"--watch", "60s"},
                                                {"--cluster", "j-1"}}) {
    std::vector<std::string> words = {"run", "--backfill", "2018-11-01"};
    words.insert(words.end(), option.begin(), option.end());
    EXPECT_THAT(UsageErrorOf(words), HasSubstr("--backfill")) << option[0];
  }
}

TEST(CommandLine, ValuesMayHoldCommasAndSpaces) {
  auto run = Parse<RunArguments>({"run", "--set", "table.songs.checks=[\"a, b\"]"});
  EXPECT_THAT(run.pipeline.overrides, ElementsAre(Pair("table.songs.checks", "[\"a, b\"]")));
}

TEST(CommandLine, OtherCommands) {
  EXPECT_EQ(Parse<CheckArguments>({"check", "p"}).pipeline.directory, "p");
  auto plan = Parse<PlanArguments>({"plan", "p", "songs", "--set", "a=b", "--analyze"});
  EXPECT_EQ(plan.tables.first, "p");
  EXPECT_THAT(plan.tables.words, ElementsAre("songs"));
  EXPECT_THAT(plan.tables.overrides, ElementsAre(Pair("a", "b")));
  EXPECT_TRUE(plan.analyze);
  auto show = Parse<ShowArguments>({"show", "--rows", "0", "songs", "users", "--json"});
  EXPECT_EQ(show.tables.first, "songs");
  EXPECT_THAT(show.tables.words, ElementsAre("users"));
  EXPECT_EQ(show.num_rows, 0);
  auto query = Parse<QueryArguments>({"query", "SELECT 1", "--pipeline", "p", "--format", "csv",
                                      "-o", "f", "--double-quotes", "string"});
  EXPECT_EQ(query.sql, "SELECT 1");
  EXPECT_EQ(query.pipeline.directory, "p");
  EXPECT_EQ(query.format, RowFormat::kCsv);
  EXPECT_EQ(query.output, "f");
  EXPECT_EQ(query.double_quotes_are_strings, true);
  EXPECT_EQ(Parse<QueryArguments>({"query"}).sql, std::nullopt);
  EXPECT_EQ(Parse<QueryArguments>({"query", "-"}).sql, "-");
  EXPECT_EQ(Parse<FunctionsArguments>({"functions", "upper"}).name, "upper");
  EXPECT_TRUE(Parse<RunsArguments>({"runs", "--json"}).json);
  EXPECT_EQ(Parse<RecoverArguments>({"recover", "p"}).pipeline.directory, "p");
  auto recover = Parse<RecoverArguments>({"recover", "--discard", "2018", "--json"});
  EXPECT_EQ(recover.discard, "2018");
  EXPECT_TRUE(recover.json);
  auto files = Parse<FilesArguments>({"files", "p", "events", "--json"});
  EXPECT_EQ(files.sources.first, "p");
  EXPECT_THAT(files.sources.words, ElementsAre("events"));
  EXPECT_TRUE(files.json);
  EXPECT_TRUE(Parse<RunArguments>({"run", "--full"}).full);
  auto sync = Parse<SyncArguments>({"sync", "a", "s3://b/c", "--delete", "--dry-run"});
  EXPECT_EQ(sync.source, "a");
  EXPECT_EQ(sync.destination, "s3://b/c");
  EXPECT_TRUE(sync.remove && sync.dry_run);
  EXPECT_THAT(UsageErrorOf({"sync", "a"}), HasSubstr("DST"));
  auto clean = Parse<CleanArguments>({"clean", "p"});
  EXPECT_EQ(clean.pipeline.directory, "p");
  EXPECT_EQ(clean.older_than, std::chrono::hours(24));
  EXPECT_FALSE(clean.dry_run);
  EXPECT_EQ(Parse<InitArguments>({"init", "shop"}).directory, "shop");
  auto generate =
      Parse<GenerateArguments>({"generate", "raw", "--events", "5", "--songs", "0", "--users", "7",
                                "--days", "8", "--seed", "9", "--tastes", "4", "--trouble", "0.5"});
  EXPECT_EQ(generate.directory, "raw");
  EXPECT_EQ(generate.num_events, 5);
  EXPECT_EQ(generate.num_songs, 0);
  EXPECT_EQ(generate.num_users, 7);
  EXPECT_EQ(generate.num_days, 8);
  EXPECT_EQ(generate.seed, 9u);
  EXPECT_EQ(generate.num_tastes, 4);
  EXPECT_EQ(generate.trouble_share, 0.5);
  EXPECT_THAT(UsageErrorOf({"generate", "raw", "--trouble", "1.5"}),
              HasSubstr("--trouble: must be a share from 0 to 1, not '1.5'"));
}

TEST(CommandLine, HowMuchDataIsRead) {
  auto infer = Parse<InferArguments>({"infer", "a.json", "b", "--name", "events", "--json"});
  EXPECT_THAT(infer.paths, ElementsAre("a.json", "b"));
  EXPECT_EQ(infer.name, "events");
  EXPECT_FALSE(infer.extent.whole);
  EXPECT_FALSE(infer.extent.num_records.has_value());
  EXPECT_FALSE(infer.extent.share.has_value());
  EXPECT_TRUE(Parse<InferArguments>({"infer", "a", "--whole"}).extent.whole);
  EXPECT_EQ(Parse<InferArguments>({"infer", "a", "--sample", "500"}).extent.num_records, 500);
  for (const char* share : {"10%", "10 %", "0.1", "1e-1"}) {
    EXPECT_DOUBLE_EQ(*Parse<InferArguments>({"infer", "a", "--sample", share}).extent.share, 0.1);
  }
  auto check = Parse<CheckArguments>({"check", "p", "--data", "--sample=100%"});
  EXPECT_TRUE(check.data);
  EXPECT_EQ(check.extent.share, 1.0);
  for (const char* word : {"0", "-5", "0.0", "101%", "1.5", "ten", "5x", "%", "nan", "inf%"}) {
    EXPECT_THAT(UsageErrorOf({"infer", "a", "--sample", word}), HasSubstr("--sample")) << word;
  }
  EXPECT_THAT(UsageErrorOf({"infer", "a", "--sample", "5", "--whole"}), HasSubstr("--whole"));
  EXPECT_THAT(UsageErrorOf({"check", "--whole"}), HasSubstr("--data"));
  EXPECT_THAT(UsageErrorOf({"infer"}), HasSubstr("PATH"));
}

TEST(CommandLine, AgesOfUploads) {
  using std::chrono::hours;
  EXPECT_EQ(Parse<CleanArguments>({"clean", "--older-than", "90m"}).older_than.count(), 5400);
  EXPECT_EQ(Parse<CleanArguments>({"clean", "--older-than=12h"}).older_than, hours(12));
  EXPECT_EQ(Parse<CleanArguments>({"clean", "--older-than", "7d"}).older_than, hours(7 * 24));
  for (const char* word :
       {"", "d", "7", "-1d", "1.5d", "7 d", "7days", "999999d", "99999999999999999999d"}) {
    EXPECT_THAT(UsageErrorOf({"clean", "--older-than", word}), HasSubstr("--older-than")) << word;
  }
}

TEST(CommandLine, HelpHasAnExampleOfEachCommandAndTheExitCodes) {
  std::string general = Parse<PrintText>({"--help"}).text;
  for (const char* name : {"run", "check", "plan", "show", "runs", "files", "recover", "clean",
                           "sync", "generate", "init", "infer"}) {
    EXPECT_THAT(general, HasSubstr(std::string("\n  ") + name));
    std::string help = Parse<PrintText>({name, "--help"}).text;
    EXPECT_THAT(help, HasSubstr(std::string("Example:\n  tarn ") + name));
    EXPECT_EQ(Parse<PrintText>({"help", name}).text, help);
  }
  EXPECT_THAT(general, HasSubstr("Exit codes"));
  for (const char* code : {"0", "1", "2", "3", "4", "5", "130"}) {
    EXPECT_THAT(general, HasSubstr(std::string("\n  ") + code + " ")) << code;
  }
}

TEST(CommandLine, Version) {
  EXPECT_THAT(Parse<PrintText>({"--version"}).text,
              testing::MatchesRegex("tarn [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(CommandLine, AnUnknownCommandSaysWhatWasMeant) {
  EXPECT_THAT(UsageErrorOf({"rnu"}), StartsWith("unknown command 'rnu': did you mean 'run'?"));
  EXPECT_THAT(UsageErrorOf({"chekc", "p"}), HasSubstr("did you mean 'check'?"));
  EXPECT_THAT(UsageErrorOf({"frobnicate"}), Not(HasSubstr("did you mean")));
  EXPECT_THAT(UsageErrorOf({"help", "rnu"}), HasSubstr("did you mean 'run'?"));
  EXPECT_THAT(UsageErrorOf({}), HasSubstr("no command given"));
}

TEST(CommandLine, AnUnknownOptionSaysWhatWasMeant) {
  EXPECT_THAT(UsageErrorOf({"run", "--selct", "users"}),
              StartsWith("unknown option '--selct': did you mean '--select'?"));
  EXPECT_THAT(UsageErrorOf({"run", "--thread", "2"}), HasSubstr("did you mean '--threads'?"));
  EXPECT_THAT(UsageErrorOf({"run", "--thread=2"}), HasSubstr("did you mean '--threads'?"));
  EXPECT_THAT(UsageErrorOf({"--versoin"}), HasSubstr("did you mean '--version'?"));
  EXPECT_THAT(UsageErrorOf({"--frobnicate"}), HasSubstr("unknown option '--frobnicate'"));
  EXPECT_THAT(UsageErrorOf({"init", "--forec"}), HasSubstr("unknown option '--forec'"));
}

TEST(CommandLine, WrongValuesAreUsageErrors) {
  EXPECT_THAT(UsageErrorOf({"run", "--set", "lake.output"}), HasSubstr("key=value"));
  EXPECT_THAT(UsageErrorOf({"run", "--set", "=x"}), HasSubstr("key=value"));
  EXPECT_THAT(UsageErrorOf({"run", "--threads", "many"}), HasSubstr("--threads"));
  EXPECT_THAT(UsageErrorOf({"run", "--threads", "0"}), HasSubstr("--threads"));
  EXPECT_THAT(UsageErrorOf({"run", "--threads", "-1"}), HasSubstr("--threads"));
  EXPECT_THAT(UsageErrorOf({"run", "--threads"}), HasSubstr("--threads"));
  EXPECT_THAT(UsageErrorOf({"run", "a", "b"}), HasSubstr("unexpected argument 'b'"));
  EXPECT_THAT(UsageErrorOf({"init"}), HasSubstr("DIR"));
  EXPECT_THAT(UsageErrorOf({"show", "--rows", "-1"}), HasSubstr("--rows"));
  EXPECT_THAT(UsageErrorOf({"run", "--select"}), HasSubstr("--select"));
}

}  // namespace
}  // namespace tarn::cli
