#include "lake/coded_texts.h"

#include <gmock/gmock.h>
#include <parquet/column_page.h>

#include <deque>

namespace tarn::lake {
namespace {

using testing::HasSubstr;

// Pages that are already there.
class PagesForTest : public parquet::PageReader {
 public:
  explicit PagesForTest(std::deque<std::shared_ptr<parquet::Page>> pages)
      : pages_(std::move(pages)) {}
  std::shared_ptr<parquet::Page> NextPage() override {
    if (pages_.empty()) return nullptr;
    auto page = std::move(pages_.front());
    pages_.pop_front();
    return page;
  }
  void set_max_page_header_size(uint32_t) override {}

 private:
  std::deque<std::shared_ptr<parquet::Page>> pages_;
};

class CodedTextsTest : public testing::Test {
 protected:
  using PagePtr = std::shared_ptr<parquet::Page>;

  // Each text has one byte.
  static PagePtr Dictionary(const std::string& texts) {
    std::string plain;
    for (const char text : texts) plain += std::string("\1\0\0\0", 4) + text;
    return std::make_shared<parquet::DictionaryPage>(arrow::Buffer::FromString(plain),
                                                     static_cast<int32_t>(texts.size()),
                                                     parquet::Encoding::PLAIN);
  }

  // So many rows of one code: a run of codes of two bits.
  static PagePtr Codes(char num_rows, char code,
                       parquet::Encoding::type encoding = parquet::Encoding::RLE_DICTIONARY) {
    const std::string run = {2, static_cast<char>(num_rows << 1), code};
    return std::make_shared<parquet::DataPageV1>(arrow::Buffer::FromString(run), num_rows, encoding,
                                                 parquet::Encoding::RLE, parquet::Encoding::RLE,
                                                 std::ssize(run));
  }

  // The texts of so many rows, or the error.
  std::string Read(const std::vector<PagePtr>& pages, int64_t num_rows) {
    auto texts = CodedTexts::Make(
        "t", leaf_, std::make_unique<PagesForTest>(std::deque<PagePtr>(pages.begin(), pages.end())),
        &dictionary_);
    if (!texts.ok()) return MessageOf(texts.status());
    const auto read = (*texts)->Read(num_rows);
    if (!read.ok()) return MessageOf(read.status());
    const auto& coded = static_cast<const arrow::DictionaryArray&>(**read);
    EXPECT_TRUE(coded.ValidateFull().ok());
    const auto& values = static_cast<const arrow::StringArray&>(*coded.dictionary());
    std::string result;
    for (int64_t row = 0; row < coded.length(); ++row) {
      result += values.GetView(coded.GetValueIndex(row));
    }
    return result;
  }

  const parquet::schema::NodePtr node_ = parquet::schema::PrimitiveNode::Make(
      "t", parquet::Repetition::REQUIRED, parquet::Type::BYTE_ARRAY, parquet::ConvertedType::UTF8);
  const parquet::ColumnDescriptor leaf_{node_, 0, 0};
  SharedDictionary dictionary_;
};

TEST_F(CodedTextsTest, ReadsPageAfterPage) {
  EXPECT_EQ(Read({Dictionary("abc"), Codes(2, 1), Codes(3, 0), Codes(4, 2)}, 7), "bbaaacc");
}

// The format does not forbid it.
TEST_F(CodedTextsTest, ATextThatIsTwiceInTheDictionary) {
  EXPECT_EQ(Read({Dictionary("aba"), Codes(2, 2), Codes(1, 1), Codes(1, 0)}, 4), "aaba");
  EXPECT_EQ(dictionary_.CodesOf({}).ValueOrDie().dictionary->length(), 2);
}

TEST_F(CodedTextsTest, PagesThatAreNotAsDescribed) {
  const char kDamaged[] = "column t is damaged";
  EXPECT_THAT(Read({Codes(2, 1)}, 2), HasSubstr(kDamaged));
  EXPECT_THAT(Read({}, 0), HasSubstr(kDamaged));
  EXPECT_THAT(Read({Dictionary("ab"), Codes(2, 2)}, 2), HasSubstr(kDamaged));
  EXPECT_THAT(Read({Dictionary("ab"), Codes(2, 1)}, 3), HasSubstr(kDamaged));
  EXPECT_THAT(Read({Dictionary("ab"), Dictionary("ab")}, 1), HasSubstr(kDamaged));
  EXPECT_THAT(Read({Dictionary("ab"), Codes(2, 1, parquet::Encoding::PLAIN)}, 1),
              HasSubstr(kDamaged));
}

}  // namespace
}  // namespace tarn::lake
