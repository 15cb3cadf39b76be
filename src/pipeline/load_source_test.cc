#include "pipeline/load_for_test.h"
#include "pipeline/rescued_column.h"

namespace tarn::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

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

TEST_F(LoadTest, SourcesOfCsv) {
  WriteSmall("format = 'csv'\n");
  const CsvFormat plain = LoadGood()->sources[0].csv;
  EXPECT_EQ(plain.syntax.separator, ",");
  EXPECT_EQ(plain.syntax.quote, '"');
  EXPECT_EQ(plain.syntax.escape, '\\');
  EXPECT_FALSE(plain.header);
  WriteSmall(
      "format = 'csv'\nseparator = \"\\t\"\nheader = true\nquote = \"'\"\nescape = \"'\"\n"
      "null_value = 'NA'\n");
  const CsvFormat other = LoadGood()->sources[0].csv;
  EXPECT_EQ(other.syntax.separator, "\t");
  EXPECT_EQ(other.syntax.quote, '\'');
  EXPECT_EQ(other.syntax.escape, '\'');
  EXPECT_TRUE(other.header);
  EXPECT_EQ(other.null_value, "NA");
  WriteSmall("format = 'csv'\nquote = ''\nescape = ''\n");
  EXPECT_EQ(LoadGood()->sources[0].csv.syntax.quote, '\0');
  EXPECT_EQ(LoadGood()->sources[0].csv.syntax.escape, '\0');
}

TEST_F(LoadTest, WrongSettingsOfFormats) {
  const auto error = [&](const std::string& settings) {
    WriteSmall(settings);
    const Diagnostic wrong = LoadBadOnce();
    return wrong.subject + ": " + wrong.message;
  };
  EXPECT_THAT(error("format = 'csv'\nseparator = ''\n"),
              HasSubstr("events.separator: this is empty"));
  EXPECT_THAT(error("format = 'csv'\nseparator = 'a\"'\n"), HasSubstr("cannot be between"));
  EXPECT_THAT(error("format = 'csv'\nquote = 'ab'\n"),
              HasSubstr("events.quote: this is not one ASCII character: ab"));
  EXPECT_THAT(error("header = true\n"), HasSubstr("events.header: this is a setting of CSV"));
  EXPECT_THAT(error("format = 'parquet'\nmax_bad_records = 1\n"),
              HasSubstr("events.max_bad_records: this means nothing in Parquet"));
  overrides_ = {{"source.events.schema", "ts BIGINT, level ARRAY<STRING>"}};
  EXPECT_THAT(error("format = 'csv'\n"),
              HasSubstr("there is no ARRAY<STRING> in CSV: column level"));
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

TEST_F(LoadTest, RescuedColumn) {
  WriteSmall("on_bad_type = 'rescue'\n");
  const auto pipeline = LoadGood();
  const Source& source = pipeline->sources[0];
  EXPECT_EQ(source.on_bad_type, OnBadType::kRescue);
  EXPECT_EQ(RescuedColumnOf(source), source.schema->num_fields() - 1);
  EXPECT_EQ(source.schema->fields().back()->name(), kRescuedColumn);
  EXPECT_FALSE(SchemaOfFiles(source)->Equals(*source.schema));
  WriteSmall("");
  const auto plain = LoadGood();
  EXPECT_EQ(RescuedColumnOf(plain->sources[0]), -1);
  EXPECT_TRUE(SchemaOfFiles(source)->Equals(*plain->sources[0].schema));
}

TEST_F(LoadTest, RescuedColumnThatCannotBe) {
  Write("levels.sql", "SELECT ts FROM events");
  const std::string rescue = "on_bad_type = 'rescue'\n";
  Write("tarn.toml", "[lake]\ninput = 'in'\noutput = 'out'\n[source.events]\npath = '*'\n" +
                         rescue + "schema = 'ts BIGINT, _Rescued STRING'\n");
  Diagnostic wrong = LoadBadOnce();
  EXPECT_EQ(wrong.subject, "source.events.schema");
  EXPECT_EQ(wrong.line, 7);
  EXPECT_THAT(wrong.message, HasSubstr("_Rescued is the column of on_bad_type"));
  WriteSmall(rescue + "format = 'parquet'\n");
  wrong = LoadBadOnce();
  EXPECT_EQ(wrong.subject, "source.events.on_bad_type");
  EXPECT_THAT(wrong.message, HasSubstr("means nothing in Parquet"));
}

}  // namespace
}  // namespace tarn::pipeline
