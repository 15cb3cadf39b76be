#pragma once

#include <vector>

#include "base/error.h"
#include "json/scanner.h"
#include "pipeline/pipeline.h"
#include "storage/storage.h"

namespace tarn::local {

/// \brief A part of a source that one worker reads and scans at once.
struct ScanItem {
  int source = -1;                         ///< index in Plan::sources
  int64_t number = 0;                      ///< its place in the source
  std::vector<storage::ObjectInfo> files;  ///< several small ones, or one
  /// Of the one file: the lines that begin in [begin, end). All of each file when end is -1.
  int64_t begin = 0;
  int64_t end = -1;
};

/// \brief Large files are cut at about this size.
constexpr int64_t kScanBlockBytes = 4 << 20;

/// \brief How records lie in a file that begins with `head`; `is_whole`: head is all of it.
///
/// kAuto: by lines when the first line is a whole JSON object, else as values that may span lines.
json::Framing FramingOf(pipeline::RecordFormat format, std::string_view head, bool is_whole);

/// \brief Cut the files of a source into items, in the files' order.
///
/// A large file is cut only when its records lie on lines; for kAuto its first bytes are read to
/// tell.
Result<std::vector<ScanItem>> CutIntoItems(int source, pipeline::RecordFormat format,
                                           std::vector<storage::ObjectInfo> files,
                                           storage::Storage* storage);

}  // namespace tarn::local
