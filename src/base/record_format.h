#pragma once

namespace tarn {

/// How records lie in a file.
enum class RecordFormat {
  kAuto,     ///< detected per file from its first bytes
  kNdjson,   ///< one record a line
  kJson,     ///< an array of records, or records one after the other; each may span lines
  kParquet,  ///< Parquet
  kCsv,      ///< one record a line, its fields by their places
};

}  // namespace tarn
