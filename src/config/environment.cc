#include "config/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/secret_mask.h"

namespace tarn {
namespace {

bool IsVariableName(std::string_view name) {
  auto is_name_byte = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), is_name_byte);
}

class Expander {
 public:
  Expander(const std::string& path, const ConfigString& string, const ConfigLocation& at,
           std::vector<Diagnostic>* diagnostics)
      : path_(path), string_(string), at_(at), diagnostics_(diagnostics) {}

  ConfigString Expand() {
    const std::string_view text = string_.value;
    size_t i = 0;
    while (i < text.size()) {
      if (text.substr(i).starts_with("$${")) {
        Append("${", string_.offsets[i]);
        i += 3;
      } else if (text.substr(i).starts_with("${")) {
        i = ExpandOne(i);
      } else {
        Append(text.substr(i, 1), string_.offsets[i]);
        ++i;
      }
    }
    return std::move(expanded_);
  }

 private:
  // Returns the byte behind the closing brace.
  size_t ExpandOne(size_t begin) {
    const std::string_view text = string_.value;
    const size_t close = text.find('}', begin);
    if (close == std::string_view::npos) {
      Report(begin, begin + 2, "the closing } of ${ is missing",
             "write ${NAME} or ${NAME:-default}, or $${ for the characters themselves");
      return text.size();
    }
    const std::string_view inside = text.substr(begin + 2, close - begin - 2);
    const size_t split = inside.find(":-");
    const std::string name(inside.substr(0, split));
    if (!IsVariableName(name)) {
      Report(begin, close + 1, "this is not the name of an environment variable: " + name,
             "write ${NAME} or ${NAME:-default}, or $${ for the characters themselves");
      return close + 1;
    }
    if (IsSecretName(name)) {
      Report(
          begin, close + 1, "this variable holds a secret, by its name: " + name,
          "a setting is sent, shown and recorded. Keys and tokens are taken from the environment "
          "without being named here; a value that is no secret needs a variable of another name");
      return close + 1;
    }
    const char* value = std::getenv(name.c_str());
    if (split != std::string_view::npos && (value == nullptr || *value == '\0')) {
      Append(inside.substr(split + 2), string_.offsets[begin]);
    } else if (value != nullptr) {
      Append(value, string_.offsets[begin]);
    } else {
      Report(begin, close + 1, "this environment variable is not set: " + name,
             fmt::format("set {}, or give it a default: ${{{}:-…}}", name, name));
    }
    return close + 1;
  }

  void Report(size_t begin, size_t end, std::string message, std::string hint) {
    diagnostics_->push_back(MakeDiagnostic(LocateWithin(string_, at_, begin, end), path_,
                                           std::move(message), std::move(hint)));
  }

  void Append(std::string_view bytes, size_t offset) {
    expanded_.value += bytes;
    expanded_.offsets.insert(expanded_.offsets.end(), bytes.size(), offset);
  }

  const std::string& path_;
  const ConfigString& string_;
  const ConfigLocation& at_;
  std::vector<Diagnostic>* diagnostics_;
  ConfigString expanded_;
};

}  // namespace

void ExpandEnvironment(const std::string& path, ConfigValue* value,
                       std::vector<Diagnostic>* diagnostics) {
  if (auto* table = std::get_if<ConfigValue::Table>(&value->data)) {
    for (ConfigEntry& entry : *table) {
      ExpandEnvironment(path.empty() ? entry.key : path + "." + entry.key, &entry.value,
                        diagnostics);
    }
  } else if (auto* array = std::get_if<ConfigValue::Array>(&value->data)) {
    for (size_t i = 0; i < array->size(); ++i) {
      ExpandEnvironment(fmt::format("{}[{}]", path, i), &(*array)[i], diagnostics);
    }
  } else if (auto* string = std::get_if<ConfigString>(&value->data)) {
    const size_t num_before = diagnostics->size();
    ConfigString expanded = Expander(path, *string, value->at, diagnostics).Expand();
    if (diagnostics->size() == num_before) {
      *string = std::move(expanded);
    } else {
      value->data = ConfigValue::Broken{};
    }
  }
}

}  // namespace tarn
