#include "base/did_you_mean.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

const std::vector<std::string> kNames = {"song_id", "title", "year"};

TEST(DidYouMean, FindsWhatWasMeant) {
  EXPECT_EQ(Nearest("titel", kNames), "title");
  EXPECT_EQ(Nearest("Yaer", kNames), "year");
  EXPECT_EQ(Nearest("zzzz", kNames), "");
}

TEST(DidYouMean, IsAHint) {
  EXPECT_EQ(DidYouMean("titel", kNames), "did you mean title?");
  EXPECT_EQ(DidYouMean("zzzz", kNames), "");
  EXPECT_EQ(DidYouMean("zzzz", kNames, "columns: song_id"), "columns: song_id");
}

}  // namespace
}  // namespace tarn
