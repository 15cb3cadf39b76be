#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "ledger/consumed_files.h"
#include "ledger/lake_state.h"
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

/// \brief Whether a file that is listed is the one that was consumed: by size, time of modification
/// (`_metadata` shows it) and, where both have one, ETag. What cannot be compared is another one.
bool IsSame(const storage::ObjectInfo& listed, const storage::ObjectInfo& consumed);

/// \brief What became of a file.
enum class FileFate {
  kNew,      ///< not consumed yet
  kSame,     ///< consumed, and as it was
  kChanged,  ///< consumed, and another one now
  kGone,     ///< consumed, and listed no more
};

/// \brief "new", "same", "changed" or "gone".
std::string_view NameOf(FileFate fate);

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
  /// \return what became of it; Invalid for a path that was taken before: it is no ledger
  Result<FileFate> Take(const ConsumedFile& file);

  /// \brief When all are taken. Called once.
  FileChanges Finish();

 private:
  enum class Fate : uint8_t { kNotInLedger, kNotConsumed, kSame, kChanged };

  void Lose(const ConsumedFile& file, int64_t* count);

  const std::vector<storage::ObjectInfo>& listing_;
  const int64_t version_;
  std::unordered_map<std::string_view, size_t> indexes_;  // by path, of the first with that path
  std::vector<Fate> fates_;                               // by index
  FileChanges changes_;
};

/// \brief Compare a listing with the ledger in the lake.
/// \param[in] state of the source, up to whose version files were consumed
/// \param[in] visit called with each file of the ledger and its fate; null: with none
/// \return as VisitConsumedFiles; also for a ledger that has another number of files
Result<FileChanges> CompareFiles(
    const std::shared_ptr<storage::Storage>& storage, const std::string& lake_root,
    const std::string& source, const std::vector<storage::ObjectInfo>& listing,
    const SourceState& state,
    const std::function<Status(const ConsumedFile& file, FileFate fate)>& visit = nullptr);

}  // namespace tarn::ledger
