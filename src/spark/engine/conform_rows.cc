#include "spark/engine/conform_rows.h"

#include <arrow/array.h>
#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "values/ddl_text.h"

namespace tarn::spark {
namespace {

// Whether values of both types are held in the same bytes, their children's aside.
bool IsHeldAlike(const arrow::DataType& one, const arrow::DataType& other) {
  if (one.id() != other.id() || one.num_fields() != other.num_fields()) return false;
  if (one.num_fields() > 0) return true;
  if (one.id() != arrow::Type::TIMESTAMP) return one.Equals(other);
  const auto& left = arrow::internal::checked_cast<const arrow::TimestampType&>(one);
  const auto& right = arrow::internal::checked_cast<const arrow::TimestampType&>(other);
  // Spark names the session's zone: the values are of UTC all the same.
  return left.unit() == right.unit() && left.timezone().empty() == right.timezone().empty();
}

bool IsTimeIn(const arrow::DataType& type, arrow::TimeUnit::type unit) {
  return type.id() == arrow::Type::TIME64 &&
         arrow::internal::checked_cast<const arrow::Time64Type&>(type).unit() == unit;
}

// Spark sends a TIME in nanoseconds, of which it has whole microseconds.
Result<std::shared_ptr<arrow::ArrayData>> InMicroseconds(
    const arrow::ArrayData& data, const std::shared_ptr<arrow::DataType>& type) {
  constexpr int64_t kNanosPerMicro = 1000;
  const int64_t num_values = data.offset + data.length;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_values * static_cast<int64_t>(sizeof(int64_t))));
  const int64_t* const nanos = data.GetValues<int64_t>(1, 0);
  auto* const micros = reinterpret_cast<int64_t*>(buffer->mutable_data());
  for (int64_t i = data.offset; i < num_values; ++i) micros[i] = nanos[i] / kNanosPerMicro;
  std::fill(micros, micros + data.offset, 0);
  std::shared_ptr<arrow::ArrayData> copy = data.Copy();
  copy->type = type;
  copy->buffers[1] = std::move(buffer);
  return copy;
}

Result<std::shared_ptr<arrow::ArrayData>> WithType(const arrow::ArrayData& data,
                                                   const std::shared_ptr<arrow::DataType>& type) {
  using arrow::TimeUnit;
  if (IsTimeIn(*data.type, TimeUnit::NANO) && IsTimeIn(*type, TimeUnit::MICRO)) {
    return InMicroseconds(data, type);
  }
  if (!IsHeldAlike(*data.type, *type)) {
    return Status::Invalid("Spark sent ", DdlOf(*data.type), " in the place of ", DdlOf(*type));
  }
  std::shared_ptr<arrow::ArrayData> copy = data.Copy();
  copy->type = type;
  for (int i = 0; i < type->num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(copy->child_data[i],
                          WithType(*data.child_data[i], type->field(i)->type()));
  }
  return copy;
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> ConformRows(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& schema) {
  if (rows.num_columns() != schema->num_fields()) {
    return Status::Invalid("Spark sent ", rows.num_columns(), " columns in the place of ",
                           schema->num_fields());
  }
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  for (int i = 0; i < schema->num_fields(); ++i) {
    auto column = WithType(*rows.column_data(i), schema->field(i)->type());
    ARROW_RETURN_NOT_OK(WithContext(column.status(), "column " + schema->field(i)->name()));
    columns.push_back(*std::move(column));
  }
  return arrow::RecordBatch::Make(schema, rows.num_rows(), std::move(columns));
}

}  // namespace tarn::spark
