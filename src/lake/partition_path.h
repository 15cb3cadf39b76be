#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "values/time_zone.h"

/// Partition folders as Spark names them: `year=2018/month=11`.
namespace tarn::lake {

/// The folder of rows whose partition value is null or the empty string.
inline constexpr std::string_view kDefaultPartition = "__HIVE_DEFAULT_PARTITION__";

/// \brief `text` with every character that Spark escapes in a path as %XX.
/// Source: Spark's ExternalCatalogUtils.escapePathName.
std::string EscapePathName(std::string_view text);

/// \brief The reverse; a % without two hexadecimal digits stands for itself.
std::string UnescapePathName(std::string_view name);

/// \brief Whether a column of this type may be a partition column.
bool IsPartitionType(const arrow::DataType& type);

/// \brief Row `row` of `column`, not null, as Spark casts it to a string.
/// \param[in] column of a type for which IsPartitionType.
/// \param[in] zone the session's, whose clocks a TIMESTAMP shows
std::string PartitionValueText(const arrow::Array& column, int64_t row,
                               const TimeZone& zone = TimeZone::Utc());

/// \brief One folder's name, `column=value`, escaped.
/// \param[in] value nullopt: null
std::string PartitionFolder(std::string_view column, const std::optional<std::string>& value);

/// \brief How long names may be where a table's files go.
struct PathLimits {
  size_t folder_bytes_max = std::numeric_limits<size_t>::max();  ///< of one folder's name
  size_t path_bytes_max = std::numeric_limits<size_t>::max();    ///< of a path below the table's
};

/// \brief Column and value that a folder's name encodes.
struct PartitionEntry {
  std::string column;
  std::optional<std::string> value;  ///< nullopt: null
};

/// \brief The reverse of PartitionFolder; nullopt for a folder that is not a partition.
std::optional<PartitionEntry> ParsePartitionFolder(std::string_view folder);

/// \brief What the partition folders right above the file `path` say, the innermost first.
std::vector<PartitionEntry> PartitionAbove(std::string_view path);

/// \brief What they say of a column, by its name without case; null: nothing. Borrowed.
const PartitionEntry* FindEntry(const std::vector<PartitionEntry>& entries,
                                std::string_view column);

}  // namespace tarn::lake
