#include "config/config_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/diagnostic.h"
#include "base/did_you_mean.h"

namespace tarn {
namespace {

std::string TitleOf(const ConfigSection& section) {
  return fmt::format("[{}{}]", section.name, section.is_named ? ".NAME" : "");
}

}  // namespace

bool ConfigKey::Takes(const ConfigValue& value) const {
  return (takes_string && value.string() != nullptr) || (takes_array && value.array() != nullptr) ||
         (takes_integer && std::holds_alternative<int64_t>(value.data)) ||
         (takes_fraction && std::holds_alternative<double>(value.data)) ||
         (takes_boolean && std::holds_alternative<bool>(value.data));
}

const ConfigSection* FindSection(std::span<const ConfigSection> sections, std::string_view name) {
  auto section = std::find_if(sections.begin(), sections.end(),
                              [&](const ConfigSection& s) { return s.name == name; });
  return section == sections.end() ? nullptr : &*section;
}

const ConfigKey* FindKey(const ConfigSection& section, std::string_view name) {
  auto key = std::find_if(section.keys.begin(), section.keys.end(),
                          [&](const ConfigKey& k) { return k.name == name; });
  return key == section.keys.end() ? nullptr : &*key;
}

std::string SuggestKey(const ConfigSection& section, std::string_view name) {
  std::vector<std::string> names;
  for (const ConfigKey& key : section.keys) names.emplace_back(key.name);
  return DidYouMean(name, names,
                    fmt::format("the keys of {} are {}", TitleOf(section), fmt::join(names, ", ")));
}

std::string SuggestSection(std::span<const ConfigSection> sections, std::string_view name) {
  std::vector<std::string> names, titles;
  for (const ConfigSection& section : sections) {
    names.emplace_back(section.name);
    titles.push_back(TitleOf(section));
  }
  return DidYouMean(name, names, fmt::format("the sections are {}", fmt::join(titles, ", ")));
}

void CheckSections(std::span<const ConfigSection> sections, const ConfigValue& root,
                   std::vector<Diagnostic>* diagnostics) {
  for (const ConfigEntry& entry : *root.table()) {
    if (FindSection(sections, entry.key) != nullptr) continue;
    diagnostics->push_back(MakeDiagnostic(entry.key_at, entry.key, "there is no such section",
                                          SuggestSection(sections, entry.key)));
  }
}

const ConfigEntry* FindSectionEntry(std::span<const ConfigSection> sections,
                                    const ConfigValue& root, std::string_view name,
                                    std::vector<Diagnostic>* diagnostics) {
  const ConfigEntry* entry = FindEntry(*root.table(), name);
  if (entry == nullptr || entry->value.table() != nullptr) return entry;
  if (!entry->value.is_broken()) {
    diagnostics->push_back(MakeDiagnostic(entry->key_at, std::string(name),
                                          "expected a section, found " + entry->value.type_name(),
                                          SuggestSection(sections, "")));
  }
  return nullptr;
}

}  // namespace tarn
