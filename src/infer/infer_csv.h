#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::infer {

/// \brief What lines of CSV look like.
struct InferredCsv {
  pipeline::CsvFormat format;
  std::shared_ptr<arrow::Schema> schema;  ///< columns `_c0`, `_c1`, … without a header
};

/// \brief Infer how CSV is read from the text that it begins with, of whole lines.
///
/// The separator is the character of `, ; | tab` that is most frequent in the first line, quotes
/// escape quotes, and the first line is a header unless a value of it is a number or a date.
/// Numbers with leading zeros are text.
/// \return kBadInput when there is no line, or a header with an empty name or one name twice
Result<InferredCsv> InferCsv(std::string_view text);

/// \brief The same of files, by the beginnings of some. \param[in] glob absolute or a URI
Result<InferredCsv> InferCsvFiles(storage::Storages* storages, const std::string& glob);

}  // namespace tarn::infer
