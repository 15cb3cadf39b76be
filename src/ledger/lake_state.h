#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "lake/lake.h"
#include "storage/storage.h"

namespace tarn::ledger {

/// \brief How far a source is.
struct SourceState {
  int64_t version = 0;  ///< grows by one with each run that reads new files of it
  /// Since this version files were only added. A table that has an older one has consumed files
  /// that are other ones by now, or gone.
  int64_t base = 0;
  int64_t num_records = 0;      ///< of all its files, bad ones included
  int64_t num_bad_records = 0;  ///< of these
  int64_t num_files = 0;        ///< that the ledger has of it
};

/// \brief What is kept beside a table, for rows of new files to be merged into it.
struct KeptState {
  int64_t format = 0;     ///< of its files; newer ones are not read
  std::string meaning{};  ///< of their columns, as a digest
  int64_t num_files = 0;
  int64_t num_bytes = 0;  ///< of these
};

/// \brief What a table was made of.
struct TableState {
  std::string run_id;                            ///< of the run that wrote it last
  int64_t num_rows = 0;                          ///< that it has, as the next two
  int64_t num_files = 0;                         ///< of Parquet
  int64_t num_bytes = 0;                         ///< of these
  std::map<std::string, int64_t> versions{};     ///< by source, that it has consumed
  std::map<std::string, std::string> made_of{};  ///< digests, by the name of what is digested
  std::optional<KeptState> kept{};               ///< none: nothing is kept beside it
};

/// \brief What the ledger says beside the files.
struct LakeState {
  std::map<std::string, SourceState> sources{};  ///< by name, as the next one
  std::map<std::string, TableState> tables{};    ///< those that are kept up to date by new files
};

/// \brief Of the lake's last commit; none: no run has kept a ledger.
/// \param[in] storage that holds the lake
/// \param[in] lake_root as lake::Lake::root
/// \return kFailed, with the way out, for a ledger that is damaged, or that a newer tarn wrote;
///   kConflict while a commit replaces it, which who holds the lake's lock does not meet
Result<std::optional<LakeState>> ReadLakeState(const std::shared_ptr<storage::Storage>& storage,
                                               const std::string& lake_root);

/// \brief Replace it by the transaction's commit. Once in a transaction.
Status WriteLakeState(const LakeState& state, lake::Transaction* transaction);

}  // namespace tarn::ledger
