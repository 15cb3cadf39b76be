#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "infer/source_block.h"
#include "infer/survey.h"
#include "json/infer_schema.h"
#include "storage/storages.h"

namespace tarn::infer {

/// \brief Of which files a source is to be made.
struct InferRequest {
  std::string name;                ///< of the source
  std::vector<std::string> globs;  ///< absolute or URIs
  Extent extent{};                 ///< of the files that is read
  int num_threads = 0;             ///< 0: one per core
};

/// \brief A source, as its files are.
struct InferredSource {
  SourceText source;
  Survey survey;
  json::InferredSchema inferred;  ///< of `survey`
  std::string toml;               ///< SourceBlock of the others
};

/// \brief Infer what the section of a source says from its files.
/// \return kBadInput when there is no file, or no record with a key; I/O errors
Result<std::unique_ptr<InferredSource>> InferSource(storage::Storages* storages,
                                                    const InferRequest& request);

}  // namespace tarn::infer
