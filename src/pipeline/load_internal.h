#pragma once

#include <memory>
#include <vector>

#include "pipeline/pipeline.h"
#include "pipeline/settings_internal.h"
#include "sql/text.h"

namespace tarn::pipeline {

/// \brief The files of a pipeline, read.
struct PipelineTexts {
  BaseFolders folders;
  std::shared_ptr<const ConfigText> toml;
  std::vector<std::shared_ptr<const sql::Text>> sql;  ///< the table's name is the stem of the path
};

/// \brief Load() behind the disk: nothing here reads a file.
///
/// \param[in] diagnostics errors met while the texts were read; they come out with the others.
Result<std::unique_ptr<Pipeline>> LoadTexts(const PipelineTexts& texts, const LoadOptions& options,
                                            std::vector<Diagnostic> diagnostics);

}  // namespace tarn::pipeline
