#include "json/scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "base/units.h"
#include "json/column_internal.h"
#include "json/convert.h"
#include "json/filter_internal.h"
#include "json/record/object_end.h"
#include "json/record/record_reader.h"
#include "json/record/shorten.h"
#include "json/record/valid_json.h"
#include "json/rescuer_internal.h"
#include "json/type_keys_internal.h"

namespace tarn::json {
namespace {

constexpr int kRunLength =
    32;  // records that are read before their values are appended, column by column
constexpr size_t kBlockBytesMax = INT32_MAX;
constexpr size_t kNewKeyBytesMax = 200;

// The output's fields, and those whose values are only looked at for what does not fit.
std::vector<int> FieldsOfColumns(const ScanOptions& options) {
  std::vector<int> fields = options.output;
  for (int i = 0; options.rescued_field >= 0 && i < options.schema->num_fields(); ++i) {
    if (std::find(fields.begin(), fields.end(), i) == fields.end()) fields.push_back(i);
  }
  return fields;
}

/// Slots hold the values of a record that somebody reads: the columns' and the filter's fields.
struct Slots {
  std::vector<int> of_field;  ///< by schema field; -1 when it is not read
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
    if (slot >= 0 || field == options.rescued_field) return Status::OK();
    slot = static_cast<int>(slots.field.size());
    slots.field.push_back(field);
    return Status::OK();
  };
  for (const int field : FieldsOfColumns(options)) ARROW_RETURN_NOT_OK(assign(field));
  for (const auto& conjunction : options.filter.any_of) {
    for (const Comparison& comparison : conjunction) ARROW_RETURN_NOT_OK(assign(comparison.field));
  }
  return slots;
}

Status CheckRescuedField(const ScanOptions& options) {
  const int field = options.rescued_field;
  if (field < 0) return Status::OK();
  if (!options.rescues || field >= options.schema->num_fields() ||
      options.schema->field(field)->type()->id() != arrow::Type::STRING) {
    return Status::Invalid("A scan's rescued_field must be a STRING of its schema: ", field);
  }
  for (const auto& conjunction : options.filter.any_of) {
    for (const Comparison& comparison : conjunction) {
      if (comparison.field != field) continue;
      return Status::Invalid("A scan's filter can't ask for its rescued_field: ", field);
    }
  }
  return Status::OK();
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
  return CheckRescuedField(options);
}

// New keys are looked for also inside values that are not read: those have slots after the others.
void FindNewKeys(const ScanOptions& options, RecordReader::Options* reader) {
  reader->find_new_keys = true;
  arrow::FieldVector known = options.schema->fields();
  if (options.rescued_field >= 0) known.erase(known.begin() + options.rescued_field);
  known.insert(known.end(), options.known_fields.begin(), options.known_fields.end());
  for (const auto& field : known) {
    auto tree = MakeKeyTree(field->name(), *field->type());
    const auto wanted = std::find(reader->keys.begin(), reader->keys.end(), field->name());
    const size_t slot = wanted - reader->keys.begin();
    if (tree != nullptr) {
      if (wanted == reader->keys.end()) reader->keys.push_back(field->name());
      reader->key_trees.resize(reader->keys.size());
      reader->key_trees[slot] = std::move(tree);
    } else if (wanted == reader->keys.end()) {
      reader->known_keys.push_back(field->name());
    }
  }
}

RecordReader::Options ReaderOptions(const ScanOptions& options, const Slots& slots) {
  RecordReader::Options reader;
  for (const int field : slots.field) reader.keys.push_back(options.schema->field(field)->name());
  reader.lines = options.framing == Framing::kLines;
  reader.depth_max = options.depth_max;
  for (const int field : FieldsOfColumns(options)) {
    const arrow::DataType& type = *options.schema->field(field)->type();
    if (!arrow::is_nested(type.id())) continue;
    reader.value_trees.resize(reader.keys.size());
    reader.value_trees[slots.of_field[field]] = MakeValueTree(type);
  }
  if (options.find_new_keys) FindNewKeys(options, &reader);
  return reader;
}

/// A part of a block that has kPaddingBytes after it: in place, or a padded copy.
struct Segment {
  const char* begin;
  const char* end;
  int block;
  int64_t offset;  ///< of `begin`, in the block
  bool ends_file;

  int64_t OffsetOf(const char* p) const { return offset + (p - begin); }
};

class ScannerImpl final : public Scanner {
 public:
  ScannerImpl(ScanOptions options, Slots slots, Filter filter)
      : options_(std::move(options)),
        lines_(options_.framing == Framing::kLines),
        slots_(std::move(slots)),
        filter_(std::move(filter)),
        reader_(ReaderOptions(options_, slots_)),
        stride_(reader_.num_slots() + 1),
        rows_(static_cast<size_t>(stride_) * kRunLength),
        rescuer_(options_.datetime_formats, kRunLength) {}

  Status MakeColumns(arrow::MemoryPool* pool) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    for (const int field : FieldsOfColumns(options_)) {
      const int slot = slots_.of_field[field];
      fields.push_back(options_.schema->field(field));
      ARROW_ASSIGN_OR_RAISE(auto column, MakeColumn(*fields.back(), slot, pool));
      columns_.push_back({slot, std::move(column)});
    }
    fields.resize(options_.output.size());
    output_schema_ = arrow::schema(std::move(fields));
    return Status::OK();
  }

  Result<ScanResult> Scan(std::span<const Block> blocks) override {
    for (const Block& block : blocks) {
      if (block.text.size() <= kBlockBytesMax) continue;
      return Status::CapacityError("A block of JSON exceeds 2 GiB; use smaller blocks, bytes: ",
                                   block.text.size());
    }
    result_ = ScanResult();
    num_rows_ = 0;
    const Status status = ScanBlocks(blocks);
    Result<std::shared_ptr<arrow::RecordBatch>> batch = FinishBatch();
    std::vector<RecordReader::Found> new_keys = reader_.TakeNewKeys();
    const std::vector<RecordReader::InnerFound> inner_keys = reader_.TakeInnerKeys();
    result_.met_keys = reader_.TakeMetKeys();
    ARROW_RETURN_NOT_OK(status);
    ARROW_ASSIGN_OR_RAISE(result_.batch, std::move(batch));
    SortBadRecords(blocks);
    DescribeNewKeys(std::move(new_keys), blocks);
    AddInnerKeys(inner_keys, blocks);
    return std::move(result_);
  }

 private:
  Result<std::unique_ptr<Column>> MakeColumn(const arrow::Field& field, int slot,
                                             arrow::MemoryPool* pool) const {
    if (options_.dictionaries && field.type()->id() == arrow::Type::STRING) {
      return MakeDictionaryColumn(field, pool);
    }
    const ValueTree* const inside = slot < 0 ? nullptr : reader_.ValueTreeOf(slot);
    return Column::Make(field, options_.datetime_formats, inside, pool);
  }

  struct OutputColumn {
    int slot;
    std::unique_ptr<Column> column;
  };
  struct RecordSpan {
    const char* begin;
    const char* end;
    int block;
    int64_t offset;  ///< of `begin`, in the block
    bool repeats_keys = false;
  };

  /// Bytes at a block's begin that belong to no record, and where its tail begins: what has too
  /// little after it for loads that never look for the end, so that it is scanned from a copy.
  struct Cut {
    size_t mark;
    size_t tail;
  };

  Cut CutOf(const Block& block) const {
    const size_t mark = block.begins_file && block.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    if (!lines_ || block.text.size() <= mark + kPaddingBytes) return {mark, mark};
    const std::string_view padded = block.text.substr(0, block.text.size() - kPaddingBytes);
    return {mark, std::max(mark, LastLineEnd(padded))};
  }

  // Tails lie one after the other in `tails_`, which never moves: values point into it until the
  // batch is finished.
  Status ScanBlocks(std::span<const Block> blocks) {
    std::vector<Cut> cuts;
    size_t num_bytes = 0;
    for (const Block& block : blocks) {
      cuts.push_back(CutOf(block));
      num_bytes += block.text.size() - cuts.back().tail + kPaddingBytes;
    }
    tails_.clear();
    tails_.reserve(num_bytes);
    for (size_t i = 0; i < blocks.size(); ++i) {
      const Block& block = blocks[i];
      const auto [mark, tail] = cuts[i];
      const int number = static_cast<int>(i);
      if (block.begins_file) array_ = ArrayPlace::kBefore;
      if (block.follows_record) array_ = ArrayPlace::kAfterRecord;
      result_.lost_track = false;
      const char* const text = block.text.data();
      if (mark < tail) {
        ARROW_RETURN_NOT_OK(
            ScanSegment({text + mark, text + tail, number, static_cast<int64_t>(mark), false}));
      }
      const size_t begin = tails_.size();
      tails_.append(block.text.substr(tail));
      const size_t end = tails_.size();
      tails_.append(kPaddingBytes, '\0');
      ARROW_RETURN_NOT_OK(ScanSegment({tails_.data() + begin, tails_.data() + end, number,
                                       static_cast<int64_t>(tail), block.ends_file}));
    }
    return FlushRun();
  }

  Status ScanSegment(const Segment& segment) {
    const char* p = segment.begin;
    while (p != nullptr) {
      for (; p < segment.end && IsBlank(*p); ++p) result_.num_lines += *p == '\n';
      if (options_.framing == Framing::kArray && !NextInArray(segment, &p)) continue;
      if (p >= segment.end) break;
      if (lines_ && *p == '[') {
        ARROW_ASSIGN_OR_RAISE(p, ReadArrayLine(segment, p));
        continue;
      }
      if (run_length_ == kRunLength) ARROW_RETURN_NOT_OK(FlushRun());
      p = ReadRecord(segment, p);
    }
    return Status::OK();
  }

  // A line that is an array holds records, each good or bad by itself, when all of it is valid
  // JSON; as Spark reads it. \return where the next line is looked for
  Result<const char*> ReadArrayLine(const Segment& segment, const char* begin) {
    const char* end = reader_.SkipArray(begin, segment.end);
    if (end != nullptr && !AtRecordEnd(segment, &end)) {
      reader_.Fail(end, "expected the end of the line after an array");
      end = nullptr;
    }
    if (end == nullptr) {
      ++result_.num_records;
      return AddSyntaxError(segment, begin);
    }
    Value array;
    array.begin = begin;
    ElementReader elements(array);
    for (Value element; elements.Next(&element);) {
      if (run_length_ == kRunLength) ARROW_RETURN_NOT_OK(FlushRun());
      ReadElement(segment, element);
    }
    return end;
  }

  void ReadElement(const Segment& segment, const Value& element) {
    const int quote = element.is_string() ? 1 : 0;
    const char* const begin = element.begin - quote;
    const char* const end = element.begin + element.length + quote;
    ++result_.num_records;
    if (element.kind != ValueKind::kObject) {
      return AddMisfit({begin, end, segment.block, segment.OffsetOf(begin)}, begin,
                       "expected '{', the start of a record");
    }
    Value* const row = &rows_[static_cast<size_t>(run_length_) * stride_];
    if (reader_.ReadPredicted(begin, row) != end) reader_.ReadAny(begin, segment.end, row);
    AddRecord(segment, begin, end, row);
  }

  /// Where in a file's array the scanner is.
  enum class ArrayPlace { kBefore, kFirst, kAfterRecord, kAfterComma, kAfter };

  // Take what lies between the records of an array. \return whether a record begins at `p`, or the
  // segment ends there; otherwise go on at `p`, when it is not null.
  bool NextInArray(const Segment& segment, const char** p) {
    const bool at_end = *p >= segment.end;
    if (at_end && (!segment.ends_file || array_ == ArrayPlace::kBefore)) return true;
    const char c = at_end ? '\0' : **p;
    switch (array_) {
      case ArrayPlace::kBefore:
        if (c != '[') return LoseTrack(segment, p, "expected '[', the start of an array");
        array_ = ArrayPlace::kFirst;
        break;
      case ArrayPlace::kFirst:
        if (c != ']') return !at_end || LoseTrack(segment, p, "the array is not closed");
        array_ = ArrayPlace::kAfter;
        break;
      case ArrayPlace::kAfterRecord:
        if (at_end) return LoseTrack(segment, p, "the array is not closed");
        if (c != ',' && c != ']')
          return LoseTrack(segment, p, "expected ',' or ']' after a record");
        array_ = c == ',' ? ArrayPlace::kAfterComma : ArrayPlace::kAfter;
        break;
      case ArrayPlace::kAfterComma:
        return !at_end || LoseTrack(segment, p, "the array is not closed");
      case ArrayPlace::kAfter:
        if (at_end) return true;
        if (c != '[')
          return LoseTrack(segment, p, "expected nothing, or an array, after the array");
        array_ = ArrayPlace::kFirst;
    }
    ++*p;
    return false;
  }

  bool LoseTrack(const Segment& segment, const char** p, const char* reason) {
    ++result_.num_records;
    reader_.Fail(*p, reason);
    *p = AddSyntaxError(segment, *p);
    return false;
  }

  // Read one record; the next is looked for at what this returns, null when there is none.
  const char* ReadRecord(const Segment& segment, const char* begin) {
    Value* const row = &rows_[static_cast<size_t>(run_length_) * stride_];
    const char* end = reader_.ReadPredicted(begin, row);
    if (end == nullptr || !AtRecordEnd(segment, &end)) {
      end = reader_.ReadAny(begin, segment.end, row);
      if (end != nullptr && !AtRecordEnd(segment, &end)) {
        reader_.Fail(end, "expected the end of the line after a record");
        end = nullptr;
      }
    }
    if (end == nullptr && !segment.ends_file && !lines_ && IsCutOff(begin, segment.end)) {
      result_.num_bytes_left = segment.end - begin;
      return nullptr;
    }
    ++result_.num_records;
    if (end == nullptr) return AddSyntaxError(segment, begin);
    array_ = ArrayPlace::kAfterRecord;
    AddRecord(segment, begin, end, row);
    return end;
  }

  // A record that is valid JSON, unless it is too long, or the filter drops it.
  void AddRecord(const Segment& segment, const char* begin, const char* end, Value* row) {
    if (end - begin > options_.record_bytes_max) {
      return AddTooLong({begin, end, segment.block, segment.OffsetOf(begin)});
    }
    if (options_.find_new_keys) {
      reader_.CountRecord({segment.block, segment.OffsetOf(begin)});
    }
    spans_[run_length_] = {begin, end, segment.block, segment.OffsetOf(begin),
                           reader_.repeats_keys()};
    const Filter::Verdict verdict = TestFilter(row);
    if (verdict == Filter::Verdict::kKeep) {
      run_repeats_keys_ |= reader_.repeats_keys();
      reader_.KeepRecord(row);
      ++run_length_;
    } else if (verdict == Filter::Verdict::kMisfit) {
      const int slot = filter_.misfit_slot();
      const arrow::Field& field = *options_.schema->field(slots_.field[slot]);
      AddMisfit(spans_[run_length_], row[slot].begin,
                DescribeMisfit(field.name(), row[slot], *field.type()));
    }
  }

  // What does not fit is null to the filter, too, if it is rescued.
  Filter::Verdict TestFilter(Value* row) {
    Filter::Verdict verdict = filter_.Test(row);
    if (!options_.rescues) return verdict;
    while (verdict == Filter::Verdict::kMisfit) {
      Fix(run_length_, filter_.misfit_slot());
      verdict = filter_.Test(row);
    }
    if (verdict == Filter::Verdict::kDrop) rescuer_.Drop(run_length_);
    return verdict;
  }

  void Fix(int record, int slot) {
    const int field = slots_.field[slot];
    rescuer_.Fix(record, field, *options_.schema->field(field),
                 &rows_[static_cast<size_t>(record) * stride_ + slot]);
  }

  static bool IsCutOff(const char* begin, const char* end) {
    const std::string_view text(begin, end);
    return (*begin == '{' || *begin == '[') && FindObjectEnd(text) == std::string_view::npos;
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

  // The line is bad; without lines, the start of the next record is unknown.
  const char* AddSyntaxError(const Segment& segment, const char* begin) {
    const SyntaxError& error = reader_.error();
    const char* end = segment.end;
    if (lines_ && error.position < end) {
      const void* newline = std::memchr(error.position, '\n', end - error.position);
      if (newline != nullptr) end = static_cast<const char*>(newline);
    }
    const char* text_end = end;
    while (text_end > begin && IsBlank(text_end[-1])) --text_end;
    const RecordSpan record{begin, text_end, segment.block, segment.OffsetOf(begin)};
    if (lines_ && text_end - begin > options_.record_bytes_max) {
      AddTooLong(record);
    } else {
      AddMisfit(record, error.position, error.reason);
    }
    if (lines_) return end;
    result_.lost_track = true;
    return nullptr;
  }

  void AddMisfit(const RecordSpan& record, const char* position, std::string reason) {
    BadRecord& bad = result_.bad_records.emplace_back();
    bad.block = record.block;
    bad.byte_offset = record.offset;
    bad.num_bytes = record.end - record.begin;
    bad.error_offset = record.offset + (position - record.begin);
    bad.reason = std::move(reason);
  }

  void AddTooLong(const RecordSpan& record) {
    AddMisfit(record, record.begin,
              fmt::format("longer than {}", FormatBytes(options_.record_bytes_max)));
    result_.bad_records.back().is_too_long = true;
  }

  ValueRun RunOf(const OutputColumn& column) {
    if (column.slot < 0) return {rescuer_.Texts(), 1, run_length_};
    return {rows_.data() + column.slot, stride_, run_length_};
  }

  Status FlushRun() {
    reader_.ForgetOthers();
    if (run_repeats_keys_ && !options_.rescues) ARROW_RETURN_NOT_OK(CheckRepeatedKeys());
    while (run_length_ > 0) {
      misfits_.clear();
      for (const OutputColumn& column : columns_) {
        ARROW_RETURN_NOT_OK(column.column->Append(RunOf(column), &misfits_));
      }
      if (misfits_.empty()) break;
      for (const OutputColumn& column : columns_) column.column->Rewind();
      if (options_.rescues) {
        RescueMisfits();
      } else {
        RemoveMisfits();
      }
    }
    if (options_.locate_records) {
      for (int i = 0; i < run_length_; ++i) {
        const RecordSpan& span = spans_[i];
        result_.records.push_back({span.block, span.offset, span.end - span.begin});
      }
    }
    num_rows_ += run_length_;
    result_.num_rescued += rescuer_.num_values();
    ForgetRun();
    return Status::OK();
  }

  void ForgetRun() {
    run_length_ = 0;
    reader_.ForgetKept();
    rescuer_.Clear();
  }

  // The last of several values counts, and goes the usual way; the others have to fit as well.
  Status CheckRepeatedKeys() {
    run_repeats_keys_ = false;
    misfits_.clear();
    std::vector<Misfit> found;
    for (int i = 0; i < run_length_; ++i) {
      if (!spans_[i].repeats_keys) continue;
      Value record;
      record.begin = spans_[i].begin;
      const std::vector<std::vector<Value>> values = OutputValuesOf(record);
      for (size_t c = 0; c < columns_.size(); ++c) {
        for (size_t n = 0; n + 1 < values[c].size(); ++n) {
          ARROW_RETURN_NOT_OK(columns_[c].column->Check(values[c][n], &found));
        }
      }
      for (Misfit& misfit : found) misfits_.push_back({i, misfit.position, misfit.reason});
      found.clear();
    }
    RemoveMisfits();
    return Status::OK();
  }

  // All values of each output column in a valid record.
  std::vector<std::vector<Value>> OutputValuesOf(const Value& record) const {
    std::unordered_map<std::string_view, size_t> columns;
    for (size_t c = 0; c < columns_.size(); ++c) {
      columns.emplace(options_.schema->field(slots_.field[columns_[c].slot])->name(), c);
    }
    std::vector<std::vector<Value>> values(columns_.size());
    for (const ObjectMember& member : MembersOf(record)) {
      const auto column = columns.find(member.key);
      if (column != columns.end()) values[column->second].push_back(member.value);
    }
    return values;
  }

  // Take the records with misfits out of the run; each counts once, by its first column.
  void RemoveMisfits() {
    if (misfits_.empty()) return;
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
      AddMisfit(spans_[i], misfit->position, std::move(misfit->reason));
      while (misfit != misfits_.end() && misfit->index == i) ++misfit;
    }
    run_length_ = kept;
    ReadNestedAgain();
  }

  // Make the records with misfits fit.
  void RescueMisfits() {
    for (const Misfit& misfit : misfits_) {
      for (const OutputColumn& column : columns_) {
        if (column.slot >= 0) Fix(misfit.index, column.slot);
      }
    }
    ReadNestedAgain();
  }

  // What is in the values of the records of the run.
  void ReadNestedAgain() {
    reader_.ForgetKept();
    for (int i = 0; i < run_length_; ++i) {
      reader_.KeepAgain(&rows_[static_cast<size_t>(i) * stride_]);
    }
  }

  // Columns give up their values even after an error, so that the next block starts empty.
  Result<std::shared_ptr<arrow::RecordBatch>> FinishBatch() {
    ForgetRun();
    run_repeats_keys_ = false;
    std::vector<std::shared_ptr<arrow::ArrayData>> data;
    for (const OutputColumn& column : columns_) {
      ARROW_ASSIGN_OR_RAISE(auto values, column.column->Finish());
      data.push_back(std::move(values));
    }
    data.resize(options_.output.size());
    return arrow::RecordBatch::Make(output_schema_, num_rows_, std::move(data));
  }

  /// Counts lines up to places that ascend.
  class LineCounter {
   public:
    explicit LineCounter(std::span<const Block> blocks) : blocks_(blocks) {}

    int64_t LineAt(int block, int64_t byte_offset) {
      if (block != block_) line_ = counted_ = 0;
      block_ = block;
      const char* const text = blocks_[block].text.data();
      line_ += std::count(text + counted_, text + byte_offset, '\n');
      counted_ = byte_offset;
      return line_;
    }

   private:
    std::span<const Block> blocks_;
    int block_ = 0;
    int64_t line_ = 0;
    int64_t counted_ = 0;
  };

  // Errors of syntax are found before those of types; put them into the blocks' order.
  void SortBadRecords(std::span<const Block> blocks) {
    auto place = [](const BadRecord& bad) { return std::pair(bad.block, bad.byte_offset); };
    std::sort(result_.bad_records.begin(), result_.bad_records.end(),
              [&](const BadRecord& a, const BadRecord& b) { return place(a) < place(b); });
    LineCounter lines(blocks);
    for (BadRecord& bad : result_.bad_records) bad.line = lines.LineAt(bad.block, bad.byte_offset);
  }

  // The valid record that `text` begins with, and padding: a block has none.
  static std::string PaddedRecord(std::string_view text) {
    std::string padded(text.substr(0, FindObjectEnd(text)));
    padded.append(kPaddingBytes, '\0');
    return padded;
  }

  void DescribeNewKeys(std::vector<RecordReader::Found> found, std::span<const Block> blocks) {
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first_record < b.first_record; });
    LineCounter lines(blocks);
    for (auto first = found.begin(); first != found.end();) {
      const RecordReader::Place place = first->first_record;
      auto next = first;
      while (next != found.end() && next->first_record == place) ++next;
      const std::string padded = PaddedRecord(blocks[place.block].text.substr(place.byte_offset));
      Value record;
      record.begin = padded.data();
      const int64_t line = lines.LineAt(place.block, place.byte_offset);
      std::unordered_map<std::string_view, RecordReader::Found*> by_key;
      for (auto key = first; key != next; ++key) by_key.emplace(key->key, &*key);
      for (ObjectMember& member : MembersOf(record)) {
        const auto named = by_key.find(member.key);
        if (named == by_key.end() || named->second->num_records == 0) continue;
        result_.new_keys.push_back({Shorten(member.key, kNewKeyBytesMax),
                                    std::exchange(named->second->num_records, 0), place.block,
                                    place.byte_offset, line, ShortJsonText(member.value)});
      }
      first = next;
    }
  }

  void AddInnerKeys(const std::vector<RecordReader::InnerFound>& found,
                    std::span<const Block> blocks) {
    LineCounter lines(blocks);
    for (const RecordReader::InnerFound& inner : found) {
      const RecordReader::Place place = inner.first_record;
      result_.new_keys.push_back({Shorten(inner.path, kNewKeyBytesMax), inner.num_records,
                                  place.block, place.byte_offset,
                                  lines.LineAt(place.block, place.byte_offset), inner.example});
    }
    auto place = [](const NewKey& key) { return std::pair(key.block, key.byte_offset); };
    std::stable_sort(result_.new_keys.begin(), result_.new_keys.end(),
                     [&](const NewKey& a, const NewKey& b) { return place(a) < place(b); });
  }

  const ScanOptions options_;
  const bool lines_;
  const Slots slots_;
  Filter filter_;
  RecordReader reader_;
  const int64_t stride_;
  std::vector<Value> rows_;
  Rescuer rescuer_;
  RecordSpan spans_[kRunLength];
  int run_length_ = 0;
  bool run_repeats_keys_ = false;
  std::vector<OutputColumn> columns_;
  std::shared_ptr<arrow::Schema> output_schema_;
  std::vector<Misfit> misfits_;
  std::string tails_;
  ArrayPlace array_ = ArrayPlace::kBefore;
  ScanResult result_;
  int64_t num_rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<Scanner>> Scanner::Make(ScanOptions options, arrow::MemoryPool* pool) {
  ARROW_RETURN_NOT_OK(CheckOptions(options));
  ARROW_ASSIGN_OR_RAISE(Slots slots, AssignSlots(options));
  ARROW_ASSIGN_OR_RAISE(Filter filter,
                        Filter::Make(options.filter, *options.schema, options.datetime_formats,
                                     slots.of_field, options.rescues));
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
