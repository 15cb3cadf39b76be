#include "base/text_secrets.h"

#include <arrow/util/string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/secret_mask.h"

namespace tarn {
namespace {

constexpr size_t kSecretBytesMin = 8;
constexpr std::string_view kMask = "***";
constexpr std::string_view kSecretBlanks = " \t";
// Words of Authorization before the secret itself.
constexpr std::array<std::string_view, 2> kSchemes = {"bearer", "basic"};

bool IsNameByte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) || byte == '.' || byte == '_' ||
         byte == '-';
}

bool EndsValue(char byte) {
  return std::isspace(static_cast<unsigned char>(byte)) || byte == ',' || byte == ';' ||
         byte == '"' || byte == '\'' || byte == '&' || byte == ')';
}

// Before a colon often stands the class or code of an error, such as "ExpiredToken".
bool IsSecretNameOfColon(std::string_view name) {
  const size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const bool is_class = dot != std::string_view::npos && !last.empty() &&
                        std::isupper(static_cast<unsigned char>(last[0])) != 0;
  if (is_class || last.starts_with("Invalid") || last.starts_with("Expired")) return false;
  return IsSecretName(name) || arrow::internal::AsciiToLower(name) == "authorization";
}

// What stands before a `=` or `:`, without blanks and quotes.
std::string_view NameBefore(std::string_view text, size_t sign) {
  size_t end = sign;
  while (end > 0 && kSecretBlanks.find(text[end - 1]) != std::string_view::npos) --end;
  if (end > 0 && (text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  size_t begin = end;
  while (begin > 0 && IsNameByte(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// Where the secret begins and ends, which stands behind a sign.
std::pair<size_t, size_t> ValueBehind(std::string_view text, size_t sign) {
  size_t begin = std::min(text.find_first_not_of(kSecretBlanks, sign + 1), text.size());
  if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) {
    return {begin + 1, std::min(text.find(text[begin], begin + 1), text.size())};
  }
  const auto end_of = [&](size_t from) {
    while (from < text.size() && !EndsValue(text[from])) ++from;
    return from;
  };
  const std::string word = arrow::internal::AsciiToLower(text.substr(begin, end_of(begin) - begin));
  if (std::find(kSchemes.begin(), kSchemes.end(), word) != kSchemes.end()) {
    begin = std::min(text.find_first_not_of(kSecretBlanks, begin + word.size()), text.size());
  }
  return {begin, end_of(begin)};
}

void ReplaceAll(std::string* text, const std::string& from) {
  for (size_t at = text->find(from); at != std::string::npos; at = text->find(from, at)) {
    text->replace(at, from.size(), kMask);
    at += kMask.size();
  }
}

// The values of `name=value` and `name: value` whose name is a secret's.
std::string MaskNamed(std::string_view text) {
  std::string masked;
  size_t position = 0;
  while (position < text.size()) {
    const size_t sign = text.find_first_of("=:", position);
    if (sign == std::string_view::npos) break;
    const std::string_view name = NameBefore(text.substr(position), sign - position);
    const bool is_secret = text[sign] == '=' ? IsSecretName(name) : IsSecretNameOfColon(name);
    auto [begin, end] = is_secret ? ValueBehind(text, sign) : std::pair(sign + 1, sign + 1);
    masked += text.substr(position, begin - position);
    if (end > begin) masked += kMask;
    position = end;
  }
  return masked.append(text.substr(std::min(position, text.size())));
}

}  // namespace

std::string MaskSecrets(std::string_view text) { return MaskNamed(MaskUriSecrets(text)); }

void SecretMask::Add(std::string secret) {
  if (secret.size() >= kSecretBytesMin) secrets_.push_back(std::move(secret));
}

void SecretMask::AddFrom(const std::vector<std::pair<std::string, std::string>>& settings) {
  for (const auto& [key, value] : settings) {
    if (IsSecretName(key)) Add(value);
  }
}

void SecretMask::AddFromEnvironment() {
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const size_t sign = variable.find('=');
    if (sign != std::string_view::npos && IsSecretName(variable.substr(0, sign))) {
      Add(std::string(variable.substr(sign + 1)));
    }
  }
}

std::string SecretMask::Apply(std::string_view text) const {
  std::string masked(text);
  for (const std::string& secret : secrets_) ReplaceAll(&masked, secret);
  return MaskSecrets(masked);
}

}  // namespace tarn
