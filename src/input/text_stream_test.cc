#include "input/text_stream.h"

#include <gtest/gtest.h>

#include "input/compress_for_test.h"

namespace tarn::input {
namespace {

TEST(TextFileTest, IsDecompressedAndDecoded) {
  const std::string utf16("\xFF\xFE{\0}\0\n\0", 8);
  TextFile file =
      OpenText(StreamOf(Compress(arrow::Compression::ZSTD, utf16)), "a.json.zst").ValueOrDie();
  EXPECT_EQ(file.compression, Compression::kZstd);
  EXPECT_TRUE(file.is_utf16);
  EXPECT_FALSE(file.is_plain());
  EXPECT_EQ(ReadAll(file.text.get()), "{}\n");
}

TEST(TextFileTest, PlainTextIsItself) {
  TextFile file = OpenText(StreamOf("{\"a\":1}\n{}"), "a.json").ValueOrDie();
  EXPECT_TRUE(file.is_plain());
  const TextHead head = PeekHead(file.text.get()).ValueOrDie();
  EXPECT_EQ(head.text, "{\"a\":1}\n{}");
  EXPECT_TRUE(head.is_whole);
  EXPECT_EQ(ReadAll(file.text.get(), 3), "{\"a\":1}\n{}");
}

TEST(TextFileTest, TheHeadHoldsALongFirstLine) {
  const std::string line = "{\"a\":\"" + std::string(1'000'000, 'x') + "\"}\n";
  TextFile file = OpenText(StreamOf(line + std::string(10'000'000, ' ')), "a.json").ValueOrDie();
  const TextHead head = PeekHead(file.text.get()).ValueOrDie();
  EXPECT_GT(head.text.size(), line.size());
  EXPECT_FALSE(head.is_whole);
}

TEST(TextFileTest, EmptyIsFine) {
  TextFile file = OpenText(StreamOf(""), "a.json.gz").ValueOrDie();
  EXPECT_EQ(ReadAll(file.text.get()), "");
}

}  // namespace
}  // namespace tarn::input
