#pragma once

#include <arrow/type.h>

#include <string>
#include <vector>

#include "infer/survey.h"

namespace tarn::infer {

/// \brief One difference between a declared schema and the data.
struct Difference {
  enum class Kind {
    kMisfit,        ///< values that do not fit the declared type
    kMalformed,     ///< records that are not valid JSON
    kDamagedFile,   ///< a file that cannot be read, or not to its end
    kSettled,       ///< kMisfit that a run makes good, by another column or a wider one
    kNewKey,        ///< a key that the schema does not name
    kNeverPresent,  ///< a key of the schema that no record has
  };
  Kind kind = Kind::kMisfit;
  std::string key;          ///< `user.address`; empty when it is about whole records or files
  int64_t num_records = 0;  ///< that show it; of a nested key, the values
  std::string message;      ///< what differs, without the key and the place
  std::string hint;         ///< what to do; may be empty
  std::string file = {};    ///< that shows it first; may be empty
  int64_t line = 0;         ///< 1-based; 0: unknown

  /// \brief Whether a run would have bad records or lose data for it.
  bool is_error() const { return kind <= Kind::kDamagedFile; }
};

/// \brief Compare what was seen with the schema that the survey was given
/// (SurveyOptions::declared). \return errors first; each in the order of the schema, then of the
/// data
std::vector<Difference> FindDrift(const arrow::Schema& declared, const Survey& survey);

}  // namespace tarn::infer
