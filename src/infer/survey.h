#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/profile.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::infer {

/// \brief How much of the input is read. The same part every time.
///
/// Files are chosen evenly over the listing, the first and the last among them, and read from their
/// beginning.
struct Extent {
  bool whole = false;                  ///< everything; what follows does not count then
  std::optional<int64_t> num_records;  ///< about this many; wins over `share`
  std::optional<double> share;         ///< about this part of the files' bytes, 0 to 1
  int64_t num_bytes = 64 << 20;        ///< of files, when nothing else is said
};

struct SurveyOptions {
  std::vector<std::string> globs;  ///< absolute or URIs
  Period period;                   ///< as Storage::List takes it
  pipeline::RecordFormat format = pipeline::RecordFormat::kAuto;
  /// Not null: find the values that do not fit it.
  std::shared_ptr<arrow::Schema> declared;
  DatetimeFormats datetime_formats;                      ///< of its dates and timestamps
  int64_t record_bytes_max = pipeline::kRecordBytesMax;  ///< a longer record is bad
  Extent extent;
  int num_threads = 0;  ///< 0: one per core
};

/// \brief A file that can't be read, or not to its end.
struct DamagedFile {
  int64_t file = 0;    ///< index in Survey::files
  std::string reason;  ///< why
};

/// \brief The records in which one declared column has a value that does not fit its type.
struct Misfits {
  int64_t num_records = 0;
  json::RecordPlace first;  ///< the first of them; means nothing when there are none
  std::string reason;       ///< of the first, as Scanner gives it
};

/// \brief What was seen in the files. Files are indices of `files`.
struct Survey {
  std::vector<storage::ObjectInfo> files;  ///< all that the globs match
  int64_t num_files_read = 0;              ///< in whole or in part
  int64_t num_bytes = 0;                   ///< read of files, as they are stored
  bool is_whole = false;                   ///< everything was read
  json::Profile profile;                   ///< of the records that were read
  std::vector<DamagedFile> damaged;        ///< in the order of the files
  bool lost_track = false;                 ///< a bad record hides the rest of its file
  std::vector<Misfits> misfits;    ///< by declared column; empty without SurveyOptions::declared
  int64_t num_misfit_records = 0;  ///< valid JSON, but a column does not fit
  std::vector<std::string> warnings{};  ///< of the listing
};

/// \brief Look at files that are listed, at least one; the globs and the period do not count.
Result<Survey> SurveyListing(storage::Listing listing, const SurveyOptions& options);

/// \brief Look at the files that the globs match.
/// \return kBadInput when there is none; I/O errors. Bad records and damaged files are no errors.
Result<Survey> SurveyFiles(storage::Storages* storages, const SurveyOptions& options);

/// \brief `/data/a.json:12`.
std::string PlaceText(const Survey& survey, const json::RecordPlace& place);

}  // namespace tarn::infer
