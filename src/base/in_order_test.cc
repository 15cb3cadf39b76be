#include "base/in_order.h"

#include <gtest/gtest.h>

#include <memory>

namespace tarn {
namespace {

TEST(InOrderTest, PartsComeInTheOrderOfTheirPieces) {
  InOrder<int> parts;
  EXPECT_FALSE(parts.Take().has_value());
  parts.Add(1, 10);
  parts.Add(1, 11);
  parts.Complete(1);
  parts.Complete(2);
  EXPECT_FALSE(parts.Take().has_value());
  parts.Add(0, 1);
  EXPECT_EQ(parts.Take(), 1);
  EXPECT_EQ(parts.next(), 0);
  EXPECT_FALSE(parts.Take().has_value());
  parts.Add(0, 2);
  parts.Complete(0);
  EXPECT_EQ(parts.Take(), 2);
  EXPECT_EQ(parts.next(), 0);
  EXPECT_EQ(parts.Take(), 10);
  EXPECT_EQ(parts.next(), 1);
  EXPECT_EQ(parts.Take(), 11);
  EXPECT_FALSE(parts.Take().has_value());
  EXPECT_EQ(parts.next(), 3);
}

TEST(InOrderTest, WhatIsThereCanBeTakenOverGaps) {
  InOrder<std::unique_ptr<int>> parts;
  parts.Add(7, std::make_unique<int>(7));
  parts.Complete(3);
  parts.Add(5, std::make_unique<int>(5));
  EXPECT_EQ(**parts.TakeAny(), 5);
  EXPECT_EQ(**parts.TakeAny(), 7);
  EXPECT_FALSE(parts.TakeAny().has_value());
}

}  // namespace
}  // namespace tarn
