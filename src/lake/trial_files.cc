#include "lake/trial_files.h"

#include <arrow/util/endian.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

namespace tarn::lake {
namespace {

// A footer that is longer is not read.
constexpr size_t kTailBytes = 256 << 10;

constexpr size_t kEndBytes = 8;  // length of the metadata and "PAR1"

std::vector<std::string> EncodingsOf(const parquet::ColumnChunkMetaData& chunk) {
  std::set<parquet::Encoding::type> encodings;
  for (const parquet::PageEncodingStats& pages : chunk.encoding_stats()) {
    if (pages.page_type == parquet::PageType::DICTIONARY_PAGE) continue;
    encodings.insert(pages.encoding);
  }
  std::vector<std::string> names;
  for (const auto encoding : encodings) names.push_back(parquet::EncodingToString(encoding));
  return names;
}

std::vector<StoredColumn> ColumnsOf(const parquet::FileMetaData& file) {
  std::vector<StoredColumn> columns(static_cast<size_t>(file.num_columns()));
  for (int i = 0; i < file.num_columns(); ++i) {
    columns[i].name = file.schema()->Column(i)->path()->ToDotString();
    std::set<std::string> encodings;
    for (int group = 0; group < file.num_row_groups(); ++group) {
      const auto chunk = file.RowGroup(group)->ColumnChunk(i);
      columns[i].num_bytes += chunk->total_compressed_size();
      const auto names = EncodingsOf(*chunk);
      encodings.insert(names.begin(), names.end());
    }
    columns[i].encodings.assign(encodings.begin(), encodings.end());
  }
  return columns;
}

}  // namespace

// Counts what is written, and keeps the last of it.
class TrialFiles::File : public arrow::io::OutputStream {
 public:
  explicit File(TrialFiles* files) : files_(files) { set_mode(arrow::io::FileMode::WRITE); }

  using OutputStream::Write;
  Status Write(const void* data, int64_t num_bytes) override {
    num_bytes_ += num_bytes;
    const std::string_view bytes(static_cast<const char*>(data), static_cast<size_t>(num_bytes));
    tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), kTailBytes));
    if (tail_.size() >= 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
    return Status::OK();
  }
  Status Close() override {
    if (!std::exchange(is_closed_, true)) files_->Close(num_bytes_, std::move(tail_));
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return num_bytes_; }
  bool closed() const override { return is_closed_; }

 private:
  TrialFiles* const files_;
  std::string tail_;
  int64_t num_bytes_ = 0;
  bool is_closed_ = false;
};

Result<std::shared_ptr<arrow::io::OutputStream>> TrialFiles::NewFile(int64_t, const std::string&,
                                                                     const std::string&) {
  return std::make_shared<File>(this);
}

void TrialFiles::Close(int64_t num_bytes, std::string tail) {
  std::lock_guard lock(mutex_);
  if (num_bytes <= largest_bytes_) return;
  largest_bytes_ = num_bytes;
  largest_tail_ = std::move(tail);
}

std::vector<StoredColumn> TrialFiles::columns() const {
  std::lock_guard lock(mutex_);
  const std::string_view tail = largest_tail_;
  if (tail.size() < kEndBytes) return {};
  const char* const end = tail.data() + tail.size() - kEndBytes;
  uint32_t stored_length = 0;
  std::memcpy(&stored_length, end, sizeof(stored_length));
  const int64_t length = arrow::bit_util::FromLittleEndian(stored_length);
  if (length > end - tail.data()) return {};
  try {
    return ColumnsOf(*parquet::FileMetaData::Make(end - length, length));
  } catch (const parquet::ParquetException&) {
    return {};  // no footer
  }
}

}  // namespace tarn::lake
