#include "base/large_memory.h"

#include <arrow/buffer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

namespace tarn {
namespace {

constexpr int64_t kLarge = LargeMemory::kLargeBytes;

// A buffer that is filled with a byte of its own.
class Filled {
 public:
  Filled(LargeMemory* memory, int64_t size, char byte) : memory_(memory), size_(size), byte_(byte) {
    EXPECT_TRUE(memory->Allocate(size, &data_).ok());
    std::memset(data_, byte, static_cast<size_t>(size));
  }
  ~Filled() {
    Check();
    memory_->Free(data_, size_);
  }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;

  void Resize(int64_t size) {
    ASSERT_TRUE(memory_->Reallocate(size_, size, &data_).ok());
    size_ = std::min(size, size_);
    Check();
    size_ = size;
    std::memset(data_, byte_, static_cast<size_t>(size));
  }
  void Check() const {
    EXPECT_TRUE(std::all_of(data_, data_ + size_, [&](uint8_t c) { return c == byte_; }));
  }
  const uint8_t* data() const { return data_; }

 private:
  LargeMemory* const memory_;
  uint8_t* data_ = nullptr;
  int64_t size_;
  const char byte_;
};

TEST(LargeMemoryTest, KeepsContentWhenResized) {
  LargeMemory memory(arrow::system_memory_pool());
  const std::vector<int64_t> sizes = {64,         kLarge - 1,    kLarge, kLarge + 1, kLarge * 9 / 8,
                                      kLarge * 7, kLarge * 7 + 1};
  for (const int64_t from : sizes) {
    for (const int64_t to : sizes) {
      Filled buffer(&memory, from, 'x');
      buffer.Resize(to);
      EXPECT_EQ(memory.bytes_allocated(), to);
    }
  }
  EXPECT_EQ(memory.bytes_allocated(), 0);
}

TEST(LargeMemoryTest, UsesAgainWhatWasFreed) {
  LargeMemory memory(arrow::system_memory_pool());
  const uint8_t* first = nullptr;
  {
    const Filled buffer(&memory, 2 * kLarge - 100, 'x');
    first = buffer.data();
  }
  const Filled smaller(&memory, kLarge, 'y');
  EXPECT_NE(smaller.data(), first);
  const Filled similar(&memory, 2 * kLarge - 200, 'z');
  EXPECT_EQ(similar.data(), first);
}

TEST(LargeMemoryTest, AnyThread) {
  LargeMemory memory(arrow::system_memory_pool());
  std::vector<std::thread> threads;
  for (char byte = 'a'; byte < 'd'; ++byte) {
    threads.emplace_back([&memory, byte] {
      std::mt19937 generator(byte);
      std::uniform_int_distribution<int64_t> sizes(kLarge / 2, LargeMemory::kKeptBytesMax / 16);
      for (int i = 0; i < 20; ++i) {
        Filled one(&memory, sizes(generator), byte);
        Filled other(&memory, sizes(generator), static_cast<char>(byte + 10));
        one.Resize(sizes(generator));
        other.Resize(sizes(generator));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(memory.bytes_allocated(), 0);
}

TEST(LargeMemoryTest, MoreThanThereIs) {
  LargeMemory memory(arrow::system_memory_pool());
  uint8_t* data = nullptr;
  EXPECT_TRUE(memory.Allocate(int64_t{1} << 60, &data).IsOutOfMemory());
  ASSERT_TRUE(memory.Allocate(kLarge, &data).ok());
  EXPECT_TRUE(memory.Reallocate(kLarge, int64_t{1} << 60, &data).IsOutOfMemory());
  memory.Free(data, kLarge);
}

}  // namespace
}  // namespace tarn
