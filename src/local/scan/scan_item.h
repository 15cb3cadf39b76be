#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "json/scanner.h"
#include "lake/quarantine.h"
#include "pipeline/pipeline.h"
#include "storage/storage.h"

namespace tarn::local {

/// \brief A part of a source that one worker reads and scans.
struct ScanItem {
  enum class Kind {
    kWholeFiles,  ///< several small files, or one
    kLines,       ///< of one file: the lines that begin in [begin, end)
    kStream,      ///< one large file that cannot be cut
    kRecords,     ///< records from the quarantine
    kParquet,     ///< of one file of Parquet: row groups whose middle lies in [begin, end)
  };

  int source = -1;     ///< index in Plan::sources
  int64_t number = 0;  ///< its place in the source
  Kind kind = Kind::kWholeFiles;
  std::vector<storage::ObjectInfo> files;  ///< one but for kWholeFiles; none for kRecords
  int64_t begin = 0;                       ///< kLines, kParquet: bytes of the file
  int64_t end = 0;
  std::vector<lake::QuarantinedRecord> records;  ///< kRecords
};

/// \brief The bytes of a file to read for a kLines item: from the one before its first, to where
/// its last line usually ends.
struct LineRange {
  int64_t begin = 0;
  int64_t length = 0;  ///< may reach beyond the file's end
};
LineRange LinesRange(const ScanItem& item);

/// \brief Large files are cut at about this size.
constexpr int64_t kScanBlockBytes = 4 << 20;
/// \brief Those of Parquet: each part reads the file's footer.
constexpr int64_t kParquetPartBytes = 8 << 20;

/// \brief Whether an item is a part of a file that another one follows.
bool HasNextPart(const ScanItem& item);

/// \brief How the records of `source` lie in a text that begins with `head`; `is_whole`: head is
/// all of it. \return kBadInput when it is certainly not what the source's format says
Result<json::Framing> FramingIn(const pipeline::Source& source, std::string_view head,
                                bool is_whole, const std::string& path);

/// \brief Cut the files of a source into items, in the files' order.
///
/// A large file is cut only when it is plain text whose records lie on lines; its first bytes are
/// read to find out.
/// \param[in] index of the source in the plan
Result<std::vector<ScanItem>> CutIntoItems(int index, const pipeline::Source& source,
                                           std::vector<storage::ObjectInfo> files,
                                           storage::Storage* storage);

}  // namespace tarn::local
