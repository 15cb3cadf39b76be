#include <cmath>

#include "json/convert.h"
#include "local/kernels/json_text_internal.h"
#include "values/spark_text.h"

namespace tarn::local {
namespace {

constexpr char kHexDigits[] = "0123456789ABCDEF";

void AppendUnit(uint32_t unit, std::string* out) {
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) *out += kHexDigits[unit >> shift & 0xF];
}

// The code point of a sequence of three or four bytes.
uint32_t CodePointAt(const char* p, int length) {
  uint32_t code_point = static_cast<uint8_t>(*p) & (0x7F >> length);
  for (int i = 1; i < length; ++i) code_point = code_point << 6 | (p[i] & 0x3F);
  return code_point;
}

bool IsHalfPairAt(std::string_view text, size_t i) {
  return text[i] == '\xED' && i + 2 < text.size() && static_cast<uint8_t>(text[i + 1]) >= 0xA0;
}

void AppendControl(char c, std::string* out) {
  switch (c) {
    case '\b':
      *out += "\\b";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\f':
      *out += "\\f";
      return;
    case '\r':
      *out += "\\r";
      return;
    default:
      AppendUnit(static_cast<uint8_t>(c), out);
  }
}

// As Java has it: `1.5`, `1.0E10`; `"NaN"` in quotes.
void AppendJsonDouble(double value, std::string* out) {
  const char* const quote = std::isfinite(value) ? "" : "\"";
  *out += quote + SparkDoubleText(value) + quote;
}

}  // namespace

void AppendJsonString(std::string_view text, WidePairs pairs, std::string* out) {
  *out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<uint8_t>(c);
    if (byte < ' ') {
      AppendControl(c, out);
    } else if (c == '"' || c == '\\') {
      (*out += '\\') += c;
    } else if (byte >= 0xF0 && pairs == WidePairs::kEscaped && i + 3 < text.size()) {
      const uint32_t offset = CodePointAt(text.data() + i, 4) - 0x10000;
      AppendUnit(0xD800 + (offset >> 10), out);
      AppendUnit(0xDC00 + (offset & 0x3FF), out);
      i += 3;
    } else if (IsHalfPairAt(text, i)) {
      AppendUnit(CodePointAt(text.data() + i, 3), out);
      i += 2;
    } else {
      *out += c;
    }
  }
  *out += '"';
}

void AppendJavaDecimal(const arrow::Decimal128& value, int32_t scale, std::string* out) {
  constexpr int kExponentMin = -6;  // of numbers that are written in full
  const std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(value)).ToIntegerString();
  const int exponent = static_cast<int>(digits.size()) - 1 - scale;
  if (exponent >= kExponentMin) {
    *out += SparkDecimalText(value, scale);
    return;
  }
  if (value.Sign() < 0) *out += '-';
  *out += digits[0];
  if (digits.size() > 1) (*out += '.').append(digits, 1);
  *out += 'E' + std::to_string(exponent);
}

bool IsNonFinite(const json::Value& value) {
  const std::string_view text = value.text();
  return value.kind == json::ValueKind::kDecimal && (text.back() < '0' || text.back() > '9');
}

double JsonDoubleOf(const json::Value& number) {
  if (!IsNonFinite(number)) return json::ParseDouble(number);
  json::Value name = number;
  name.kind = json::ValueKind::kString;
  double value = 0;
  json::ConvertNameToDouble(name, &value);
  return value;
}

void AppendJsonNode(const json::Document& document, size_t node, WidePairs pairs,
                    std::string* out) {
  const json::Document::Node& top = document.nodes()[node];
  switch (top.kind()) {
    case json::ValueKind::kObject:
    case json::ValueKind::kArray: {
      const bool is_object = top.kind() == json::ValueKind::kObject;
      *out += is_object ? '{' : '[';
      document.ForEachChild(node, [&](size_t child) {
        if (child > node + 1) *out += ',';
        if (is_object) {
          AppendJsonString(document.nodes()[child].key, pairs, out);
          *out += ':';
        }
        AppendJsonNode(document, child, pairs, out);
      });
      *out += is_object ? '}' : ']';
      return;
    }
    case json::ValueKind::kString:
      return AppendJsonString(top.text(), pairs, out);
    case json::ValueKind::kDecimal:
      return AppendJsonDouble(JsonDoubleOf(top.value), out);
    default:
      *out += top.text() == "-0" ? "0" : top.text();
  }
}

bool HasHalfPair(std::string_view text) {
  for (size_t i = text.find('\xED'); i != std::string_view::npos; i = text.find('\xED', i + 1)) {
    if (IsHalfPairAt(text, i)) return true;
  }
  return false;
}

std::string WithoutHalfPairs(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_half = IsHalfPairAt(text, i);
    out += is_half ? '?' : text[i];
    if (is_half) i += 2;
  }
  return out;
}

}  // namespace tarn::local
