#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "ledger/consumed_files.h"
#include "storage/storage.h"

namespace tarn::ledger {

/// \brief What a listing has that a table has not consumed, and what became of what it has.
struct FileChanges {
  std::vector<storage::ObjectInfo> added;  ///< not consumed yet, in the order of the listing
  int64_t num_same = 0;                    ///< consumed, and as they were
  int64_t num_changed = 0;                 ///< consumed, and other ones now
  int64_t num_gone = 0;                    ///< consumed, and listed no more
  std::vector<std::string> lost;           ///< paths of changed and gone ones, of many some

  /// \brief Whether all that was consumed is as it was.
  bool only_added() const { return num_changed + num_gone == 0; }
};

/// \brief Whether a file that is listed is the one that was consumed: by size and ETag, or where
/// one of the two has none, by the time of modification. What cannot be compared is another one.
bool IsSame(const storage::ObjectInfo& listed, const storage::ObjectInfo& consumed);

/// \brief Compares a source's listing with its ledger.
///
/// Memory: by the listing, whatever the ledger's length. Threads: one at a time.
class FileComparison {
 public:
  static constexpr size_t kLostMax = 3;  ///< FileChanges::lost

  /// \param[in] listing borrowed. A file that it has twice is read twice
  /// \param[in] version of the source that was consumed: what came with later ones was not
  FileComparison(const std::vector<storage::ObjectInfo>* listing, int64_t version);

  /// \brief One of the ledger's files, each once.
  /// \return Invalid for a path that was taken before: it is no ledger
  Status Take(const ConsumedFile& file);

  /// \brief When all are taken. Called once.
  FileChanges Finish();

 private:
  enum class Fate : uint8_t { kNotInLedger, kNotConsumed, kSame, kChanged };

  const std::vector<storage::ObjectInfo>& listing_;
  const int64_t version_;
  std::unordered_map<std::string_view, size_t> indexes_;  // by path, of the first with that path
  std::vector<Fate> fates_;                               // by index
  FileChanges changes_;
};

/// \brief Compare a listing with the ledger in the lake.
/// \return as VisitConsumedFiles
Result<FileChanges> CompareFiles(const std::shared_ptr<storage::Storage>& storage,
                                 const std::string& lake_root, const std::string& source,
                                 const std::vector<storage::ObjectInfo>& listing, int64_t version);

}  // namespace tarn::ledger
