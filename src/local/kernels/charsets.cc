#include <array>

#include "base/ascii.h"
#include "base/utf8.h"
#include "local/kernels/charsets_internal.h"

namespace tarn::local {
namespace {

using Text = std::string_view;

constexpr uint32_t kByteOrderMark = 0xFEFF;

uint8_t ByteAt(Text bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

// The next character of what is UTF-8.
uint32_t TakeCharacter(Text* text) {
  const uint8_t lead = ByteAt(*text, 0);
  const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t character = length == 1 ? lead : lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) character = character << 6 | (ByteAt(*text, i) & 0x3F);
  text->remove_prefix(length);
  return character;
}

void AppendUtf8(uint32_t character, std::string* out) {
  const auto add = [&](uint32_t byte) { *out += static_cast<char>(byte); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xC0 | character >> 6);
  } else if (character < 0x10000) {
    add(0xE0 | character >> 12);
    add(0x80 | (character >> 6 & 0x3F));
  } else {
    add(0xF0 | character >> 18);
    add(0x80 | (character >> 12 & 0x3F));
    add(0x80 | (character >> 6 & 0x3F));
  }
  add(0x80 | (character & 0x3F));
}

void AppendNumber(uint32_t number, size_t num_bytes, bool is_little, std::string* out) {
  for (size_t i = 0; i < num_bytes; ++i) {
    const size_t byte = is_little ? i : num_bytes - 1 - i;
    *out += static_cast<char>(number >> 8 * byte);
  }
}

uint32_t NumberAt(Text bytes, size_t at, size_t num_bytes, bool is_little) {
  uint32_t number = 0;
  for (size_t i = 0; i < num_bytes; ++i) {
    const size_t byte = is_little ? num_bytes - 1 - i : i;
    number = number << 8 | ByteAt(bytes, at + byte);
  }
  return number;
}

void AppendUtf16(uint32_t character, bool is_little, std::string* out) {
  if (character < 0x10000) return AppendNumber(character, 2, is_little, out);
  AppendNumber(0xD800 + ((character - 0x10000) >> 10), 2, is_little, out);
  AppendNumber(0xDC00 + ((character - 0x10000) & 0x3FF), 2, is_little, out);
}

bool IsSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xE000; }

bool DecodeUtf16(Text bytes, bool is_little, std::string* out) {
  if (bytes.size() % 2 != 0) return false;
  for (size_t at = 0; at < bytes.size(); at += 2) {
    uint32_t character = NumberAt(bytes, at, 2, is_little);
    if (IsSurrogate(character)) {
      if (character >= 0xDC00 || at + 2 == bytes.size()) return false;
      at += 2;
      const uint32_t low = NumberAt(bytes, at, 2, is_little);
      if (low < 0xDC00 || low >= 0xE000) return false;
      character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(character, out);
  }
  return true;
}

bool DecodeUtf32(Text bytes, bool is_little, std::string* out) {
  if (bytes.size() % 4 != 0) return false;
  for (size_t at = 0; at < bytes.size(); at += 4) {
    const uint32_t character = NumberAt(bytes, at, 4, is_little);
    if (character > 0x10FFFF || IsSurrogate(character)) return false;
    AppendUtf8(character, out);
  }
  return true;
}

// Takes the mark at the start, which says the order of `num_bytes`; big ends first without one.
bool TakeByteOrder(size_t num_bytes, Text* bytes) {
  if (bytes->size() < num_bytes) return false;
  const bool is_little = NumberAt(*bytes, 0, num_bytes, true) == kByteOrderMark;
  if (is_little || NumberAt(*bytes, 0, num_bytes, false) == kByteOrderMark) {
    bytes->remove_prefix(num_bytes);
  }
  return is_little;
}

// Bytes that a character may begin with but does not, at least one.
size_t BrokenLength(Text bytes) {
  const uint8_t lead = ByteAt(bytes, 0);
  if (lead < 0xC2 || lead > 0xF4) return 1;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  size_t at = 1;
  while (at < length && at < bytes.size()) {
    const uint8_t byte = ByteAt(bytes, at);
    uint8_t first = 0x80, last = 0xBF;
    if (at == 1) {
      if (lead == 0xE0) first = 0xA0;
      if (lead == 0xED) last = 0x9F;
      if (lead == 0xF0) first = 0x90;
      if (lead == 0xF4) last = 0x8F;
    }
    if (byte < first || byte > last) break;
    ++at;
  }
  return at;
}

}  // namespace

std::optional<Charset> CharsetNamed(Text name) {
  static constexpr std::array<std::pair<Text, Charset>, 7> kCharsets = {{
      {"iso-8859-1", Charset::kLatin1},
      {"us-ascii", Charset::kAscii},
      {"utf-16", Charset::kUtf16},
      {"utf-16be", Charset::kUtf16Be},
      {"utf-16le", Charset::kUtf16Le},
      {"utf-32", Charset::kUtf32},
      {"utf-8", Charset::kUtf8},
  }};
  for (const auto& [known, charset] : kCharsets) {
    if (SameName(known, name)) return charset;
  }
  return std::nullopt;
}

bool Encode(Text text, Charset charset, std::string* out) {
  // Characters that are none, such as those of bytes cast to text, become the mark of such.
  std::string valid;
  if (!IsUtf8(text)) {
    AppendValidUtf8(text, &valid);
    text = valid;
  }
  if (charset == Charset::kUtf8) {
    out->append(text);
    return true;
  }
  if (charset == Charset::kUtf16 && !text.empty()) AppendNumber(kByteOrderMark, 2, false, out);
  while (!text.empty()) {
    const uint32_t character = TakeCharacter(&text);
    switch (charset) {
      case Charset::kLatin1:
      case Charset::kAscii:
        if (character > (charset == Charset::kAscii ? 0x7F : 0xFF)) return false;
        *out += static_cast<char>(character);
        break;
      case Charset::kUtf32:
        AppendNumber(character, 4, false, out);
        break;
      default:
        AppendUtf16(character, charset == Charset::kUtf16Le, out);
    }
  }
  return true;
}

bool Decode(Text bytes, Charset charset, std::string* out) {
  switch (charset) {
    case Charset::kUtf8:
      out->append(bytes);
      return IsUtf8(bytes);
    case Charset::kAscii:
      out->append(bytes);
      return IsAscii(bytes);
    case Charset::kLatin1:
      for (char byte : bytes) AppendUtf8(static_cast<uint8_t>(byte), out);
      return true;
    case Charset::kUtf16: {
      const bool is_little = TakeByteOrder(2, &bytes);
      return DecodeUtf16(bytes, is_little, out);
    }
    case Charset::kUtf32: {
      const bool is_little = TakeByteOrder(4, &bytes);
      return DecodeUtf32(bytes, is_little, out);
    }
    case Charset::kUtf16Be:
    case Charset::kUtf16Le:
      return DecodeUtf16(bytes, charset == Charset::kUtf16Le, out);
  }
  return false;
}

void AppendValidUtf8(Text bytes, std::string* out) {
  while (!bytes.empty()) {
    size_t length = Utf8CharacterLength(bytes);
    if (length > 0) {
      out->append(bytes.substr(0, length));
    } else {
      out->append("\uFFFD");
      length = BrokenLength(bytes);
    }
    bytes.remove_prefix(length);
  }
}

}  // namespace tarn::local
