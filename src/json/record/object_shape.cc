#include "json/record/object_shape.h"

namespace tarn::json {
namespace {

// An object that goes past these has data for keys, which do not come again.
constexpr size_t kLiteralsMax = 1000;
constexpr size_t kBytesMax = 64 << 10;

}  // namespace

void ObjectShape::Learn(size_t index, const char* begin, const char* key, const char* value,
                        int field) {
  const size_t offset = index == 0 ? 0 : literals_[index - 1].offset + literals_[index - 1].length;
  literals_.resize(index);
  const auto length = static_cast<size_t>(value - begin);
  if (index == kLiteralsMax || length > kBytesMax - offset) return;
  bytes_.resize(offset);
  bytes_.append(begin, length);
  bytes_.append(kPaddingBytes, '\0');
  literals_.push_back({static_cast<uint32_t>(offset), static_cast<uint32_t>(length),
                       static_cast<uint32_t>(key - begin), field});
}

size_t ObjectShape::Find(size_t index, int field) const {
  while (index < literals_.size() && literals_[index].field != field) ++index;
  return index;
}

void ObjectShape::LearnTail(const char* begin, const char* end) {
  const auto length = static_cast<size_t>(end - begin);
  if (length > kTailBytesMax) return;
  tail_.assign(begin, length);
  tail_.append(kPaddingBytes, '\0');
  tail_length_ = static_cast<int>(length);
}

}  // namespace tarn::json
