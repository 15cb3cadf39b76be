#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "infer/sample.h"
#include "infer/survey.h"
#include "json/profiler.h"
#include "json/scanner.h"

namespace tarn::infer {

/// \brief What was seen in one file.
struct FileSurvey {
  json::Profile profile;
  std::string damage;       ///< why it can't be read, or not to its end; empty when all is well
  bool lost_track = false;  ///< a bad record hides the rest of the file
  bool is_whole = false;    ///< it was read to its end
  int64_t num_bytes = 0;    ///< read of the file, as it is stored
  std::vector<Misfits> misfits;    ///< by declared column; empty without SurveyOptions::declared
  int64_t num_misfit_records = 0;  ///< valid JSON, but a declared column does not fit
};

/// \brief Looks at files, one after the other. Threads: one surveyor per thread.
class FileSurveyor {
 public:
  /// Borrows all.
  FileSurveyor(const SurveyOptions& options, const Sample& sample)
      : options_(options), sample_(sample) {}

  /// \param[in] number of the file, for places
  Result<FileSurvey> Survey(storage::Storage* storage, const storage::ObjectInfo& file,
                            int64_t number);

 private:
  struct Readers {
    std::unique_ptr<json::Profiler> profiler;
    std::unique_ptr<json::Scanner> scanner;                       // of all declared columns
    std::vector<std::unique_ptr<json::Scanner>> column_scanners;  // of each, whole records
  };

  Status Read(storage::Storage* storage, const storage::ObjectInfo& file, int64_t number,
              FileSurvey* survey);
  Status AddBlock(const json::Block& block, json::RecordPlace place, Readers* readers,
                  FileSurvey* survey, int64_t* num_bytes_left);
  Result<Readers*> ReadersOf(json::Framing framing);
  Status FindMisfits(const json::Block& block, const json::RecordPlace& place,
                     const json::Profiler::Added& added, Readers* readers, FileSurvey* survey);

  const SurveyOptions& options_;
  const Sample& sample_;
  std::map<json::Framing, Readers> readers_;
};

}  // namespace tarn::infer
