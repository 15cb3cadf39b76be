#include <arrow/array/builder_binary.h>

#include <string>

#include "local/aggregates/accumulators_internal.h"
#include "local/batch/encoding.h"

namespace tarn::local {
namespace {

// Compared by bytes.
class TextExtreme : public Accumulator {
 public:
  TextExtreme(std::shared_ptr<arrow::DataType> type, Extremum extremum)
      : type_(std::move(type)), extremum_(extremum) {}

  Status Consume(const GroupedRows& rows) override {
    values_.resize(rows.num_groups);
    has_value_.resize(rows.num_groups, 0);
    const std::shared_ptr<arrow::Array>& column = rows.args[0];
    const auto codes = IsDictionary(*column) ? CodesOf(*column) : nullptr;
    const auto dictionary = codes == nullptr ? nullptr : DictionaryOf(*column);
    const auto& texts =
        codes == nullptr ? static_cast<const arrow::BinaryArray&>(*column) : *dictionary;
    const uint32_t* groups = rows.groups->raw_values();
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (column->IsNull(row)) continue;
      const uint32_t group = groups[row];
      const std::string_view text = texts.GetView(codes == nullptr ? row : codes->Value(row));
      if (has_value_[group] != 0 && !IsBetter(text, values_[group])) continue;
      has_value_[group] = 1;
      text_bytes_ -= static_cast<int64_t>(values_[group].capacity());
      values_[group].assign(text);
      text_bytes_ += static_cast<int64_t>(values_[group].capacity());
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    values_.resize(num_groups);
    has_value_.resize(num_groups, 0);
    std::unique_ptr<arrow::ArrayBuilder> made;
    ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), type_, &made));
    auto& builder = static_cast<arrow::BinaryBuilder&>(*made);
    ARROW_RETURN_NOT_OK(builder.Reserve(num_groups));
    int64_t num_bytes = 0;
    for (const std::string& value : values_) num_bytes += static_cast<int64_t>(value.size());
    ARROW_RETURN_NOT_OK(builder.ReserveData(num_bytes));
    for (uint32_t group = 0; group < num_groups; ++group) {
      ARROW_RETURN_NOT_OK(has_value_[group] != 0 ? builder.Append(values_[group])
                                                 : builder.AppendNull());
    }
    return builder.Finish();
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &values_, &has_value_);
    text_bytes_ += static_cast<int64_t>(values_[to].capacity());
    return true;
  }

  // Texts are there twice when they are put out.
  int64_t num_bytes() const override { return BytesOf(values_, has_value_) + 2 * text_bytes_; }

 private:
  bool IsBetter(std::string_view text, std::string_view best) const {
    return extremum_ == Extremum::kGreatest ? text > best : text < best;
  }

  const std::shared_ptr<arrow::DataType> type_;
  const Extremum extremum_;
  std::vector<std::string> values_;
  std::vector<uint8_t> has_value_;
  int64_t text_bytes_ = 0;
};

}  // namespace

Result<AccumulatorPtr> MakeTextExtreme(const plan::AggregateCall& call, Extremum extremum) {
  return std::make_unique<TextExtreme>(call.type, extremum);
}

}  // namespace tarn::local
