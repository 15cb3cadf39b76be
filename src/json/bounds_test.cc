// Blocks of any length at any address. Each ends where its allocation does, so that a sanitizer
// sees any access past it.
#include <gtest/gtest.h>

#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

ScanOptions ManyTypes() {
  return Options({arrow::field("s", arrow::utf8()), arrow::field("i", arrow::int64()),
                  arrow::field("d", arrow::float64()), arrow::field("b", arrow::boolean()),
                  arrow::field("l", arrow::list(arrow::utf8())),
                  arrow::field("m", arrow::decimal128(20, 3))});
}

const std::string kRecord =
    R"({"s":"a\"bc\u00e9\ud83d\ude00 é€😀 and a longer end of it, past one vector",)"
    R"("i":-1234567890123,"x":[{"y":"\\"},[],null],"d":218.93179,"b":true,"l":["p","q\n"],"m":12.5e1})";

std::vector<std::string> Blocks() {
  const std::string crlf = kRecord + "\r\n" + kRecord + "\r\n";
  return {kRecord, kRecord + "\n", crlf, kRecord + "\n" + kRecord + "\n{\"i\":1}\n" + kRecord};
}

class BoundsTest : public testing::TestWithParam<Framing> {
 protected:
  ScanOptions options() const {
    ScanOptions options = ManyTypes();
    options.framing = GetParam();
    return options;
  }
};

class BorderTest : public BoundsTest {};

TEST_P(BoundsTest, EveryAlignmentGivesTheSame) {
  for (const std::string& block : Blocks()) {
    const ScanResult expected = ScanOrDie(options(), block);
    EXPECT_EQ(expected.bad_records.size(), 0);
    for (size_t misalignment = 0; misalignment < 64; ++misalignment) {
      const BlockAt copy(block, misalignment);
      EXPECT_TRUE(IsSame(ScanOnce(options(), copy.block()), expected)) << misalignment;
    }
  }
}

TEST_P(BoundsTest, EveryPrefixIsSafe) {
  auto scanner = Scanner::Make(options()).ValueOrDie();
  ASSERT_EQ(scanner->Scan(kRecord + "\n").ValueOrDie().batch->num_rows(), 1);
  const std::string block = kRecord + "\n" + kRecord;
  for (size_t length = 0; length <= block.size(); ++length) {
    const BlockAt copy(std::string_view(block).substr(0, length), length % 64);
    const ScanResult result = scanner->Scan(copy.block()).ValueOrDie();
    const bool first_whole = length >= kRecord.size();
    const bool second_whole = length == block.size();
    EXPECT_EQ(result.batch->num_rows(), first_whole + second_whole) << length;
    const bool ends_within = length > 0 && length != kRecord.size() &&
                             length != kRecord.size() + 1 && length != block.size();
    EXPECT_EQ(result.bad_records.size(), ends_within) << length;
    if (!ends_within) continue;
    // Where the block ends, or at the escape sequence, character or word that it cuts.
    EXPECT_LE(result.bad_records[0].error_offset, length);
    EXPECT_GE(result.bad_records[0].error_offset + 12, length);
  }
}

TEST_P(BoundsTest, EverySuffixIsSafe) {
  for (size_t begin = 0; begin <= kRecord.size(); ++begin) {
    const BlockAt copy(std::string_view(kRecord).substr(begin), begin % 64);
    const ScanResult result = ScanOrDie(options(), copy.block());
    EXPECT_EQ(result.num_records,
              result.batch->num_rows() + static_cast<int64_t>(result.bad_records.size()));
  }
}

// The end of a block, and with lines also of the part of it that is not copied, at every byte.
TEST_P(BorderTest, AtEveryByteGivesTheSame) {
  const bool array = GetParam() == Framing::kArray;
  const std::string records = kRecord + (array ? ",\n" : "\n") + kRecord + (array ? " ," : "\n") +
                              "{\"i\":1}" + (array ? "" : "\n");
  const std::string text = array ? "[" + records + "]" : records;
  const ScanResult whole = ScanOnce(options(), text);
  ASSERT_EQ(whole.batch->num_rows(), 3);
  auto scanner = Scanner::Make(options()).ValueOrDie();
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const bool lines = GetParam() == Framing::kLines;
    const std::string_view head = std::string_view(text).substr(0, cut);
    const BlockAt first(lines ? head.substr(0, LastLineEnd(head)) : head, cut % 64);
    const Block block{first.block(), true, false};
    const ScanResult begin = scanner->Scan(std::span(&block, 1)).ValueOrDie();
    const size_t num_read = first.block().size() - static_cast<size_t>(begin.num_bytes_left);
    const BlockAt second(std::string_view(text).substr(num_read), cut / 2 % 64);
    const Block rest{second.block(), false, true};
    const ScanResult end = scanner->Scan(std::span(&rest, 1)).ValueOrDie();
    EXPECT_EQ(begin.bad_records.size() + end.bad_records.size(), 0U) << cut;
    EXPECT_EQ(begin.num_records + end.num_records, 3) << cut;
    const int64_t num_rows = begin.batch->num_rows();
    EXPECT_TRUE(begin.batch->Equals(*whole.batch->Slice(0, num_rows))) << cut;
    EXPECT_TRUE(end.batch->Equals(*whole.batch->Slice(num_rows))) << cut;
  }
}

TEST_P(BoundsTest, EveryByteMayBeAnything) {
  for (size_t i = 0; i < kRecord.size(); ++i) {
    for (const char c : {'\0', '"', '\\', '{', '}', '\n', ',', '9', 'e', '\x80', '\xF4', ' '}) {
      std::string block = kRecord + "\n" + kRecord + "\n";
      block[kRecord.size() + 1 + i] = c;
      const BlockAt copy(block, i % 64);
      const ScanResult together = ScanOnce(options(), copy.block());
      const ScanResult alone =
          ScanOnce(options(), std::string_view(block).substr(kRecord.size() + 1));
      EXPECT_EQ(together.batch->num_rows(), alone.batch->num_rows() + 1) << i << c;
      EXPECT_EQ(together.bad_records.size(), alone.bad_records.size()) << i << c;
      EXPECT_TRUE(together.batch->Slice(1)->Equals(*alone.batch)) << i << c;
      EXPECT_TRUE(together.batch->ValidateFull().ok()) << i << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Framings, BoundsTest, testing::Values(Framing::kLines, Framing::kValues));
INSTANTIATE_TEST_SUITE_P(Framings, BorderTest,
                         testing::Values(Framing::kLines, Framing::kValues, Framing::kArray));

}  // namespace
}  // namespace tarn::json
