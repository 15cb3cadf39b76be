#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "config/config_keys.h"
#include "config/config_tree.h"

namespace tarn {

/// \brief One string of a setting and where it stands.
struct ConfigItem {
  const ConfigString* string;  ///< borrowed from the tree; not null
  ConfigLocation at;           ///< of the whole string
  std::string path;            ///< key path: `table.songs.checks[0]`

  const std::string& value() const { return string->value; }
};

/// \brief The keys of one table such as `[lake]` or `[source.events]`, checked against what the
/// section may have.
///
/// Borrows everything that it is given.
class SectionReader {
 public:
  /// Reports unknown keys, values of a wrong type, and strings that no setting may have: with
  /// control characters, or with a password or keys in a URI. They are then as if missing.
  /// \param[in] at where to point when a key is missing.
  SectionReader(const ConfigSection& section, const ConfigValue::Table& table, std::string path,
                ConfigLocation at, std::vector<Diagnostic>* diagnostics);

  const std::string& path() const { return path_; }
  const ConfigLocation& at() const { return at_; }

  /// \brief The value of `key`, or null when it is missing or wrong.
  const ConfigValue* Find(std::string_view key) const;

  /// \brief Report that `key` is missing, if it is.
  void Require(std::string_view key, const std::string& hint);

  /// \brief The string under `key`, not empty but for keys that take it.
  std::optional<ConfigItem> String(std::string_view key);

  std::optional<bool> Boolean(std::string_view key) const;

  /// \brief The strings under `key`, none of them empty; a lone string is one.
  std::vector<ConfigItem> Strings(std::string_view key);

  /// \brief As Strings, and an error when two are the same without case.
  std::vector<std::string> UniqueStrings(std::string_view key);

  /// \brief Report an error of the value under `key`.
  void Report(std::string_view key, std::string message, std::string hint);

  /// \brief Report an error of one string.
  void Report(const ConfigItem& item, std::string message, std::string hint);

 private:
  void CheckType(const ConfigKey& key, const ConfigEntry& entry);
  void CheckElements(const ConfigKey& key, const ConfigEntry& entry);
  void CheckString(const ConfigKey& key, const ConfigItem& item);
  std::string PathOf(std::string_view key) const;

  const ConfigSection& section_;
  const ConfigValue::Table& table_;
  const std::string path_;
  const ConfigLocation at_;
  std::vector<Diagnostic>* diagnostics_;
  std::vector<std::string_view> wrong_keys_;
};

/// \brief Words that a key may have, and what they mean.
template <typename T>
using Words = std::vector<std::pair<std::string, T>>;

/// \brief What the word under `key` means; `*choice` is kept when it is missing or none of them,
/// which is reported.
template <typename T>
void ReadWord(SectionReader* reader, std::string_view key, const Words<T>& words, T* choice) {
  const auto item = reader->String(key);
  if (!item) return;
  std::vector<std::string> names;
  for (const auto& [name, meaning] : words) {
    names.push_back(name);
    if (name != item->value()) continue;
    *choice = meaning;
    return;
  }
  reader->Report(
      *item, fmt::format("there is no such {}: {}", key, item->value()),
      DidYouMean(item->value(), names, fmt::format("use one of {}", fmt::join(names, ", "))));
}

}  // namespace tarn
