#include <arrow/array/builder_binary.h>
#include <arrow/compute/api.h>

#include <string>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/rows_by_group.h"
#include "local/batch/encoding.h"
#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

class JoinedText : public Accumulator {
 public:
  JoinedText(const plan::AggregateCall& call, const AccumulatorContext& context,
             std::string delimiter)
      : type_(call.type),
        delimiter_(std::move(delimiter)),
        rows_(TypesOf(call.args), call.order, context) {}

  Status Consume(const GroupedRows& rows) override {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum valid, arrow::compute::IsValid(rows.args.front()));
    ARROW_ASSIGN_OR_RAISE(
        const GroupedRows counted,
        SelectRows(rows, static_cast<const arrow::BooleanArray&>(*valid.make_array())));
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, ColumnBytes(*counted.args.front()));
    text_bytes_ += num_bytes + counted.num_rows() * static_cast<int64_t>(delimiter_.size());
    return rows_.Add(counted);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    std::unique_ptr<arrow::ArrayBuilder> made;
    ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), type_, &made));
    auto& builder = static_cast<arrow::BinaryBuilder&>(*made);
    ARROW_RETURN_NOT_OK(builder.Reserve(num_groups));
    int64_t next = 0;  // group that nothing was put out of; the last text is that of the one before
    const auto add = [&](const arrow::UInt32Array& groups,
                         const arrow::ArrayVector& columns) -> Status {
      const auto& texts = static_cast<const arrow::BinaryArray&>(*columns.front());
      for (int64_t row = 0; row < texts.length(); ++row) {
        const int64_t group = groups.Value(row);
        if (group < next) {
          ARROW_RETURN_NOT_OK(
              builder.ExtendCurrent(reinterpret_cast<const uint8_t*>(delimiter_.data()),
                                    static_cast<int32_t>(delimiter_.size())));
          const std::string_view text = texts.GetView(row);
          ARROW_RETURN_NOT_OK(builder.ExtendCurrent(reinterpret_cast<const uint8_t*>(text.data()),
                                                    static_cast<int32_t>(text.size())));
          continue;
        }
        ARROW_RETURN_NOT_OK(builder.AppendNulls(group - next));
        ARROW_RETURN_NOT_OK(builder.Append(texts.GetView(row)));
        next = group + 1;
      }
      return Status::OK();
    };
    ARROW_RETURN_NOT_OK(rows_.ForEach(add));
    ARROW_RETURN_NOT_OK(builder.AppendNulls(num_groups - next));
    return builder.Finish();
  }

  int64_t num_bytes() const override { return text_bytes_; }

 private:
  const std::shared_ptr<arrow::DataType> type_;
  const std::string delimiter_;
  RowsByGroup rows_;
  int64_t text_bytes_ = 0;  // of the result, about
};

}  // namespace

Result<AccumulatorPtr> MakeJoinedText(const plan::AggregateCall& call,
                                      const AccumulatorContext& context) {
  std::string delimiter;
  if (!call.constants.empty()) {
    ARROW_ASSIGN_OR_RAISE(const arrow::ScalarVector constants, ConstantsOf(call));
    const auto& text = static_cast<const arrow::BaseBinaryScalar&>(*constants[0]);
    if (text.is_valid) delimiter = std::string(text.view());
  }
  return std::make_unique<JoinedText>(call, context, std::move(delimiter));
}

}  // namespace tarn::local
