#include "input/framing.h"

#include <gtest/gtest.h>

namespace tarn::input {
namespace {

using json::Framing;

TEST(FramingTest, GoesByTheFirstRecord) {
  EXPECT_EQ(FramingOf("{\"a\":1}\n{\"a\":2}\n", true), Framing::kLines);
  EXPECT_EQ(FramingOf("\xEF\xBB\xBF\r\n{\"a\":1}", true), Framing::kLines);
  EXPECT_EQ(FramingOf("{\"a\":1", true), Framing::kValues);
  EXPECT_EQ(FramingOf("{\n \"a\":1}\n", true), Framing::kValues);
  EXPECT_EQ(FramingOf("{}{}\n", true), Framing::kValues);
  EXPECT_EQ(FramingOf(" \n[{}]", true), Framing::kArray);
  EXPECT_EQ(FramingOf("[{}]\n", false), Framing::kArray);
  EXPECT_EQ(FramingOf("[{}]\n[{}]\n", true), Framing::kLines);
  EXPECT_EQ(FramingOf("[{},{}]\n{}\n", true), Framing::kLines);
  EXPECT_EQ(FramingOf("[{},\n{}]\n[{}]\n", true), Framing::kArray);
  EXPECT_EQ(FramingOf(RecordFormat::kJson, "[{}]\n[{}]\n", true), Framing::kArray);
  EXPECT_EQ(FramingOf("[\n", false), Framing::kArray);
  EXPECT_EQ(FramingOf("", true), Framing::kLines);
  EXPECT_EQ(FramingOf("{\"a\":1}", false), Framing::kValues);
}

TEST(FramingTest, ABrokenFirstLineDoesNotHideTheOthers) {
  EXPECT_EQ(FramingOf("{\"a\":\n{\"a\":2}\n", true), Framing::kLines);
  EXPECT_EQ(FramingOf("garbage\n\n{\"a\":2}", true), Framing::kLines);
  EXPECT_EQ(FramingOf("{\"a\":\n{\"a\":2}", false), Framing::kValues);
  EXPECT_EQ(FramingOf("{\"a\": [\n{\"a\":2},\n{}]}", true), Framing::kValues);
  EXPECT_EQ(FramingOf("{} {}\n{}\n", true), Framing::kValues);
}

TEST(FramingTest, KnowsWhatIsCertainlyNotLines) {
  EXPECT_TRUE(IsCertainlyNotLines("[{}]", true));
  EXPECT_TRUE(IsCertainlyNotLines("{\n \"a\":1\n}\n", true));
  EXPECT_FALSE(IsCertainlyNotLines("{\"a\":1}\n", true));
  EXPECT_FALSE(IsCertainlyNotLines("{}{}\n{}", true));
  // A first record that is broken does not make a file of lines something else.
  EXPECT_FALSE(IsCertainlyNotLines("{\"a\":\n{\"a\":2}\n", true));
  EXPECT_FALSE(IsCertainlyNotLines("garbage\n{\"a\":2}\n", true));
  EXPECT_FALSE(IsCertainlyNotLines("{\"a\":", true));
  EXPECT_FALSE(IsCertainlyNotLines("", true));
}

}  // namespace
}  // namespace tarn::input
