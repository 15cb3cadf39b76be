#pragma once

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "lake/lake.h"
#include "storage/storage.h"

/// Which files the tables of a lake were made of: `_tarn/ledger/` (docs/adr/0026).
namespace tarn::ledger {

/// \brief A file that a source has consumed.
struct ConsumedFile {
  storage::ObjectInfo listed;  ///< as it was listed, but for its identity, which is not kept
  int64_t version = 1;         ///< of the source, that brought it
  std::optional<int64_t> num_records{};      ///< none: not known
  std::optional<int64_t> num_bad_records{};  ///< of these
  std::string run_id{};                      ///< of the run that consumed it
};

/// \brief Writes a part of a source's ledger, which the transaction's commit publishes.
///
/// Memory: some thousand files. Threads: one at a time.
class ConsumedFilesWriter {
 public:
  /// \param[in] transaction outlives the writer
  /// \param[in] appends older parts stay; else this one takes their place
  static Result<std::unique_ptr<ConsumedFilesWriter>> Make(lake::Transaction* transaction,
                                                           const std::string& source, bool appends);

  Status Add(const ConsumedFile& file);

  /// \brief No more files. Without any, a part that appends is not written.
  Status Close();

 private:
  explicit ConsumedFilesWriter(std::unique_ptr<lake::TableWriter> writer)
      : writer_(std::move(writer)) {}

  Status Flush();

  const std::unique_ptr<lake::TableWriter> writer_;
  arrow::StringBuilder path_;
  arrow::Int64Builder size_bytes_;
  arrow::Int64Builder modified_ns_;
  arrow::StringBuilder etag_;
  arrow::Int64Builder version_;
  arrow::Int64Builder num_records_;
  arrow::Int64Builder num_bad_records_;
  arrow::StringBuilder run_id_;
};

/// \brief The parts of a source's ledger; none: it has consumed nothing.
Result<std::vector<storage::ObjectInfo>> ListParts(storage::Storage* storage,
                                                   const std::string& lake_root,
                                                   const std::string& source);

/// \brief Visit the files of a source's ledger, in no order that means something.
///
/// Memory: some thousand files. A reader that does not hold the lake's lock may meet a part that
/// is gone by then: IsNotFound, and it may begin again.
/// \param[in] storage that holds the lake
/// \param[in] lake_root as lake::Lake::root
/// \param[in] visit its error ends the reading
/// \return also kFailed, with the way out, for what is no ledger
Status VisitConsumedFiles(const std::shared_ptr<storage::Storage>& storage,
                          const std::string& lake_root, const std::string& source,
                          const std::function<Status(const ConsumedFile& file)>& visit);

}  // namespace tarn::ledger
