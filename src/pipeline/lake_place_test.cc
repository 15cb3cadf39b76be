#include "pipeline/lake_place.h"

#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

TEST(LakePlaceTest, WholeDisksBucketsAndHomesAreRefused) {
  for (const std::string place : {"/", "//", "/home/ann", "/root/", "/tmp/..", "file:///",
                                  "file:///home/ann", "/home", "s3://bucket", "s3://bucket/"}) {
    EXPECT_TRUE(CheckLakePlace(place).has_value()) << place;
  }
  for (const std::string place : {"/tmp/lake", "/home/ann/lake", "s3://bucket/lake", "/srv"}) {
    EXPECT_FALSE(CheckLakePlace(place).has_value()) << place;
  }
}

TEST(LakePlaceTest, WhatOverlaps) {
  EXPECT_TRUE(FoldersOverlap("/data/raw", "/data/raw/"));
  EXPECT_TRUE(FoldersOverlap("/data/raw", "/data/./raw/lake"));
  EXPECT_TRUE(FoldersOverlap("/data", "/data/raw"));
  EXPECT_TRUE(FoldersOverlap("s3://b", "s3://b/lake"));
  EXPECT_TRUE(FoldersOverlap("/data/raw", "file:///data/raw/lake"));
  EXPECT_TRUE(FoldersOverlap("file://localhost/data", "/data/lake"));
  EXPECT_FALSE(FoldersOverlap("/data/raw", "/data/rawer"));
  EXPECT_FALSE(FoldersOverlap("s3://b/raw", "s3://c/raw"));
  EXPECT_FALSE(FoldersOverlap("/data/raw/../lake", "/data/raw"));
}

TEST(LakePlaceTest, TheFolderAboveTheFirstWildcard) {
  EXPECT_EQ(FixedFolderOf("/raw/events/{yyyy}/*.json"), "/raw/events");
  EXPECT_EQ(FixedFolderOf("/raw/events-*.json"), "/raw");
  EXPECT_EQ(FixedFolderOf("/raw/one.json"), "/raw/one.json");
  EXPECT_EQ(FixedFolderOf("s3://b/*"), "s3://b");
}

}  // namespace
}  // namespace tarn::pipeline
