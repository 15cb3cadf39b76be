#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spark/connect/spark_session.h"
#include "spark/job/job.h"

namespace tarn::spark {

/// Columns of a source's records beside the source's own, null but for bad records.
inline constexpr char kBadRecord[] = "_tarn_bad_record";  ///< the record's text
inline constexpr char kPath[] = "_tarn_path";             ///< URI of the file that it is in

/// Of all records, where JobSource::has_file_columns says so.
inline constexpr char kMetadata[] = "_tarn_metadata";
inline constexpr char kInputFile[] = "_tarn_input_file";

/// \brief What the texts of a source show before they are parsed.
struct TextFindings {
  /// Files that Spark's JSON reader would read leniently, as URIs. It drops what follows a record
  /// on its line, takes half of a surrogate pair for a question mark, and marks no single element
  /// of an array in a line as bad.
  std::vector<std::string> lenient_files;
  /// Keys of records that the schema does not name, sorted; nullopt where the texts are arrays, or
  /// the schema has objects inside, so that these keys are not all.
  std::optional<std::vector<std::string>> new_keys;
};

/// \brief Read every file once, as text.
Result<TextFindings> LookAtTexts(connect::Session* session, const JobSource& source,
                                 connect::ExecutionObserver* observer);

/// \brief The records of all files but `lenient_files`, by Spark's reader of the format.
connect::Relation ReadRecords(const JobSource& source,
                              const std::vector<std::string>& lenient_files);

/// \brief The rows of Parquet, of which none is bad.
connect::Relation ReadParquet(const JobSource& source);

/// \brief The records of `lenient_files`, with those bad that are so to the engine on this machine.
///
/// Each line (or file, with the option multiLine) is checked as a whole, arrays are taken apart,
/// and from_json parses each record. It is slower than the reader, and writes numbers and objects
/// that a STRING column takes anew (1.50 as 1.5).
connect::Relation ParseRecords(const JobSource& source,
                               const std::vector<std::string>& lenient_files,
                               const std::string& spark_version);

}  // namespace tarn::spark
