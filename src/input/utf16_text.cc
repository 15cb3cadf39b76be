#include "input/utf16_text.h"

#include <algorithm>
#include <cstring>

namespace tarn::input {
namespace {

constexpr size_t kUtf16PieceBytes = 64 << 10;
constexpr size_t kUtf8BytesPerUnit = 3;

bool IsHighSurrogate(uint32_t unit) { return (unit & 0xFC00) == 0xD800; }
bool IsLowSurrogate(uint32_t unit) { return (unit & 0xFC00) == 0xDC00; }

void AppendUtf8(uint32_t c, std::string* out) {
  const auto continuation = [&](int shift) {
    return static_cast<char>(0x80 | ((c >> shift) & 0x3F));
  };
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->append({static_cast<char>(0xC0 | c >> 6), continuation(0)});
  } else if (c < 0x10000) {
    out->append({static_cast<char>(0xE0 | c >> 12), continuation(6), continuation(0)});
  } else {
    out->append(
        {static_cast<char>(0xF0 | c >> 18), continuation(12), continuation(6), continuation(0)});
  }
}

class Utf16Text final : public ByteStream {
 public:
  explicit Utf16Text(std::unique_ptr<ByteStream> utf16) : utf16_(std::move(utf16)) {}

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override {
    int64_t total = 0;
    while (total < capacity) {
      if (begin_ == decoded_.size() && !ended_) ARROW_RETURN_NOT_OK(DecodePiece());
      const auto length = std::min<int64_t>(capacity - total, decoded_.size() - begin_);
      if (length == 0 && ended_) break;
      std::memcpy(out + total, decoded_.data() + begin_, length);
      begin_ += length;
      total += length;
    }
    return total;
  }

  std::string damage() const override {
    return utf16_->damage().empty() ? damage_ : utf16_->damage();
  }
  int64_t num_file_bytes() const override { return utf16_->num_file_bytes(); }

 private:
  Status DecodePiece() {
    decoded_.clear();
    begin_ = 0;
    uint8_t piece[kUtf16PieceBytes];
    ARROW_ASSIGN_OR_RAISE(const int64_t length, utf16_->Read(kUtf16PieceBytes, piece));
    ended_ = length < static_cast<int64_t>(kUtf16PieceBytes);
    decoded_.reserve(length / 2 * kUtf8BytesPerUnit + 2 * kUtf8BytesPerUnit);
    int64_t i = 0;
    if (!has_begun_ && length >= 2) {
      big_endian_ = piece[0] == 0xFE;
      i = 2;
    }
    has_begun_ = true;
    for (; i + 1 < length; i += 2) {
      AddUnit(big_endian_ ? piece[i] << 8 | piece[i + 1] : piece[i + 1] << 8 | piece[i]);
    }
    if (!ended_) return Status::OK();
    if (high_ != 0) AppendUtf8(high_, &decoded_);
    if (i < length) damage_ = "the UTF-16 text ends in the middle of a character";
    return Status::OK();
  }

  void AddUnit(uint32_t unit) {
    if (high_ != 0 && IsLowSurrogate(unit)) {
      AppendUtf8(0x10000 + ((high_ & 0x3FF) << 10 | (unit & 0x3FF)), &decoded_);
      high_ = 0;
      return;
    }
    if (high_ != 0) AppendUtf8(high_, &decoded_);
    high_ = IsHighSurrogate(unit) ? unit : 0;
    if (high_ == 0) AppendUtf8(unit, &decoded_);
  }

  const std::unique_ptr<ByteStream> utf16_;
  bool has_begun_ = false;
  bool big_endian_ = false;
  uint32_t high_ = 0;  // a high surrogate that waits for its low one
  std::string decoded_;
  size_t begin_ = 0;
  bool ended_ = false;
  std::string damage_;
};

}  // namespace

bool BeginsWithUtf16Mark(std::string_view head) {
  return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
}

std::unique_ptr<ByteStream> DecodeUtf16(std::unique_ptr<ByteStream> utf16) {
  return std::make_unique<Utf16Text>(std::move(utf16));
}

}  // namespace tarn::input
