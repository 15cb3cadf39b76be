#pragma once

#include <arrow/array/data.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "json/buffer_internal.h"
#include "json/column_internal.h"
#include "json/convert.h"

namespace tarn::json {

/// What all columns of values share: rows, validity, misfits.
class NullableColumn : public Column {
 public:
  NullableColumn(const arrow::Field& field, arrow::MemoryPool* pool)
      : name_(field.name()), type_(field.type()), validity_(pool) {}

 protected:
  Status ReserveRows(int count) {
    run_begin_ = num_rows_;
    return validity_.Reserve(num_rows_ + count);
  }

  void AddMisfit(ValueRun run, int index, std::vector<Misfit>* misfits) const {
    misfits->push_back({index, run[index].begin, DescribeMisfit(name_, run[index], *type_)});
  }

  void RewindRows() {
    validity_.Rewind(run_begin_, num_rows_);
    num_rows_ = run_begin_;
  }

  Result<std::shared_ptr<arrow::ArrayData>> FinishWith(
      std::vector<std::shared_ptr<arrow::Buffer>> buffers,
      std::vector<std::shared_ptr<arrow::ArrayData>> children = {}) {
    const int64_t null_count = validity_.null_count();
    ARROW_ASSIGN_OR_RAISE(buffers[0], validity_.Finish(num_rows_));
    const int64_t num_rows = num_rows_;
    num_rows_ = 0;
    run_begin_ = 0;
    return arrow::ArrayData::Make(type_, num_rows, std::move(buffers), std::move(children),
                                  null_count);
  }

  std::string name_;
  std::shared_ptr<arrow::DataType> type_;
  Validity validity_;
  int64_t num_rows_ = 0;
  int64_t run_begin_ = 0;
};

}  // namespace tarn::json
