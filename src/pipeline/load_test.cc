#include <fmt/format.h>

#include "pipeline/load_for_test.h"
#include "sql/parse.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(LoadTest, SmallestPipeline) {
  WriteSmall("");
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->name, directory_.filename());
  EXPECT_EQ(pipeline->directory, directory_);
  EXPECT_EQ(pipeline->input, directory_ / "in");
  EXPECT_EQ(pipeline->output, directory_ / "out");
  ASSERT_THAT(pipeline->sources, SizeIs(1));
  EXPECT_THAT(pipeline->sources[0].paths, ElementsAre(directory_ / "in/log/*.json"));
  EXPECT_EQ(pipeline->sources[0].format, RecordFormat::kAuto);
  EXPECT_EQ(pipeline->sources[0].schema->num_fields(), 2);
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  const Table& table = pipeline->tables[0];
  EXPECT_EQ(table.name, "levels");
  EXPECT_THAT(table.inputs, ElementsAre("events"));
  EXPECT_EQ(table.text->path, directory_ / "levels.sql");
  EXPECT_EQ(table.compression, Compression::kSnappy);
  EXPECT_EQ(table.row_group_bytes, 128 << 20);
  EXPECT_EQ(table.toml_line, 0);
}

TEST_F(LoadTest, EverySetting) {
  Write(
      "tarn.toml",
      "[pipeline]\nname = 'all'\n"
      "[lake]\ninput = 's3://bucket/raw/'\noutput = '/abs/./out/'\n"
      "[source.events]\npath = ['a/*.json', '/abs/b.json', 's3://other/c.json']\n"
      "format = 'ndjson'\nschema = 'ts BIGINT'\non_bad_record = 'drop'\n"
      "max_bad_records = '0.5%'\non_new_field = 'fail'\n"
      "date_format = 'dd/MM/yyyy'\ntimestamp_format = \"yyyy-MM-dd'T'HH:mm\"\n"
      "[table.moments]\npartition_by = ['year', 'month']\nsort_within = ['ts', 'x desc', 'y ASC']\n"
      "key = ['ts']\nchecks = ['ts > 0']\nmin_rows = 3\ncompression = 'zstd'\n"
      "row_group_size = '1 MB'\n");
  Write("moments.sql", "SELECT ts FROM events;");
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->name, "all");
  EXPECT_EQ(pipeline->input, "s3://bucket/raw/");
  EXPECT_EQ(pipeline->output, "/abs/out");
  ASSERT_THAT(pipeline->sources, SizeIs(1));
  EXPECT_THAT(pipeline->sources[0].paths,
              ElementsAre("s3://bucket/raw/a/*.json", "/abs/b.json", "s3://other/c.json"));
  EXPECT_EQ(pipeline->sources[0].format, RecordFormat::kNdjson);
  EXPECT_EQ(pipeline->sources[0].datetime_formats.date->text(), "dd/MM/yyyy");
  EXPECT_EQ(pipeline->sources[0].datetime_formats.timestamp->text(), "yyyy-MM-dd'T'HH:mm");
  EXPECT_EQ(pipeline->sources[0].on_bad_record, OnBadRecord::kDrop);
  EXPECT_EQ(pipeline->sources[0].max_bad_records.share, 0.005);
  EXPECT_EQ(pipeline->sources[0].on_new_field, OnNewField::kFail);
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  const Table& table = pipeline->tables[0];
  EXPECT_THAT(table.partition_by, ElementsAre("year", "month"));
  EXPECT_THAT(table.sort_within, ElementsAre("ts", "x DESC", "y"));
  EXPECT_THAT(table.key, ElementsAre("ts"));
  ASSERT_THAT(table.checks, SizeIs(1));
  EXPECT_EQ(table.checks[0].text, "ts > 0");
  EXPECT_NE(table.checks[0].expression, nullptr);
  EXPECT_EQ(table.min_rows, 3);
  EXPECT_EQ(table.compression, Compression::kZstd);
  EXPECT_EQ(table.row_group_bytes, 1000'000);
  EXPECT_EQ(table.toml_line, 15);
}

// Whether the table's only column, and the left side of its only check, are texts.
std::pair<bool, bool> AreTexts(const Table& table) {
  const auto& select = std::get<sql::Select>(table.query->body);
  const auto& check = std::get<sql::Call>(table.checks.at(0).expression->node);
  return {std::holds_alternative<sql::Literal>(select.items.at(0).expr->node),
          std::holds_alternative<sql::Literal>(check.args.at(0)->node)};
}

TEST_F(LoadTest, DialectOfSql) {
  WriteSmall("[table.levels]\nchecks = ['\"level\" > 1']\n");
  Write("levels.sql", "SELECT \"level\" AS level FROM events");
  auto pipeline = LoadGood();
  EXPECT_TRUE(pipeline->dialect.zone->is_utc());
  EXPECT_EQ(AreTexts(pipeline->tables.at(0)), std::pair(false, false));

  overrides_ = {{"pipeline.double_quotes", "string"}, {"pipeline.time_zone", "Europe/Berlin"}};
  pipeline = LoadGood();
  EXPECT_EQ(pipeline->dialect.zone->name(), "Europe/Berlin");
  EXPECT_EQ(pipeline->sources.at(0).datetime_formats.zone, pipeline->dialect.zone);
  EXPECT_EQ(AreTexts(pipeline->tables.at(0)), std::pair(true, true));
}

TEST_F(LoadTest, WrongDialect) {
  WriteSmall("[pipeline]\ntime_zone = 'Europe/Berlim'\ndouble_quotes = 'names'\n");
  const auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0].subject, "pipeline.time_zone");
  EXPECT_EQ(errors[0].line, 8);
  EXPECT_EQ(errors[0].message, "there is no such time zone: Europe/Berlim");
  EXPECT_THAT(errors[0].hint, HasSubstr("\"Europe/Berlin\""));
  EXPECT_EQ(errors[1].subject, "pipeline.double_quotes");
  EXPECT_EQ(errors[1].line, 9);
}

TEST_F(LoadTest, Sparkify) {
  directory_ = fs::path(TARN_SOURCE_DIR) / "pipelines/sparkify";
  auto pipeline = Load(directory_, {});
  directory_ = "";
  ASSERT_TRUE(pipeline.ok()) << pipeline.status().message();
  EXPECT_EQ((*pipeline)->name, "sparkify");
  EXPECT_THAT(NamesOf((*pipeline)->tables),
              ElementsAre("artists", "songplays", "songs", "time", "users"));
  ASSERT_THAT((*pipeline)->sources, SizeIs(2));
  EXPECT_EQ((*pipeline)->sources[0].schema->num_fields(), 10);
  EXPECT_EQ((*pipeline)->sources[1].schema->num_fields(), 18);
  EXPECT_THAT((*pipeline)->input, EndsWith("pipelines/sparkify/sample"));
  EXPECT_THAT((*pipeline)->output, EndsWith("/lake/sparkify"));
  EXPECT_THAT((*pipeline)->output, ::testing::Not(HasSubstr("..")));
}

TEST_F(LoadTest, SyntaxErrorOfToml) {
  Write("tarn.toml", "[lake]\ninput = \"in\n");
  Write("levels.sql", "SELECT 1 AS one");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.file, directory_ / "tarn.toml");
  EXPECT_EQ(error.line, 2);
  EXPECT_THAT(error.hint, HasSubstr("TOML"));
  EXPECT_THAT(error.excerpt, HasSubstr("input ="));
}

TEST_F(LoadTest, LettersOutsideOfStrings) {
  WriteSmall("größe = 'größe' # größe\n");
  Diagnostic error = LoadBadOnce();
  EXPECT_THAT(error.message, HasSubstr("only in a string"));
  EXPECT_EQ(error.line, 7);
  EXPECT_EQ(error.column, 3);
  WriteSmall("\"größe\" = 'größe' # größe\n");
  EXPECT_EQ(LoadBadOnce().subject, "source.events.größe");
}

TEST_F(LoadTest, PartitionsAreReplacedWhereTheirKeysAreTheirOwn) {
  WriteSmall("");
  const auto load = [&](const std::string& key) {
    overrides_ = {{"table.levels.replace", "partitions"},
                  {"table.levels.partition_by", "[\"level\"]"},
                  {"table.levels.key", key}};
  };
  load("[]");
  EXPECT_EQ(LoadGood()->tables[0].replace, Replace::kPartitions);
  load("[\"id\", \"LEVEL\"]");
  EXPECT_EQ(LoadGood()->tables[0].replace, Replace::kPartitions);
  load("[\"id\"]");
  EXPECT_EQ(LoadBadOnce().message,
            "rows of partitions that stay are not read, and may have a new row's key");
}

TEST_F(LoadTest, EveryErrorIsReportedInOrder) {
  Write(
      "tarn.toml",
      "[pipeline]\ntitle = 'x'\n"
      "[lake]\ninput = 3\n"
      "[source.events]\npath = []\nschema = '''\n  ts BIGINT,\n  level STRNG\n'''\nformat = 'jsn'\n"
      "[table.levels]\npartition_by = 'year'\nkey = ['a', 4, 'A']\ncompression = 'zst'\n"
      "min_rows = -1\nrow_group_size = '5 parsecs'\nsort_within = ['a up']\n"
      "[table.lvels]\n"
      "[tabel.x]\n");
  Write("levels.sql", "SELECT level FROM evnts");
  auto errors = LoadBad();
  std::vector<std::string> found;
  for (const Diagnostic& e : errors) {
    found.push_back(
        fmt::format("{}:{} {}: {} ({})", e.line, e.column, e.subject, e.message, e.hint));
  }
  EXPECT_THAT(
      found,
      ElementsAre(
          "2:1 pipeline.title: there is no such key (the keys of [pipeline] are name, "
          "time_zone, double_quotes)",
          "3:2 lake.output: this key is missing (write output = \"FOLDER\", where the tables go)",
          "4:9 lake.input: expected a string, found an integer ()",
          "6:8 source.events.path: there are no paths (write path = [\"*.json\"])",
          "9:9 source.events.schema: there is no such type: STRNG (did you mean STRING?)",
          "11:10 source.events.format: there is no such format: jsn (did you mean json?)",
          "13:16 table.levels.partition_by: expected an array of strings, found a string (write it "
          "as [\"year\"])",
          "14:13 table.levels.key[1]: expected a string, found an integer ()",
          "14:16 table.levels.key[2]: this is named twice: A (remove one of them)",
          "15:15 table.levels.compression: there is no such compression: zst (did you mean zstd?)",
          "16:12 table.levels.min_rows: this is less than zero ()",
          "17:18 table.levels.row_group_size: this is not a size (write \"128 MB\", or a number of "
          "bytes)",
          "18:16 table.levels.sort_within[0]: this is not a column to sort by: a up (write "
          "\"column\" or \"column DESC\")",
          "19:8 table.lvels: there is no SQL file for this table (did you mean levels?)",
          "20:2 tabel: there is no such section (did you mean table?)",
          "1:19 : there is no source or table of this name: evnts (did you mean events?)"));
  EXPECT_EQ(errors[4].excerpt, "    level STRNG\n          ^^^^^");
}

TEST_F(LoadTest, MissingParts) {
  Write("tarn.toml", "[source.events]\n");
  Write("levels.sql", "SELECT level FROM events");
  auto errors = LoadBad();
  std::vector<std::string> subjects;
  for (const Diagnostic& error : errors) subjects.push_back(error.subject);
  EXPECT_THAT(subjects, ElementsAre("lake", "source.events.path", "source.events.schema"));
  EXPECT_EQ(errors[0].line, 1);
  EXPECT_EQ(errors[1].line, 1);
}

TEST_F(LoadTest, ErrorsOfSqlFilesAreIncluded) {
  WriteSmall("[table.levels]\nkey = 3\n");
  Write("broken.sql", "SELECT 1 AS one\nFROM events WHERE\n");
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0].subject, "table.levels.key");
  EXPECT_EQ(errors[1].file, directory_ / "broken.sql");
  EXPECT_GT(errors[1].line, 0);
}

TEST_F(LoadTest, ErrorsOfChecksAreWithinToml) {
  WriteSmall("[table.levels]\nchecks = [\n  \"level = \\\"x\\\" AND )\",\n]\n");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.file, directory_ / "tarn.toml");
  EXPECT_EQ(error.subject, "table.levels.checks[0]");
  EXPECT_EQ(error.line, 9);
  EXPECT_EQ(error.column, 22);
  EXPECT_THAT(error.excerpt, HasSubstr("AND )"));
}

TEST_F(LoadTest, ChecksKnowTheirPlace) {
  WriteSmall("[table.levels]\nchecks = [\n  'level IS NULL',\n]\n");
  auto pipeline = LoadGood();
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  ASSERT_THAT(pipeline->tables[0].checks, SizeIs(1));
  const auto& call = std::get<sql::Call>(pipeline->tables[0].checks[0].expression->node);
  Diagnostic error = sql::MakeDiagnostic(call.args.at(0)->at, "x");
  EXPECT_EQ(error.file, directory_ / "tarn.toml");
  EXPECT_EQ(error.line, 9);
  EXPECT_EQ(error.column, 4);
}

TEST_F(LoadTest, NamesMustBePlainAndUnique) {
  WriteSmall(
      "[source.Events]\npath = 'x'\nschema = 'a INT'\n"
      "[source.levels]\npath = 'x'\nschema = 'a INT'\n"
      "[source.'my events']\npath = 'x'\nschema = 'a INT'\n");
  Write("LEVELS.sql", "SELECT level FROM events");
  Write("1st.sql", "SELECT level FROM events");
  std::vector<std::string> messages;
  for (const Diagnostic& error : LoadBad()) messages.push_back(error.message);
  EXPECT_THAT(
      messages,
      ElementsAre("this name is already used (names are case-insensitive): Events",
                  "a source and a table have the same name: LEVELS",
                  "a source and a table have the same name: levels",
                  "this cannot be a name: my events", "the file's name cannot be a table's: 1st",
                  "this name is already used (names are case-insensitive): levels"));
}

TEST_F(LoadTest, ControlCharactersAreRefusedWhereTheyStand) {
  const auto error_of = [&](const std::string& toml) {
    Write("tarn.toml", toml);
    Write("levels.sql", "SELECT level FROM events");
    const Diagnostic error = LoadBad()[0];
    return fmt::format("{}:{}: {}: {}", error.line, error.column, error.subject, error.message);
  };
  EXPECT_EQ(error_of("[lake]\ninput = \"in\"\noutput = \"la\\u0000ke\"\n" + std::string(kEvents)),
            "3:13: lake.output: this has a control character in it: \\u0000");
  EXPECT_EQ(error_of("[lake]\ninput = \"i\\nn\"\noutput = \"out\"\n" + std::string(kEvents)),
            "2:11: lake.input: this has a control character in it: \\n");
  const std::string small = std::string(kLake) + kEvents;
  EXPECT_EQ(error_of(small + "[table.levels]\npartition_by = [\"a\", \"le\\u001bvel\"]\n"),
            "8:25: table.levels.partition_by[1]: this has a control character in it: \\u001b");
  EXPECT_EQ(error_of(small + "[s3]\nendpoint = \"https://a\\u009bb\"\n"),
            "8:22: s3.endpoint: this has a control character in it: \\u009b");
  EXPECT_EQ(error_of(small + "[bucket.\"b\\u0007\"]\nregion = \"x\"\n"),
            "7:9: bucket.b\x07: this cannot be a bucket's name: b\x07");
  EXPECT_EQ(
      error_of(small + "[table.\"b\\u0000\"]\nmin_rows = 1\n"),
      "7:8: table.b" + std::string(1, '\0') + ": this cannot be a name: b" + std::string(1, '\0'));
}

TEST_F(LoadTest, NumbersOutOfRangeSaySo) {
  const auto error_of = [&](const std::string& key, const std::string& value) {
    WriteSmall("");
    overrides_ = {{key, value}};
    return LoadBadOnce().message;
  };
  EXPECT_EQ(error_of("table.levels.row_group_size", "99999999999999999999 MB"),
            "this is too large");
  EXPECT_EQ(error_of("table.levels.row_group_size", "9223372036854775807 GB"), "this is too large");
  EXPECT_EQ(error_of("table.levels.row_group_size", "-99999999999999999999 MB"),
            "this is not a size");
  EXPECT_EQ(error_of("table.levels.row_group_size", "0"), "this is not a size");
  EXPECT_EQ(error_of("table.levels.min_rows", "-1"), "this is less than zero");
  EXPECT_EQ(error_of("table.levels.replace", "partitions"), "the table has no partitions");
  for (const char* port : {"0", "65536", "99999999999", "-1", "x", ""}) {
    EXPECT_THAT(error_of("s3.endpoint", fmt::format("http://host:{}/", port)),
                HasSubstr("the port is not from 1 to 65535"));
  }
  overrides_ = {{"s3.endpoint", "http://[::1]:9000"}};
  LoadGood();
}

}  // namespace
}  // namespace tarn::pipeline
