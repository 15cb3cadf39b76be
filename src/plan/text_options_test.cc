#include "plan/text_options.h"

#include <gtest/gtest.h>

namespace tarn::plan {
namespace {

std::string ErrorOf(const TextMap& map, TextOptionsOf use = TextOptionsOf::kFromJson) {
  const auto options = ReadTextOptions(map, use);
  return options.ok() ? "" : options.status().message();
}

TEST(TextOptions, AreReadByNamesOfAnyCase) {
  const auto options = ReadTextOptions(
      {{"MODE", "FailFast"}, {"dateformat", "dd/MM/yyyy"}, {"sep", "|"}}, TextOptionsOf::kFromCsv);
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_TRUE(options->fail_fast);
  EXPECT_EQ(options->date_format, "dd/MM/yyyy");
  EXPECT_EQ(options->separator, "|");
  EXPECT_FALSE(options->timestamp_format.has_value());
}

TEST(TextOptions, HaveSparksDefaults) {
  const TextOptions options = ReadTextOptions({}, TextOptionsOf::kToJson).ValueOrDie();
  EXPECT_FALSE(options.fail_fast);
  EXPECT_TRUE(options.ignore_null_fields);
  EXPECT_EQ(options.separator, ",");
  EXPECT_EQ(options.corrupt_record, "_corrupt_record");
}

TEST(TextOptions, RefuseWhatIsNotSupportedByName) {
  EXPECT_EQ(ErrorOf({{"allowComments", "true"}}), "option allowComments is not supported");
  EXPECT_EQ(ErrorOf({{"mode", "DROPMALFORMED"}}),
            "option mode: a function cannot drop its row, as DROPMALFORMED would");
  EXPECT_EQ(ErrorOf({{"mode", "x"}}), "option mode is 'x', not PERMISSIVE or FAILFAST");
  EXPECT_EQ(ErrorOf({{"header", "true"}}, TextOptionsOf::kFromCsv),
            "option header: one text has no header");
  EXPECT_EQ(ErrorOf({{"sep", ""}}, TextOptionsOf::kToCsv),
            "option sep is '', not a text without quotes, backslashes and ends of lines");
  EXPECT_EQ(ErrorOf({{"ignoreNullFields", "no"}}, TextOptionsOf::kToJson),
            "option ignoreNullFields is 'no', not true or false");
  EXPECT_NE(ErrorOf({{"dateFormat", "{"}}), "");
}

TEST(TextOptions, AreOfTheFunctionsThatTakeThem) {
  EXPECT_EQ(ErrorOf({{"sep", ";"}}, TextOptionsOf::kFromJson), "option sep is not supported");
  EXPECT_EQ(ErrorOf({{"mode", "FAILFAST"}}, TextOptionsOf::kToJson),
            "option mode is not supported");
  EXPECT_EQ(ErrorOf({{"dateFormat", "yyyy"}}, TextOptionsOf::kSchemaOfCsv),
            "option dateFormat is not supported");
}

}  // namespace
}  // namespace tarn::plan
