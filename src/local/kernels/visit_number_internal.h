#pragma once

#include <arrow/datum.h>
#include <arrow/type_fwd.h>

#include <cstdint>

#include "base/error.h"

namespace tarn::local {

/// \brief visit(zero) with a zero of the C type that numbers of type `id` have.
/// \return NotImplemented for DECIMAL and for types that are no numbers.
template <typename Visit>
Result<arrow::Datum> VisitNumber(arrow::Type::type id, Visit&& visit) {
  switch (id) {
    case arrow::Type::INT8:
      return visit(int8_t{});
    case arrow::Type::INT16:
      return visit(int16_t{});
    case arrow::Type::INT32:
      return visit(int32_t{});
    case arrow::Type::INT64:
      return visit(int64_t{});
    case arrow::Type::FLOAT:
      return visit(float{});
    case arrow::Type::DOUBLE:
      return visit(double{});
    default:
      return Status::NotImplemented("no C number has the type of number ", static_cast<int>(id));
  }
}

}  // namespace tarn::local
