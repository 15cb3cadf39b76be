#pragma once

#include <optional>
#include <string_view>

namespace tarn::cli {

/// \brief How rows are printed, or written.
enum class RowFormat { kTable, kCsv, kJson, kNdjson, kMarkdown, kParquet, kArrow };

/// \brief A format and the word that users have for it.
struct RowFormatWord {
  std::string_view word;
  RowFormat format;
};

/// \brief Every format; those of text first.
inline constexpr RowFormatWord kRowFormats[] = {
    {"table", RowFormat::kTable},       {"csv", RowFormat::kCsv},
    {"json", RowFormat::kJson},         {"ndjson", RowFormat::kNdjson},
    {"markdown", RowFormat::kMarkdown}, {"parquet", RowFormat::kParquet},
    {"arrow", RowFormat::kArrow}};

/// \brief Whether the format is text, which a terminal can show.
constexpr bool IsText(RowFormat format) {
  return format != RowFormat::kParquet && format != RowFormat::kArrow;
}

/// \brief The format of this word, if there is one.
constexpr std::optional<RowFormat> FindRowFormat(std::string_view word) {
  for (const RowFormatWord& known : kRowFormats) {
    if (known.word == word) return known.format;
  }
  return std::nullopt;
}

}  // namespace tarn::cli
