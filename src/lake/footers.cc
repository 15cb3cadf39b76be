#include "lake/footers.h"

#include <arrow/buffer.h>
#include <arrow/util/endian.h>
#include <fmt/format.h>
#include <parquet/exception.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string_view>

namespace tarn::lake {
namespace {

using storage::ObjectInfo;
using storage::Storage;

Status NotParquet(const ObjectInfo& object, std::string_view reason) {
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("Not a complete Parquet file ({}): {}", reason, object.path));
}

constexpr int64_t kTailBytes = 64 << 10;
constexpr int64_t kEndBytes = 8;  // length of the metadata and "PAR1"

// The end of a file, with all of its metadata unless that is very large.
storage::BufferFuture ReadTail(Storage* storage, const ObjectInfo& object) {
  if (object.size_bytes < kEndBytes) return NotParquet(object, "too short");
  const int64_t length = std::min(kTailBytes, object.size_bytes);
  return storage->ReadRangeAsync(object, object.size_bytes - length, length);
}

// The file's metadata.
// \param[in] tail what ReadTail gave
Result<std::shared_ptr<parquet::FileMetaData>> ReadFooter(Storage* storage,
                                                          const ObjectInfo& object,
                                                          std::shared_ptr<arrow::Buffer> tail) {
  int64_t length = std::min(kTailBytes, object.size_bytes);
  if (tail->size() != length) return NotParquet(object, "it shrank while it was read");
  const uint8_t* end = tail->data() + length - kEndBytes;
  if (std::memcmp(end + 4, "PAR1", 4) != 0) return NotParquet(object, "its end is missing");
  uint32_t stored_length;
  std::memcpy(&stored_length, end, sizeof(stored_length));
  int64_t metadata_length = arrow::bit_util::FromLittleEndian(stored_length);
  if (metadata_length > object.size_bytes - kEndBytes) return NotParquet(object, "wrong length");
  if (metadata_length > length - kEndBytes) {
    length = metadata_length + kEndBytes;
    ARROW_ASSIGN_OR_RAISE(tail, storage->ReadRange(object, object.size_bytes - length, length));
    if (tail->size() != length) return NotParquet(object, "it shrank while it was read");
  }
  try {
    return parquet::FileMetaData::Make(tail->data() + length - kEndBytes - metadata_length,
                                       metadata_length);
  } catch (const parquet::ParquetException& error) {
    return NotParquet(object, error.what());
  }
}

}  // namespace

Status VisitFooters(Storage* storage, const std::vector<ObjectInfo>& files,
                    const FooterVisitor& visit) {
  const size_t num_ahead = storage->is_remote() ? 256 : 1;
  std::deque<storage::BufferFuture> tails;
  for (size_t file = 0; file < files.size(); ++file) {
    while (tails.size() < std::min(num_ahead, files.size() - file)) {
      tails.push_back(ReadTail(storage, files[file + tails.size()]));
    }
    ARROW_ASSIGN_OR_RAISE(auto tail, tails.front().result());
    tails.pop_front();
    ARROW_ASSIGN_OR_RAISE(const auto metadata, ReadFooter(storage, files[file], std::move(tail)));
    ARROW_RETURN_NOT_OK(visit(file, *metadata));
  }
  return Status::OK();
}

}  // namespace tarn::lake
