#include "s3/parted_etag.h"

#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

TEST(PartedEtagTest, TheMd5OfTheParts) {
  // By: printf part | md5sum | xxd -r -p | md5sum
  EXPECT_EQ(PartedEtag({"\"f4c9385f1902f7334b00b9b4ecd164de\""}),
            "\"1819d1a8700e59901a48215b8577ac07-1\"");
  EXPECT_EQ(PartedEtag({"f4c9385f1902f7334b00b9b4ecd164de", "f4c9385f1902f7334b00b9b4ecd164de"}),
            "\"ca46ba190dcf239f636a4155d47c4b18-2\"");
}

TEST(PartedEtagTest, WhatIsNoMd5) {
  EXPECT_EQ(PartedEtag({""}), std::nullopt);
  EXPECT_EQ(PartedEtag({"f4c9385f1902f7334b00b9b4ecd164de", "f4c9385f1902f7334b00b9b4ecd164zz"}),
            std::nullopt);
}

}  // namespace
}  // namespace tarn::s3
