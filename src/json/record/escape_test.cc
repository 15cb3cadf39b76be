// Escape sequences in strings, read a vector at a time, against reading them one by one.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <iterator>
#include <random>
#include <string>

#include "json/record/escape_internal.h"
#include "json/record/record_reader.h"
#include "json/record/unescape.h"

namespace tarn::json {
namespace {

constexpr const char* kPieces[] = {
    "a", "some words", "0123456789abcdefABCDEF", "\\\"", "\\\\", "\\/", "\\b\\f", "\\n", "\\r\\t",
    "\\u0041", "\\u00e9", "\\u20AC", "\\uD7ff", "\\uE000", "\\ud83d\\ude00", "\\uDBFF\\uDFFF",
    "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "u", "\\u0000", "\\\\u12",
    "\\\\\\\\\\\\\\\\\\\\", "d83d",
    // What is not valid.
    "\\u12", "\\uD83D", "\\ude00", "\\ud83dx\\ude00", "\\uD83D\\", "\\x", "\\u00g0", "\xFF", "\x01",
    "\\\xC3\xA9", "\\ud83d\\u0041", "\\"};
constexpr size_t kNumValid = 24;

// Where a string's text ends, or where it is not valid.
const char* EndOfString(const char* p, bool* valid) {
  *valid = true;
  while (*p != '"') {
    const int length = *p == '\\' ? EscapeLength(p) : *p < 0 ? Utf8Length(p) : *p < 0x20 ? 0 : 1;
    *valid = length > 0;
    if (!*valid) return p;
    p += length;
  }
  return p;
}

std::string Utf8Of(uint32_t code_point) {
  const auto byte = [](uint32_t bits) { return std::string(1, static_cast<char>(bits)); };
  const auto low = [&](int shift) { return byte(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) return byte(code_point);
  if (code_point < 0x800) return byte(0xC0 | code_point >> 6) + low(0);
  if (code_point < 0x10000) return byte(0xE0 | code_point >> 12) + low(6) + low(0);
  return byte(0xF0 | code_point >> 18) + low(12) + low(6) + low(0);
}

std::string UnescapedOneByOne(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    const char c = text[++i];
    const size_t simple = std::string("bfnrt").find(c);
    if (c != 'u') {
      result += simple == std::string::npos ? c : "\b\f\n\r\t"[simple];
      continue;
    }
    auto code_point = static_cast<uint32_t>(std::stoul(text.substr(i + 1, 4), nullptr, 16));
    i += 4;
    if (code_point >= 0xD800 && code_point < 0xDC00) {
      const auto low = static_cast<uint32_t>(std::stoul(text.substr(i + 3, 4), nullptr, 16));
      code_point = 0x10000 + ((code_point & 0x3FF) << 10) + (low & 0x3FF);
      i += 6;
    }
    result += Utf8Of(code_point);
  }
  return result;
}

RecordReader::Options OneKey() {
  RecordReader::Options options;
  options.keys = {"s"};
  return options;
}

void ExpectAsOneByOne(RecordReader* reader, const std::string& text) {
  const std::string record = "{\"s\":\"" + text + "\"}";
  const std::string padded = record + std::string(kPaddingBytes, '\0');
  const char* const begin = padded.data() + 6;
  Value row[2];
  const char* const end = reader->ReadAny(padded.data(), padded.data() + record.size(), row);
  bool valid = false;
  const char* const expected = EndOfString(begin, &valid);
  if (!valid) {
    ASSERT_EQ(end, nullptr) << record;
    const char* const error = reader->error().position;
    ASSERT_EQ(error - begin, expected - begin) << record;
    return;
  }
  if (end == nullptr || expected + 2 != padded.data() + record.size()) return;  // a quote too early
  ASSERT_EQ(row[0].text(), std::string_view(begin, expected - begin)) << record;
  const bool escaped = row[0].text().find('\\') != std::string_view::npos;
  ASSERT_EQ(row[0].kind, escaped ? ValueKind::kEscapedString : ValueKind::kString) << record;
  std::string unescaped;
  AssignText(row[0], &unescaped);
  ASSERT_EQ(unescaped, UnescapedOneByOne(std::string(row[0].text()))) << record;
}

TEST(EscapeTest, VectorsReadAsOneByOne) {
  RecordReader reader(OneKey());
  std::mt19937 random(11);
  for (int i = 0; i < 100'000; ++i) {
    std::string text(random() % 40, 'x');
    for (auto n = random() % 12; n > 0; --n) text += kPieces[random() % kNumValid];
    if (random() % 3 == 0) {
      text.insert(random() % (text.size() + 1),
                  kPieces[kNumValid + random() % (std::size(kPieces) - kNumValid)]);
    }
    ExpectAsOneByOne(&reader, text);
  }
}

// A sequence at each place of a vector, cut off at each byte.
TEST(EscapeTest, SequencesAtEachPlace) {
  RecordReader reader(OneKey());
  for (const std::string piece : kPieces) {
    for (size_t place = 0; place < 70; ++place) {
      for (size_t length = 1; length <= piece.size(); ++length) {
        for (const char* after : {"", "0", "\\n", "0000000000000000000000000000000000000"}) {
          ExpectAsOneByOne(&reader, std::string(place, 'x') + piece.substr(0, length) + after);
        }
      }
    }
  }
}

TEST(EscapeTest, EachUnitIsItsCharacter) {
  for (uint32_t unit = 0; unit < 0x10000; ++unit) {
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    if (unit >= 0xDC00 && unit < 0xE000) continue;
    for (const char* format : {"\\u%04x", "\\u%04X"}) {
      char text[32];
      std::snprintf(text, sizeof(text), format, unit);
      std::string sequence = text;
      if (is_high) {
        std::snprintf(text, sizeof(text), format, 0xDC00 + unit % 0x400 * 7 % 0x400);
        sequence += text;
      }
      Value value;
      value.length = static_cast<uint32_t>(sequence.size());
      value.kind = ValueKind::kEscapedString;
      const std::string padded = sequence + std::string(kPaddingBytes, '"');
      value.begin = padded.data();
      std::string unescaped;
      AssignText(value, &unescaped);
      ASSERT_EQ(unescaped, UnescapedOneByOne(sequence)) << sequence;
    }
  }
}

}  // namespace
}  // namespace tarn::json
