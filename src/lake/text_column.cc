#include "lake/text_column.h"

#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>
#include <parquet/column_page.h>
#include <parquet/exception.h>
#include <parquet/size_statistics.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lake/run_lengths.h"
#include "lake/text_dictionary.h"
#include "lake/text_rows.h"

namespace tarn::lake {
namespace {

constexpr int32_t kUnknown = -1;

// The file's numbers of the values of one dictionary; kUnknown before a value's first row.
struct Mapping {
  TextValues values;
  std::vector<int32_t> numbers;
};

// The rows of one batch.
struct Source {
  TextRows rows;
  Mapping* mapping = nullptr;  // null where there are no codes, or numbers have no use
  bool is_open = false;
};

// The column in all batches of one call. Batches share what is mapped of a dictionary that they
// share.
class Sources {
 public:
  Sources(const OrderedRows& rows, int column)
      : rows_(rows), column_(column), sources_(rows.num_batches()) {}

  Source& operator[](const RowRange& range) {
    Source& source = sources_[range.batch];
    if (!source.is_open) Open(range, &source);
    return source;
  }

 private:
  void Open(const RowRange& range, Source* source) {
    source->rows = TextRows(*rows_.ColumnOf(range, column_));
    source->is_open = true;
    if (source->rows.codes() == nullptr) return;
    const TextValues& values = source->rows.values();
    auto found = std::find_if(mappings_.begin(), mappings_.end(),
                              [&](const Mapping& mapping) { return mapping.values == values; });
    if (found == mappings_.end()) found = mappings_.insert(mappings_.end(), {values, {}});
    const auto num_values = static_cast<size_t>(source->rows.num_values());
    if (found->numbers.size() < num_values) found->numbers.resize(num_values, kUnknown);
    source->mapping = &*found;
  }

  const OrderedRows& rows_;
  const int column_;
  std::vector<Source> sources_;  // by batch
  std::deque<Mapping> mappings_;
};

// The least and the greatest of texts that stand in a page.
class TextBounds {
 public:
  // \param[in] page has `text` at `begin`
  void Add(std::string_view text, size_t begin, const std::string& page) {
    const uint64_t prefix = PrefixOf(text);
    const Bound bound{begin, text.size(), prefix};
    if (is_empty_) {
      min_ = max_ = bound;
      is_empty_ = false;
      return;
    }
    if (prefix < min_.prefix || (prefix == min_.prefix && text < TextOf(min_, page))) min_ = bound;
    if (prefix > max_.prefix || (prefix == max_.prefix && text > TextOf(max_, page))) max_ = bound;
  }

  bool is_empty() const { return is_empty_; }
  std::string_view min(const std::string& page) const { return TextOf(min_, page); }
  std::string_view max(const std::string& page) const { return TextOf(max_, page); }

 private:
  struct Bound {
    size_t begin = 0;
    size_t length = 0;
    uint64_t prefix = 0;
  };

  // The first bytes as a number in their order; of two that are equal, the texts may differ.
  static uint64_t PrefixOf(std::string_view text) {
    uint64_t prefix = 0;
    if (!text.empty()) std::memcpy(&prefix, text.data(), std::min(text.size(), sizeof prefix));
    return arrow::bit_util::FromBigEndian(prefix);
  }
  static std::string_view TextOf(const Bound& bound, const std::string& page) {
    return std::string_view(page).substr(bound.begin, bound.length);
  }

  bool is_empty_ = true;
  Bound min_, max_;
};

class TextColumn : public ColumnChunk {
 public:
  explicit TextColumn(ColumnTarget target)
      : metadata_(target.metadata),
        properties_(*target.properties),
        column_(*metadata_->descr()),
        is_optional_(column_.max_definition_level() > 0),
        pages_(std::move(target.pages)),
        has_dictionary_(properties_.dictionary_enabled(column_.path())),
        uses_dictionary_(has_dictionary_),
        page_statistics_(parquet::MakeStatistics<parquet::ByteArrayType>(&column_)),
        statistics_(parquet::MakeStatistics<parquet::ByteArrayType>(&column_)),
        page_sizes_(parquet::SizeStatistics::Make(&column_)),
        sizes_(parquet::SizeStatistics::Make(&column_)) {}

  Status Write(const OrderedRows& rows, int column, std::span<const RowBlock> blocks) override {
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    Sources sources(rows, column);
    for (const RowBlock& block : blocks) {
      for (const RowRange& range : rows.RangesOf(block.begin, block.length)) {
        ARROW_RETURN_NOT_OK(AddRange(&sources[range], range.begin, range.length));
      }
    }
    END_PARQUET_CATCH_EXCEPTIONS
    return Status::OK();
  }

  int64_t num_rows() const override { return num_rows_; }

  Result<int64_t> Close() override {
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    EndDictionary();
    EndPage();
    if (num_rows_ > 0) {
      metadata_->SetStatistics(Encode(*statistics_));
      metadata_->SetSizeStatistics(*sizes_);
    }
    pages_->Close(has_dictionary_, /*fallback=*/has_dictionary_ && !uses_dictionary_);
    END_PARQUET_CATCH_EXCEPTIONS
    return num_bytes_;
  }

 private:
  // Whether a page is large enough is looked at after so many of its rows.
  static constexpr int64_t kCheckedRows = 1024;

  Status AddRange(Source* source, int64_t begin, int64_t length) {
    if (!is_optional_ && source->rows.has_nulls()) {
      return Status::Invalid("Column '", column_.name(),
                             "' is declared non-nullable but contains nulls");
    }
    for (const int64_t end = begin + length; begin < end;) {
      const int64_t num_rows = std::min({end - begin, kCheckedRows - num_page_rows_ % kCheckedRows,
                                         properties_.max_rows_per_page() - num_page_rows_});
      AddRows(source, begin, num_rows);
      begin += num_rows;
      num_rows_ += num_rows;
      num_page_rows_ += num_rows;
      const bool is_full = num_page_rows_ == properties_.max_rows_per_page();
      if (is_full || num_page_rows_ % kCheckedRows == 0) CheckLimits(is_full);
    }
    return Status::OK();
  }

  void AddRows(Source* source, int64_t begin, int64_t length) {
    if (!source->rows.has_nulls()) {
      if (is_optional_) levels_.insert(levels_.end(), static_cast<size_t>(length), 1);
      return AddValues(source, begin, length);
    }
    for (int64_t row = begin; row < begin + length; ++row) {
      const bool is_valid = source->rows.IsValid(row);
      levels_.push_back(is_valid ? 1 : 0);
      if (is_valid) AddValues(source, row, 1);
    }
  }

  // Rows that are not null.
  void AddValues(Source* source, int64_t begin, int64_t length) {
    const int64_t end = begin + length;
    num_page_values_ += length;
    if (!uses_dictionary_) {
      for (int64_t row = begin; row < end; ++row) AddPlain(source->rows[row]);
    } else if (source->mapping == nullptr) {
      for (int64_t row = begin; row < end; ++row) {
        AddNumber(dictionary_.NumberOf(source->rows[row]));
      }
    } else {
      const int32_t* const codes = source->rows.codes();
      int32_t* const known = source->mapping->numbers.data();
      for (int64_t row = begin; row < end; ++row) {
        int32_t& number = known[codes[row]];
        if (number == kUnknown) number = dictionary_.NumberOf(source->rows[row]);
        AddNumber(number);
      }
    }
  }

  void AddNumber(int32_t number) {
    numbers_.push_back(number);
    page_text_bytes_ += dictionary_.length(number);
    const auto at = static_cast<size_t>(number);
    if (at >= last_page_.size()) last_page_.resize(at + 1, kUnknown);
    if (last_page_[at] == page_) return;
    last_page_[at] = page_;
    if (!bounds_) {
      bounds_.emplace(number, number);
      return;
    }
    if (dictionary_[number] < dictionary_[bounds_->first]) bounds_->first = number;
    if (dictionary_[number] > dictionary_[bounds_->second]) bounds_->second = number;
  }

  void AddPlain(std::string_view text) {
    const auto length = static_cast<uint32_t>(text.size());
    plain_.append(reinterpret_cast<const char*>(&length), sizeof length);
    plain_bounds_.Add(text, plain_.size(), plain_);
    plain_ += text;
    page_text_bytes_ += length;
  }

  void CheckLimits(bool is_full) {
    // Numbers of so few rows are never too large.
    const bool is_large = static_cast<int64_t>(plain_.size()) >= properties_.data_pagesize();
    if (is_full || is_large) EndPage();
    const bool is_dictionary_full =
        uses_dictionary_ &&
        static_cast<int64_t>(dictionary_.plain().size()) >= properties_.dictionary_pagesize_limit();
    if (!is_dictionary_full) return;
    // What follows is plain.
    EndDictionary();
    uses_dictionary_ = false;
    dictionary_ = {};
  }

  // Write the dictionary, and the pages of its numbers behind it.
  void EndDictionary() {
    if (!uses_dictionary_) return;
    EndPage();
    const std::string& plain = dictionary_.plain();
    const parquet::DictionaryPage page(std::make_shared<arrow::Buffer>(plain), dictionary_.size(),
                                       properties_.dictionary_page_encoding());
    num_bytes_ += pages_->WriteDictionaryPage(page);
    for (const auto& number_page : number_pages_) num_bytes_ += pages_->WriteDataPage(*number_page);
    number_pages_.clear();
  }

  void EndPage() {
    if (num_page_rows_ == 0) return;
    std::string page = EncodedLevels();
    if (uses_dictionary_) {
      const int bit_width = BitWidth();
      page.push_back(static_cast<char>(bit_width));
      AppendRunLengths(numbers_, bit_width, &page);
    } else {
      page += plain_;
    }
    AddStatistics();
    const parquet::EncodedStatistics statistics = Encode(*page_statistics_);
    const auto num_page_bytes = static_cast<int64_t>(page.size());
    std::shared_ptr<arrow::Buffer> bytes = Compress(std::move(page));
    if (uses_dictionary_) {
      PARQUET_ASSIGN_OR_THROW(bytes, bytes->CopySlice(0, bytes->size()));
    }
    auto data_page = std::make_unique<parquet::DataPageV1>(
        std::move(bytes), static_cast<int32_t>(num_page_rows_),
        uses_dictionary_ ? properties_.dictionary_index_encoding() : parquet::Encoding::PLAIN,
        parquet::Encoding::RLE, parquet::Encoding::RLE, num_page_bytes, statistics,
        num_rows_ - num_page_rows_, *page_sizes_);
    if (uses_dictionary_) {
      number_pages_.push_back(std::move(data_page));
    } else {
      num_bytes_ += pages_->WriteDataPage(*data_page);
    }
    BeginPage();
  }

  void BeginPage() {
    page_statistics_->Reset();
    page_sizes_->Reset();
    num_page_rows_ = num_page_values_ = page_text_bytes_ = 0;
    ++page_;
    levels_.clear();
    numbers_.clear();
    plain_.clear();
    bounds_.reset();
    plain_bounds_ = {};
  }

  std::string EncodedLevels() const {
    std::string encoded;
    if (!is_optional_) return encoded;
    uint32_t length = 0;
    encoded.append(sizeof length, '\0');
    AppendRunLengths(levels_, 1, &encoded);
    length = static_cast<uint32_t>(encoded.size() - sizeof length);
    std::memcpy(encoded.data(), &length, sizeof length);
    return encoded;
  }

  int BitWidth() const {
    return dictionary_.size() <= 1
               ? dictionary_.size()
               : arrow::bit_util::Log2(static_cast<uint64_t>(dictionary_.size()));
  }

  // Count this page, by itself and in the whole chunk.
  void AddStatistics() {
    const auto bound = [](std::string_view text) { return parquet::ByteArray(text); };
    if (bounds_) {
      page_statistics_->SetMinMax(bound(dictionary_[bounds_->first]),
                                  bound(dictionary_[bounds_->second]));
    } else if (!plain_bounds_.is_empty()) {
      page_statistics_->SetMinMax(bound(plain_bounds_.min(plain_)),
                                  bound(plain_bounds_.max(plain_)));
    }
    const int64_t num_nulls = num_page_rows_ - num_page_values_;
    page_statistics_->IncrementNullCount(num_nulls);
    page_statistics_->IncrementNumValues(num_page_values_);
    statistics_->Merge(*page_statistics_);
    if (is_optional_) page_sizes_->definition_level_histogram = {num_nulls, num_page_values_};
    page_sizes_->IncrementUnencodedByteArrayDataBytes(page_text_bytes_);
    sizes_->Merge(*page_sizes_);
  }

  parquet::EncodedStatistics Encode(
      parquet::TypedStatistics<parquet::ByteArrayType>& statistics) const {
    parquet::EncodedStatistics encoded = statistics.Encode();
    encoded.ApplyStatSizeLimits(properties_.max_statistics_size(column_.path()));
    encoded.set_is_signed(column_.sort_order() == parquet::SortOrder::SIGNED);
    return encoded;
  }

  // \return bytes that are valid until the next page is compressed, where pages are
  std::shared_ptr<arrow::Buffer> Compress(std::string page) {
    std::shared_ptr<arrow::Buffer> bytes = arrow::Buffer::FromString(std::move(page));
    if (!pages_->has_compressor()) return bytes;
    if (compressed_ == nullptr) {
      PARQUET_ASSIGN_OR_THROW(compressed_, arrow::AllocateResizableBuffer(0));
    }
    pages_->Compress(*bytes, compressed_.get());
    return compressed_;
  }

  parquet::ColumnChunkMetaDataBuilder* const metadata_;
  const parquet::WriterProperties& properties_;
  const parquet::ColumnDescriptor& column_;
  const bool is_optional_;
  const std::unique_ptr<parquet::PageWriter> pages_;
  const bool has_dictionary_;
  bool uses_dictionary_;  // false from the row on at which it is full
  int64_t num_rows_ = 0;
  int64_t num_bytes_ = 0;                               // of pages in pages_
  std::shared_ptr<arrow::ResizableBuffer> compressed_;  // the last page

  TextDictionary dictionary_;
  std::vector<int32_t> last_page_;  // by number: the last page that has it
  // Pages of numbers; they follow the dictionary when it is complete.
  std::vector<std::unique_ptr<parquet::DataPageV1>> number_pages_;

  // The page that is not written yet.
  int32_t page_ = 0;  // its number
  int64_t num_page_rows_ = 0;
  int64_t num_page_values_ = 0;  // those that are not null
  int64_t page_text_bytes_ = 0;
  std::vector<uint8_t> levels_;   // 1 for a value, 0 for none; empty where no row may be null
  std::vector<int32_t> numbers_;  // of the values, in the dictionary
  std::optional<std::pair<int32_t, int32_t>> bounds_;  // numbers of the least and greatest text
  std::string plain_;                                  // the values where there is no dictionary
  TextBounds plain_bounds_;

  const std::shared_ptr<parquet::TypedStatistics<parquet::ByteArrayType>> page_statistics_;
  const std::shared_ptr<parquet::TypedStatistics<parquet::ByteArrayType>> statistics_;
  const std::unique_ptr<parquet::SizeStatistics> page_sizes_;
  const std::unique_ptr<parquet::SizeStatistics> sizes_;
};

}  // namespace

Result<std::unique_ptr<ColumnChunk>> MakeTextColumn(ColumnTarget target) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  return std::make_unique<TextColumn>(std::move(target));
  END_PARQUET_CATCH_EXCEPTIONS
}

}  // namespace tarn::lake
