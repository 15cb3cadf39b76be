#include "spark/engine/bad_record_reason.h"

#include <numeric>
#include <utility>

namespace tarn::spark {

Result<std::string> BadRecordReason::Of(const std::string& text) {
  if (scanner_ == nullptr) {
    json::ScanOptions options;
    options.schema = source_.schema;
    options.output.resize(static_cast<size_t>(source_.schema->num_fields()));
    std::iota(options.output.begin(), options.output.end(), 0);
    options.datetime_formats = source_.source->datetime_formats;
    options.framing = json::Framing::kValues;
    ARROW_ASSIGN_OR_RAISE(scanner_, json::Scanner::Make(std::move(options)));
  }
  const json::Block block{text};
  ARROW_ASSIGN_OR_RAISE(json::ScanResult scanned, scanner_->Scan({&block, 1}));
  if (scanned.bad_records.empty() && scanned.num_records > 1) {
    return "expected the end of the line after a record";
  }
  if (scanned.bad_records.empty()) return "not JSON, or a value that does not fit the schema";
  return std::move(scanned.bad_records.front().reason);
}

}  // namespace tarn::spark
