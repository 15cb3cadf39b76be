#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "pipeline/pipeline.h"
#include "sql/parse.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kLake[] = "[lake]\ninput = \"in\"\noutput = \"out\"\n";
constexpr char kEvents[] =
    "[source.events]\npath = \"log/*.json\"\nschema = \"ts BIGINT, level STRING\"\n";

class LoadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "tarn_load_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(directory_ / name, std::ios::binary) << content;
  }

  // tarn.toml with a lake, one source and `more`, and a table that reads the source.
  void WriteSmall(const std::string& more) {
    Write("tarn.toml", std::string(kLake) + kEvents + more);
    Write("levels.sql", "SELECT level FROM events");
  }

  Result<std::unique_ptr<Pipeline>> TryLoad() { return Load(directory_, {overrides_}); }

  std::unique_ptr<Pipeline> LoadGood() {
    auto pipeline = TryLoad();
    EXPECT_TRUE(pipeline.ok()) << pipeline.status().message();
    return pipeline.ok() ? *std::move(pipeline) : std::make_unique<Pipeline>();
  }

  std::vector<Diagnostic> LoadBad() {
    auto pipeline = TryLoad();
    EXPECT_FALSE(pipeline.ok());
    EXPECT_EQ(KindOf(pipeline.status()), ErrorKind::kBadInput);
    return DiagnosticsOf(pipeline.status());
  }

  Diagnostic LoadBadOnce() {
    auto diagnostics = LoadBad();
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics) all += Render(diagnostic) + "\n";
    EXPECT_THAT(diagnostics, SizeIs(1)) << all;
    return diagnostics.empty() ? Diagnostic{} : diagnostics[0];
  }

  fs::path directory_;
  std::vector<std::pair<std::string, std::string>> overrides_;
};

auto NamesOf(const std::vector<Table>& tables) {
  std::vector<std::string> names;
  for (const Table& table : tables) names.push_back(table.name);
  return names;
}

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

// --- what the user wrote wrong -------------------------------------------------------------------

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
          "2:1 pipeline.title: there is no such key (the keys of [pipeline] are name)",
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

TEST_F(LoadTest, DatePatternsThatAreNone) {
  WriteSmall("date_format = 'EEE, dd MMM'\ntimestamp_format = 'yyyy]'\n");
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0].subject, "source.events.date_format");
  EXPECT_EQ(errors[0].line, 7);
  EXPECT_EQ(errors[0].message, "unsupported in the pattern 'EEE, dd MMM': EEE");
  EXPECT_THAT(errors[0].hint, HasSubstr("the letters are GyMLdD"));
  EXPECT_EQ(errors[1].subject, "source.events.timestamp_format");
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

// --- files ---------------------------------------------------------------------------------------

TEST_F(LoadTest, NoFolder) {
  auto pipeline = Load(directory_ / "nothing", {});
  ASSERT_THAT(DiagnosticsOf(pipeline.status()), SizeIs(1));
  EXPECT_EQ(DiagnosticsOf(pipeline.status())[0].message, "there is no such folder");
  EXPECT_THAT(DiagnosticsOf(pipeline.status())[0].hint, HasSubstr("tarn init"));
}

TEST_F(LoadTest, FileInsteadOfFolder) {
  WriteSmall("");
  auto pipeline = Load(directory_ / "tarn.toml", {});
  ASSERT_THAT(DiagnosticsOf(pipeline.status()), SizeIs(1));
  EXPECT_THAT(DiagnosticsOf(pipeline.status())[0].hint, HasSubstr(directory_.string()));
}

TEST_F(LoadTest, NoToml) {
  EXPECT_THAT(LoadBadOnce().hint, HasSubstr("tarn init"));
  fs::create_directory(directory_ / "inner");
  Write("inner/tarn.toml", "");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.message, "there is no tarn.toml in this folder");
  EXPECT_EQ(error.hint, fmt::format("did you mean {}?", (directory_ / "inner").string()));
}

TEST_F(LoadTest, NoSqlFiles) {
  Write("tarn.toml", std::string(kLake) + kEvents);
  Write("levels.SQL", "");
  Write(".#levels.sql", "");
  fs::create_directory(directory_ / "folder.sql");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.message, "the pipeline has no tables");
  EXPECT_THAT(error.hint, HasSubstr("SELECT"));
}

// --- environment ---------------------------------------------------------------------------------

TEST_F(LoadTest, EnvironmentVariables) {
  setenv("TARN_TEST_SET", "from/env", 1);
  setenv("TARN_TEST_EMPTY", "", 1);
  unsetenv("TARN_TEST_UNSET");
  Write("tarn.toml",
        "[pipeline]\nname = \"a ${TARN_TEST_EMPTY}b $${X} $ ${TARN_TEST_EMPTY:-c}\"\n"
        "[lake]\ninput = \"x/${TARN_TEST_SET}/y\"\noutput = \"${TARN_TEST_UNSET:-s3://b/o}\"\n");
  Write("one.sql", "SELECT 1 AS one");
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->name, "a b ${X} $ c");
  EXPECT_EQ(pipeline->input, directory_ / "x/from/env/y");
  EXPECT_EQ(pipeline->output, "s3://b/o");
}

TEST_F(LoadTest, EnvironmentErrors) {
  unsetenv("TARN_TEST_UNSET");
  Write("tarn.toml",
        "[lake]\ninput = \"${TARN_TEST_UNSET}\"\noutput = \"out\"\n"
        "[source.events]\npath = [\"ok\", \"a/${1X}\", \"b/${TARN_TEST_UNSET\"]\nschema = \"a "
        "INT\"\n");
  Write("one.sql", "SELECT 1 AS one");
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(3));
  EXPECT_EQ(errors[0].subject, "lake.input");
  EXPECT_EQ(errors[0].line, 2);
  EXPECT_EQ(errors[0].column, 10);
  EXPECT_EQ(errors[0].message, "this environment variable is not set: TARN_TEST_UNSET");
  EXPECT_EQ(errors[0].hint, "set TARN_TEST_UNSET, or give it a default: ${TARN_TEST_UNSET:-…}");
  EXPECT_EQ(errors[1].subject, "source.events.path[1]");
  EXPECT_EQ(errors[2].message, "the closing } of ${ is missing");
}

TEST_F(LoadTest, VariablesThatHoldSecretsAreRefusedEverywhere) {
  setenv("TARN_TEST_API_TOKEN", "s3cr3t-value", 1);
  Write("tarn.toml",
        "[lake]\ninput = \"https://evil.example/${TARN_TEST_API_TOKEN}\"\n"
        "output = \"out/${AWS_SECRET_ACCESS_KEY:-none}\"\n"
        "[s3]\nendpoint = \"https://${TARN_TEST_API_TOKEN}.evil.example\"\n"
        "[source.events]\npath = [\"ok\", \"${AWS_SESSION_TOKEN}\"]\nschema = \"a INT\"\n"
        "[table.one]\nchecks = [\"one <> '${TARN_TEST_API_TOKEN}'\"]\n");
  Write("one.sql", "SELECT 1 AS one");
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(5));
  EXPECT_EQ(errors[0].line, 2);
  EXPECT_EQ(errors[0].column, 31);
  EXPECT_EQ(errors[1].subject, "lake.output");
  EXPECT_EQ(errors[2].subject, "s3.endpoint");
  EXPECT_EQ(errors[3].subject, "source.events.path[1]");
  EXPECT_EQ(errors[4].subject, "table.one.checks[0]");
  for (const Diagnostic& error : errors) {
    EXPECT_THAT(error.message, HasSubstr("holds a secret"));
    EXPECT_EQ(Render(error).find("s3cr3t"), std::string::npos);
  }
}

TEST_F(LoadTest, PasswordsInUrisAreRefusedAndNotShown) {
  setenv("TARN_TEST_URL", "http://user:s3cr3t@host", 1);
  WriteSmall(
      "[s3]\nendpoint = \"${TARN_TEST_URL}\"\n[bucket.b]\nendpoint = \"http://u:s3cr3t@h\"\n");
  overrides_ = {{"lake.input", "s3://ID:s3cr3t/x+y@bucket/in"},
                {"lake.output", "https://host/?X-Amz-Signature=s3cr3t"}};
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(4));
  for (const Diagnostic& error : errors) {
    EXPECT_EQ(error.message, "this URI contains a password or key");
    EXPECT_EQ(Render(error).find("s3cr3t"), std::string::npos) << Render(error);
  }
  // A check may speak of one, and an object's key may have such signs.
  WriteSmall("[table.levels]\nchecks = [\"level <> 'http://a:b@c'\"]\n");
  overrides_ = {{"lake.input", "s3://bucket/a:b@c"}};
  LoadGood();
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

TEST_F(LoadTest, LinksThatLeadOutAreRefused) {
  const fs::path outside = directory_.string() + "_outside";
  fs::create_directory(outside);
  std::ofstream(outside / "secret") << "root:x:hash\n";
  WriteSmall("");
  fs::create_symlink(outside / "secret", directory_ / "x.sql");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.file, directory_ / "x.sql");
  EXPECT_EQ(error.message, "this link leads out of the pipeline's folder");
  fs::remove(directory_ / "x.sql");

  // Through a folder within, and up again; a link to nothing says so.
  fs::create_symlink(outside, directory_ / "folder");
  fs::create_symlink("folder/secret", directory_ / "x.sql");
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("leads out"));
  fs::remove(directory_ / "x.sql");
  fs::create_symlink("nowhere", directory_ / "x.sql");
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("No such file"));
  fs::remove(directory_ / "x.sql");

  WriteSmall("[s3]\nca_file = \"folder/secret\"\n");
  EXPECT_EQ(LoadBadOnce().subject, "s3.ca_file");

  fs::rename(directory_ / "tarn.toml", outside / "tarn.toml");
  fs::create_symlink(outside / "tarn.toml", directory_ / "tarn.toml");
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("leads out"));
  fs::remove_all(outside);
}

TEST_F(LoadTest, LinksWithinThePipelineAreFollowed) {
  WriteSmall("");
  fs::create_directory(directory_ / "..data");
  fs::rename(directory_ / "levels.sql", directory_ / "..data/levels.sql");
  fs::rename(directory_ / "tarn.toml", directory_ / "..data/tarn.toml");
  fs::create_symlink("..data/levels.sql", directory_ / "levels.sql");
  fs::create_symlink("..data/tarn.toml", directory_ / "tarn.toml");
  EXPECT_THAT(LoadGood()->tables, SizeIs(1));
  // The folder itself may be one.
  const fs::path link = directory_.string() + "_link";
  fs::create_directory_symlink(directory_, link);
  EXPECT_TRUE(Load(link, {}).ok());
  fs::remove(link);
}

TEST_F(LoadTest, OnlyRegularFilesAreRead) {
  WriteSmall("");
  ASSERT_EQ(::mkfifo((directory_ / "pipe.sql").c_str(), 0600), 0);
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("a pipe or a device"));
  fs::remove(directory_ / "pipe.sql");
  Write("large.sql", "");
  fs::resize_file(directory_ / "large.sql", 1 << 30);
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("larger than 16 MB"));
  fs::remove(directory_ / "large.sql");
  fs::remove(directory_ / "tarn.toml");
  ASSERT_EQ(::mkfifo((directory_ / "tarn.toml").c_str(), 0600), 0);
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("a pipe or a device"));
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
  for (const char* port : {"0", "65536", "99999999999", "-1", "x", ""}) {
    EXPECT_THAT(error_of("s3.endpoint", fmt::format("http://host:{}/", port)),
                HasSubstr("the port is not from 1 to 65535"));
  }
  overrides_ = {{"s3.endpoint", "http://[::1]:9000"}};
  LoadGood();
}

// --- overrides -----------------------------------------------------------------------------------

TEST_F(LoadTest, Overrides) {
  WriteSmall("[table.levels]\nkey = ['level']\n");
  overrides_ = {{"lake.input", "first"},
                {"lake.input", "second"},
                {"source.EVENTS.path", "[\"a.json\", \"b.json\"]"},
                {"pipeline.name", "true"},
                {"table.levels.min_rows", "5"},
                {"table.levels.row_group_size", "4096"},
                {"table.levels.compression", "gzip"},
                {"source.events.max_bad_records", "\"5%\""},
                {"source.events.on_bad_record", "'drop'"}};
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->name, "true");
  EXPECT_EQ(pipeline->sources[0].on_bad_record, OnBadRecord::kDrop);
  EXPECT_EQ(pipeline->input, fs::current_path() / "second");
  EXPECT_EQ(pipeline->output, directory_ / "out");
  ASSERT_THAT(pipeline->sources, SizeIs(1));
  EXPECT_THAT(pipeline->sources[0].paths,
              ElementsAre(fs::current_path() / "a.json", fs::current_path() / "b.json"));
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  EXPECT_EQ(pipeline->tables[0].min_rows, 5);
  EXPECT_EQ(pipeline->tables[0].row_group_bytes, 4096);
  EXPECT_EQ(pipeline->tables[0].compression, Compression::kGzip);
  EXPECT_THAT(pipeline->tables[0].key, ElementsAre("level"));
}

TEST_F(LoadTest, BadRecordLimits) {
  WriteSmall("");
  auto limit = [&](const std::string& value) {
    overrides_ = {{"source.events.max_bad_records", value}};
    return LoadGood()->sources[0].max_bad_records;
  };
  EXPECT_EQ(limit("0").num_records, 0);
  EXPECT_EQ(limit("12").num_records, 12);
  EXPECT_EQ(limit("12").share, std::nullopt);
  EXPECT_EQ(limit("0.25").share, 0.25);
  EXPECT_EQ(limit("100%").share, 1);
  EXPECT_EQ(limit("100%").num_records, std::nullopt);
  for (const char* wrong : {"-1", "1.5", "-0.1", "101%", "1%%", "many", "%", "nan"}) {
    overrides_ = {{"source.events.max_bad_records", wrong}};
    EXPECT_EQ(LoadBad()[0].message, "this is no number of records and no share of them") << wrong;
  }
}

TEST_F(LoadTest, RecordSizes) {
  WriteSmall("");
  auto limit = [&](const std::string& value) {
    overrides_ = {{"source.events.max_record_size", value}};
    return LoadGood()->sources[0].record_bytes_max;
  };
  EXPECT_EQ(LoadGood()->sources[0].record_bytes_max, 128'000'000);
  EXPECT_EQ(limit("1000"), 1000);
  EXPECT_EQ(limit("2 KiB"), 2048);
  EXPECT_EQ(limit("1 GB"), 1'000'000'000);
  for (const char* wrong : {"0", "-1", "much"}) {
    overrides_ = {{"source.events.max_record_size", wrong}};
    EXPECT_EQ(LoadBad()[0].message, "this is not a size") << wrong;
  }
  overrides_ = {{"source.events.max_record_size", "2 GB"}};
  EXPECT_EQ(LoadBad()[0].message, "this is more than 1 GB");
}

TEST_F(LoadTest, S3Options) {
  WriteSmall(
      "[s3]\nprofile = \"lake\"\nendpoint = \"https://minio:9000\"\nca_file = \"ca.pem\"\n"
      "encryption = \"aws:kms\"\nkms_key_id = \"alias/lake\"\nretry_for = \"5 min\"\n"
      "[bucket.raw-data]\nanonymous = true\nrequester_pays = true\nencryption = \"AES256\"\n"
      "[bucket.\"other.org\"]\nrole_arn = \"arn:aws:iam::1:role/r\"\nexternal_id = \"x\"\n");
  overrides_ = {{"s3.path_style", "false"}, {"bucket.raw-data.region", "eu-west-1"}};
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->s3.profile, "lake");
  EXPECT_EQ(pipeline->s3.endpoint, "https://minio:9000");
  EXPECT_EQ(pipeline->s3.ca_file, directory_ / "ca.pem");
  EXPECT_EQ(pipeline->s3.encryption, "aws:kms");
  EXPECT_EQ(pipeline->s3.kms_key_id, "alias/lake");
  EXPECT_EQ(pipeline->s3.retry_for, std::chrono::seconds(300));
  EXPECT_EQ(pipeline->s3.path_style, false);
  EXPECT_EQ(pipeline->s3.anonymous, std::nullopt);
  ASSERT_THAT(pipeline->buckets, SizeIs(2));
  const auto& [raw, raw_options] = pipeline->buckets[0];
  EXPECT_EQ(raw, "raw-data");
  EXPECT_EQ(raw_options.anonymous, true);
  EXPECT_EQ(raw_options.requester_pays, true);
  EXPECT_EQ(raw_options.encryption, "AES256");
  EXPECT_EQ(raw_options.kms_key_id, std::nullopt);
  EXPECT_EQ(raw_options.region, "eu-west-1");
  EXPECT_EQ(raw_options.profile, "lake");  // as [s3] has it
  EXPECT_EQ(pipeline->buckets[1].first, "other.org");
  EXPECT_EQ(pipeline->buckets[1].second.role_arn, "arn:aws:iam::1:role/r");
}

TEST_F(LoadTest, PlaceholdersOfBuckets) {
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) ::unsetenv(name);
  const auto subjects = [&](const std::string& name, const std::string& service) {
    Write("tarn.toml", fmt::format("[lake]\ninput = 's3://{0}/raw'\noutput = 's3://{0}/lake'\n"
                                   "[source.events]\npath = ['*.json', 's3://{0}/more/*.json']\n"
                                   "schema = 'ts BIGINT'\n{1}",
                                   name, service));
    std::string found;
    for (const Diagnostic& error : LoadBad()) {
      EXPECT_EQ(error.message, "this is a placeholder for a bucket's name: " + name);
      EXPECT_THAT(error.hint, HasSubstr("name of your bucket"));
      found += fmt::format("{}:{} ", error.line, error.subject);
    }
    return found;
  };
  Write("moments.sql", "SELECT ts FROM events");
  const std::string all = "2:lake.input 3:lake.output 5:source.events.path[1] ";
  const std::string service = "[s3]\nendpoint = 'http://localhost:9000'\n";
  EXPECT_EQ(subjects("BUCKET", ""), all);
  EXPECT_EQ(subjects("<bucket>", service), all);
  EXPECT_EQ(subjects("my-bucket", ""), all);
  EXPECT_EQ(subjects("my-bucket", "[bucket.other]\nendpoint = 'http://localhost:9000'\n"), all);
  for (const std::string& own :
       {service, std::string("[bucket.my-bucket]\nendpoint = 'http://localhost:9000'\n")}) {
    Write("tarn.toml",
          "[lake]\ninput = 's3://my-bucket/raw'\noutput = 's3://my-bucket/lake'\n"
          "[source.events]\npath = '*.json'\nschema = 'ts BIGINT'\n" +
              own);
    EXPECT_EQ(LoadGood()->output, "s3://my-bucket/lake");
  }
}

TEST_F(LoadTest, WrongS3Options) {
  auto hint_of = [this](const std::string& section) {
    WriteSmall(section);
    const Diagnostic diagnostic = LoadBadOnce();
    return diagnostic.subject + ": " + diagnostic.message + " / " + diagnostic.hint;
  };
  EXPECT_THAT(hint_of("[s3]\nanonymous = \"yes\"\n"),
              HasSubstr("s3.anonymous: expected true or false, found a string"));
  EXPECT_THAT(hint_of("[s3]\nendpoint = \"minio:9000\"\n"), HasSubstr("\"http://host:port\""));
  EXPECT_THAT(hint_of("[s3]\nendpoint = \"\"\n"), HasSubstr("s3.endpoint: this is empty"));
  EXPECT_THAT(hint_of("[s3]\nencryption = \"KMS\"\n"), HasSubstr("aws:kms"));
  for (const std::string time :
       {"5", "-1 s", "5 h", "61 min", "3601 s", "s", "99999999999999999 s"}) {
    EXPECT_THAT(hint_of("[s3]\nretry_for = \"" + time + "\"\n"),
                HasSubstr("write \"90 s\" or \"5 min\""))
        << time;
  }
  EXPECT_THAT(hint_of("[s3]\nkms_key_id = \"a\"\n"), HasSubstr("encryption = \"aws:kms\""));
  EXPECT_THAT(hint_of("[bucket.a]\nexternal_id = \"a\"\n"), HasSubstr("bucket.a.external_id"));
  EXPECT_THAT(hint_of("[bucket.a]\nprofil = \"a\"\n"), HasSubstr("did you mean profile?"));
  EXPECT_THAT(hint_of("[bucket]\nanonymous = true\n"), HasSubstr("[bucket.NAME]"));
}

TEST_F(LoadTest, OverrideOfATableWithoutSection) {
  WriteSmall("");
  overrides_ = {{"table.levels.row_group_size", "64 KiB"},
                {"table.levels.partition_by", "['level']"}};
  auto pipeline = LoadGood();
  ASSERT_THAT(pipeline->tables, SizeIs(1));
  EXPECT_EQ(pipeline->tables[0].row_group_bytes, 64 << 10);
  EXPECT_THAT(pipeline->tables[0].partition_by, ElementsAre("level"));
}

TEST_F(LoadTest, OverrideErrors) {
  WriteSmall("");
  overrides_ = {{"lake.outptu", "x"},
                {"lke.output", "x"},
                {"lake", "x"},
                {"source.evnts.path", "x"},
                {"table.lvels.key", "['a']"},
                {"table.levels.compression", "zst"},
                {"table.levels.checks", "['1 +']"},
                {"source.events.schema", "ts BGINT"}};
  std::vector<std::string> found;
  for (const Diagnostic& error : LoadBad()) {
    EXPECT_EQ(error.file, "");
    EXPECT_THAT(error.excerpt, HasSubstr("--set "));
    found.push_back(fmt::format("{}: {}", error.subject, error.hint));
  }
  ASSERT_THAT(found, SizeIs(8));
  EXPECT_EQ(found[0], "lake.outptu: did you mean output?");
  EXPECT_EQ(found[1], "lke.output: did you mean lake?");
  EXPECT_EQ(found[2], "lake: write it as lake.input=…");
  EXPECT_EQ(found[3], "source.evnts.path: did you mean events?");
  EXPECT_EQ(found[4], "source.events.schema: did you mean BIGINT?");
}

// --- the graph -----------------------------------------------------------------------------------

class GraphTest : public LoadTest {
 protected:
  void WriteTables(const std::map<std::string, std::string>& tables) {
    Write("tarn.toml", std::string(kLake) + kEvents);
    for (const auto& [name, query] : tables) Write(name + ".sql", query);
  }
};

TEST_F(GraphTest, DependencyOrderThenAlphabetical) {
  WriteTables(
      {{"d", "SELECT * FROM z"},
       {"z", "SELECT * FROM events"},
       {"C", "SELECT * FROM EVENTS"},
       {"b", "SELECT * FROM c JOIN D ON true JOIN events AS e ON true JOIN C AS again ON true"},
       {"a", "WITH z AS (SELECT 1 AS one) SELECT * FROM z"}});
  auto pipeline = LoadGood();
  EXPECT_THAT(NamesOf(pipeline->tables), ElementsAre("a", "C", "z", "d", "b"));
  ASSERT_THAT(pipeline->tables, SizeIs(5));
  EXPECT_THAT(pipeline->tables[0].inputs, IsEmpty());
  EXPECT_THAT(pipeline->tables[1].inputs, ElementsAre("events"));
  EXPECT_THAT(pipeline->tables[4].inputs, ElementsAre("C", "d", "events"));
}

TEST_F(GraphTest, UnknownName) {
  WriteTables({{"a", "SELECT * FROM something_else"}});
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.file, directory_ / "a.sql");
  EXPECT_EQ(error.column, 15);
  EXPECT_EQ(error.hint, "add [source.something_else] to tarn.toml, or write something_else.sql");
}

TEST_F(GraphTest, CyclesAreReportedOnceEach) {
  WriteTables({{"a", "SELECT * FROM b"},
               {"b", "SELECT * FROM c"},
               {"c", "SELECT * FROM a"},
               {"d", "SELECT * FROM a"},
               {"self", "SELECT * FROM self"},
               {"fine", "SELECT * FROM events"}});
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0].message, "tables read each other in a cycle: a -> b -> c -> a");
  EXPECT_EQ(errors[0].file, directory_ / "a.sql");
  EXPECT_EQ(errors[1].message, "tables read each other in a cycle: self -> self");
}

constexpr char kDatedEvents[] =
    "[lake]\ninput = 'in'\noutput = 'out'\n"
    "[source.events]\nschema = 'ts BIGINT, level STRING'\npath = 'log/{yyyy}/{MM}/*.json'\n";

TEST_F(LoadTest, SourceHasAPeriod) {
  Write("levels.sql", "SELECT level FROM events");
  Write("tarn.toml", std::string(kDatedEvents) + "since = '1970-01-02'\n");
  constexpr int64_t kHour = int64_t{3600} * 1'000'000;
  EXPECT_EQ(LoadGood()->sources[0].period, (Period{24 * kHour, Period{}.end_us}));
  overrides_ = {{"source.events.until", "1970-01-02T06:00"}};
  EXPECT_EQ(LoadGood()->sources[0].period, (Period{24 * kHour, 30 * kHour}));
  EXPECT_THAT(LoadGood()->sources[0].paths, ElementsAre(directory_ / "in/log/{yyyy}/{MM}/*.json"));
}

TEST_F(LoadTest, WrongPeriods) {
  Write("levels.sql", "SELECT level FROM events");
  const std::string dated = kDatedEvents;
  Write("tarn.toml", dated + "since = '2018-11-31'\n");
  Diagnostic wrong = LoadBadOnce();
  EXPECT_EQ(wrong.subject, "source.events.since");
  EXPECT_EQ(wrong.line, 7);
  EXPECT_THAT(wrong.message, HasSubstr("no date"));
  EXPECT_THAT(wrong.hint, HasSubstr("2018-11-01T06:00"));

  Write("tarn.toml", dated + "since = '2018-11-02'\nuntil = '2018-11-02'\n");
  wrong = LoadBadOnce();
  EXPECT_EQ(wrong.subject, "source.events.until");
  EXPECT_THAT(wrong.message, HasSubstr("not later than since"));

  Write("tarn.toml", dated + "until = 2018-11-02\n");
  EXPECT_EQ(LoadBadOnce().hint, "put it in quotes");

  WriteSmall("until = '2018-11-02'\n");
  wrong = LoadBadOnce();
  EXPECT_EQ(wrong.subject, "source.events.path");
  EXPECT_EQ(wrong.line, 5);
  EXPECT_THAT(wrong.message, HasSubstr("need a date in the path"));
  EXPECT_THAT(wrong.hint, HasSubstr("{yyyy}"));
}

}  // namespace
}  // namespace tarn::pipeline
