#include "base/secret_mask.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace tarn {
namespace {

constexpr std::string_view kSecretMask = "***";
// Of names without their blanks.
constexpr std::array<std::string_view, 10> kSecretWords = {
    "secret",     "token",     "password", "passwd",    "passphrase",
    "credential", "signature", "apikey",   "accesskey", "privatekey"};
constexpr std::array<std::string_view, 4> kSecretEnds = {"_key", "_pass", "_pwd", "_pat"};

bool IsParameterByte(char c) { return IsWordByte(c) || c == '-' || c == '.'; }

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Where the URI that goes on at `begin` ends: what cannot stand in one unescaped, or closes quotes.
size_t EndOfUri(std::string_view text, size_t begin) {
  const auto ends = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F || c == '"' || c == '\'' || c == '`' || c == '<' ||
           c == '>' || c == '\\';
  };
  return static_cast<size_t>(std::find_if(text.begin() + begin, text.end(), ends) - text.begin());
}

// Bytes of the user part of `uri`, which begins behind `://`; 0 when there is none.
size_t UserLength(std::string_view uri) {
  const std::string_view authority = uri.substr(0, uri.find_first_of("/?#"));
  size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return at;
  // A slash within a key, as AWS's secret keys have them, looks like the end of the host.
  const size_t colon = authority.find(':');
  if (colon == std::string_view::npos || authority.starts_with("arn:") ||
      IsNumber(authority.substr(colon + 1))) {
    return 0;
  }
  at = uri.rfind('@');
  return at == std::string_view::npos ? 0 : at;
}

// Adds the values of `;name=value`, `?name=value` and `&name=value` in [begin, end).
void AddParameters(std::string_view text, size_t begin, size_t end,
                   std::vector<SecretRange>* ranges) {
  for (size_t i = begin; i < end; ++i) {
    if (text[i] != '?' && text[i] != '&' && text[i] != ';') continue;
    size_t sign = i + 1;
    while (sign < end && IsParameterByte(text[sign])) ++sign;
    if (sign == end || text[sign] != '=' || !IsSecretName(text.substr(i + 1, sign - i - 1))) {
      continue;
    }
    const size_t value_end = std::min(text.find_first_of("&;#", sign), end);
    if (value_end > sign + 1) ranges->push_back({sign + 1, value_end});
    i = value_end - 1;
  }
}

}  // namespace

bool IsSecretName(std::string_view name) {
  std::string lower, joined;
  for (char c : name) {
    lower += c == '-' ? '_' : ToLower(c);
    if (IsDigit(c) || IsLetter(c)) joined += ToLower(c);
  }
  const auto has = [&](std::string_view word) { return joined.find(word) != std::string::npos; };
  const auto ends = [&](std::string_view end) { return lower.ends_with(end); };
  return std::any_of(kSecretWords.begin(), kSecretWords.end(), has) ||
         std::any_of(kSecretEnds.begin(), kSecretEnds.end(), ends);
}

std::vector<SecretRange> FindUriSecrets(std::string_view text) {
  constexpr std::string_view kScheme = "://";
  std::vector<SecretRange> ranges;
  size_t position = 0;
  for (size_t found = text.find(kScheme); found != std::string_view::npos;
       found = text.find(kScheme, position)) {
    const size_t begin = found + kScheme.size();
    const size_t end = EndOfUri(text, begin);
    const size_t user_end = begin + UserLength(text.substr(begin, end - begin));
    if (user_end > begin) ranges.push_back({begin, user_end});
    AddParameters(text, user_end, end, &ranges);
    position = std::max(begin, user_end);
  }
  return ranges;
}

std::string MaskUriSecrets(std::string_view text) {
  std::string masked;
  size_t position = 0;
  for (const SecretRange& range : FindUriSecrets(text)) {
    masked += text.substr(position, range.begin - position);
    masked += kSecretMask;
    position = range.end;
  }
  return masked.append(text.substr(position));
}

}  // namespace tarn
