#include "storage/read_buffers.h"

#include <gtest/gtest.h>

namespace tarn::storage {
namespace {

constexpr int64_t kMegabyte = 1 << 20;

TEST(ReadBuffers, MemoryIsUsedAgain) {
  const auto buffers = ReadBuffers::Make();
  auto first = buffers->Allocate(3 * kMegabyte + 5).ValueOrDie();
  EXPECT_EQ(first->size(), 3 * kMegabyte + 5);
  const uint8_t* const memory = first->data();
  auto second = buffers->Allocate(2 * kMegabyte).ValueOrDie();
  EXPECT_NE(second->data(), memory);
  first.reset();
  EXPECT_NE(buffers->Allocate(5 * kMegabyte).ValueOrDie()->data(), memory);  // does not fit
  first = buffers->Allocate(4 * kMegabyte).ValueOrDie();
  EXPECT_EQ(first->data(), memory);
  EXPECT_EQ(first->size(), 4 * kMegabyte);
  ASSERT_TRUE(first->is_mutable());
  first->mutable_data()[4 * kMegabyte - 1] = 7;
}

TEST(ReadBuffers, OnlySomeAreKept) {
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  const auto buffers = ReadBuffers::Make();
  std::vector<std::shared_ptr<arrow::Buffer>> lent;
  for (size_t i = 0; i < ReadBuffers::kFreeMax + 5; ++i) {
    lent.push_back(buffers->Allocate(kMegabyte).ValueOrDie());
  }
  lent.clear();
  EXPECT_EQ(arrow::default_memory_pool()->bytes_allocated() - before,
            static_cast<int64_t>(ReadBuffers::kFreeMax) * kMegabyte);
}

TEST(ReadBuffers, BuffersOutliveIt) {
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  auto buffers = ReadBuffers::Make();
  auto lent = buffers->Allocate(kMegabyte).ValueOrDie();
  buffers.reset();
  lent->mutable_data()[0] = 1;
  lent.reset();
  EXPECT_EQ(arrow::default_memory_pool()->bytes_allocated(), before);
}

TEST(ReadBuffers, SmallOnesAreNotKept) {
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  const auto buffers = ReadBuffers::Make();
  EXPECT_EQ(buffers->Allocate(100).ValueOrDie()->size(), 100);
  EXPECT_EQ(arrow::default_memory_pool()->bytes_allocated(), before);
}

}  // namespace
}  // namespace tarn::storage
