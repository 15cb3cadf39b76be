#include "base/ascii.h"
#include "base/printable_text.h"
#include "base/utf8.h"
#include "digest/digest.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/url_parts.h"

// Parts and escapes of URLs.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

// Path and query as they stand in the URL.
bool AppendFile(const UrlParts& parts, std::string* out) {
  if (!parts.path) return false;
  *out += *parts.path;
  if (parts.query) *out += "?" + std::string(*parts.query);
  return true;
}

bool AppendPart(const UrlParts& parts, Text name, std::string* out) {
  if (name == "FILE") return AppendFile(parts, out);
  std::optional<Text> part;
  if (name == "HOST") part = parts.host;
  if (name == "PATH") part = parts.path;
  if (name == "QUERY") part = parts.query;
  if (name == "REF") part = parts.fragment;
  if (name == "PROTOCOL") part = parts.scheme;
  if (name == "AUTHORITY") part = parts.authority;
  if (name == "USERINFO") part = parts.user;
  if (part) *out += *part;
  return part.has_value();
}

// `text` behind what `key` matches at its start; none where it does not. A point matches any
// character, as Spark takes the key for a regular expression.
std::optional<Text> BehindKey(Text text, Text key) {
  for (char c : key) {
    const size_t length = c == '.' ? Utf8CharacterLength(text) : text.starts_with(c) ? 1 : 0;
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
  }
  return text;
}

// The value of the first `key=value` among those that & separates.
bool AppendQueryValue(Text query, Text key, std::string* out) {
  while (true) {
    const std::optional<Text> rest = BehindKey(query, key);
    if (rest && rest->starts_with('=')) {
      const Text value = rest->substr(1);
      *out += value.substr(0, value.find('&'));
      return true;
    }
    const size_t end = query.find('&');
    if (end == Text::npos) return false;
    query.remove_prefix(end + 1);
  }
}

Status UnsupportedKey(const KernelContext& context, Text key) {
  return context.Error(
      "UNSUPPORTED_KEY",
      fmt::format("the key '{}' is a regular expression to Spark", PrintableStart(key)),
      "take it out of the query by regexp_extract");
}

bool IsPlain(Text key) { return key.find_first_of("\\^$|?*+()[]{}") == Text::npos; }

Status InvalidUrl(const KernelContext& context, Text url) {
  return context.Error("INVALID_URL", fmt::format("'{}' is no URL", PrintableStart(url)),
                       "write try_parse_url, which gives NULL");
}

// NULL where `kIsTry` or the URL has no such part.
template <bool kIsTry>
Result<Datum> ParseUrlPart(const KernelContext& context, const Args& args) {
  const auto parse = [&](Text url, Text part, std::optional<Text> key,
                         std::string* out) -> Result<bool> {
    if (key && part != "QUERY") return false;
    if (key && !IsPlain(*key)) return UnsupportedKey(context, *key);
    const std::optional<UrlParts> parts = ParseUrl(url);
    if (!parts && !kIsTry) return InvalidUrl(context, url);
    if (!parts) return false;
    if (!key) return AppendPart(*parts, part, out);
    return parts->query && AppendQueryValue(*parts->query, *key, out);
  };
  if (args.size() == 2) {
    return MapToString<Text, Text>(context, args, [&](Text url, Text part, std::string* out) {
      return parse(url, part, std::nullopt, out);
    });
  }
  return MapToString<Text, Text, Text>(
      context, args,
      [&](Text url, Text part, Text key, std::string* out) { return parse(url, part, key, out); });
}

void AppendEncoded(Text text, std::string* out) {
  for (char c : text) {
    if (IsLetter(c) || IsDigit(c) || Text("*-_.").find(c) != Text::npos) {
      *out += c;
    } else if (c == ' ') {
      *out += '+';
    } else {
      *out += '%';
      digest::AppendHex(Text(&c, 1), digest::kUpperHexDigits, out);
    }
  }
}

Result<Datum> Encode(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, AppendEncoded);
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = ToLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The byte of two digits, as Java reads them: a + may stand for the first one.
bool ReadByte(Text digits, char* byte) {
  if (digits.size() < 2) return false;
  const int high = digits[0] == '+' ? 0 : HexValue(digits[0]), low = HexValue(digits[1]);
  if (high < 0 || low < 0) return false;
  *byte = static_cast<char>(high << 4 | low);
  return true;
}

// Bytes that escapes stand for; what of them is no UTF-8 becomes U+FFFD.
bool AppendDecoded(Text text, std::string* out) {
  std::string escaped;
  const auto flush = [&] {
    *out += ReplaceNonUtf8(escaped);
    escaped.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      char byte;
      if (!ReadByte(text.substr(i + 1), &byte)) return false;
      escaped += byte;
      i += 2;
      continue;
    }
    flush();
    *out += text[i] == '+' ? ' ' : text[i];
  }
  flush();
  return true;
}

template <bool kIsTry>
Result<Datum> Decode(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, [&](Text text, std::string* out) -> Result<bool> {
    if (AppendDecoded(text, out)) return true;
    if (kIsTry) return false;
    return context.Error("CANNOT_DECODE_URL",
                         fmt::format("a % without two digits in '{}'", PrintableStart(text)),
                         "write try_url_decode, which gives NULL");
  });
}

}  // namespace

std::span<const NamedKernel> UrlKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"parse_url", ParseUrlPart<false>},
      {"try_parse_url", ParseUrlPart<true>},
      {"url_encode", Encode},
      {"url_decode", Decode<false>},
      {"try_url_decode", Decode<true>},
  };
  return kKernels;
}

}  // namespace tarn::local
