#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lake/lake.h"
#include "ledger/compare_files.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::session {

/// \brief The files of a source: those that runs have consumed, and those that there are now.
struct SourceFiles {
  std::string source;
  int64_t num_same = 0;  ///< as ledger::FileFate, as the next three
  int64_t num_new = 0;
  int64_t num_changed = 0;
  int64_t num_gone = 0;
};

/// \brief Called with each file: of one that is gone or changed, as it was when it was consumed; of
/// a new one, as it is listed.
using FileVisitor = std::function<Status(const std::string& source,
                                         const ledger::ConsumedFile& file, ledger::FileFate fate)>;

/// \brief Visit the files of sources, one source after the other, new files last.
///
/// Memory: by the listing, whatever the ledger's length. Takes no lock.
/// \param[in] sources names; empty: all
/// \return kConflict when a run replaces the ledger meanwhile; kFailed for a damaged ledger
Result<std::vector<SourceFiles>> VisitSourceFiles(const pipeline::Pipeline& pipeline,
                                                  const std::vector<std::string>& sources,
                                                  lake::Lake* lake, storage::Storages* storages,
                                                  const FileVisitor& visit);

}  // namespace tarn::session
