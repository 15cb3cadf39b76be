#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "config/toml_string_internal.h"

namespace tarn {
namespace {

std::string EncodeUtf8(uint32_t code) {
  auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

class StringDecoder {
 public:
  StringDecoder(std::string_view document, size_t begin) : document_(document), at_(begin) {}

  ConfigString Decode(size_t* end) {
    const char quote = Peek();
    const bool is_multiline = Rest().starts_with(std::string(3, quote));
    const std::string close(is_multiline ? 3 : 1, quote);
    at_ += close.size();
    if (is_multiline && Peek() == '\r') ++at_;
    if (is_multiline && Peek() == '\n') ++at_;
    while (at_ < document_.size() && !AtClose(close)) {
      if (quote == '"' && Peek() == '\\') {
        ReadEscape();
      } else if (is_multiline && Rest().starts_with("\r\n")) {
        ++at_;  // toml++ gives every line end as \n
      } else {
        Append(document_.substr(at_, 1), at_);
        ++at_;
      }
    }
    *end = std::min(at_ + close.size(), document_.size());
    return std::move(string_);
  }

 private:
  // Up to two quotes may stand before the three that close: `""""` ends in a quote.
  bool AtClose(const std::string& close) const {
    return Rest().starts_with(close) &&
           (close.size() == 1 || !Rest().starts_with(close + close[0]));
  }

  void ReadEscape() {
    const size_t begin = at_;
    const char kind = at_ + 1 < document_.size() ? document_[at_ + 1] : '\0';
    at_ = std::min(at_ + 2, document_.size());
    constexpr std::string_view kFrom = "btnfre\"\\";
    constexpr std::string_view kTo = "\b\t\n\f\r\x1B\"\\";
    if (size_t found = kFrom.find(kind); found != std::string_view::npos) {
      Append(kTo.substr(found, 1), begin);
    } else if (kind == 'u' || kind == 'U') {
      const size_t num_digits = kind == 'u' ? 4 : 8;
      uint32_t code = 0;
      std::string_view digits = document_.substr(at_, num_digits);
      std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      at_ += digits.size();
      Append(EncodeUtf8(code), begin);
    } else {
      // A backslash at a line's end: what follows up to the next text is dropped.
      at_ = begin + 1;
      while (at_ < document_.size() && IsBlank(document_[at_])) ++at_;
    }
  }

  void Append(std::string_view bytes, size_t offset) {
    string_.value += bytes;
    string_.offsets.insert(string_.offsets.end(), bytes.size(), offset);
  }

  char Peek() const { return at_ < document_.size() ? document_[at_] : '\0'; }
  std::string_view Rest() const { return document_.substr(std::min(at_, document_.size())); }

  const std::string_view document_;
  size_t at_;
  ConfigString string_;
};

}  // namespace

ConfigString DecodeTomlString(std::string_view document, size_t begin, size_t* end) {
  return StringDecoder(document, begin).Decode(end);
}

}  // namespace tarn
