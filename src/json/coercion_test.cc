// One JSON value read as a column's type. The expectations were recorded from Spark 4.3 reading the
// same lines with columnNameOfCorruptRecord; comments mark where tarn refuses what Spark takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "json/scan_for_test.h"
#include "values/time_of_day.h"

namespace tarn::json {
namespace {

constexpr const char* kBad = "bad record";

struct Coercion {
  std::string json;
  std::string value;  ///< as RowsOf prints it
};

// Reads each value alone and all of them together.
void ExpectCoercions(const std::shared_ptr<arrow::DataType>& type,
                     const std::vector<Coercion>& coercions, const DatetimeFormats& formats = {}) {
  ScanOptions options = Options({arrow::field("v", type)});
  options.datetime_formats = formats;
  std::string block;
  std::vector<std::string> rows;
  for (const Coercion& coercion : coercions) {
    const std::string record = "{\"v\":" + coercion.json + "}\n";
    block += record;
    const ScanResult alone = ScanOrDie(options, record);
    EXPECT_TRUE(alone.batch->ValidateFull().ok()) << record;
    if (coercion.value == kBad) {
      ASSERT_EQ(alone.bad_records.size(), 1) << record << testing::PrintToString(RowsOf(alone));
      EXPECT_THAT(alone.bad_records[0].reason, testing::HasSubstr("field v")) << record;
    } else {
      EXPECT_THAT(RowsOf(alone), testing::ElementsAre(coercion.value)) << record;
      rows.push_back(coercion.value);
    }
  }
  EXPECT_EQ(RowsOf(ScanOrDie(options, block)), rows);
}

TEST(CoercionTest, String) {
  ExpectCoercions(arrow::utf8(), {{R"("a")", "a"},
                                  {"1", "1"},
                                  {"1.0", "1.0"},
                                  {"1e5", "1e5"},
                                  {"-0", "-0"},
                                  {"1E400", "1E400"},
                                  {"true", "true"},
                                  {"false", "false"},
                                  {"null", "null"},
                                  {"[1, 2]", "[1, 2]"},
                                  {R"({"a" : 1})", R"({"a" : 1})"},
                                  {R"({"a":"\u0041"})", R"({"a":"\u0041"})"},
                                  {R"("\u0041")", "A"},
                                  {R"("")", ""}});
}

// No zone, no number, and the format of other timestamps is not theirs.
TEST(CoercionTest, TimestampNtz) {
  const auto pattern = DatetimePattern::Make("dd.MM.yyyy", DatetimePattern::Use::kParse);
  for (const DatetimeFormats& formats :
       {DatetimeFormats{},
        DatetimeFormats{nullptr, std::make_shared<const DatetimePattern>(*pattern)}}) {
    ExpectCoercions(arrow::timestamp(arrow::TimeUnit::MICRO),
                    {{R"("2021-01-01T00:00:00")", "2021-01-01 00:00:00.000000"},
                     {R"("2021-01-01")", "2021-01-01 00:00:00.000000"},
                     {R"("2021-01-01T00:00:00Z")", kBad},
                     {"5", kBad},
                     {R"("01.02.2021")", kBad},
                     {"null", "null"}},
                    formats);
  }
}

// Digits beyond those of TIME(3) stay, as in Spark.
TEST(CoercionTest, Time) {
  ExpectCoercions(TimeType(3), {{R"("12:30:00.5")", "12:30:00.500000"},
                                {R"("12:30")", "12:30:00.000000"},
                                {R"(" T12:30:00.1234567 ")", "12:30:00.123456"},
                                {R"("12:30 PM")", "12:30:00.000000"},
                                {"null", "null"},
                                {R"("")", kBad},
                                {R"("abc")", kBad},
                                {R"("2024-01-01 12:30:00")", kBad},
                                {"5", kBad}});
}

TEST(CoercionTest, StringUnescapes) {
  ExpectCoercions(arrow::utf8(),
                  {{R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
                   {R"("\u00e9\u20AC\ud83d\ude00")", "é€😀"},
                   {R"("a\/b")", "a/b"},
                   {R"("\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff")",
                    "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
                   {R"("é\né")", "é\né"}});
}

TEST(CoercionTest, StringUnescapesAtAnyPlace) {
  for (size_t before = 0; before < 70; ++before) {
    for (const size_t after : {0, 1, 20, 31, 32, 64}) {
      const std::string left(before, 'l');
      const std::string right(after, 'r');
      ExpectCoercions(arrow::utf8(),
                      {{"\"" + left + "\\\\\\\"" + right + "\"", left + "\\\"" + right},
                       {"\"" + left + "\\u20ac" + right + "\\n\"", left + "€" + right + "\n"},
                       {"\"" + left + "\\ud83d\\ude00" + right + "\"", left + "😀" + right}});
    }
  }
}

TEST(CoercionTest, Boolean) {
  ExpectCoercions(arrow::boolean(), {{"true", "true"},
                                     {"false", "false"},
                                     {"null", "null"},
                                     {R"("true")", kBad},
                                     {"1", kBad},
                                     {R"("")", kBad},
                                     {"[]", kBad}});
}

TEST(CoercionTest, TinyInt) {
  ExpectCoercions(arrow::int8(), {{"1", "1"},
                                  {"127", "127"},
                                  {"128", kBad},  // Spark wraps 128 to 255 around
                                  {"255", kBad},
                                  {"256", kBad},
                                  {"-128", "-128"},
                                  {"-129", kBad},
                                  {"1.0", kBad},
                                  {"1e2", kBad},
                                  {"-0", "0"},
                                  {R"("1")", kBad}});
}

TEST(CoercionTest, SmallInt) {
  ExpectCoercions(arrow::int16(), {{"32767", "32767"}, {"32768", kBad}, {"-32768", "-32768"}});
}

TEST(CoercionTest, Int) {
  ExpectCoercions(arrow::int32(), {{"0", "0"},
                                   {"-0", "0"},
                                   {"2147483647", "2147483647"},
                                   {"2147483648", kBad},
                                   {"-2147483648", "-2147483648"},
                                   {"1.0", kBad},
                                   {"1e2", kBad},
                                   {R"("1")", kBad},
                                   {R"("")", kBad},
                                   {"true", kBad},
                                   {"null", "null"},
                                   {"[]", kBad},
                                   {"{}", kBad}});
}

TEST(CoercionTest, BigInt) {
  ExpectCoercions(arrow::int64(), {{"9223372036854775807", "9223372036854775807"},
                                   {"9223372036854775808", kBad},
                                   {"-9223372036854775808", "-9223372036854775808"},
                                   {"-9223372036854775809", kBad},
                                   {"18446744073709551616", kBad},
                                   {"100000000000000000000000", kBad},
                                   {"1541105830796", "1541105830796"},
                                   {"1.0", kBad},
                                   {R"("x")", kBad}});
}

TEST(CoercionTest, Double) {
  const auto type = arrow::float64();
  ExpectCoercions(type, {{"1", "1"},
                         {"1.5", "1.5"},
                         {"218.93179", "218.93179"},
                         {"-0", "0"},
                         {"-0.0", "-0"},
                         {"null", "null"},
                         {R"("NaN")", "nan"},
                         {R"("+INF")", "inf"},
                         {R"("-INF")", "-inf"},
                         {R"("Infinity")", "inf"},
                         {R"("+Infinity")", "inf"},
                         {R"("-Infinity")", "-inf"},
                         {R"("INF")", kBad},
                         {R"(" NaN")", kBad},
                         {"1e400", "inf"},
                         {"-1e400", "-inf"},
                         {"1e-400", "0"},
                         {R"("1.5")", kBad},
                         {R"("")", kBad},
                         {"true", kBad}});
  const ScanResult result =
      ScanOrDie(Options({arrow::field("v", type)}), "{\"v\":9007199254740993}");
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*result.batch->column(0)).Value(0),
            9007199254740992.0);
}

TEST(CoercionTest, Float) {
  ExpectCoercions(arrow::float32(), {{"1", "1"},
                                     {"1.5", "1.5"},
                                     {"-0", "0"},
                                     {"1e40", "inf"},
                                     {"1e-50", "0"},
                                     {R"("NaN")", "nan"},
                                     {R"("-INF")", "-inf"},
                                     {R"("INF")", kBad},
                                     {R"("1.5")", kBad}});
}

TEST(CoercionTest, Decimal) {
  ExpectCoercions(arrow::decimal128(10, 2),
                  {{"1", "1.00"},
                   {"1.005", "1.01"},
                   {"1.015", "1.02"},
                   {"-1.005", "-1.01"},
                   {"1.0049999999999999999999999999999999999999999", "1.00"},
                   {"99999999.994", "99999999.99"},
                   {"99999999.995", kBad},
                   {"999999999", kBad},
                   {"1e3", "1000.00"},
                   {"1e-5", "0.00"},
                   {"1e999999999999", kBad},
                   {"1e-999999999999", "0.00"},
                   {"0e999999999999", "0.00"},
                   {"0", "0.00"},
                   {R"("1.5")", "1.50"},
                   {R"("1,234.50")", "1234.50"},
                   {R"("+5")", "5.00"},
                   {R"("1e2")", "100.00"},
                   {R"(".5")", "0.50"},
                   {R"("5.")", "5.00"},
                   {R"("abc")", kBad},
                   {R"("1e")", kBad},
                   {R"("")", kBad},
                   {R"(" 5")", kBad},
                   {"true", kBad}});
  ExpectCoercions(arrow::decimal128(38, 0), {{"99999999999999999999999999999999999999",
                                              "99999999999999999999999999999999999999"},
                                             {"100000000000000000000000000000000000000", kBad}});
}

TEST(CoercionTest, Date) {
  ExpectCoercions(arrow::date32(), {{R"("2018-11-02")", "2018-11-02"},
                                    {R"("2018-1-2")", "2018-01-02"},
                                    {R"("2018")", "2018-01-01"},
                                    {R"("2018-11")", "2018-11-01"},
                                    {R"("2018-11-02T10:00")", "2018-11-02"},
                                    {R"(" 2018-11-02 ")", "2018-11-02"},
                                    {R"("2018-11-02 junk")", "2018-11-02"},
                                    {R"("+2018-01-01")", "2018-01-01"},
                                    {R"("1582-10-10")", "1582-10-10"},
                                    {R"("2000-02-29")", "2000-02-29"},
                                    {R"("1900-02-29")", kBad},
                                    {R"("2018-02-30")", kBad},
                                    {R"("20181102")", kBad},  // Spark: that many days since 1970
                                    {R"("2018-11-02x")", kBad},
                                    {R"("2018-11-")", kBad},
                                    {R"("18-11-02")", kBad},
                                    {R"("5881580-07-12")", kBad},  // past 32 bits
                                    {R"("+5")", kBad},             // Spark: days since 1970
                                    {R"("2018-11-02GMT")", "2018-11-02"},
                                    {R"("2018-11-02UTC")", kBad},
                                    {R"("abc")", kBad},
                                    {R"("")", kBad},
                                    {"1541", kBad}});
  const ScanResult result =
      ScanOrDie(Options({arrow::field("v", arrow::date32())}),
                "{\"v\":\"-0001-01-01\"}\n{\"v\":\"10000-01-01\"}\n{\"v\":\"0000-01-01\"}\n");
  const auto& days = static_cast<const arrow::Date32Array&>(*result.batch->column(0));
  EXPECT_EQ(days.Value(0), -719893);
  EXPECT_EQ(days.Value(1), 2932897);
  EXPECT_EQ(days.Value(2), -719528);
}

TEST(CoercionTest, Timestamp) {
  const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const std::string time = "2018-11-02 10:11:12.000000Z";
  const std::string two_hours_before = "2018-11-02 08:11:12.000000Z";
  ExpectCoercions(type, {{R"("2018-11-02")", "2018-11-02 00:00:00.000000Z"},
                         {R"("2018-11-02T10:11:12")", time},
                         {R"("2018-11-02 10:11:12.5")", "2018-11-02 10:11:12.500000Z"},
                         {R"("2018-11-02T10:11:12.123456789Z")", "2018-11-02 10:11:12.123456Z"},
                         {R"("2018-11-02T10:11:12+02:00")", two_hours_before},
                         {R"("2018-11-02T10:11:12 +02:00")", two_hours_before},
                         {R"("2018-11-02T10:11:12+2")", two_hours_before},
                         {R"("2018-11-02T10:11:12+0200")", two_hours_before},
                         {R"("2018-11-02T10:11:12+02:0")", two_hours_before},
                         {R"("2018-11-02T10:11:12GMT+2")", two_hours_before},
                         {R"("2018-11-02T10:11:12-08:00:30")", "2018-11-02 18:11:42.000000Z"},
                         {R"("2018-11-02T10:11:12UTC")", time},
                         {R"("2018-11-02T10:11:12 UTC")", time},
                         {R"("2018-11-02T10:11:12UT")", time},
                         {R"("2018-11-02T10:11:12Z ")", time},
                         {R"(" 2018-11-02 10:11:12 ")", time},
                         {R"("2018-11-02T10:11:12.")", time},
                         {R"("2018-11-02T10:11")", "2018-11-02 10:11:00.000000Z"},
                         {R"("2018-11-02T10")", "2018-11-02 10:00:00.000000Z"},
                         {R"("2018-11-02 1:2:3")", "2018-11-02 01:02:03.000000Z"},
                         {R"("2018")", "2018-01-01 00:00:00.000000Z"},
                         {R"("2018-11-02 ")", "2018-11-02 00:00:00.000000Z"},
                         {R"("1969-12-31T23:59:59.5Z")", "1969-12-31 23:59:59.500000Z"},
                         {"1541105830", "2018-11-01 20:57:10.000000Z"},
                         {"9223372036855", kBad},  // Spark wraps around
                         {"1541105830.5", kBad},
                         {R"("1541105830")", kBad},
                         {R"("10:11")", kBad},  // Spark: today
                         {R"("2018-11-02T10:11:12z")", kBad},
                         {R"("2018-11-02T10:11:12+18:01")", kBad},
                         {R"("2018-11-02T24:00:00")", kBad},
                         {R"("2018-11-02T10:11:60")", kBad},
                         {R"("2018-11-02T10:11:12+")", kBad},
                         {R"("2018-11-02T")", kBad},
                         {R"("abc")", kBad},
                         {R"("")", kBad},
                         {"true", kBad}});
}

std::shared_ptr<const DatetimePattern> PatternOf(std::string_view text) {
  return std::make_shared<const DatetimePattern>(
      DatetimePattern::Make(text, DatetimePattern::Use::kParse).ValueOrDie());
}

TEST(CoercionTest, DatesByPattern) {
  const DatetimeFormats formats{PatternOf("dd/MM/yyyy"), PatternOf("dd.MM.yyyy HH:mm")};
  ExpectCoercions(arrow::date32(),
                  {{R"("02/11/2018")", "2018-11-02"},
                   {R"("02\/11\/2018")", "2018-11-02"},
                   {R"("2018-11-02")", kBad},
                   {R"("02.11.2018 10:11")", kBad},
                   {R"("")", kBad},
                   {"1541", kBad},
                   {"null", "null"}},
                  formats);
  ExpectCoercions(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                  {{R"("02.11.2018 10:11")", "2018-11-02 10:11:00.000000Z"},
                   {"1541105830", "2018-11-01 20:57:10.000000Z"},
                   {R"("02/11/2018")", kBad},
                   {R"("2018-11-02 10:11:12")", kBad},
                   {R"("2018-11-02GMT")", kBad},
                   {R"("")", kBad}},
                  formats);
}

// Those that say no zone are of the session's: in Berlin, an hour that is skipped, and one that
// comes twice.
TEST(CoercionTest, TimestampsInAZone) {
  DatetimeFormats formats;
  formats.zone = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(formats.zone, nullptr);
  const auto timestamp = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  ExpectCoercions(timestamp,
                  {{R"("2018-11-01T10:00:00")", "2018-11-01 09:00:00.000000Z"},
                   {R"("2018-07-01")", "2018-06-30 22:00:00.000000Z"},
                   {R"("2018-03-25T02:30:00")", "2018-03-25 01:30:00.000000Z"},
                   {R"("2018-10-28T02:30:00")", "2018-10-28 00:30:00.000000Z"},
                   {R"("2018-07-01T10:00:00Z")", "2018-07-01 10:00:00.000000Z"},
                   {"1541105830", "2018-11-01 20:57:10.000000Z"}},
                  formats);
  ExpectCoercions(arrow::timestamp(arrow::TimeUnit::MICRO),
                  {{R"("2018-07-01 10:00:00")", "2018-07-01 10:00:00.000000"}}, formats);
  ExpectCoercions(arrow::date32(), {{R"("2018-07-01T23:30:00Z")", "2018-07-01"}}, formats);
  formats.timestamp = PatternOf("yyyy-MM-dd HH:mm");
  ExpectCoercions(timestamp, {{R"("2018-07-01 10:00")", "2018-07-01 08:00:00.000000Z"}}, formats);
}

TEST(CoercionTest, DatesByPatternInsideOfOtherTypes) {
  const auto type = arrow::struct_(
      {arrow::field("d", arrow::list(arrow::date32())),
       arrow::field("t",
                    arrow::map(arrow::utf8(), arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")))});
  ScanOptions options = Options({arrow::field("v", type)});
  options.datetime_formats = {PatternOf("dd/MM/yyyy"), PatternOf("dd.MM.yyyy HH:mm")};
  const ScanResult result =
      ScanOrDie(options,
                "{\"v\":{\"d\":[\"02/11/2018\",null],\"t\":{\"a\":\"02.11.2018 10:11\",\"b\":7}}}\n"
                "{\"v\":{\"d\":[\"2018-11-02\"]}}\n{\"v\":{\"t\":{\"a\":\"2018-11-02\"}}}\n");
  ASSERT_EQ(result.bad_records.size(), 2);
  EXPECT_EQ(result.bad_records[0].reason, "field v.d[]: '2018-11-02' is not DATE");
  EXPECT_EQ(result.bad_records[1].reason, "field v.t.a: '2018-11-02' is not TIMESTAMP");
  const auto& structs = static_cast<const arrow::StructArray&>(*result.batch->column(0));
  const auto& days = static_cast<const arrow::ListArray&>(*structs.field(0));
  EXPECT_EQ(static_cast<const arrow::Date32Array&>(*days.values()).Value(0), 17837);
  const auto& moments = static_cast<const arrow::MapArray&>(*structs.field(1));
  EXPECT_EQ(static_cast<const arrow::TimestampArray&>(*moments.items()).Value(0), 1541153460000000);
  EXPECT_EQ(static_cast<const arrow::TimestampArray&>(*moments.items()).Value(1), 7000000);
}

// The last value counts, in whatever way the scanner came to it; the others have to fit as well.
TEST(CoercionTest, RepeatedKeys) {
  const ScanOptions options =
      Options({arrow::field("i", arrow::int32()), arrow::field("s", arrow::utf8()),
               arrow::field("l", arrow::list(arrow::int32()))});
  std::string block;
  std::vector<std::string> rows;
  std::vector<std::string> reasons;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    block += "{\"i\":" + n + ",\"s\":1,\"i\":7,\"s\":\"" + n + "\"}\n";
    rows.push_back("7|" + n);
    if (i % 3 == 0) {
      block += "{\"i\":" + n + ".5,\"s\":1,\"i\":7,\"s\":2}\n";
      reasons.push_back("field i: " + n + ".5 is not INT");
    }
    if (i % 5 == 0) {
      block += "{\"l\":[" + n + ".5],\"l\":null}\n{\"i\":null,\"\\u0069\":3,\"x\":1,\"x\":{}}\n";
      reasons.push_back("field l[]: " + n + ".5 is not INT");
      rows.push_back("3|null");
    }
  }
  const ScanResult result = ScanOrDie(options, block);
  EXPECT_EQ(RowsOf(*result.batch->SelectColumns({0, 1}).ValueOrDie()), rows);
  ASSERT_EQ(result.bad_records.size(), reasons.size());
  for (size_t i = 0; i < reasons.size(); ++i) EXPECT_EQ(result.bad_records[i].reason, reasons[i]);
  EXPECT_TRUE(result.batch->ValidateFull().ok());
}

TEST(CoercionTest, Binary) {
  ExpectCoercions(arrow::binary(), {{R"("YWJj")", "abc"},
                                    {R"("YWI=")", "ab"},
                                    {R"("YQ==")", "a"},
                                    {R"("YR==")", "a"},
                                    {R"("YQ==YQ==")", "aa"},
                                    {R"("YWJj\nYWJj")", "abcabc"},
                                    {R"("YWJj\n")", "abc"},
                                    {R"("")", ""},
                                    {R"("YWI")", kBad},
                                    {R"("Y W J j")", kBad},
                                    {R"("====")", kBad},
                                    {R"("-_8=")", kBad},
                                    {R"("!")", kBad},
                                    {"1", kBad}});
}

std::string JsonOf(const ScanResult& result) { return result.batch->column(0)->ToString(); }

TEST(CoercionTest, Array) {
  const auto type = arrow::list(arrow::int32());
  const ScanResult result =
      ScanOrDie(Options({arrow::field("v", type)}),
                "{\"v\":[1,null,2]}\n{\"v\":[ "
                "]}\n{\"v\":null}\n{\"v\":[1.0]}\n{\"v\":{}}\n{\"v\":[\"1\"]}\n");
  EXPECT_EQ(result.bad_records.size(), 3);
  EXPECT_EQ(result.bad_records[0].reason, "field v[]: 1.0 is not INT");
  EXPECT_EQ(result.bad_records[1].reason, "field v: {} is not ARRAY<INT>");
  const auto& lists = static_cast<const arrow::ListArray&>(*result.batch->column(0));
  ASSERT_EQ(lists.length(), 3);
  EXPECT_TRUE(lists.value_slice(0)->Equals(
      arrow::Int32Array(3, arrow::Buffer::FromString(std::string("\1\0\0\0\0\0\0\0\2\0\0\0", 12)),
                        arrow::Buffer::FromString("\5"), 1)))
      << JsonOf(result);
  EXPECT_EQ(lists.value_length(1), 0);
  EXPECT_TRUE(lists.IsNull(2));
  EXPECT_TRUE(result.batch->ValidateFull().ok());
}

TEST(CoercionTest, Struct) {
  const auto type = arrow::struct_(
      {arrow::field("a", arrow::int32()), arrow::field("b", arrow::utf8()),
       arrow::field("c", arrow::struct_({arrow::field("d", arrow::list(arrow::boolean()))}))});
  const ScanResult result = ScanOrDie(
      Options({arrow::field("v", type)}),
      "{\"v\":{\"a\":1,\"b\":2,\"c\":{\"d\":[true,null]}}}\n{\"v\":{}}\n{\"v\":null}\n"
      "{\"v\":{\"\\u0061\":3,\"a\":4,\"x\":[{}]}}\n{\"v\":{\"c\":{\"d\":[1]}}}\n{\"v\":[]}\n"
      "{\"v\":{\"a\":\"x\",\"a\":4}}\n");
  ASSERT_EQ(result.bad_records.size(), 3);
  EXPECT_EQ(result.bad_records[0].reason, "field v.c.d[]: 1 is not BOOLEAN");
  EXPECT_EQ(result.bad_records[2].reason, "field v.a: 'x' is not INT");
  const auto& structs = static_cast<const arrow::StructArray&>(*result.batch->column(0));
  ASSERT_EQ(structs.length(), 4);
  EXPECT_TRUE(structs.IsNull(2));
  const auto& a = static_cast<const arrow::Int32Array&>(*structs.field(0));
  EXPECT_EQ(a.Value(0), 1);
  EXPECT_TRUE(a.IsNull(1));
  EXPECT_EQ(a.Value(3), 4);
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*structs.field(1)).GetView(0), "2");
  EXPECT_TRUE(result.batch->ValidateFull().ok());
}

TEST(CoercionTest, Map) {
  const auto type = arrow::map(arrow::utf8(), arrow::float64());
  const ScanResult result = ScanOrDie(Options({arrow::field("v", type)}),
                                      "{\"v\":{\"a\":1,\"\\n\":null}}\n{\"v\":{}}\n{\"v\":null}\n{"
                                      "\"v\":{\"a\":\"x\"}}\n{\"v\":[]}\n");
  ASSERT_EQ(result.bad_records.size(), 2);
  EXPECT_EQ(result.bad_records[0].reason, "field v.a: 'x' is not DOUBLE");
  EXPECT_EQ(result.bad_records[1].reason, "field v: [] is not MAP<STRING, DOUBLE>");
  const auto& maps = static_cast<const arrow::MapArray&>(*result.batch->column(0));
  ASSERT_EQ(maps.length(), 3);
  EXPECT_EQ(maps.value_length(0), 2);
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*maps.keys()).GetView(1), "\n");
  EXPECT_EQ(maps.value_length(1), 0);
  EXPECT_TRUE(maps.IsNull(2));
  EXPECT_TRUE(result.batch->ValidateFull().ok());
}

TEST(CoercionTest, MapKeysAreStrings) {
  EXPECT_TRUE(Scanner::Make(Options({arrow::field("v", arrow::map(arrow::int32(), arrow::utf8()))}))
                  .status()
                  .IsNotImplemented());
}

TEST(CoercionTest, ValueShownIsShortenedBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  const ScanResult result =
      ScanOrDie(Options({arrow::field("v", arrow::int32())}), "{\"v\":\"x" + text + "\"}");
  EXPECT_EQ(result.bad_records[0].reason, "field v: 'x" + text.substr(0, 58) + "…' is not INT");
}

// A misfit takes the record out of all columns, also those that had taken its values already.
TEST(CoercionTest, MisfitsLeaveOtherRecordsWhole) {
  const ScanOptions options =
      Options({arrow::field("s", arrow::utf8()), arrow::field("b", arrow::boolean()),
               arrow::field("l", arrow::list(arrow::utf8())), arrow::field("i", arrow::int32())});
  std::string block;
  std::vector<std::string> rows;
  size_t num_bad = 0;
  for (int i = 0; i < 500; ++i) {
    const bool bad = i % 7 == 3 || i % 50 < 2;
    const std::string s = i % 5 == 0 ? "null" : "\"s" + std::to_string(i) + "\"";
    const std::string b = i % 3 == 0 ? "null" : (i % 2 == 0 ? "true" : "false");
    block += "{\"s\":" + s + ",\"b\":" + b + ",\"l\":[\"" + std::to_string(i) +
             "\"],\"i\":" + (bad ? "1.5" : std::to_string(i)) + "}\n";
    num_bad += bad;
    if (bad) continue;
    rows.push_back((i % 5 == 0 ? "null" : "s" + std::to_string(i)) + "|" + b + "|" +
                   std::to_string(i));
  }
  const ScanResult result = ScanOrDie(options, block);
  EXPECT_EQ(result.bad_records.size(), num_bad);
  EXPECT_TRUE(
      std::is_sorted(result.bad_records.begin(), result.bad_records.end(),
                     [](const BadRecord& a, const BadRecord& b) { return a.line < b.line; }));
  EXPECT_EQ(RowsOf(*result.batch->SelectColumns({0, 1, 3}).ValueOrDie()), rows);
  const auto& lists = static_cast<const arrow::ListArray&>(*result.batch->column(2));
  EXPECT_EQ(lists.values()->length(), lists.length());
  EXPECT_TRUE(result.batch->ValidateFull().ok());
}

}  // namespace
}  // namespace tarn::json
