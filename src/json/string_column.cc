#include <arrow/type.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "json/buffer_internal.h"
#include "json/column_internal.h"
#include "json/convert.h"
#include "json/nullable_column_internal.h"
#include "json/record/unescape.h"
#include "json/string_dictionary_internal.h"

namespace tarn::json {
namespace {

constexpr int64_t kOffsetMax = std::numeric_limits<int32_t>::max();

// Copy in steps of 32 bytes; both sides have kPaddingBytes to spare.
inline void CopyPadded(char* out, const char* from, int64_t num_bytes) {
  constexpr int64_t kStep = 32;
  static_assert(kStep <= kPaddingBytes);
  do {
    std::memcpy(out, from, kStep);
    out += kStep;
    from += kStep;
    num_bytes -= kStep;
  } while (num_bytes > 0);
}

/// UTF-8 or bytes, with 32-bit offsets.
class StringColumn : public NullableColumn {
 public:
  StringColumn(const arrow::Field& field, arrow::MemoryPool* pool)
      : NullableColumn(field, pool),
        binary_(field.type()->id() == arrow::Type::BINARY),
        offsets_(pool),
        bytes_(pool) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    ARROW_RETURN_NOT_OK(ReserveRows(run.count));
    ARROW_RETURN_NOT_OK(
        offsets_.Reserve((num_rows_ + run.count + 1) * static_cast<int64_t>(sizeof(int32_t))));
    num_bytes_before_run_ = num_bytes_;
    int32_t* const offsets = reinterpret_cast<int32_t*>(offsets_.data()) + num_rows_;
    offsets[0] = static_cast<int32_t>(num_bytes_);
    for (int i = 0; i < run.count; ++i) {
      const Value& value = run[i];
      if (value.is_null()) {
        validity_.SetNull(num_rows_ + i);
      } else if (binary_) {
        ARROW_RETURN_NOT_OK(AppendBinary(run, i, misfits));
      } else {
        ARROW_RETURN_NOT_OK(AppendText(value));
      }
      offsets[i + 1] = static_cast<int32_t>(num_bytes_);
    }
    num_rows_ += run.count;
    return Status::OK();
  }

  void Rewind() override {
    RewindRows();
    num_bytes_ = num_bytes_before_run_;
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t num_offset_bytes = (num_rows_ + 1) * static_cast<int64_t>(sizeof(int32_t));
    ARROW_RETURN_NOT_OK(offsets_.Reserve(num_offset_bytes));
    if (num_rows_ == 0) std::memset(offsets_.data(), 0, sizeof(int32_t));
    ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish(num_offset_bytes));
    ARROW_ASSIGN_OR_RAISE(auto bytes, bytes_.Finish(num_bytes_));
    num_bytes_ = 0;
    num_bytes_before_run_ = 0;
    return FinishWith({nullptr, std::move(offsets), std::move(bytes)});
  }

 protected:
  Status CheckBytes(int64_t num_bytes) const {
    if (num_bytes <= kOffsetMax) return Status::OK();
    return Status::CapacityError(
        "A string column of one block exceeds 2 GiB; use smaller blocks: field ", name_);
  }

  bool binary_;
  GrowingBuffer offsets_;
  GrowingBuffer bytes_;
  int64_t num_bytes_ = 0;
  int64_t num_bytes_before_run_ = 0;

 private:
  Status ReserveBytes(int64_t num_bytes) {
    ARROW_RETURN_NOT_OK(CheckBytes(num_bytes_ + num_bytes));
    return bytes_.Reserve(num_bytes_ + num_bytes + kPaddingBytes);
  }

  Status AppendText(const Value& value) {
    ARROW_RETURN_NOT_OK(ReserveBytes(value.length));
    char* const out = reinterpret_cast<char*>(bytes_.data()) + num_bytes_;
    if (value.kind == ValueKind::kEscapedString) {
      num_bytes_ += Unescape(value, out) - out;
    } else {
      CopyPadded(out, value.begin, value.length);
      num_bytes_ += value.length;
    }
    return Status::OK();
  }

  Status AppendBinary(ValueRun run, int index, std::vector<Misfit>* misfits) {
    if (!ConvertToBinary(run[index], &decoded_)) {
      AddMisfit(run, index, misfits);
      return Status::OK();
    }
    ARROW_RETURN_NOT_OK(ReserveBytes(static_cast<int64_t>(decoded_.size())));
    std::memcpy(bytes_.data() + num_bytes_, decoded_.data(), decoded_.size());
    num_bytes_ += static_cast<int64_t>(decoded_.size());
    return Status::OK();
  }

  std::string decoded_;
};

/// UTF-8 as codes of a dictionary, for as long as that pays; then as text, for good.
class DictionaryColumn final : public StringColumn {
 public:
  DictionaryColumn(const arrow::Field& field, arrow::MemoryPool* pool,
                   std::unique_ptr<StringDictionary> dictionary)
      : StringColumn(field, pool),
        pool_(pool),
        encoded_type_(arrow::dictionary(arrow::int32(), type_)),
        dictionary_(std::move(dictionary)),
        codes_(pool) {}

  Status Append(ValueRun run, std::vector<Misfit>* misfits) override {
    if (dictionary_ != nullptr) {
      if (!IsMostlyNew()) {
        ARROW_ASSIGN_OR_RAISE(const bool encoded, Encode(run));
        if (encoded) return Status::OK();
      }
      ARROW_RETURN_NOT_OK(Decode());
      dictionary_ = nullptr;
      escaped_ = nullptr;
      codes_ = GrowingBuffer(pool_);
    }
    return StringColumn::Append(run, misfits);
  }

  void Rewind() override {
    StringColumn::Rewind();
    num_values_ = num_values_before_run_;
  }

  // Everything is a text.
  Status Check(const Value& value, std::vector<Misfit>* misfits) override { return Status::OK(); }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    if (dictionary_ == nullptr) return StringColumn::Finish();
    ARROW_ASSIGN_OR_RAISE(auto codes,
                          codes_.Finish(num_rows_ * static_cast<int64_t>(sizeof(int32_t))));
    num_bytes_ = 0;
    num_bytes_before_run_ = 0;
    ARROW_ASSIGN_OR_RAISE(auto data, FinishWith({nullptr, std::move(codes)}));
    data->type = encoded_type_;
    data->dictionary = dictionary_->Entries();
    return data;
  }

 private:
  bool IsMostlyNew() const {
    constexpr int32_t kEntriesBeforeJudged = 2048;
    return dictionary_->size() > kEntriesBeforeJudged && dictionary_->size() * 2 > num_values_;
  }

  // \return false, and nothing is appended, when the dictionary has no room for a value.
  Result<bool> Encode(ValueRun run) {
    ARROW_RETURN_NOT_OK(ReserveRows(run.count));
    ARROW_RETURN_NOT_OK(
        codes_.Reserve((num_rows_ + run.count) * static_cast<int64_t>(sizeof(int32_t))));
    num_bytes_before_run_ = num_bytes_;
    num_values_before_run_ = num_values_;
    int32_t* const codes = reinterpret_cast<int32_t*>(codes_.data()) + num_rows_;
    bool has_room = true;
    for (int i = 0; i < run.count && has_room; ++i) {
      const Value& value = run[i];
      if (value.is_null()) {
        validity_.SetNull(num_rows_ + i);
        codes[i] = 0;
        continue;
      }
      if (value.kind == ValueKind::kEscapedString) {
        ARROW_ASSIGN_OR_RAISE(codes[i], CodeOfEscaped(value));
      } else {
        codes[i] = dictionary_->CodeOf(value.begin, value.length);
        num_bytes_ += value.length;
      }
      ++num_values_;
      has_room = codes[i] != StringDictionary::kNoCode;
    }
    num_rows_ += run.count;
    if (!has_room) Rewind();
    ARROW_RETURN_NOT_OK(CheckBytes(num_bytes_));
    return has_room;
  }

  // What was unescaped before is found by its text with the escapes.
  Result<int32_t> CodeOfEscaped(const Value& value) {
    if (escaped_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(escaped_, StringDictionary::Make(pool_));
    }
    const int32_t escaped = escaped_->CodeOf(value.begin, value.length);
    if (escaped >= 0 && static_cast<size_t>(escaped) < code_of_escaped_.size()) {
      const int32_t code = code_of_escaped_[escaped];
      num_bytes_ += static_cast<int64_t>(dictionary_->ValueOf(code).size());
      return code;
    }
    const size_t num_bytes_max = value.length + kPaddingBytes;
    if (unescaped_.size() < num_bytes_max) unescaped_.resize(num_bytes_max);
    const int64_t length = Unescape(value, unescaped_.data()) - unescaped_.data();
    const int32_t code = dictionary_->CodeOf(unescaped_.data(), length);
    if (escaped >= 0 && code >= 0) code_of_escaped_.push_back(code);
    num_bytes_ += length;
    return code;
  }

  // Make texts of the rows so far.
  Status Decode() {
    ARROW_RETURN_NOT_OK(offsets_.Reserve((num_rows_ + 1) * static_cast<int64_t>(sizeof(int32_t))));
    ARROW_RETURN_NOT_OK(bytes_.Reserve(num_bytes_ + kPaddingBytes));
    const int32_t* const codes = reinterpret_cast<const int32_t*>(codes_.data());
    int32_t* const offsets = reinterpret_cast<int32_t*>(offsets_.data());
    int32_t end = 0;
    for (int64_t row = 0; row < num_rows_; ++row) {
      offsets[row] = end;
      if (validity_.IsNull(row)) continue;
      const std::string_view text = dictionary_->ValueOf(codes[row]);
      std::memcpy(bytes_.data() + end, text.data(), text.size());
      end += static_cast<int32_t>(text.size());
    }
    offsets[num_rows_] = end;
    return Status::OK();
  }

  arrow::MemoryPool* pool_;
  std::shared_ptr<arrow::DataType> encoded_type_;
  std::unique_ptr<StringDictionary> dictionary_;  ///< null when the rows are texts
  std::unique_ptr<StringDictionary> escaped_;     ///< null before the first text with escapes
  std::vector<int32_t> code_of_escaped_;          ///< by the code of `escaped_`
  GrowingBuffer codes_;
  int64_t num_values_ = 0;  ///< that have been looked up, in all batches
  int64_t num_values_before_run_ = 0;
  std::string unescaped_;
};

}  // namespace

std::unique_ptr<Column> MakeStringColumn(const arrow::Field& field, arrow::MemoryPool* pool) {
  return std::make_unique<StringColumn>(field, pool);
}

Result<std::unique_ptr<Column>> MakeDictionaryColumn(const arrow::Field& field,
                                                     arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto dictionary, StringDictionary::Make(pool));
  return std::make_unique<DictionaryColumn>(field, pool, std::move(dictionary));
}

}  // namespace tarn::json
