#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config_tree_internal.h"

namespace tarn::pipeline {

/// \brief One key that tarn.toml may have, and the types that it takes besides a string.
struct ConfigKey {
  std::string_view name;
  bool takes_string = false;
  bool takes_array = false;
  bool takes_integer = false;
  bool takes_fraction = false;
  bool takes_boolean = false;

  /// \brief Whether the value has a type that this key takes.
  bool Takes(const ConfigValue& value) const;
};

/// \brief A top-level table of tarn.toml.
struct ConfigSection {
  std::string_view name;
  bool is_named = false;  ///< `[source.NAME]` rather than `[lake]`
  std::span<const ConfigKey> keys;
};

/// \brief All of them: pipeline, lake, s3, bucket, source, table.
std::span<const ConfigSection> ConfigSections();

/// \brief The section of that name, or null.
const ConfigSection* FindSection(std::string_view name);

/// \brief The key of that name, or null.
const ConfigKey* FindKey(const ConfigSection& section, std::string_view name);

/// \brief "did you mean partition_by?", or the keys that there are.
std::string SuggestKey(const ConfigSection& section, std::string_view name);

/// \brief "did you mean [table]?", or the sections that there are.
std::string SuggestSection(std::string_view name);

/// \brief `did you mean WORD?`, or `otherwise` when no candidate is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates,
                       std::string otherwise);

}  // namespace tarn::pipeline
