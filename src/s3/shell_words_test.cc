#include "s3/shell_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

using testing::ElementsAre;

std::vector<std::string> Split(std::string_view text) { return SplitShellWords(text).ValueOrDie(); }

TEST(ShellWords, AreThoseOfAShellWithoutExpansion) {
  EXPECT_THAT(Split(" a  b\tc "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Split(R"(a\ b 'c \d' "e \"f\" \g")"), ElementsAre("a b", R"(c \d)", R"(e "f" \g)"));
  EXPECT_THAT(Split(R"(a''b "" $HOME;x)"), ElementsAre("ab", "", "$HOME;x"));
  EXPECT_THAT(Split(""), ElementsAre());
  for (const char* open : {"a 'b", "a \"b", "a\\"}) EXPECT_FALSE(SplitShellWords(open).ok());
}

}  // namespace
}  // namespace tarn::s3
