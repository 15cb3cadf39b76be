#include "local/scan/source_audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/new_field.h"
#include "pipeline/rescued_column.h"

namespace tarn::local {
namespace {

constexpr size_t kFirstOnes = 10;
constexpr size_t kNewFieldsMax = 1000;

std::string PlaceAndReason(const lake::QuarantinedRecord& record) {
  return fmt::format("{}: line {}, byte {}: {}", record.path, record.line, record.byte_offset,
                     record.reason);
}

// Those in objects of `type` that lie at `path`.
void AddMissing(const std::string& path, const arrow::DataType& type,
                const std::unordered_set<std::string>& met, std::vector<std::string>* missing) {
  if (type.id() == arrow::Type::LIST) {
    return AddMissing(path + "[]", *type.field(0)->type(), met, missing);
  }
  if (type.id() == arrow::Type::MAP) {
    return AddMissing(path + ".*", *static_cast<const arrow::MapType&>(type).item_type(), met,
                      missing);
  }
  const auto path_of = [&](const auto& field) {
    return path.empty() ? field->name() : path + "." + field->name();
  };
  const bool is_met = std::any_of(type.fields().begin(), type.fields().end(),
                                  [&](const auto& field) { return met.contains(path_of(field)); });
  if (!is_met) return;
  for (const auto& field : type.fields()) {
    if (met.contains(path_of(field))) {
      AddMissing(path_of(field), *field->type(), met, missing);
    } else {
      missing->push_back(path_of(field));
    }
  }
}

}  // namespace

Status SourceAudit::Advance() {
  while (std::optional<ItemPart> next = parts_.Take()) {
    if (has_failed_) continue;
    const Status judged = Judge(*next->item, std::move(next->part));
    has_failed_ = !judged.ok();
    ARROW_RETURN_NOT_OK(judged);
  }
  return Status::OK();
}

Status SourceAudit::Judge(const ScanItem& item, ScannedPart part) {
  num_records_ += part.num_records;
  num_rescued_ += part.num_rescued;
  met_fields_.insert(part.met_fields.begin(), part.met_fields.end());
  if (item.kind == ScanItem::Kind::kLines) {
    if (item.begin == 0) num_lines_ = 0;
    for (lake::QuarantinedRecord& bad : part.bad_records) bad.line += num_lines_;
    for (NewField& field : part.new_fields) field.line += num_lines_;
    num_lines_ += part.num_lines;
  }
  ARROW_RETURN_NOT_OK(JudgeNewFields(std::move(part.new_fields)));
  const std::vector<lake::QuarantinedRecord>& bad_records = part.bad_records;
  if (bad_records.empty()) return Status::OK();
  if (source_.on_bad_record == pipeline::OnBadRecord::kFail) {
    const lake::QuarantinedRecord& first = bad_records[0];
    std::string message = first.reason;
    if (const size_t others = bad_records.size() - 1; others > 0) {
      message += fmt::format("; {} more bad {} in the same part", others,
                             others == 1 ? "record" : "records");
    }
    return engine::BadRecordError({first.path, first.line, 0, first.byte_offset}, message);
  }
  num_bad_ += static_cast<int64_t>(bad_records.size());
  for (const lake::QuarantinedRecord& bad : bad_records) {
    if (first_ones_.size() == kFirstOnes) break;
    first_ones_.push_back({bad.path, bad.line, bad.byte_offset, bad.reason, ""});
  }
  const bool keeps = source_.on_bad_record == pipeline::OnBadRecord::kQuarantine &&
                     item.kind != ScanItem::Kind::kRecords;  // they are kept
  // Before the limit ends the run: a run that fails keeps them as well.
  if (keeps) ARROW_RETURN_NOT_OK(PutAway(bad_records));
  return CheckLimits(/*at_end=*/false);
}

Status SourceAudit::JudgeNewFields(std::vector<NewField> fields) {
  for (NewField& field : fields) {
    if (source_.on_new_field == pipeline::OnNewField::kFail) {
      return engine::NewFieldError({field.path, field.line}, source_.name, field.key,
                                   field.example);
    }
    const auto known = new_field_indexes_.find(field.key);
    if (known != new_field_indexes_.end()) {
      new_fields_[known->second].num_records += field.num_records;
    } else if (new_fields_.size() < kNewFieldsMax) {
      new_field_indexes_.emplace(field.key, new_fields_.size());
      new_fields_.push_back(std::move(field));
    } else {
      has_more_new_fields_ = true;
    }
  }
  return Status::OK();
}

std::vector<std::string> SourceAudit::missing_fields() const {
  std::vector<std::string> missing;
  const auto schema = pipeline::SchemaOfFiles(source_);
  AddMissing("", *arrow::struct_(schema->fields()), met_fields_, &missing);
  std::erase_if(missing, [&](const std::string& field) {
    return std::find(folder_columns_.begin(), folder_columns_.end(), field) !=
           folder_columns_.end();
  });
  return missing;
}

Status SourceAudit::CheckLimits(bool at_end) const {
  const engine::BadRecordCount count{before_.num_records + num_records_,
                                     before_.num_bad + num_bad_};
  return engine::CheckBadRecordLimit(source_, count, at_end, [this] { return FirstOnes(); });
}

std::string SourceAudit::FirstOnes() const {
  std::string text;
  for (const lake::QuarantinedRecord& record : first_ones_) {
    text += "\n  " + PlaceAndReason(record);
  }
  return text;
}

Status SourceAudit::Keep(const std::vector<lake::QuarantinedRecord>& records) {
  return records.empty() ? Status::OK() : PutAway(records);
}

Status SourceAudit::PutAway(const std::vector<lake::QuarantinedRecord>& records) {
  if (transaction_ == nullptr) return Status::OK();
  if (quarantine_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(quarantine_, transaction_->NewQuarantine(source_.name));
  }
  ARROW_ASSIGN_OR_RAISE(const auto batch, lake::ToRecordBatch(records));
  return quarantine_->Write(batch);
}

// Where a LIMIT ended the run early, some parts have no one before them.
Status SourceAudit::JudgeRest() {
  while (std::optional<ItemPart> next = parts_.TakeAny()) {
    ARROW_RETURN_NOT_OK(Judge(*next->item, std::move(next->part)));
  }
  return CheckLimits(/*at_end=*/true);
}

Status SourceAudit::Finish() {
  const Status judged = JudgeRest();
  const Status closed = Close();
  return judged.ok() ? closed : judged;
}

Status SourceAudit::Close() {
  return quarantine_ == nullptr ? Status::OK() : quarantine_->Close().status();
}

}  // namespace tarn::local
