#include "s3/listing_bounds.h"

#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

ListPage Page(std::vector<std::string> keys, std::string next_token) {
  ListPage page;
  for (std::string& key : keys) page.objects.push_back({std::move(key), 1, 1, ""});
  page.next_token = std::move(next_token);
  return page;
}

TEST(CheckPageTest, PagesGoOn) {
  EXPECT_TRUE(CheckPage(Page({"a/b", "a/c"}, "t"), {"a/", "", "a/a"}).ok());
  EXPECT_TRUE(CheckPage(Page({}, "u"), {"a/", "t", "a/a"}).ok());
  EXPECT_FALSE(CheckPage(Page({"a/b"}, "t"), {"a/", "t", "a/a"}).ok());
  EXPECT_FALSE(CheckPage(Page({"a/b", "a/a"}, ""), {"a/", "t", "a/a"}).ok());
  EXPECT_FALSE(CheckPage(Page({"b"}, ""), {"a/", "", ""}).ok());
  // Directory buckets have no order.
  EXPECT_TRUE(CheckPage(Page({"a/a"}, ""), {"a/", "t", "a/b", false}).ok());
  // The folder that a listing starts within, and the same one on the next page.
  ListPage folders;
  folders.prefixes = {"a/"};
  EXPECT_TRUE(CheckPage(folders, {"", "", "a/b"}).ok());
  EXPECT_FALSE(CheckPage(folders, {"", "t", "a/b"}).ok());
}

TEST(ListingBoundsTest, EmptyPagesAfterEachOther) {
  ListingBounds bounds;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < ListingBounds::kEmptyPagesMax; ++i) {
      ASSERT_TRUE(bounds.Count(Page({}, std::to_string(i))).ok());
    }
    ASSERT_TRUE(bounds.Count(Page({"a"}, "t")).ok());
  }
  for (int i = 0; i < ListingBounds::kEmptyPagesMax; ++i) (void)bounds.Count(Page({}, "t"));
  EXPECT_FALSE(bounds.Count(Page({}, "t")).ok());
}

TEST(ListingBoundsTest, AllPages) {
  ListingBounds bounds(3);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(bounds.Count(Page({"a"}, "t")).ok());
  EXPECT_TRUE(bounds.Count(Page({"a"}, "")).ok());
  EXPECT_FALSE(bounds.Count(Page({"a"}, "t")).ok());
}

TEST(ListingBoundsTest, UploadsGoOn) {
  const auto page = [](const std::string& key, const std::string& id) {
    return UploadPage{{}, key, id};
  };
  ListingBounds bounds;
  EXPECT_TRUE(bounds.Count(page("a", "1")).ok());
  EXPECT_TRUE(bounds.Count(page("a", "2")).ok());
  EXPECT_TRUE(bounds.Count(page("b", "1")).ok());
  EXPECT_TRUE(bounds.Count(page("", "")).ok());
  EXPECT_FALSE(bounds.Count(page("a", "1")).ok());
  ListingBounds empty;
  for (int i = 0; i < ListingBounds::kEmptyPagesMax; ++i) {
    ASSERT_TRUE(empty.Count(page("k", std::to_string(i))).ok());
  }
  EXPECT_FALSE(empty.Count(page("k", "last")).ok());
}

}  // namespace
}  // namespace tarn::s3
