#include <arrow/type.h>

#include <utility>

#include "json/string_dictionary_internal.h"

namespace tarn::json {
namespace {

constexpr uint32_t kFirstSlots = 256;

}  // namespace

Result<std::unique_ptr<StringDictionary>> StringDictionary::Make(arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets,
                        arrow::AllocateBuffer((kEntriesMax + 1) * sizeof(int32_t), pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> text,
                        arrow::AllocateBuffer(kTextBytesMax + kPaddingBytes, pool));
  return std::unique_ptr<StringDictionary>(
      new StringDictionary(std::move(offsets), std::move(text)));
}

StringDictionary::StringDictionary(std::shared_ptr<arrow::Buffer> offsets,
                                   std::shared_ptr<arrow::Buffer> text)
    : offsets_buffer_(std::move(offsets)),
      text_buffer_(std::move(text)),
      offsets_(reinterpret_cast<int32_t*>(offsets_buffer_->mutable_data())),
      text_(reinterpret_cast<char*>(text_buffer_->mutable_data())),
      slots_(kFirstSlots),
      slot_mask_(kFirstSlots - 1) {
  offsets_[0] = 0;
}

std::shared_ptr<arrow::ArrayData> StringDictionary::Entries() const {
  return arrow::ArrayData::Make(arrow::utf8(), size_, {nullptr, offsets_buffer_, text_buffer_}, 0);
}

// Steps of 1, 2, 3, … reach every slot.
int32_t StringDictionary::FindOrInsert(const Key& key, const char* text, int64_t length) {
  uint32_t at = key.hash;
  for (uint32_t step = 1; step <= kProbesMax; ++step) {
    Slot& slot = slots_[at & slot_mask_];
    if (slot.tag == 0) {
      const int32_t code = Insert(text, length);
      if (code == kNoCode) return kNoCode;
      slot = {key.first_word, TagOf(key, length), code};
      if (static_cast<size_t>(size_) > slots_.size() / 2) Grow();
      return code;
    }
    if (Holds(slot, key, text, length)) return slot.code;
    at += step;
  }
  return kNoCode;
}

int32_t StringDictionary::Insert(const char* text, int64_t length) {
  const int32_t end = offsets_[size_];
  if (size_ == kEntriesMax || length > kTextBytesMax - end) return kNoCode;
  std::memcpy(text_ + end, text, length);
  offsets_[size_ + 1] = end + static_cast<int32_t>(length);
  return size_++;
}

void StringDictionary::Grow() {
  slots_.assign(slots_.size() * 2, Slot());
  slot_mask_ = static_cast<uint32_t>(slots_.size()) - 1;
  for (int32_t code = 0; code < size_; ++code) {
    const std::string_view text = ValueOf(code);
    const auto length = static_cast<int64_t>(text.size());
    const Key key = KeyOf(text.data(), length);
    uint32_t at = key.hash;
    for (uint32_t step = 1; slots_[at & slot_mask_].tag != 0; ++step) at += step;
    slots_[at & slot_mask_] = {key.first_word, TagOf(key, length), code};
  }
}

}  // namespace tarn::json
