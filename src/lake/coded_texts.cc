#include "lake/coded_texts.h"

#include <arrow/array/util.h>
#include <arrow/buffer_builder.h>
#include <fmt/format.h>
#include <parquet/exception.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace tarn::lake {
namespace {

using parquet::ByteArrayType;
using parquet::Encoding;
using parquet::PageType;

constexpr int64_t kDictionaryBytesMax = 64 << 10;  // as they are stored

bool IsOfCodes(Encoding::type encoding) {
  return encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::PLAIN_DICTIONARY;
}

// Writers go over to plain texts where a dictionary becomes large. What pages there are stands in
// no certain order.
bool AllPagesAreCodes(const parquet::ColumnChunkMetaData& chunk) {
  bool has_dictionary = false;
  for (const parquet::PageEncodingStats& pages : chunk.encoding_stats()) {
    if (pages.page_type == PageType::DICTIONARY_PAGE) {
      has_dictionary = true;
    } else if (!IsOfCodes(pages.encoding)) {
      return false;
    }
  }
  return has_dictionary;
}

}  // namespace

Status NotUtf8(const std::string& column) {
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("column {} has text that is not UTF-8", column),
                   "declare it as BINARY, and decode() it in SQL");
}

bool HasCodedTexts(const parquet::ColumnDescriptor& leaf,
                   const parquet::ColumnChunkMetaData& chunk) {
  const bool is_flat = leaf.max_repetition_level() == 0 && leaf.max_definition_level() <= 1;
  if (leaf.physical_type() != parquet::Type::BYTE_ARRAY || !is_flat) return false;
  if (!chunk.has_dictionary_page() || !AllPagesAreCodes(chunk)) return false;
  const int64_t begin = chunk.dictionary_page_offset();
  const int64_t num_bytes = chunk.data_page_offset() - begin;
  if (begin <= 0 || num_bytes <= 0) return false;  // how large it is, is not known
  return num_bytes <= std::min(kDictionaryBytesMax, chunk.num_values());
}

Result<std::unique_ptr<CodedTexts>> CodedTexts::Make(std::string name,
                                                     const parquet::ColumnDescriptor& leaf,
                                                     std::unique_ptr<parquet::PageReader> pages,
                                                     SharedDictionary* dictionary) {
  std::unique_ptr<CodedTexts> texts(new CodedTexts(std::move(name), leaf, std::move(pages)));
  ARROW_RETURN_NOT_OK(texts->ReadDictionary(dictionary));
  return texts;
}

Status CodedTexts::Damaged() const {
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("column {} is damaged: its pages are not those that the file's end describes",
                  name_));
}

Status CodedTexts::ReadDictionary(SharedDictionary* dictionary) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  const std::shared_ptr<parquet::Page> page = pages_->NextPage();
  if (page == nullptr || page->type() != PageType::DICTIONARY_PAGE) return Damaged();
  const int num_stored = static_cast<const parquet::DictionaryPage&>(*page).num_values();
  const auto stored = parquet::MakeTypedDecoder<ByteArrayType>(Encoding::PLAIN, &leaf_);
  stored->SetData(num_stored, page->data(), page->size());
  decoder_ = parquet::MakeDictDecoder<ByteArrayType>(&leaf_);
  decoder_->SetDict(stored.get());
  const parquet::ByteArray* values = nullptr;
  int32_t num_values = 0;
  decoder_->GetDictionary(&values, &num_values);
  std::vector<std::string_view> texts;
  texts.reserve(static_cast<size_t>(num_values));
  for (int32_t i = 0; i < num_values; ++i) {
    texts.emplace_back(values[i]);
    if (!IsUtf8(texts.back())) return NotUtf8(name_);
  }
  ARROW_ASSIGN_OR_RAISE(dictionary_, dictionary->CodesOf(texts));
  END_PARQUET_CATCH_EXCEPTIONS
  return Status::OK();
}

Result<std::shared_ptr<arrow::Array>> CodedTexts::Read(int64_t num_rows) {
  std::vector<int32_t> codes(static_cast<size_t>(num_rows));
  std::vector<int16_t> levels(has_levels_ ? codes.size() : 0);
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  for (int64_t row = 0; row < num_rows;) {
    if (num_rows_left_ == 0) ARROW_RETURN_NOT_OK(OpenNextPage());
    const int64_t num_read = std::min(num_rows - row, num_rows_left_);
    ARROW_RETURN_NOT_OK(ReadFromPage(static_cast<int>(num_read),
                                     has_levels_ ? levels.data() + row : nullptr,
                                     codes.data() + row));
    row += num_read;
    num_rows_left_ -= num_read;
  }
  END_PARQUET_CATCH_EXCEPTIONS
  // Its codes, of NULLs, would be none of the dictionary's.
  if (dictionary_.dictionary->length() == 0) return arrow::MakeArrayOfNull(arrow::utf8(), num_rows);
  int64_t num_nulls = 0;
  ARROW_ASSIGN_OR_RAISE(auto validity, ValidityOf(levels, &num_nulls));
  auto indices = std::make_shared<arrow::Int32Array>(
      num_rows, arrow::Buffer::FromVector(std::move(codes)), std::move(validity), num_nulls);
  return std::make_shared<arrow::DictionaryArray>(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                                  std::move(indices), dictionary_.dictionary);
}

Status CodedTexts::OpenNextPage() {
  while (num_rows_left_ == 0) {
    page_ = pages_->NextPage();
    if (page_ == nullptr) return Damaged();
    if (page_->type() == PageType::DATA_PAGE) {
      const auto& page = static_cast<const parquet::DataPageV1&>(*page_);
      int64_t num_level_bytes = 0;
      if (has_levels_) {
        num_level_bytes =
            levels_.SetData(page.definition_level_encoding(), leaf_.max_definition_level(),
                            page.num_values(), page.data(), page.size());
      }
      ARROW_RETURN_NOT_OK(OpenPage(page, num_level_bytes));
    } else if (page_->type() == PageType::DATA_PAGE_V2) {
      const auto& page = static_cast<const parquet::DataPageV2&>(*page_);
      const int32_t begin = page.repetition_levels_byte_length();
      const int32_t num_bytes = page.definition_levels_byte_length();
      if (begin < 0 || num_bytes < 0 || int64_t{begin} + num_bytes > page.size()) return Damaged();
      if (has_levels_) {
        levels_.SetDataV2(num_bytes, leaf_.max_definition_level(), page.num_values(),
                          page.data() + begin);
      }
      ARROW_RETURN_NOT_OK(OpenPage(page, int64_t{begin} + num_bytes));
    } else if (page_->type() == PageType::DICTIONARY_PAGE) {
      return Damaged();
    }
  }
  return Status::OK();
}

Status CodedTexts::OpenPage(const parquet::DataPage& page, int64_t num_level_bytes) {
  if (!IsOfCodes(page.encoding()) || num_level_bytes > page.size() || page.num_values() < 0) {
    return Damaged();
  }
  decoder_->SetData(page.num_values(), page.data() + num_level_bytes,
                    static_cast<int>(page.size() - num_level_bytes));
  num_rows_left_ = page.num_values();
  return Status::OK();
}

// Codes are stored of values alone.
Status CodedTexts::ReadFromPage(int num_rows, int16_t* levels, int32_t* codes) {
  int num_values = num_rows;
  if (levels != nullptr) {
    if (levels_.Decode(num_rows, levels) != num_rows) return Damaged();
    num_values = static_cast<int>(std::count(levels, levels + num_rows, int16_t{1}));
  }
  decoder_->DecodeIndices(num_values, codes);
  const std::vector<int32_t>& code_of = dictionary_.code_of;
  for (int i = 0; i < num_values; ++i) {
    const auto stored = static_cast<uint32_t>(codes[i]);
    if (stored >= code_of.size()) return Damaged();
    codes[i] = code_of[stored];
  }
  if (num_values == num_rows) return Status::OK();
  // From the last one, so that each value moves to where none is that has yet to move.
  for (int row = num_rows, value = num_values; row-- > 0;) {
    codes[row] = levels[row] == 1 ? codes[--value] : 0;
  }
  return Status::OK();
}

Result<std::shared_ptr<arrow::Buffer>> CodedTexts::ValidityOf(const std::vector<int16_t>& levels,
                                                              int64_t* num_nulls) const {
  *num_nulls = std::count(levels.begin(), levels.end(), int16_t{0});
  if (*num_nulls == 0) return nullptr;
  arrow::TypedBufferBuilder<bool> bits;
  ARROW_RETURN_NOT_OK(bits.Reserve(std::ssize(levels)));
  for (const int16_t level : levels) bits.UnsafeAppend(level == 1);
  return bits.Finish();
}

}  // namespace tarn::lake
