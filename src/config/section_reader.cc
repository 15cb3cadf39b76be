#include "config/section_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/printable_text.h"
#include "base/secret_mask.h"

namespace tarn {
namespace {

std::string ExpectedTypes(const ConfigKey& key) {
  std::vector<std::string_view> types;
  if (key.takes_string) types.push_back("a string");
  if (key.takes_array) types.push_back("an array of strings");
  if (key.takes_integer) types.push_back("an integer");
  if (key.takes_fraction) types.push_back("a fraction");
  if (key.takes_boolean) types.push_back("true or false");
  return fmt::format("{}", fmt::join(types, " or "));
}

}  // namespace

SectionReader::SectionReader(const ConfigSection& section, const ConfigValue::Table& table,
                             std::string path, ConfigLocation at,
                             std::vector<Diagnostic>* diagnostics)
    : section_(section),
      table_(table),
      path_(std::move(path)),
      at_(std::move(at)),
      diagnostics_(diagnostics) {
  for (const ConfigEntry& entry : table) {
    if (const ConfigKey* key = FindKey(section, entry.key)) {
      CheckType(*key, entry);
    } else {
      diagnostics_->push_back(MakeDiagnostic(
          entry.key_at, PathOf(entry.key), "there is no such key", SuggestKey(section, entry.key)));
    }
  }
}

void SectionReader::CheckType(const ConfigKey& key, const ConfigEntry& entry) {
  const ConfigValue& value = entry.value;
  if (value.is_broken()) {
    wrong_keys_.push_back(entry.key);
  } else if (!key.Takes(value)) {
    std::string hint;
    if (const ConfigString* string = value.string(); string != nullptr && key.takes_array) {
      hint = fmt::format("write it as [\"{}\"]", string->value);
    } else if (std::holds_alternative<ConfigValue::Other>(value.data) && key.takes_string) {
      hint = "put it in quotes";
    }
    Report(entry.key, fmt::format("expected {}, found {}", ExpectedTypes(key), value.type_name()),
           std::move(hint));
    wrong_keys_.push_back(entry.key);
  } else if (value.array() != nullptr) {
    CheckElements(key, entry);
  } else if (value.string() != nullptr) {
    CheckString(key, {value.string(), value.at, PathOf(entry.key)});
  }
}

void SectionReader::CheckElements(const ConfigKey& key, const ConfigEntry& entry) {
  const ConfigValue::Array& values = *entry.value.array();
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string path = fmt::format("{}[{}]", PathOf(entry.key), i);
    if (values[i].string() != nullptr) {
      CheckString(key, {values[i].string(), values[i].at, path});
    } else if (!values[i].is_broken()) {
      diagnostics_->push_back(MakeDiagnostic(
          values[i].at, path, fmt::format("expected a string, found {}", values[i].type_name())));
    }
  }
}

void SectionReader::CheckString(const ConfigKey& key, const ConfigItem& item) {
  if (key.is_code) return;
  const size_t control = FindControlCharacter(item.value());
  const std::vector<SecretRange> secrets = FindUriSecrets(item.value());
  const auto report = [&](size_t begin, size_t end, std::string message, std::string hint) {
    diagnostics_->push_back(MakeDiagnostic(LocateWithin(*item.string, item.at, begin, end),
                                           item.path, std::move(message), std::move(hint)));
    wrong_keys_.push_back(key.name);
  };
  if (control != std::string::npos) {
    const size_t num_bytes = static_cast<unsigned char>(item.value()[control]) < 0x80 ? 1 : 2;
    report(
        control, control + num_bytes,
        "this has a control character in it: " + Printable(item.value().substr(control, num_bytes)),
        "write it without; in a source's path, ? stands for any character");
  } else if (!secrets.empty()) {
    report(secrets[0].begin, secrets[0].end, "this URI contains a password or key",
           "write the URI without; keys are taken from AWS_PROFILE, the environment or ~/.aws");
  }
}

const ConfigValue* SectionReader::Find(std::string_view key) const {
  const ConfigEntry* entry = FindEntry(table_, key);
  bool is_wrong = std::find(wrong_keys_.begin(), wrong_keys_.end(), key) != wrong_keys_.end();
  return entry == nullptr || is_wrong ? nullptr : &entry->value;
}

void SectionReader::Require(std::string_view key, const std::string& hint) {
  if (FindEntry(table_, key) != nullptr) return;
  diagnostics_->push_back(MakeDiagnostic(at_, PathOf(key), "this key is missing", hint));
}

std::optional<ConfigItem> SectionReader::String(std::string_view key) {
  const ConfigValue* value = Find(key);
  if (value == nullptr || value->string() == nullptr) return std::nullopt;
  ConfigItem item{value->string(), value->at, PathOf(key)};
  if (!item.value().empty() || FindKey(section_, key)->takes_empty) return item;
  Report(item, "this is empty", "give it a value, or remove the key");
  return std::nullopt;
}

std::optional<bool> SectionReader::Boolean(std::string_view key) const {
  const ConfigValue* value = Find(key);
  const bool* boolean = value == nullptr ? nullptr : std::get_if<bool>(&value->data);
  return boolean == nullptr ? std::nullopt : std::optional(*boolean);
}

std::vector<ConfigItem> SectionReader::Strings(std::string_view key) {
  std::vector<ConfigItem> items;
  const ConfigValue* value = Find(key);
  if (value == nullptr) return items;
  if (value->array() == nullptr) {
    if (std::optional<ConfigItem> item = String(key)) items.push_back(*std::move(item));
    return items;
  }
  for (size_t i = 0; i < value->array()->size(); ++i) {
    const ConfigValue& element = (*value->array())[i];
    if (element.string() == nullptr) continue;
    ConfigItem item{element.string(), element.at, fmt::format("{}[{}]", PathOf(key), i)};
    if (item.value().empty()) {
      Report(item, "this is empty", "give it a value, or remove it");
    } else {
      items.push_back(std::move(item));
    }
  }
  return items;
}

std::vector<std::string> SectionReader::UniqueStrings(std::string_view key) {
  std::vector<std::string> names;
  for (const ConfigItem& item : Strings(key)) {
    bool repeated = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return SameName(name, item.value());
    });
    if (repeated) Report(item, "this is named twice: " + item.value(), "remove one of them");
    names.push_back(item.value());
  }
  return names;
}

void SectionReader::Report(std::string_view key, std::string message, std::string hint) {
  const ConfigEntry* entry = FindEntry(table_, key);
  diagnostics_->push_back(MakeDiagnostic(entry == nullptr ? at_ : entry->value.at, PathOf(key),
                                         std::move(message), std::move(hint)));
}

void SectionReader::Report(const ConfigItem& item, std::string message, std::string hint) {
  diagnostics_->push_back(MakeDiagnostic(item.at, item.path, std::move(message), std::move(hint)));
}

std::string SectionReader::PathOf(std::string_view key) const {
  return fmt::format("{}.{}", path_, key);
}

}  // namespace tarn
