#include "infer/file_survey.h"

#include <algorithm>

#include "base/units.h"
#include "input/block_reader.h"
#include "input/framing.h"
#include "input/text_stream.h"

namespace tarn::infer {
namespace {

constexpr int64_t kBlockBytes = 1 << 20;
constexpr int64_t kBlockBytesMin = 64 << 10;

Result<std::unique_ptr<json::Scanner>> MakeScanner(json::Framing framing,
                                                   std::shared_ptr<arrow::Schema> schema,
                                                   const SurveyOptions& survey) {
  json::ScanOptions options;
  options.datetime_formats = survey.datetime_formats;
  options.record_bytes_max = survey.record_bytes_max;
  options.framing = framing;
  options.schema = std::move(schema);
  for (int i = 0; i < options.schema->num_fields(); ++i) options.output.push_back(i);
  return json::Scanner::Make(std::move(options));
}

// A file that is not text, or whose compression is not supported, is a finding; a disk that fails
// is an error.
bool IsDamage(const Status& status) {
  return KindOf(status) == ErrorKind::kBadInput || status.IsCapacityError();
}

}  // namespace

Result<FileSurvey> FileSurveyor::Survey(storage::Storage* storage, const storage::ObjectInfo& file,
                                        int64_t number) {
  FileSurvey survey;
  survey.misfits.resize(options_.declared != nullptr ? options_.declared->num_fields() : 0);
  const Status status = Read(storage, file, number, &survey);
  if (!status.ok()) {
    if (!IsDamage(status)) return WithContext(status, file.path);
    survey.damage = MessageOf(status);
  }
  return survey;
}

Status FileSurveyor::Read(storage::Storage* storage, const storage::ObjectInfo& file,
                          int64_t number, FileSurvey* survey) {
  ARROW_ASSIGN_OR_RAISE(auto opened,
                        input::OpenText(input::OpenStoredBytes(storage, file), file.path));
  ARROW_ASSIGN_OR_RAISE(const input::TextHead head, input::PeekHead(opened.text.get()));
  const json::Framing framing = input::FramingOf(options_.format, head.text, head.is_whole);
  ARROW_ASSIGN_OR_RAISE(Readers* const readers, ReadersOf(framing));
  const int64_t block_bytes = std::clamp(sample_.num_bytes_per_file, kBlockBytesMin, kBlockBytes);
  input::BlockReader blocks(opened.text.get(), framing == json::Framing::kLines, block_bytes,
                            options_.record_bytes_max);
  input::TextBlock block;
  json::RecordPlace place{number, 0, 0};
  int64_t num_bytes_left = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, blocks.Next(num_bytes_left, &block));
    if (!more) break;
    place.byte_offset = block.byte_offset;
    num_bytes_left = 0;
    survey->is_whole = false;
    if (block.long_record == input::TextBlock::LongRecord::kNo) {
      ARROW_RETURN_NOT_OK(AddBlock(block.block, place, readers, survey, &num_bytes_left));
    } else if (block.long_record == input::TextBlock::LongRecord::kBegin) {
      survey->profile.AddBadRecord(place, "longer than " + FormatBytes(options_.record_bytes_max));
    }
    const std::string_view text = block.block.text;
    place.line += std::count(text.begin(), text.end() - num_bytes_left, '\n');
    survey->num_bytes = opened.text->num_file_bytes();
    if (survey->lost_track || survey->num_bytes >= sample_.num_bytes_per_file ||
        survey->profile.num_records() >= sample_.num_records_per_file) {
      break;
    }
  }
  survey->damage = opened.text->damage();
  return Status::OK();
}

Status FileSurveyor::AddBlock(const json::Block& block, json::RecordPlace place, Readers* readers,
                              FileSurvey* survey, int64_t* num_bytes_left) {
  const int64_t num_records_max = sample_.num_records_per_file - survey->profile.num_records();
  ARROW_ASSIGN_OR_RAISE(const auto added,
                        readers->profiler->Add(block, place, num_records_max, &survey->profile));
  if (readers->scanner != nullptr) {
    ARROW_RETURN_NOT_OK(FindMisfits(block, place, added, readers, survey));
  }
  *num_bytes_left = added.num_bytes_left;
  survey->lost_track = added.lost_track;
  survey->is_whole = block.ends_file && added.is_whole;
  return Status::OK();
}

Result<FileSurveyor::Readers*> FileSurveyor::ReadersOf(json::Framing framing) {
  Readers& readers = readers_[framing];
  if (readers.profiler != nullptr) return &readers;
  ARROW_ASSIGN_OR_RAISE(readers.profiler, json::Profiler::Make(framing, options_.record_bytes_max));
  if (options_.declared == nullptr) return &readers;
  ARROW_ASSIGN_OR_RAISE(readers.scanner, MakeScanner(framing, options_.declared, options_));
  for (const auto& field : options_.declared->fields()) {
    ARROW_ASSIGN_OR_RAISE(readers.column_scanners.emplace_back(),
                          MakeScanner(json::Framing::kValues, arrow::schema({field}), options_));
  }
  return &readers;
}

// A record that several columns do not fit counts for each of them: those that are bad, but not as
// JSON, are scanned again by one column at a time.
Status FileSurveyor::FindMisfits(const json::Block& block, const json::RecordPlace& place,
                                 const json::Profiler::Added& added, Readers* readers,
                                 FileSurvey* survey) {
  ARROW_ASSIGN_OR_RAISE(const json::ScanResult scanned,
                        readers->scanner->Scan(std::span(&block, 1)));
  std::string records;
  std::vector<const json::BadRecord*> origins;
  std::vector<int64_t> offsets;
  auto malformed = added.bad_records.begin();
  for (const json::BadRecord& bad : scanned.bad_records) {
    if (bad.byte_offset >= added.num_bytes) break;
    if (malformed != added.bad_records.end() && malformed->byte_offset == bad.byte_offset) {
      ++malformed;
      continue;
    }
    origins.push_back(&bad);
    offsets.push_back(std::ssize(records));
    records.append(block.text.substr(bad.byte_offset, bad.num_bytes));
    records.push_back('\n');
  }
  survey->num_misfit_records += std::ssize(origins);
  if (origins.empty()) return Status::OK();
  for (size_t column = 0; column < survey->misfits.size(); ++column) {
    ARROW_ASSIGN_OR_RAISE(auto result, readers->column_scanners[column]->Scan(records));
    if (result.bad_records.empty()) continue;
    Misfits& misfits = survey->misfits[column];
    if (misfits.num_records == 0) {
      json::BadRecord& first = result.bad_records[0];
      const auto origin = std::lower_bound(offsets.begin(), offsets.end(), first.byte_offset);
      const json::BadRecord& bad = *origins[origin - offsets.begin()];
      misfits.first = {place.file, place.line + bad.line, place.byte_offset + bad.byte_offset};
      misfits.reason = std::move(first.reason);
    }
    misfits.num_records += std::ssize(result.bad_records);
  }
  return Status::OK();
}

}  // namespace tarn::infer
