#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "input/block_reader.h"
#include "input/text_stream.h"
#include "json/scanner.h"
#include "local/scan/file_columns.h"
#include "local/scan/scan_item.h"
#include "local/scan/scanned_part.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Whether texts may come as codes into dictionaries (local/batch/encoding.h). The
/// environment variable TARN_DICTIONARIES says "off" for tests that results do not depend on it.
bool MayUseDictionaries();

/// \brief How a source's text is scanned.
Result<json::ScanOptions> ScanOptionsOf(const plan::SourcePlan& source);

/// \brief A scanner of the source's format.
/// \param[in] columns of the source; borrowed
/// \param[in] options ScanOptionsOf its records, with the framing of the text
Result<std::unique_ptr<json::Scanner>> MakeScanner(
    const FileColumns& columns, json::ScanOptions options,
    arrow::MemoryPool* pool = arrow::default_memory_pool());

/// \brief Reads and scans items of one source.
///
/// Threads: one at a time. It keeps scanners, which get faster with what they saw.
class ItemScanner {
 public:
  /// \param[in] columns of the source; borrowed
  /// \param[in] read_ahead decompress large files on a thread of their own
  static Result<std::unique_ptr<ItemScanner>> Make(const FileColumns& columns,
                                                   storage::Storage* storage, bool read_ahead);

  /// What was read of an item before (ItemReads); empty when nothing was.
  using Reads = std::vector<storage::BufferFuture>;

  /// \brief Read all of an item. Bad records are in its parts, and are no errors.
  Status Scan(const ScanItem& item, const Reads& reads, const PartSink& sink);

 private:
  /// A whole text that is scanned together with others.
  struct Text {
    const storage::ObjectInfo* file = nullptr;
    std::shared_ptr<arrow::Buffer> buffer;
    std::string damage;  ///< why it ends before its time
    int64_t num_file_bytes = 0;
  };

  /// Where a block comes from.
  struct Origin {
    storage::ObjectInfo file;
    int64_t byte_offset = 0;   ///< of the block, in the file's text
    int64_t lines_before = 0;  ///< line ends before it
    std::string damage;        ///< why the text ends with the block, when that is not its end
  };

  ItemScanner(const FileColumns& columns, storage::Storage* storage, bool read_ahead)
      : columns_(columns), storage_(storage), read_ahead_(read_ahead) {}

  const pipeline::Source& source() const { return *columns_.of_records().source; }

  Result<json::Scanner*> ScannerFor(json::Framing framing);
  Status ScanLines(const ScanItem& item, const Reads& reads, const PartSink& sink);
  Status ScanWholeFiles(const ScanItem& item, const Reads& reads, const PartSink& sink);
  Status ScanStream(const storage::ObjectInfo& file, const PartSink& sink);
  Status ScanRecords(const ScanItem& item, const PartSink& sink);

  Status AddFile(const storage::ObjectInfo& file, std::shared_ptr<arrow::Buffer> content,
                 const PartSink& sink);
  Status AddText(Text text, const PartSink& sink);
  Status FlushTexts(const PartSink& sink);
  Status ScanText(const storage::ObjectInfo& file, input::TextFile text, const PartSink& sink);
  Result<BatchPtr> Complete(const json::ScanResult& result,
                            const std::vector<Origin>& origins) const;
  void AddLongRecord(std::string_view text, const Origin& origin, ScannedPart* part) const;
  std::string TooLong() const;
  Result<json::ScanResult> ScanBlocks(json::Framing framing, std::span<const json::Block> blocks,
                                      const std::vector<Origin>& origins, ScannedPart* part);

  const FileColumns& columns_;
  storage::Storage* const storage_;
  const bool read_ahead_;
  json::ScanOptions options_;
  std::map<json::Framing, std::unique_ptr<json::Scanner>> scanners_;

  std::vector<Text> texts_;  // of one framing, not yet scanned; one where they need one file
  json::Framing texts_framing_ = json::Framing::kLines;
  int64_t texts_bytes_ = 0;
};

}  // namespace tarn::local
