#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tarn::s3 {

/// \brief The keys of one section, in lower case. A value that begins on the next, indented line
/// holds keys of its own.
struct IniSection {
  std::map<std::string, std::string> values;
  std::map<std::string, std::map<std::string, std::string>> nested;  ///< by the outer key

  /// \brief The value, "" when there is none.
  std::string Get(const std::string& key) const;
  bool Has(const std::string& key) const { return values.count(key) + nested.count(key) > 0; }

  /// \brief Take each key that `other` has from there.
  void Update(const IniSection& other);
};

/// \brief Read a file as botocore does, by Python's RawConfigParser: keys with `=` or `:`, lines
/// that go on where they are indented, comments on lines of their own alone, sections and keys that
/// come twice refused, those of [DEFAULT] in every section.
/// \return sections in their order; kBadInput, with the line: not such a file
Result<std::vector<std::pair<std::string, IniSection>>> ParseIni(std::string_view text);

}  // namespace tarn::s3
