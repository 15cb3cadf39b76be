#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_tree.h"

namespace tarn {

/// \brief One key that a section may have, and the types that its value may have.
struct ConfigKey {
  std::string_view name;
  bool takes_string = false;
  bool takes_array = false;  ///< of strings
  bool takes_integer = false;
  bool takes_fraction = false;  ///< a float
  bool takes_boolean = false;
  bool is_code = false;      ///< it has rules of its own for what stands in it, such as SQL or DDL
  bool takes_empty = false;  ///< '' is a value

  /// \brief Whether the value has a type that this key takes.
  bool Takes(const ConfigValue& value) const;
};

/// \brief A top-level table of a file.
struct ConfigSection {
  std::string_view name;
  bool is_named = false;            ///< `[source.NAME]` rather than `[lake]`
  std::span<const ConfigKey> keys;  ///< that it may have; borrowed, of static storage
};

/// \brief The section of that name, or null.
const ConfigSection* FindSection(std::span<const ConfigSection> sections, std::string_view name);

/// \brief The key of that name, or null.
const ConfigKey* FindKey(const ConfigSection& section, std::string_view name);

/// \brief "did you mean partition_by?", or the keys that there are.
std::string SuggestKey(const ConfigSection& section, std::string_view name);

/// \brief "did you mean [table]?", or the sections that there are.
std::string SuggestSection(std::span<const ConfigSection> sections, std::string_view name);

/// \brief Report the top-level keys that are none of the sections.
void CheckSections(std::span<const ConfigSection> sections, const ConfigValue& root,
                   std::vector<Diagnostic>* diagnostics);

/// \brief The top-level table of that name; null when it is missing, or no table, which is
/// reported.
const ConfigEntry* FindSectionEntry(std::span<const ConfigSection> sections,
                                    const ConfigValue& root, std::string_view name,
                                    std::vector<Diagnostic>* diagnostics);

}  // namespace tarn
