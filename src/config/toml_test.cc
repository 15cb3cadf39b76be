#include "config/toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::shared_ptr<const ConfigText> TextOf(const std::string& document) {
  return std::make_shared<ConfigText>(ConfigText{"t.toml", document});
}

// The value of the only key of `document`.
ConfigValue ValueOf(const std::string& document) {
  auto root = ParseToml(TextOf(document));
  EXPECT_TRUE(root.ok()) << root.status().message();
  if (!root.ok() || root->table()->size() != 1) return {};
  return root->table()->front().value;
}

Diagnostic ErrorOf(const std::string& document) {
  auto root = ParseToml(TextOf(document));
  EXPECT_FALSE(root.ok()) << document;
  return root.ok() ? Diagnostic{} : DiagnosticsOf(root.status()).at(0);
}

// Every byte of the string's value that has a letter of its own stands at that letter.
void ExpectTracked(const std::string& document, const std::string& value) {
  ConfigValue found = ValueOf(document);
  ASSERT_NE(found.string(), nullptr) << document;
  EXPECT_EQ(found.string()->value, value);
  ASSERT_THAT(found.string()->offsets, SizeIs(value.size()));
  for (size_t i = 0; i < value.size(); ++i) {
    const size_t offset = found.string()->offsets[i];
    if (document[offset] != '\\') {
      EXPECT_EQ(document[offset], value[i]) << document << " at " << i;
    }
  }
}

TEST(TomlTest, StringsKnowWhereTheyStand) {
  ExpectTracked("a = \"plain ä\"", "plain ä");
  ExpectTracked("a = 'literal \\n'", "literal \\n");
  ExpectTracked("'ä' = 'x'", "x");
  ExpectTracked("a = \"tab\\tquote\\\"u\\u00e4U\\U0001F600 end\"", "tab\tquote\"uäU😀 end");
  ExpectTracked("a = \"\"\"\n two\n lines \\\n   joined\"\"\"", " two\n lines joined");
  ExpectTracked("a = '''\nb ''c'' \\'''", "b ''c'' \\");
  ExpectTracked("a = \"\"\"\"quoted\"\"\"\"", "\"quoted\"");
  ExpectTracked("a = \"\"", "");
  ExpectTracked("a = '''b'''''", "b''");
}

TEST(TomlTest, CarriageReturns) {
  ConfigValue value = ValueOf("a = \"\"\"\r\nx\r\n y\"\"\"\r\n");
  ASSERT_NE(value.string(), nullptr);
  EXPECT_EQ(value.string()->value, "x\n y");
  EXPECT_EQ(value.string()->offsets.back(), 13u);
}

TEST(TomlTest, Types) {
  EXPECT_EQ(ValueOf("a = 1").type_name(), "an integer");
  EXPECT_EQ(ValueOf("a = 1.5").type_name(), "a fraction");
  EXPECT_EQ(ValueOf("a = true").type_name(), "a boolean");
  EXPECT_EQ(ValueOf("a = 2020-01-01").type_name(), "a date");
  EXPECT_EQ(ValueOf("a = 2020-01-01T00:00:00Z").type_name(), "a date");
  EXPECT_EQ(ValueOf("a = 10:00:00").type_name(), "a time");
  EXPECT_EQ(ValueOf("a = [1]").type_name(), "an array");
  EXPECT_EQ(ValueOf("[a]").type_name(), "a table");
}

TEST(TomlTest, LocationsOfValues) {
  const std::string document = "\"ä\" = [ 12, 'x' ]  # ä";
  ConfigValue value = ValueOf(document);
  ASSERT_NE(value.array(), nullptr);
  const ConfigLocation& number = value.array()->at(0).at;
  EXPECT_EQ(document.substr(number.begin, number.end - number.begin), "12");
  const ConfigLocation& string = value.array()->at(1).at;
  EXPECT_EQ(document.substr(string.begin, string.end - string.begin), "'x'");
}

TEST(TomlTest, ByteOrderMark) {
  EXPECT_EQ(ValueOf("\xEF\xBB\xBF"
                    "a = 1")
                .type_name(),
            "an integer");
}

TEST(TomlTest, SyntaxErrors) {
  Diagnostic error = ErrorOf("a = 1\nb = \n");
  EXPECT_EQ(error.file, "t.toml");
  EXPECT_EQ(error.line, 2);
  EXPECT_EQ(ErrorOf("a = 1\na = 2").line, 2);
  EXPECT_EQ(ErrorOf("a = \"x").line, 1);
  EXPECT_EQ(ErrorOf("a = '''x").line, 1);
  EXPECT_GT(ErrorOf("a = \"\xFF\"").line, 0);
}

// Letters that stand where toml++ looks for a blank, inside of what it, or we, take for a string.
TEST(TomlTest, LettersAreNoBlanks) {
  EXPECT_EQ(ValueOf("a = \"\"\"\\\n\u00A7\"\"\"").string()->value, "\u00A7");
  EXPECT_EQ(ErrorOf("a = -\"x\u0413\"").line, 1);
  EXPECT_EQ(ErrorOf("\u00E4 = 1").message,
            "this character is allowed only in a string or a comment");
}

TEST(TomlTest, LimitsAreErrors) {
  EXPECT_THAT(ErrorOf(std::string((1 << 20) + 1, '\n')).message, HasSubstr("1 MiB"));
  std::string nested = "a";
  for (int i = 0; i < 200'000; ++i) nested += ".a";
  EXPECT_THAT(ErrorOf(nested + " = 1").message, HasSubstr("too many dots"));
  EXPECT_THAT(ErrorOf("a = " + std::string(100'000, '[')).message, HasSubstr("nested"));
  std::string dots(300, '.');
  ValueOf("# " + dots + "\na = '" + dots + "'");
}

}  // namespace
}  // namespace tarn
