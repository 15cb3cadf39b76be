#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"
#include "sql/text.h"

/// What SQL may read of a source's files. To a Scan these are columns behind those of the source's
/// schema.
namespace tarn::plan {

/// \brief A column of a source's files, as its place behind the columns of the schema.
enum class FileColumn {
  kMetadata,   ///< `_metadata`
  kInputFile,  ///< what input_file_name() gives
  kPath,       ///< the path as it was listed, by which files are in order; no SQL reads it
};

inline constexpr int kNumFileColumns = 3;

/// \brief Name and type. That of `_metadata` is a STRUCT, with the fields that Spark's has for
/// files of any format.
const std::shared_ptr<arrow::Field>& FieldOfFile(FileColumn column);

/// \brief Column `column` of a Scan of `source`.
const std::shared_ptr<arrow::Field>& ScanField(const pipeline::Source& source, int column);

/// \brief Whether `text` may name columns of files; most does not, and its plans are without them.
bool MayReadFiles(const sql::Text& text);

/// \brief Where a query takes all columns of rows that have some of files, which are not meant.
struct AllButFileColumns {
  sql::Location at;         ///< of the star, with its EXCEPT; or of the table, as of a PIVOT
  bool is_star = false;     ///< a star of the select list, or of a call
  bool has_except = false;  ///< it leaves out others
  std::vector<std::string> qualifiers{};  ///< of a star: the tables that have columns of files
};

}  // namespace tarn::plan
