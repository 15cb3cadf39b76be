#include "json/scanner.h"

#include <algorithm>
#include <cstring>

#include "json/column_internal.h"
#include "json/convert_internal.h"
#include "json/filter_internal.h"
#include "json/record_reader_internal.h"

namespace tarn::json {
namespace {

constexpr int kRunLength =
    32;  // records that are read before their values are appended, column by column
constexpr size_t kBlockBytesMax = INT32_MAX;

/// Slots hold the values of a record that somebody reads: the output's and the filter's fields.
struct Slots {
  std::vector<int> of_field;  ///< by schema field; -1 when nobody reads it
  std::vector<int> field;     ///< by slot
};

Result<Slots> AssignSlots(const ScanOptions& options) {
  Slots slots;
  slots.of_field.assign(options.schema->num_fields(), -1);
  const auto assign = [&](int field) {
    if (field < 0 || field >= options.schema->num_fields()) {
      return Status::Invalid("A scan names a field that its schema does not have: ", field);
    }
    int& slot = slots.of_field[field];
    if (slot >= 0) return Status::OK();
    slot = static_cast<int>(slots.field.size());
    slots.field.push_back(field);
    return Status::OK();
  };
  for (const int field : options.output) ARROW_RETURN_NOT_OK(assign(field));
  for (const auto& conjunction : options.filter.any_of) {
    for (const Comparison& comparison : conjunction) ARROW_RETURN_NOT_OK(assign(comparison.field));
  }
  return slots;
}

std::vector<std::string> KeysOf(const Slots& slots, const arrow::Schema& schema) {
  std::vector<std::string> keys;
  for (const int field : slots.field) keys.push_back(schema.field(field)->name());
  return keys;
}

Status CheckOptions(const ScanOptions& options) {
  if (options.schema == nullptr) return Status::Invalid("A scan needs a schema");
  if (options.depth_max < 1) {
    return Status::Invalid("A scan's depth_max must be 1 or more: ", options.depth_max);
  }
  std::vector<std::string> names = options.schema->field_names();
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    return Status::Invalid("A scan's schema has a field twice; rename one: ", *twice);
  }
  return Status::OK();
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// A part of the block that has kPaddingBytes after it: in place, or a padded copy.
struct Segment {
  const char* begin;
  const char* end;
  int64_t offset;  ///< of `begin`, in the block

  int64_t OffsetOf(const char* p) const { return offset + (p - begin); }
};

class ScannerImpl final : public Scanner {
 public:
  ScannerImpl(ScanOptions options, Slots slots, Filter filter)
      : options_(std::move(options)),
        lines_(options_.framing == Framing::kLines),
        slots_(std::move(slots)),
        filter_(std::move(filter)),
        reader_(KeysOf(slots_, *options_.schema), lines_, options_.depth_max),
        stride_(reader_.num_slots() + 1),
        rows_(static_cast<size_t>(stride_) * kRunLength) {}

  Status MakeColumns(arrow::MemoryPool* pool) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    for (const int field : options_.output) {
      fields.push_back(options_.schema->field(field));
      ARROW_ASSIGN_OR_RAISE(auto column, Column::Make(*fields.back(), pool));
      columns_.push_back({slots_.of_field[field], std::move(column)});
    }
    output_schema_ = arrow::schema(std::move(fields));
    return Status::OK();
  }

  Result<ScanResult> Scan(std::string_view block) override {
    if (block.size() > kBlockBytesMax) {
      return Status::CapacityError("A block of JSON passes 2 GiB; give smaller blocks, bytes: ",
                                   block.size());
    }
    result_ = ScanResult();
    num_rows_ = 0;
    const Status status = ScanBlock(block);
    Result<std::shared_ptr<arrow::RecordBatch>> batch = FinishBatch();
    ARROW_RETURN_NOT_OK(status);
    ARROW_ASSIGN_OR_RAISE(result_.batch, std::move(batch));
    SortBadRecords(block);
    return std::move(result_);
  }

 private:
  struct OutputColumn {
    int slot;
    std::unique_ptr<Column> column;
  };
  struct RecordSpan {
    const char* begin;
    const char* end;
  };

  // Loads are never checked against the end: what has too little after it is scanned from a copy.
  Status ScanBlock(std::string_view block) {
    const size_t mark = block.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    size_t in_place_end = mark;
    if (lines_ && block.size() > mark + kPaddingBytes) {
      const std::string_view padded = block.substr(0, block.size() - kPaddingBytes);
      in_place_end = std::max(mark, LastLineEnd(padded));
    }
    ARROW_RETURN_NOT_OK(ScanSegment(
        {block.data() + mark, block.data() + in_place_end, static_cast<int64_t>(mark)}));
    copy_.assign(block.substr(in_place_end));
    copy_.append(kPaddingBytes, '\0');
    return ScanSegment({copy_.data(), copy_.data() + copy_.size() - kPaddingBytes,
                        static_cast<int64_t>(in_place_end)});
  }

  Status ScanSegment(const Segment& segment) {
    const char* p = segment.begin;
    while (true) {
      while (p < segment.end && IsBlank(*p)) ++p;
      if (p >= segment.end) break;
      if (run_length_ == kRunLength) ARROW_RETURN_NOT_OK(FlushRun(segment));
      p = ReadRecord(segment, p);
    }
    return FlushRun(segment);
  }

  // Read one record; the next is looked for at what this returns.
  const char* ReadRecord(const Segment& segment, const char* begin) {
    ++result_.num_records;
    Value* const row = &rows_[static_cast<size_t>(run_length_) * stride_];
    const char* end = reader_.ReadPredicted(begin, row);
    if (end == nullptr || !AtRecordEnd(segment, &end)) {
      end = reader_.ReadAny(begin, segment.end, row);
      if (end == nullptr) return AddSyntaxError(segment, begin);
      if (!AtRecordEnd(segment, &end)) {
        reader_.Fail(end, "expected the end of the line after a record");
        return AddSyntaxError(segment, begin);
      }
    }
    spans_[run_length_] = {begin, end};
    const Filter::Verdict verdict = filter_.Test(row);
    if (verdict == Filter::Verdict::kKeep) {
      ++run_length_;
    } else if (verdict == Filter::Verdict::kMisfit) {
      const int slot = filter_.misfit_slot();
      const arrow::Field& field = *options_.schema->field(slots_.field[slot]);
      AddMisfit(segment, {begin, end}, row[slot].begin,
                DescribeMisfit(field.name(), row[slot], *field.type()));
    }
    return end;
  }

  // On a line only white space may follow; `end` moves to the newline then.
  bool AtRecordEnd(const Segment& segment, const char** end) const {
    const char* p = *end;
    if (!lines_ || *p == '\n') return true;
    while (*p == ' ' || *p == '\t' || *p == '\r') ++p;
    if (*p != '\n' && p < segment.end) {
      *end = p;
      return false;
    }
    return true;
  }

  // The line is bad; without lines nobody knows where the next record starts.
  const char* AddSyntaxError(const Segment& segment, const char* begin) {
    const SyntaxError& error = reader_.error();
    const char* end = segment.end;
    if (lines_ && error.position < end) {
      const void* newline = std::memchr(error.position, '\n', end - error.position);
      if (newline != nullptr) end = static_cast<const char*>(newline);
    }
    const char* text_end = end;
    while (text_end > begin && IsBlank(text_end[-1])) --text_end;
    AddMisfit(segment, {begin, text_end}, error.position, error.reason);
    return end;
  }

  void AddMisfit(const Segment& segment, RecordSpan record, const char* position,
                 std::string reason) {
    BadRecord& bad = result_.bad_records.emplace_back();
    bad.byte_offset = segment.OffsetOf(record.begin);
    bad.num_bytes = record.end - record.begin;
    bad.error_offset = segment.OffsetOf(position);
    bad.reason = std::move(reason);
  }

  ValueRun RunOf(const OutputColumn& column) const {
    return {rows_.data() + column.slot, stride_, run_length_};
  }

  Status FlushRun(const Segment& segment) {
    while (run_length_ > 0) {
      misfits_.clear();
      for (const OutputColumn& column : columns_) {
        ARROW_RETURN_NOT_OK(column.column->Append(RunOf(column), &misfits_));
      }
      if (misfits_.empty()) break;
      for (const OutputColumn& column : columns_) column.column->Rewind();
      RemoveMisfits(segment);
    }
    for (const OutputColumn& column : columns_) {
      ARROW_RETURN_NOT_OK(column.column->Commit(RunOf(column)));
    }
    num_rows_ += run_length_;
    run_length_ = 0;
    return Status::OK();
  }

  // Take the records with misfits out of the run; each counts once, by its first column.
  void RemoveMisfits(const Segment& segment) {
    std::stable_sort(misfits_.begin(), misfits_.end(),
                     [](const Misfit& a, const Misfit& b) { return a.index < b.index; });
    int kept = 0;
    auto misfit = misfits_.begin();
    for (int i = 0; i < run_length_; ++i) {
      if (misfit == misfits_.end() || misfit->index != i) {
        spans_[kept] = spans_[i];
        std::copy_n(rows_.begin() + int64_t{i} * stride_, stride_,
                    rows_.begin() + int64_t{kept++} * stride_);
        continue;
      }
      AddMisfit(segment, spans_[i], misfit->position, std::move(misfit->reason));
      while (misfit != misfits_.end() && misfit->index == i) ++misfit;
    }
    run_length_ = kept;
  }

  // Columns give up their values even after an error, so that the next block starts empty.
  Result<std::shared_ptr<arrow::RecordBatch>> FinishBatch() {
    run_length_ = 0;
    std::vector<std::shared_ptr<arrow::ArrayData>> data;
    for (const OutputColumn& column : columns_) {
      ARROW_ASSIGN_OR_RAISE(auto values, column.column->Finish());
      data.push_back(std::move(values));
    }
    return arrow::RecordBatch::Make(output_schema_, num_rows_, std::move(data));
  }

  // Errors of syntax are found before those of types; put them into the block's order and count
  // lines.
  void SortBadRecords(std::string_view block) {
    auto& bad_records = result_.bad_records;
    std::sort(bad_records.begin(), bad_records.end(),
              [](const BadRecord& a, const BadRecord& b) { return a.byte_offset < b.byte_offset; });
    int64_t line = 0;
    int64_t counted = 0;
    for (BadRecord& bad : bad_records) {
      line += std::count(block.begin() + counted, block.begin() + bad.byte_offset, '\n');
      counted = bad.byte_offset;
      bad.line = line;
    }
  }

  const ScanOptions options_;
  const bool lines_;
  const Slots slots_;
  Filter filter_;
  RecordReader reader_;
  const int64_t stride_;
  std::vector<Value> rows_;
  RecordSpan spans_[kRunLength];
  int run_length_ = 0;
  std::vector<OutputColumn> columns_;
  std::shared_ptr<arrow::Schema> output_schema_;
  std::vector<Misfit> misfits_;
  std::string copy_;
  ScanResult result_;
  int64_t num_rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<Scanner>> Scanner::Make(ScanOptions options, arrow::MemoryPool* pool) {
  ARROW_RETURN_NOT_OK(CheckOptions(options));
  ARROW_ASSIGN_OR_RAISE(Slots slots, AssignSlots(options));
  ARROW_ASSIGN_OR_RAISE(Filter filter,
                        Filter::Make(options.filter, *options.schema, slots.of_field));
  auto scanner =
      std::make_unique<ScannerImpl>(std::move(options), std::move(slots), std::move(filter));
  ARROW_RETURN_NOT_OK(scanner->MakeColumns(pool));
  return scanner;
}

size_t LastLineEnd(std::string_view data) {
  const size_t newline = data.rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

}  // namespace tarn::json
