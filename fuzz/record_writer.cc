#include "record_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace tarn::fuzz {
namespace {

using std::string_literals::operator""s;

// Around the scanner's limit of 64 levels, the record among them.
constexpr uint32_t kDeepMin = 55;
constexpr uint32_t kDeepRange = 20;

std::string Utf8(uint32_t c) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

RecordWriter::RecordWriter(uint64_t seed, std::vector<Key> keys)
    : random_(seed), keys_(std::move(keys)) {
  ChangeStyle();
}

void RecordWriter::ChangeStyle() {
  style_keys_.clear();
  for (uint32_t n = Below(OneIn(8) ? 20 : 7); n > 0; --n) {
    style_keys_.push_back(&keys_[Below(static_cast<uint32_t>(keys_.size()))]);
  }
  for (std::string& space : style_space_) space = OneIn(3) ? Space() : "";
}

std::string RecordWriter::Record() {
  const bool in_style = !OneIn(12);
  std::vector<const Key*> keys = style_keys_;
  if (!in_style && !keys.empty()) {
    std::shuffle(keys.begin(), keys.end(), random_);
    keys.resize(1 + Below(static_cast<uint32_t>(keys.size())));
  }
  std::string text = "{";
  for (size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) text += ',';
    text += style_space_[0] + '"' + keys[i]->text + '"' + style_space_[1] + ':' + style_space_[2];
    text += Value(keys[i]->taste, 1) + (OneIn(50) ? Space() : style_space_[3]);
  }
  return text + (keys.empty() ? Space() : "") + "}";
}

std::string RecordWriter::Space() {
  std::string text;
  for (uint32_t n = Below(OneIn(20) ? 40 : 3); n > 0; --n) text += " \t\r "[Below(4)];
  return text;
}

std::string RecordWriter::Digits(uint32_t count) {
  std::string text;
  while (text.size() < count) text += static_cast<char>('0' + Below(10));
  return text;
}

// Right in the middle of two doubles, or a little beside it, written out in full.
std::string RecordWriter::NumberBetweenDoubles() {
  static_assert(std::numeric_limits<long double>::digits >= 54);
  const double low = std::ldexp(1.0 + std::ldexp(static_cast<double>(random_() >> 12), -52),
                                static_cast<int>(Below(200)) - 100);
  const double high = std::nextafter(low, HUGE_VAL);
  const long double middle = (static_cast<long double>(low) + high) / 2;
  char digits[400];
  const int length = std::snprintf(digits, sizeof(digits), "%.160Lf", middle);
  std::string text(digits, length);
  switch (Below(4)) {
    case 0:
      return text + std::string(Below(100), '0') + "1";
    case 1:
      text.erase(text.find_last_not_of('0'));  // just below; the last digit of a middle is 5
      return text.back() == '.' ? text + "4" : text + "4" + std::string(Below(100), '9');
    case 2:
      return std::string(digits, std::snprintf(digits, sizeof(digits), "%.130Le", middle));
    default:
      return text;
  }
}

std::string RecordWriter::ShortestNumber() {
  double value = 0;
  do {
    value = std::bit_cast<double>(random_());
  } while (!std::isfinite(value));
  char digits[64];
  switch (Below(3)) {
    case 0:
      return fmt::format("{:.17g}", value);
    case 1:
      return fmt::format("{:.9g}", static_cast<float>(std::ldexp(value, -std::ilogb(value))));
    default:
      return {digits, std::to_chars(digits, std::end(digits), value).ptr};
  }
}

std::string RecordWriter::Integer() {
  static const char* const kEdges[] = {"0",
                                       "-0",
                                       "127",
                                       "128",
                                       "-129",
                                       "2147483647",
                                       "2147483648",
                                       "-2147483648",
                                       "-2147483649",
                                       "9007199254740993",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "-9223372036854775808",
                                       "-9223372036854775809",
                                       "18446744073709551615",
                                       "18446744073709551616"};
  if (OneIn(6)) return kEdges[Below(std::size(kEdges))];
  std::string text = OneIn(3) ? "-" : "";
  text += static_cast<char>('1' + Below(9));
  return text + Digits(OneIn(60) ? Below(700) : OneIn(8) ? Below(30) : Below(18));
}

std::string RecordWriter::Number() {
  switch (Below(10)) {
    case 0:
      return NumberBetweenDoubles();
    case 1:
    case 2:
      return ShortestNumber();
    default:
      break;
  }
  std::string text = OneIn(4) ? (OneIn(2) ? "-0" : "0") : Integer();
  if (!OneIn(6)) text += "." + (OneIn(5) ? Digits(1 + Below(50)) : Digits(1 + Below(8)));
  if (OneIn(5)) {
    text += "eE"[Below(2)];
    if (OneIn(2)) text += "+-"[Below(2)];
    if (OneIn(20)) text += std::string(Below(30), '0');
    text += std::to_string(Below(OneIn(8) ? 100'000 : OneIn(3) ? 400 : 25));
  }
  return text;
}

std::string RecordWriter::Escape() {
  static const char* const kSimple[] = {"\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"};
  if (OneIn(2)) return kSimple[Below(8)];
  static const char* const kFormats[] = {"\\u{:04x}", "\\u{:04X}"};
  const auto unit = [&](uint32_t value) {
    return fmt::format(fmt::runtime(kFormats[Below(2)]), value);
  };
  if (OneIn(4)) return unit(0xD800 + Below(0x400)) + unit(0xDC00 + Below(0x400));
  if (OneIn(60)) return unit(0xD800 + Below(0x800));  // alone: refused
  return unit(OneIn(2) ? Below(0x80) : OneIn(2) ? Below(0xD800) : 0xE000 + Below(0x2000));
}

std::string RecordWriter::Character() {
  switch (Below(16)) {
    case 0:
      return Escape();
    case 1:
      return Utf8(0x80 + Below(0x780));
    case 2:
      return Utf8(OneIn(2) ? 0x800 + Below(0xD000) : 0xE000 + Below(0x2000));
    case 3:
      return Utf8(0x10000 + Below(0x100000));
    case 4:
      return std::string(1, "{}[]:,'/\x7F "[Below(10)]);
    default: {
      const auto c = static_cast<char>(0x20 + Below(0x5F));
      return c == '"' || c == '\\' ? "x" : std::string(1, c);
    }
  }
}

std::string RecordWriter::String() {
  static const char* const kWords[] = {"x", "NaN", "Infinity", "-INF", "+Infinity", "", "NextSong"};
  std::string text = "\"";
  if (OneIn(4)) return text + kWords[Below(std::size(kWords))] + "\"";
  if (OneIn(3)) text += std::string(Below(70), 'p');
  for (uint32_t n = Below(OneIn(10) ? 100 : 8); n > 0; --n) text += Character();
  return text + "\"";
}

std::string RecordWriter::Array(int depth) {
  std::string text = "[" + Space();
  for (uint32_t n = Below(4); n > 0; --n) {
    text += Space() + AnyValue(depth) + Space() + (n > 1 ? "," : "");
  }
  return text + "]";
}

std::string RecordWriter::Object(int depth) {
  std::string text = "{" + Space();
  for (uint32_t n = Below(4); n > 0; --n) {
    const std::string key =
        OneIn(2) ? String() : '"' + keys_[Below(static_cast<uint32_t>(keys_.size()))].text + '"';
    text += Space() + key + Space() + ":" + Space() + AnyValue(depth) + (n > 1 ? "," : "");
  }
  return text + "}";
}

std::string RecordWriter::Deep() {
  std::string opening;
  std::string closing;
  for (uint32_t n = kDeepMin + Below(kDeepRange); n > 0; --n) {
    const bool array = OneIn(2);
    opening += array ? "[" : "{\"k\":";
    closing += array ? ']' : '}';
  }
  std::reverse(closing.begin(), closing.end());
  return opening + "0" + closing;
}

std::string RecordWriter::AnyValue(int depth) {
  if (OneIn(500)) return Deep();
  constexpr int kDepthMax = 5;
  switch (Below(depth >= kDepthMax ? 7 : 10)) {
    case 0:
      return "null";
    case 1:
      return OneIn(2) ? "true" : "false";
    case 2:
      return Integer();
    case 3:
    case 4:
      return Number();
    case 5:
    case 6:
      return String();
    case 7:
      return Array(depth + 1);
    default:
      return Object(depth + 1);
  }
}

std::string RecordWriter::Value(Taste taste, int depth) {
  if (OneIn(20)) return AnyValue(depth);
  if (OneIn(10)) return "null";
  switch (taste) {
    case Taste::kString:
      return String();
    case Taste::kInteger:
      return Integer();
    case Taste::kDecimal:
      return OneIn(8) ? Integer() : Number();
    case Taste::kBoolean:
      return OneIn(2) ? "true" : "false";
    case Taste::kArray:
      return Array(depth + 1);
    case Taste::kObject:
      return Object(depth + 1);
    case Taste::kAny:
      break;
  }
  return AnyValue(depth);
}

std::string RecordWriter::Damage(std::string text, std::string_view other) {
  static const std::string kBytes =
      "{}[]\",:\\/0123456789.eE+-truefalsn u\t\r\n \0\x01\x7F\x80\xBF\xC2\xED\xEF\xF0\xF4\xFF"s;
  static const std::string kBroken[] = {"\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x80\x80",
                                        "\xED\xA0\x80",
                                        "\xED\xBF\xBF",
                                        "\xF0\x80\x80\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xE2\x82",
                                        "\xF0\x9F\x98",
                                        "\x80",
                                        "\xFE",
                                        "\xEF\xBB\xBF"};
  for (uint32_t n = 1 + Below(3); n > 0 && !text.empty(); --n) {
    const size_t at = Below(static_cast<uint32_t>(text.size()));
    switch (Below(9)) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
        break;
      case 1:
        text[at] = kBytes[Below(static_cast<uint32_t>(kBytes.size()))];
        break;
      case 2:
        text.erase(at, 1 + Below(OneIn(4) ? 40 : 3));
        break;
      case 3:
        text.insert(at, 1, kBytes[Below(static_cast<uint32_t>(kBytes.size()))]);
        break;
      case 4:
        text.insert(at, text.substr(Below(static_cast<uint32_t>(text.size())), Below(20)));
        break;
      case 5:
        text.resize(at);
        break;
      case 6:
        text.insert(at, kBroken[Below(std::size(kBroken))]);
        break;
      case 7:
        text.resize(at);
        if (!other.empty()) text += other.substr(Below(static_cast<uint32_t>(other.size())));
        break;
      default:
        std::swap(text[at], text[Below(static_cast<uint32_t>(text.size()))]);
    }
  }
  return text;
}

}  // namespace tarn::fuzz
