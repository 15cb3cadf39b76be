#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "config/toml.h"
#include "pipeline/config_sections_internal.h"
#include "pipeline/overrides_internal.h"

namespace tarn::pipeline {
namespace {

constexpr std::string_view kFlag = "--set ";

std::vector<std::string> SplitAtDots(const std::string& path) {
  std::vector<std::string> parts = {""};
  for (char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::vector<std::string> KeysOf(const ConfigValue::Table& table) {
  std::vector<std::string> keys;
  for (const ConfigEntry& entry : table) keys.push_back(entry.key);
  return keys;
}

// Moves every location below `value` from the document `x = …` into the text of `--set`.
void Relocate(const std::shared_ptr<const ConfigText>& text, size_t removed, size_t added,
              ConfigValue* value) {
  value->at = {text, value->at.begin - removed + added, value->at.end - removed + added};
  if (auto* array = std::get_if<ConfigValue::Array>(&value->data)) {
    for (ConfigValue& element : *array) Relocate(text, removed, added, &element);
  } else if (auto* string = std::get_if<ConfigString>(&value->data)) {
    for (size_t& offset : string->offsets) offset += added - removed;
  }
}

class Override {
 public:
  Override(const std::string& path, const std::string& value, std::vector<Diagnostic>* diagnostics)
      : path_(path),
        value_(value),
        parts_(SplitAtDots(path)),
        text_(std::make_shared<ConfigText>(
            ConfigText{"", fmt::format("{}{}={}", kFlag, path, value)})),
        diagnostics_(diagnostics) {}

  void Apply(ConfigValue* root) {
    const ConfigSection* section = FindSection(ConfigSections(), parts_[0]);
    if (section == nullptr) {
      Report("there is no such key", SuggestSection(ConfigSections(), parts_[0]));
      return;
    }
    const size_t num_parts = section->is_named ? 3 : 2;
    if (parts_.size() != num_parts) {
      Report("the key has too many or too few parts",
             fmt::format("write it as {}.{}{}=…", section->name, section->is_named ? "NAME." : "",
                         section->keys[0].name));
      return;
    }
    const ConfigKey* key = FindKey(*section, parts_.back());
    if (key == nullptr) {
      Report("there is no such key", SuggestKey(*section, parts_.back()));
      return;
    }
    ConfigValue* parent = Descend(parts_[0], root);
    if (parent != nullptr && section->is_named) {
      if (section->name == "source" && !HasSource(*parent->table())) return;
      parent = Descend(parts_[1], parent);
    }
    if (parent != nullptr) Put(ReadValue(*key), parent->table());
  }

 private:
  bool HasSource(const ConfigValue::Table& sources) {
    std::vector<std::string> names = KeysOf(sources);
    bool found = std::any_of(names.begin(), names.end(),
                             [&](const std::string& name) { return SameName(name, parts_[1]); });
    if (!found) {
      Report("there is no source of that name",
             DidYouMean(parts_[1], names, "add it to tarn.toml as [source.NAME]"));
    }
    return found;
  }

  // The table `name` of `parent`, made when it is not there; null when it is something else, which
  // is an error of the file.
  ConfigValue* Descend(const std::string& name, ConfigValue* parent) {
    ConfigValue::Table& entries = *parent->table();
    auto entry = std::find_if(entries.begin(), entries.end(), [&](const ConfigEntry& candidate) {
      return SameName(candidate.key, name);
    });
    if (entry == entries.end()) {
      ConfigValue table{ConfigValue::Table{}, KeyLocation()};
      entry = entries.insert(entries.end(), ConfigEntry{name, KeyLocation(), std::move(table)});
    }
    return entry->value.table() == nullptr ? nullptr : &entry->value;
  }

  void Put(ConfigValue value, ConfigValue::Table* entries) {
    ConfigEntry entry{parts_.back(), KeyLocation(), std::move(value)};
    auto old = std::find_if(entries->begin(), entries->end(), [&](const ConfigEntry& candidate) {
      return candidate.key == entry.key;
    });
    if (old == entries->end()) {
      entries->push_back(std::move(entry));
    } else {
      *old = std::move(entry);
    }
  }

  ConfigValue ReadValue(const ConfigKey& key) const {
    const size_t begin = kFlag.size() + path_.size() + 1;
    if (std::optional<ConfigValue> parsed = ParseValue(key)) {
      Relocate(text_, kPrefix.size(), begin, &*parsed);
      return *std::move(parsed);
    }
    ConfigString string{value_, {}};
    for (size_t i = 0; i < value_.size(); ++i) string.offsets.push_back(begin + i);
    return {std::move(string), {text_, begin, begin + value_.size()}};
  }

  std::optional<ConfigValue> ParseValue(const ConfigKey& key) const {
    auto document =
        std::make_shared<ConfigText>(ConfigText{"", fmt::format("{}{}", kPrefix, value_)});
    auto parsed = ParseToml(document);
    if (!parsed.ok() || parsed->table()->size() != 1) return std::nullopt;
    ConfigValue value = std::move(parsed->table()->front().value);
    // A string in quotes is what they hold; a word that TOML takes for another type may be meant as
    // text.
    const bool is_wanted = value.string() != nullptr || key.Takes(value);
    return is_wanted ? std::optional(std::move(value)) : std::nullopt;
  }

  ConfigLocation KeyLocation() const { return {text_, kFlag.size(), kFlag.size() + path_.size()}; }

  void Report(std::string message, std::string hint) {
    diagnostics_->push_back(
        MakeDiagnostic(KeyLocation(), path_, std::move(message), std::move(hint)));
  }

  static constexpr std::string_view kPrefix = "x = ";

  const std::string& path_;
  const std::string& value_;
  const std::vector<std::string> parts_;
  const std::shared_ptr<const ConfigText> text_;
  std::vector<Diagnostic>* diagnostics_;
};

}  // namespace

void ApplyOverrides(const std::vector<std::pair<std::string, std::string>>& overrides,
                    ConfigValue* root, std::vector<Diagnostic>* diagnostics) {
  for (const auto& [path, value] : overrides) Override(path, value, diagnostics).Apply(root);
}

}  // namespace tarn::pipeline
