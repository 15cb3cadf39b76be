#include <parquet/exception.h>

#include <vector>

#include "base/large_memory.h"
#include "lake/column_chunk.h"

namespace tarn::lake {
namespace {

class ArrowColumn : public ColumnChunk {
 public:
  ArrowColumn(std::shared_ptr<parquet::ColumnWriter> writer,
              parquet::ArrowWriterProperties* properties)
      : writer_(std::move(writer)), properties_(properties) {}

  Status Write(const OrderedRows& rows, int column, std::span<const RowBlock> blocks) override {
    parquet::ArrowWriteContext context(LargeMemory::Default(), properties_);
    std::vector<int16_t> levels;
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    const bool is_optional = writer_->descr()->max_definition_level() > 0;
    for (const RowBlock& block : blocks) {
      ARROW_ASSIGN_OR_RAISE(const auto arrays, rows.Column(column, block.begin, block.length));
      for (const auto& array : arrays) {
        if (is_optional) FillLevels(*array, &levels);
        ARROW_RETURN_NOT_OK(writer_->WriteArrow(is_optional ? levels.data() : nullptr,
                                                /*rep_levels=*/nullptr, array->length(), *array,
                                                &context, is_optional));
      }
    }
    END_PARQUET_CATCH_EXCEPTIONS
    return Status::OK();
  }

  int64_t num_rows() const override { return writer_->rows_written(); }

  Result<int64_t> Close() override {
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    return writer_->Close();
    END_PARQUET_CATCH_EXCEPTIONS
  }

 private:
  // 1 for a value, 0 for none.
  static void FillLevels(const arrow::Array& array, std::vector<int16_t>* levels) {
    levels->assign(static_cast<size_t>(array.length()), 1);
    if (array.null_count() == 0) return;
    for (int64_t row = 0; row < array.length(); ++row) {
      if (array.IsNull(row)) (*levels)[static_cast<size_t>(row)] = 0;
    }
  }

  const std::shared_ptr<parquet::ColumnWriter> writer_;
  parquet::ArrowWriterProperties* const properties_;
};

}  // namespace

Result<std::unique_ptr<ColumnChunk>> MakeArrowColumn(ColumnTarget target,
                                                     parquet::ArrowWriterProperties* properties) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  return std::make_unique<ArrowColumn>(
      parquet::ColumnWriter::Make(target.metadata, std::move(target.pages), target.properties),
      properties);
  END_PARQUET_CATCH_EXCEPTIONS
}

}  // namespace tarn::lake
