#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/error.h"

namespace tarn {

/// \brief A text that settings come from: tarn.toml, or one `--set`.
struct ConfigText {
  std::string path;  ///< as the user named it; empty for the command line
  std::string text;
};

/// \brief A range of bytes of a ConfigText; a null text points nowhere.
struct ConfigLocation {
  std::shared_ptr<const ConfigText> text;
  size_t begin = 0;  ///< offset of the first byte
  size_t end = 0;    ///< one past the last byte

  bool from_command_line() const { return text != nullptr && text->path.empty(); }
};

/// \brief A string and, for every byte of it, the byte of the ConfigText that it came from.
struct ConfigString {
  std::string value;            ///< without quotes, escapes decoded
  std::vector<size_t> offsets;  ///< as many as `value` has bytes, ascending
};

struct ConfigEntry;

/// \brief One value of a TOML document and where it stands.
///
/// Our own tree, so that toml++ stays inside one file and values from `--set` look like the others.
struct ConfigValue {
  using Array = std::vector<ConfigValue>;
  using Table = std::vector<ConfigEntry>;  ///< in the order of the file
  /// TOML's dates and times: no setting takes them.
  struct Other {
    std::string type_name;  ///< with its article: "a date"
  };

  /// A value whose error is already reported.
  struct Broken {};

  std::variant<Table, Array, ConfigString, int64_t, double, bool, Other, Broken> data;
  ConfigLocation at;

  const Table* table() const { return std::get_if<Table>(&data); }
  Table* table() { return std::get_if<Table>(&data); }
  const Array* array() const { return std::get_if<Array>(&data); }
  const ConfigString* string() const { return std::get_if<ConfigString>(&data); }
  bool is_broken() const { return std::holds_alternative<Broken>(data); }

  /// \brief "a string", "an integer", "a table", …
  std::string type_name() const;
};

/// \brief One key of a table and its value.
struct ConfigEntry {
  std::string key;  ///< without quotes, not the whole key path
  ConfigLocation key_at;
  ConfigValue value;
};

/// \brief The entry of that key, or null. Exact.
const ConfigEntry* FindEntry(const ConfigValue::Table& table, std::string_view key);

/// \brief An error at `at`: file, line, column and caret are filled in.
Diagnostic MakeDiagnostic(const ConfigLocation& at, std::string subject, std::string message,
                          std::string hint = "");

/// \brief Where bytes [begin, end) of `string` stand; `at` is the location of the whole string.
ConfigLocation LocateWithin(const ConfigString& string, const ConfigLocation& at, size_t begin,
                            size_t end);

/// \brief `inner`, whose line and column are within `text`, moved to where that part of `text`
/// stands.
///
/// `text` is `string.value`, possibly behind a prefix of `prefix_size_bytes`.
Diagnostic MoveDiagnostic(const Diagnostic& inner, std::string_view text, size_t prefix_size_bytes,
                          const ConfigString& string, const ConfigLocation& at,
                          std::string subject);

}  // namespace tarn
