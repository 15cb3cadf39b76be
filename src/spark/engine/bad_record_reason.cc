#include "spark/engine/bad_record_reason.h"

#include <numeric>
#include <utility>

#include "values/csv_line.h"

namespace tarn::spark {

Result<std::string> BadRecordReason::Of(const std::string& text) {
  if (source_.source->format == RecordFormat::kCsv) return OfCsv(text);
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

std::string BadRecordReason::OfCsv(const std::string& line) const {
  const auto num_columns = static_cast<size_t>(source_.source->schema->num_fields());
  const size_t num_fields = SplitCsvLine(line, source_.source->csv.syntax).size();
  if (num_fields != num_columns) return WrongFieldCountText(num_fields, num_columns);
  return "a value that does not fit the schema";
}

}  // namespace tarn::spark
