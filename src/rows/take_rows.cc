#include "rows/take_rows.h"

#include <arrow/array/array_dict.h>
#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace tarn {
namespace {

using arrow::internal::checked_cast;

// A column's chunks without their types, as each row needs them.
class Chunks {
 public:
  explicit Chunks(const arrow::ChunkedArray& column) {
    for (const auto& chunk : column.chunks()) chunks_.push_back(chunk->data().get());
  }

  const arrow::ArrayData& operator[](int32_t chunk) const {
    return *chunks_[static_cast<size_t>(chunk)];
  }

 private:
  std::vector<const arrow::ArrayData*> chunks_;
};

// null when no chunk has nulls.
Result<std::shared_ptr<arrow::Buffer>> TakeValidity(const arrow::ChunkedArray& column,
                                                    std::span<const RowPlace> places) {
  if (column.null_count() == 0) return nullptr;
  const auto length = static_cast<int64_t>(places.size());
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> validity,
                        arrow::AllocateEmptyBitmap(length));
  uint8_t* bits = validity->mutable_data();
  for (int64_t i = 0; i < length; ++i) {
    const RowPlace place = places[static_cast<size_t>(i)];
    if (column.chunk(place.chunk)->IsValid(place.row)) arrow::bit_util::SetBit(bits, i);
  }
  return validity;
}

template <size_t kWidth>
void CopyFixed(const Chunks& chunks, std::span<const RowPlace> places, uint8_t* out) {
  for (const RowPlace place : places) {
    const arrow::ArrayData& chunk = chunks[place.chunk];
    std::memcpy(out, chunk.buffers[1]->data() + (chunk.offset + place.row) * kWidth, kWidth);
    out += kWidth;
  }
}

Result<std::shared_ptr<arrow::Buffer>> TakeFixed(const Chunks& chunks, int width,
                                                 std::span<const RowPlace> places) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(static_cast<int64_t>(places.size()) * width));
  uint8_t* out = values->mutable_data();
  switch (width) {
    case 1:
      CopyFixed<1>(chunks, places, out);
      break;
    case 2:
      CopyFixed<2>(chunks, places, out);
      break;
    case 4:
      CopyFixed<4>(chunks, places, out);
      break;
    case 8:
      CopyFixed<8>(chunks, places, out);
      break;
    default:
      CopyFixed<16>(chunks, places, out);
  }
  return values;
}

Result<std::shared_ptr<arrow::Buffer>> TakeBits(const Chunks& chunks,
                                                std::span<const RowPlace> places) {
  const auto length = static_cast<int64_t>(places.size());
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateEmptyBitmap(length));
  for (int64_t i = 0; i < length; ++i) {
    const RowPlace place = places[static_cast<size_t>(i)];
    const arrow::ArrayData& chunk = chunks[place.chunk];
    if (arrow::bit_util::GetBit(chunk.buffers[1]->data(), chunk.offset + place.row)) {
      arrow::bit_util::SetBit(values->mutable_data(), i);
    }
  }
  return values;
}

// Offsets and bytes of text.
Status TakeText(const Chunks& chunks, std::span<const RowPlace> places,
                arrow::BufferVector* buffers) {
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> offsets,
      arrow::AllocateBuffer(static_cast<int64_t>((places.size() + 1) * sizeof(int32_t))));
  auto* ends = offsets->mutable_data_as<int32_t>();
  int64_t num_bytes = 0;
  *ends = 0;
  for (const RowPlace place : places) {
    const auto* from = chunks[place.chunk].GetValues<int32_t>(1) + place.row;
    num_bytes += from[1] - from[0];
    if (num_bytes > std::numeric_limits<int32_t>::max()) {
      return Status::Invalid("text that is taken together passes 2 GiB");
    }
    *++ends = static_cast<int32_t>(num_bytes);
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bytes, arrow::AllocateBuffer(num_bytes));
  uint8_t* out = bytes->mutable_data();
  for (const RowPlace place : places) {
    const arrow::ArrayData& chunk = chunks[place.chunk];
    const auto* from = chunk.GetValues<int32_t>(1) + place.row;
    const auto length = static_cast<size_t>(from[1] - from[0]);
    if (length == 0) continue;  // a column of empty text may have no bytes
    std::memcpy(out, chunk.buffers[2]->data() + from[0], length);
    out += length;
  }
  buffers->push_back(std::move(offsets));
  buffers->push_back(std::move(bytes));
  return Status::OK();
}

// Any type: rows that follow each other in a chunk are one slice.
Result<std::shared_ptr<arrow::Array>> TakeSlices(const arrow::ChunkedArray& column,
                                                 std::span<const RowPlace> places) {
  arrow::ArrayVector slices;
  for (size_t begin = 0, end = 0; begin < places.size(); begin = end) {
    const RowPlace first = places[begin];
    for (end = begin + 1; end < places.size() && places[end].chunk == first.chunk &&
                          places[end].row == first.row + static_cast<int32_t>(end - begin);
         ++end) {
    }
    slices.push_back(
        column.chunk(first.chunk)->Slice(first.row, static_cast<int64_t>(end - begin)));
  }
  if (slices.empty()) return arrow::MakeEmptyArray(column.type());
  return arrow::Concatenate(slices);
}

}  // namespace

ChunkIndex::ChunkIndex(const arrow::ArrayVector& chunks) {
  uint64_t end = 0;
  for (const auto& chunk : chunks) {
    end += static_cast<uint64_t>(chunk->length());
    ends_.push_back(end);
  }
}

std::vector<RowPlace> ChunkIndex::Find(std::span<const uint64_t> rows) const {
  std::vector<RowPlace> places;
  places.reserve(rows.size());
  size_t chunk = 0;
  uint64_t begin = 0, end = 0;  // of the chunk that the row before lies in
  for (const uint64_t row : rows) {
    if (row < begin || row >= end) {
      chunk =
          static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), row) - ends_.begin());
      begin = chunk == 0 ? 0 : ends_[chunk - 1];
      end = ends_[chunk];
    }
    places.push_back({static_cast<int32_t>(chunk), static_cast<int32_t>(row - begin)});
  }
  return places;
}

Result<std::shared_ptr<arrow::Array>> TakeRows(const arrow::ChunkedArray& column,
                                               std::span<const RowPlace> places) {
  const arrow::DataType& type = *column.type();
  const bool is_text = arrow::is_binary(type.id()) || arrow::is_string(type.id());
  const bool is_fixed = arrow::is_fixed_width(type.id()) && type.id() != arrow::Type::DICTIONARY &&
                        type.id() != arrow::Type::FIXED_SIZE_BINARY;
  if (!is_text && !is_fixed) return TakeSlices(column, places);
  const Chunks chunks(column);
  arrow::BufferVector buffers(1);
  ARROW_ASSIGN_OR_RAISE(buffers[0], TakeValidity(column, places));
  if (is_text) {
    ARROW_RETURN_NOT_OK(TakeText(chunks, places, &buffers));
  } else if (type.id() == arrow::Type::BOOL) {
    ARROW_ASSIGN_OR_RAISE(buffers.emplace_back(), TakeBits(chunks, places));
  } else {
    const int width = checked_cast<const arrow::FixedWidthType&>(type).byte_width();
    ARROW_ASSIGN_OR_RAISE(buffers.emplace_back(), TakeFixed(chunks, width, places));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(column.type(), static_cast<int64_t>(places.size()),
                                                 std::move(buffers)));
}

Result<std::shared_ptr<arrow::Array>> TakeValues(const arrow::ArrayVector& chunks,
                                                 std::span<const RowPlace> places) {
  arrow::ArrayVector values;
  std::vector<const int32_t*> codes;  // by chunk; null where it has values
  for (const auto& chunk : chunks) {
    if (chunk->type_id() != arrow::Type::DICTIONARY) {
      values.push_back(chunk);
      codes.push_back(nullptr);
      continue;
    }
    const auto& dictionary = checked_cast<const arrow::DictionaryArray&>(*chunk);
    values.push_back(dictionary.dictionary());
    codes.push_back(dictionary.indices()->data()->GetValues<int32_t>(1));
  }
  if (std::all_of(codes.begin(), codes.end(), [](const auto* code) { return code == nullptr; })) {
    return TakeRows(arrow::ChunkedArray(std::move(values)), places);
  }
  // Where each value is: in a dictionary, in a chunk, or for nulls of a dictionary array in a chunk
  // of one null.
  const RowPlace null{static_cast<int32_t>(chunks.size()), 0};
  bool has_null = false;
  std::vector<RowPlace> value_places(places.begin(), places.end());
  for (RowPlace& place : value_places) {
    const auto chunk = static_cast<size_t>(place.chunk);
    if (codes[chunk] == nullptr) continue;
    if (chunks[chunk]->IsValid(place.row)) {
      place.row = codes[chunk][place.row];
    } else {
      place = null;
      has_null = true;
    }
  }
  if (has_null) {
    ARROW_ASSIGN_OR_RAISE(values.emplace_back(), arrow::MakeArrayOfNull(values[0]->type(), 1));
  }
  return TakeRows(arrow::ChunkedArray(std::move(values)), value_places);
}

}  // namespace tarn
