#include "input/block_reader.h"

#include <gmock/gmock.h>

#include "input/compress_for_test.h"
#include "input/compression.h"
#include "input/read_ahead.h"

namespace tarn::input {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Blocks(std::unique_ptr<ByteStream> text, bool lines, int64_t block_bytes) {
  BlockReader reader(text.get(), lines, block_bytes, 1000);
  std::vector<std::string> blocks;
  TextBlock block;
  int64_t offset = 0;
  while (reader.Next(0, &block).ValueOrDie()) {
    EXPECT_EQ(block.block.begins_file, blocks.empty());
    EXPECT_EQ(block.byte_offset, offset);
    offset += static_cast<int64_t>(block.block.text.size());
    blocks.emplace_back(block.block.text);
  }
  EXPECT_TRUE(block.block.ends_file);
  return blocks;
}

TEST(BlockReaderTest, CutsAfterLines) {
  EXPECT_THAT(Blocks(StreamOf("a\nbb\nccc\ndddd"), true, 4),
              ElementsAre("a\n", "bb\n", "ccc\n", "dddd"));
  EXPECT_THAT(Blocks(StreamOf("a long line\nb\n"), true, 4), ElementsAre("a long line\nb\n"));
  EXPECT_THAT(Blocks(StreamOf(""), true, 4), ElementsAre(""));
}

TEST(BlockReaderTest, EveryCutKeepsTheText) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::string(i * 37 % 50, 'x') + "\n";
  for (int64_t block_bytes = 1; block_bytes < 300; ++block_bytes) {
    for (const bool lines : {false, true}) {
      std::string joined;
      for (const std::string& block : Blocks(StreamOf(text), lines, block_bytes)) joined += block;
      ASSERT_EQ(joined, text);
    }
  }
}

TEST(BlockReaderTest, BytesThatAreLeftComeAgain) {
  auto text = StreamOf("0123456789");
  BlockReader reader(text.get(), false, 4, 1000);
  TextBlock block;
  ASSERT_TRUE(*reader.Next(0, &block));
  EXPECT_EQ(block.block.text, "0123");
  ASSERT_TRUE(*reader.Next(3, &block));
  EXPECT_EQ(block.block.text, "1234567");
  EXPECT_EQ(block.byte_offset, 1);
  ASSERT_TRUE(*reader.Next(7, &block));
  EXPECT_EQ(block.block.text, "123456789");
  EXPECT_TRUE(block.block.ends_file);
  EXPECT_FALSE(*reader.Next(0, &block));
}

// Blocks as "text", or "[begin of a long record" and "+rest of it".
std::vector<std::string> BlocksWithLimit(const std::string& content, bool lines,
                                         int64_t block_bytes, int64_t record_bytes_max) {
  auto text = StreamOf(content);
  BlockReader reader(text.get(), lines, block_bytes, record_bytes_max);
  std::vector<std::string> blocks;
  TextBlock block;
  int64_t left = 0;
  int64_t offset = 0;
  bool follows_record = false;
  while (reader.Next(left, &block).ValueOrDie()) {
    const std::string_view part = block.block.text;
    EXPECT_EQ(block.byte_offset, offset);
    EXPECT_EQ(block.block.follows_record, follows_record);
    follows_record = block.long_record != TextBlock::LongRecord::kNo;
    if (!follows_record) {
      // A scanner leaves what a block has of a record that goes on.
      const size_t open = part.rfind('{');
      const bool is_cut = !lines && !block.block.ends_file && open != std::string_view::npos &&
                          json::FindObjectEnd(part.substr(open)) == std::string_view::npos;
      left = is_cut ? std::ssize(part) - static_cast<int64_t>(open) : 0;
      blocks.emplace_back(part.substr(0, part.size() - left));
    } else {
      left = 0;
      const bool begins = block.long_record == TextBlock::LongRecord::kBegin;
      blocks.push_back((begins ? "[" : "+") + std::string(part));
    }
    offset += std::ssize(part) - left;
  }
  EXPECT_TRUE(block.block.ends_file);
  return blocks;
}

TEST(BlockReaderTest, LongLinesAreSetApart) {
  EXPECT_THAT(BlocksWithLimit("a\n12345678901\nb\n", true, 4, 6),
              ElementsAre("a\n", "[1234567890", "+1", "\nb\n"));
  EXPECT_THAT(BlocksWithLimit("1234567890123\nb", true, 4, 4),
              ElementsAre("[12345678", "+9012", "+3", "\nb"));
  EXPECT_THAT(BlocksWithLimit("123456789012", true, 4, 4),
              ElementsAre("[12345678", "+9012", "+", ""));
  EXPECT_THAT(BlocksWithLimit("1234567\n", true, 4, 7), ElementsAre("1234567\n", ""));
}

TEST(BlockReaderTest, LongRecordsAreSetApart) {
  EXPECT_THAT(BlocksWithLimit(R"({} {"a}\"":[12345]} {})", false, 4, 8),
              ElementsAre("{} ", "", "", R"([{"a}\"":[)", "+1234", "+5]}", " {}"));
}

TEST(BlockReaderTest, MemoryIsBoundWhateverTheRecord) {
  const std::string content = std::string(1'000'000, 'x') + "\nb\n";
  auto text = StreamOf(content);
  BlockReader reader(text.get(), true, 1000, 10'000);
  TextBlock block;
  int64_t longest = 0;
  while (reader.Next(0, &block).ValueOrDie()) {
    longest = std::max(longest, block.buffer->capacity());
  }
  EXPECT_LE(longest, 2 * 10'000);
}

TEST(ReadAheadTest, GivesTheSameBytes) {
  std::string text;
  for (int i = 0; i < 3'000'000; ++i) text += static_cast<char>('a' + i % 23);
  auto stream = ReadAhead(StreamOf(text));
  EXPECT_EQ(ReadAll(stream.get(), 77'777), text);
  EXPECT_EQ(stream->num_file_bytes(), 3'000'000);
}

TEST(ReadAheadTest, MayBeDroppedAtAnyTime) {
  for (int i = 0; i < 20; ++i) {
    auto stream = ReadAhead(StreamOf(std::string(20'000'000, 'x')));
    uint8_t byte = 0;
    ASSERT_EQ(*stream->Read(1, &byte), 1);
  }
}

TEST(ReadAheadTest, CarriesDamage) {
  std::string packed = Compress(arrow::Compression::GZIP, std::string(5'000'000, 'x'));
  packed.resize(packed.size() / 2);
  auto stream = ReadAhead(Decompress(Compression::kGzip, StreamOf(packed)).ValueOrDie());
  EXPECT_LT(ReadAll(stream.get()).size(), 5'000'000U);
  EXPECT_THAT(stream->damage(), ::testing::HasSubstr("cut short"));
}

}  // namespace
}  // namespace tarn::input
