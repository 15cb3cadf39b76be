#include "local/batch/encoding.h"

#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

class EncodingTest : public testing::Test {
 protected:
  static constexpr char kDdl[] = "a INT, s STRING, t STRING, b BINARY";
  const BatchPtr first_ = MakeBatch(kDdl, R"([[1,"x","p","b"],[2,null,"q",null],[3,"x","p","c"]])");
  const BatchPtr second_ = MakeBatch(kDdl, R"([[4,"","p","b"],[5,"y",null,"b"],[6,"x","p",""]])");
  const std::vector<BatchPtr> encoded_ = EncodeForTest({first_, second_});
};

TEST_F(EncodingTest, TellsWhichColumnsHaveADictionary) {
  EXPECT_FALSE(HasDictionary(*first_));
  EXPECT_TRUE(HasDictionary(*encoded_[0]));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(IsDictionary(*encoded_[0]->column(i)), i == 1 || i == 2);
    EXPECT_EQ(IsDictionary(*encoded_[0]->Slice(1)->column(i)), i == 1 || i == 2);
  }
}

TEST_F(EncodingTest, FlattensWhatIsEncoded) {
  EXPECT_EQ(FlattenBatch(first_).ValueOrDie(), first_);
  EXPECT_EQ(Flatten(first_->column(1)).ValueOrDie(), first_->column(1));
  for (const int64_t offset : {0, 1, 3}) {
    const BatchPtr flat = FlattenBatch(encoded_[1]->Slice(offset)).ValueOrDie();
    ASSERT_TRUE(flat->ValidateFull().ok());
    EXPECT_TRUE(flat->Equals(*second_->Slice(offset)));
  }
}

// The dictionary of a later batch has more values, the first of which are the same in memory.
TEST_F(EncodingTest, GrowsTheDictionaryFromBatchToBatch) {
  const auto before = DictionaryOf(*encoded_[0]->column(1));
  const auto after = DictionaryOf(*encoded_[1]->column(1));
  ExpectArray(*before, R"(["no row has this", "x"])");
  ExpectArray(*after, R"(["no row has this", "x", "", "y"])");
  EXPECT_EQ(before->value_data(), after->value_data());
}

TEST_F(EncodingTest, SelectsCodes) {
  const auto codes = arrow::json::ArrayFromJSONString(arrow::int32(), "[3, null, 1]").ValueOrDie();
  const auto selected = WithCodes(*encoded_[1]->column(1), codes);
  EXPECT_TRUE(IsDictionary(*selected));
  ExpectArray(**Flatten(selected), R"(["y", null, "x"])");
}

TEST_F(EncodingTest, CountsCodesButNotTheDictionary) {
  const std::string text(10000, 't');
  const auto batches =
      EncodeForTest({MakeBatch("s STRING", R"([[")" + text + R"("],[")" + text + R"("]])")});
  EXPECT_EQ(ColumnBytes(*batches[0]->column(0)), 2 * sizeof(int32_t));
  EXPECT_EQ(BatchBytes(*batches[0]), 2 * sizeof(int32_t));
  EXPECT_EQ(BatchBytes(*batches[0]->Slice(1)), sizeof(int32_t));
  EXPECT_GT(BatchBytes(*first_).ValueOrDie(), BatchBytes(*first_->Slice(0, 1)).ValueOrDie());
}

}  // namespace
}  // namespace tarn::local
