#include <cstdint>

#include "base/ascii.h"
#include "local/kernels/base_text_internal.h"

namespace tarn::local {
namespace {

using Text = std::string_view;

constexpr Text kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr Text kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr size_t kLineLength = 76;

// The digit's value; -1 when it is none.
int ValueOf(Text alphabet, char digit) {
  const size_t found = alphabet.find(digit);
  return found == Text::npos ? -1 : static_cast<int>(found);
}

// `bytes` in digits of `num_bits`, filled up with `=` to groups.
void AppendDigits(Text bytes, Text alphabet, int num_bits, size_t group, std::string* out) {
  uint32_t bits = 0;
  int num_open = 0;
  size_t num_digits = 0;
  const auto add = [&](char digit) {
    if (alphabet == kBase64 && num_digits > 0 && num_digits % kLineLength == 0) *out += "\r\n";
    *out += digit;
    ++num_digits;
  };
  for (char byte : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(byte);
    for (num_open += 8; num_open >= num_bits;) {
      num_open -= num_bits;
      add(alphabet[bits >> num_open & (alphabet.size() - 1)]);
    }
  }
  if (num_open > 0) add(alphabet[bits << (num_bits - num_open) & (alphabet.size() - 1)]);
  while (num_digits % group != 0) add('=');
}

}  // namespace

void AppendBase64(Text bytes, std::string* out) { AppendDigits(bytes, kBase64, 6, 4, out); }

// As java.util.Base64's decoder for MIME.
bool AppendFromBase64(Text text, std::string* out) {
  uint32_t bits = 0;
  int num_digits = 0;  // of an open group of four
  size_t at = 0;
  while (at < text.size()) {
    const char digit = text[at++];
    const int value = ValueOf(kBase64, digit);
    if (value < 0 && digit != '=') continue;
    if (digit == '=') {
      if (num_digits == 0) return false;
      if (num_digits == 2 && (at == text.size() || text[at++] != '=')) return false;
      break;
    }
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++num_digits < 4) continue;
    for (int shift : {16, 8, 0}) *out += static_cast<char>(bits >> shift);
    bits = 0;
    num_digits = 0;
  }
  if (num_digits == 1) return false;
  if (num_digits == 2) *out += static_cast<char>(bits >> 4);
  if (num_digits == 3) {
    *out += static_cast<char>(bits >> 10);
    *out += static_cast<char>(bits >> 2);
  }
  for (; at < text.size(); ++at) {
    if (ValueOf(kBase64, text[at]) >= 0) return false;
  }
  return true;
}

bool IsBase64(Text text) {
  size_t num_digits = 0;
  size_t num_pads = 0;
  for (char c : text) {
    if (c == '=') {
      ++num_pads;
    } else if (num_pads > 0 || (!IsBlank(c) && ValueOf(kBase64, c) < 0)) {
      return false;
    } else if (!IsBlank(c)) {
      ++num_digits;
    }
  }
  if (num_pads == 0) return num_digits % 4 != 1;
  return num_pads <= 2 && (num_digits + num_pads) % 4 == 0;
}

void AppendBase32(Text bytes, std::string* out) { AppendDigits(bytes, kBase32, 5, 8, out); }

void AppendFromBase32(Text text, std::string* out) {
  uint64_t bits = 0;
  int num_digits = 0;  // of an open group of eight
  for (char c : text) {
    if (c == '=') break;
    const int value = ValueOf(kBase32, ToUpper(c));
    if (value < 0) continue;
    bits = bits << 5 | static_cast<uint64_t>(value);
    if (++num_digits < 8) continue;
    for (int shift = 32; shift >= 0; shift -= 8) *out += static_cast<char>(bits >> shift);
    bits = 0;
    num_digits = 0;
  }
  // Commons Codec takes one digit alone for two, of which it keeps what there is.
  if (num_digits == 1) *out += static_cast<char>(bits >> 2);
  const int num_bits = num_digits * 5;
  for (int end = 8; end <= num_bits; end += 8) *out += static_cast<char>(bits >> (num_bits - end));
}

bool AppendFromHex(Text text, std::string* out) {
  const auto value = [](char digit) { return ValueOf("0123456789ABCDEF", ToUpper(digit)); };
  size_t at = 0;
  if (text.size() % 2 == 1) {
    if (value(text[0]) < 0) return false;
    *out += static_cast<char>(value(text[at++]));
  }
  for (; at < text.size(); at += 2) {
    const int high = value(text[at]), low = value(text[at + 1]);
    if (high < 0 || low < 0) return false;
    *out += static_cast<char>(high << 4 | low);
  }
  return true;
}

}  // namespace tarn::local
