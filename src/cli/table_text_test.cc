#include "cli/table_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tarn::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TextTableTest : public testing::Test {
 protected:
  std::ostringstream stream_;
  Terminal plain_{stream_};
};

TEST_F(TextTableTest, AlignsTextLeftAndNumbersRight) {
  TextTable table({{"name"}, {"rows", true}, {"artist"}});
  table.AddRow({{"songs"}, {"71"}, {"Zoë"}});
  table.AddRow({{"日本"}, {"6,820"}, {"x"}});
  EXPECT_EQ(table.Render({}, plain_).text,
            "name    rows  artist\n"
            "songs     71  Zoë\n"
            "日本   6,820  x\n");
}

TEST_F(TextTableTest, WithoutRowsThereIsAHeader) {
  EXPECT_EQ(TextTable({{"a"}, {"b"}}).Render({}, plain_).text, "a  b\n");
  EXPECT_EQ(TextTable({}).Render({}, plain_).text, "\n");
}

TEST_F(TextTableTest, LongCellsAreCut) {
  TextTable table({{"agent"}});
  table.AddRow({{std::string(100, 'x')}});
  EXPECT_EQ(table.Render({.cell_width = 10}, plain_).text, "agent\nxxxxxxxxx…\n");
}

TEST_F(TextTableTest, TheWidestColumnIsNarrowedFirstAndNumbersNever) {
  TextTable table({{"short"}, {"long"}, {"number", true}});
  table.AddRow({{"abcdefghij"}, {std::string(40, 'x')}, {"123456789012345678"}});
  TextTable::Rendered rendered = table.Render({.width = 52}, plain_);
  EXPECT_EQ(rendered.text,
            "short       long                              number\n"
            "abcdefghij  xxxxxxxxxxxxxxxxxxx…  123456789012345678\n");
  EXPECT_THAT(rendered.hidden_columns, IsEmpty());
}

TEST_F(TextTableTest, WholeColumnsAreNotCut) {
  TextTable table({{"time", false, true}, {"text"}});
  table.AddRow({{"2018-11-21 21:56:47.796"}, {"abcdefghijklmnopqrst"}});
  EXPECT_EQ(table.Render({.width = 40}, plain_).text,
            "time                     text\n"
            "2018-11-21 21:56:47.796  abcdefghijklmn…\n");
}

TEST_F(TextTableTest, ColumnsThatDoNotFitAreNamed) {
  TextTable table({{"first"}, {"second"}, {"third"}});
  table.AddRow({{std::string(30, 'a')}, {std::string(30, 'b')}, {std::string(30, 'c')}});
  TextTable::Rendered rendered = table.Render({.width = 34}, plain_);
  EXPECT_EQ(rendered.text, "first             second\naaaaaaaaaaaaaaa…  bbbbbbbbbbbbbbb…\n");
  EXPECT_THAT(rendered.hidden_columns, ElementsAre("third"));
}

TEST_F(TextTableTest, NoLineIsWiderThanAskedHoweverNarrow) {
  TextTable table({{"number", true}, {"text"}});
  table.AddRow({{"1234567890"}, {"abcdefghijkl"}});
  for (size_t width = 1; width < 40; ++width) {
    std::istringstream lines(table.Render({.width = width}, plain_).text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(DisplayWidth(line), width) << line;
  }
}

}  // namespace
}  // namespace tarn::cli
