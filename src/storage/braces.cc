#include "storage/braces.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "storage/date_template.h"
#include "storage/glob.h"

namespace tarn::storage {
namespace {

// Length of what stands for one thing at the start of `pattern`: a set, a date template, a byte.
size_t TokenLength(std::string_view pattern) {
  // A set ends in its own segment.
  if (const size_t length = GlobSetLength(pattern.substr(0, pattern.find('/')))) return length;
  const DateTemplate* date = DateTemplateAt(pattern);
  return date == nullptr ? 1 : date->text.size();
}

struct Braces {
  size_t length;
  std::vector<std::string_view> alternatives;
};

// The `{…}` at the start of `pattern`, nullopt when it has no end.
std::optional<Braces> ParseBraces(std::string_view pattern) {
  Braces braces;
  int depth = 0;
  size_t begin = 1;
  for (size_t i = 0; i < pattern.size();) {
    const size_t length = TokenLength(pattern.substr(i));
    const char token = length == 1 ? pattern[i] : '\0';
    if (token == '{') ++depth;
    if (token == '}') --depth;
    if (depth == 0 || (depth == 1 && token == ',')) {
      braces.alternatives.push_back(pattern.substr(begin, i - begin));
      begin = i + 1;
    }
    i += length;
    if (depth > 0) continue;
    braces.length = i;
    return braces;
  }
  return std::nullopt;
}

class Expander {
 public:
  Expander(bool only_with_slash, std::vector<std::string>* patterns)
      : only_with_slash_(only_with_slash), patterns_(patterns) {}

  // Add what `done`, then `rest` stands for; false when there is too much of it.
  bool Expand(std::string done, std::string_view rest) {
    while (!rest.empty()) {
      size_t length = TokenLength(rest);
      const auto braces = length == 1 && rest[0] == '{' ? ParseBraces(rest) : std::nullopt;
      if (braces) {
        length = braces->length;
        if (!only_with_slash_ || rest.substr(0, length).find('/') != std::string_view::npos) {
          return ExpandEach(done, *braces, rest.substr(length));
        }
      }
      done += rest.substr(0, length);
      rest.remove_prefix(length);
    }
    if (patterns_->size() == kAlternativesMax) return false;
    patterns_->push_back(std::move(done));
    return true;
  }

 private:
  bool ExpandEach(const std::string& done, const Braces& braces, std::string_view after) {
    return std::all_of(braces.alternatives.begin(), braces.alternatives.end(),
                       [&](std::string_view alternative) {
                         return Expand(done, fmt::format("{}{}", alternative, after));
                       });
  }

  const bool only_with_slash_;
  std::vector<std::string>* patterns_;
};

}  // namespace

Status TooManyAlternatives(std::string_view pattern) {
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("The {{}} of a path expand to more than {} paths; use * instead: {}",
                               kAlternativesMax, pattern));
}

Result<std::vector<std::string>> ExpandBraces(std::string_view pattern, bool only_with_slash) {
  std::vector<std::string> patterns;
  if (!Expander(only_with_slash, &patterns).Expand("", pattern)) {
    return TooManyAlternatives(pattern);
  }
  std::vector<std::string> unique;
  for (std::string& expanded : patterns) {
    if (std::find(unique.begin(), unique.end(), expanded) == unique.end()) {
      unique.push_back(std::move(expanded));
    }
  }
  return unique;
}

}  // namespace tarn::storage
