#include "spark/launch/secret_mask.h"

#include <arrow/util/string.h>
#include <unistd.h>

#include <array>
#include <cctype>

namespace tarn::spark {
namespace {

constexpr size_t kSecretBytesMin = 8;
constexpr std::string_view kMask = "***";
constexpr std::array<std::string_view, 6> kWords = {"secret",     "token",      "password",
                                                    "credential", "access.key", "access_key"};

bool IsSecretName(std::string_view name) {
  const std::string lower = arrow::internal::AsciiToLower(name);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool IsNameByte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) || byte == '.' || byte == '_' ||
         byte == '-';
}

bool EndsValue(char byte) {
  return std::isspace(static_cast<unsigned char>(byte)) || byte == ',' || byte == ';' ||
         byte == '"' || byte == '\'' || byte == '&' || byte == ')';
}

void ReplaceAll(std::string* text, const std::string& from) {
  for (size_t at = text->find(from); at != std::string::npos; at = text->find(from, at)) {
    text->replace(at, from.size(), kMask);
    at += kMask.size();
  }
}

// The values of `name=value` whose name is a secret's.
std::string MaskNamed(std::string_view text) {
  std::string masked;
  size_t position = 0;
  while (position < text.size()) {
    const size_t sign = text.find('=', position);
    if (sign == std::string_view::npos) break;
    size_t begin = sign;
    while (begin > position && IsNameByte(text[begin - 1])) --begin;
    masked += text.substr(position, sign + 1 - position);
    size_t end = sign + 1;
    if (IsSecretName(text.substr(begin, sign - begin))) {
      while (end < text.size() && !EndsValue(text[end])) ++end;
      if (end > sign + 1) masked += kMask;
    }
    position = end;
  }
  return masked.append(text.substr(std::min(position, text.size())));
}

}  // namespace

void SecretMask::Add(std::string secret) {
  if (secret.size() >= kSecretBytesMin) secrets_.push_back(std::move(secret));
}

void SecretMask::AddFrom(const Conf& conf) {
  for (const auto& [key, value] : conf) {
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
  return MaskNamed(masked);
}

}  // namespace tarn::spark
