// Blocks of any length at any address, on every instruction set. Each block ends where its
// allocation does, so that a sanitizer sees any access past it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <memory>

#include "json/scan_for_test_internal.h"

namespace tarn::json {
namespace {

/// A copy of a block at the end of an allocation, `misalignment` bytes after its start.
class BlockAt {
 public:
  BlockAt(std::string_view block, size_t misalignment)
      : memory_(new char[misalignment + block.size()]),
        block_(memory_.get() + misalignment, block.size()) {
    std::copy(block.begin(), block.end(), memory_.get() + misalignment);
  }

  std::string_view block() const { return block_; }

 private:
  std::unique_ptr<char[]> memory_;
  std::string_view block_;
};

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

TEST_P(BoundsTest, EveryAlignmentGivesTheSame) {
  for (const std::string& block : Blocks()) {
    const ScanResult expected = ScanOrDie(options(), block);
    EXPECT_EQ(expected.bad_records.size(), 0);
    for (size_t misalignment = 0; misalignment < 64; ++misalignment) {
      const BlockAt copy(block, misalignment);
      EXPECT_TRUE(ScanOrDie(options(), copy.block()).batch->Equals(*expected.batch));
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

TEST_P(BoundsTest, EveryByteMayBeAnything) {
  for (size_t i = 0; i < kRecord.size(); ++i) {
    for (const char c : {'\0', '"', '\\', '{', '}', '\n', ',', '9', 'e', '\x80', '\xF4', ' '}) {
      std::string block = kRecord + "\n" + kRecord + "\n";
      block[kRecord.size() + 1 + i] = c;
      const BlockAt copy(block, i % 64);
      const ScanResult together = ScanOrDie(options(), copy.block());
      const ScanResult alone =
          ScanOrDie(options(), std::string_view(block).substr(kRecord.size() + 1));
      EXPECT_EQ(together.batch->num_rows(), alone.batch->num_rows() + 1) << i << c;
      EXPECT_EQ(together.bad_records.size(), alone.bad_records.size()) << i << c;
      EXPECT_TRUE(together.batch->Slice(1)->Equals(*alone.batch)) << i << c;
      EXPECT_TRUE(together.batch->ValidateFull().ok()) << i << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Framings, BoundsTest, testing::Values(Framing::kLines, Framing::kValues));

/// Undoes SetSupportedTargetsForTest at the end of a test.
class EveryTargetTest : public testing::Test {
 protected:
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

TEST_F(EveryTargetTest, GivesTheSame) {
  std::string block;
  for (size_t i = 0; i < 300; ++i) {
    std::string record = kRecord;
    // Some valid and some not, at places that move through the vectors.
    if (i % 3 == 1) record.insert(6, std::string(i % 70, 'p'));
    if (i % 5 == 1) record[i % record.size()] = static_cast<char>(i * 37);
    block += record + "\n";
  }
  const ScanResult expected = ScanOrDie(ManyTypes(), block);
  EXPECT_GT(expected.batch->num_rows(), 100);
  EXPECT_GT(expected.bad_records.size(), 10);
  int num_targets = 0;
  for (int64_t targets = hwy::SupportedTargets(); targets != 0; targets &= targets - 1) {
    hwy::SetSupportedTargetsForTest(targets & -targets);
    const ScanResult result = ScanOrDie(ManyTypes(), block);
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_TRUE(result.batch->Equals(*expected.batch)) << hwy::TargetName(targets & -targets);
    ASSERT_EQ(result.bad_records.size(), expected.bad_records.size());
    for (size_t i = 0; i < result.bad_records.size(); ++i) {
      EXPECT_EQ(result.bad_records[i].reason, expected.bad_records[i].reason);
      EXPECT_EQ(result.bad_records[i].error_offset, expected.bad_records[i].error_offset);
    }
    ++num_targets;
  }
  EXPECT_GE(num_targets, 2);
}

}  // namespace
}  // namespace tarn::json
