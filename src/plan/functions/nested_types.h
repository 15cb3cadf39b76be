#pragma once

#include "plan/functions/family_internal.h"

/// Types of the functions of ARRAYs, MAPs and STRUCTs.
namespace tarn::plan {

inline const TypePtr& ElementOf(const arrow::DataType& array) { return array.field(0)->type(); }

/// \brief The type of an argument that is an ARRAY; ARRAY<VOID> of a bare NULL.
Result<TypePtr> ArrayOf(const Arguments& args, size_t position);

/// \brief The same of a MAP.
Result<TypePtr> MapOf(const Arguments& args, size_t position);

/// \brief Whether the argument is a whole number that fits INT. A bare NULL is none.
Status CheckInt(const Arguments& args, size_t position);

/// \brief Takes an ARRAY first and, as argument `position`, an element; any other one is INT. Gives
/// the ARRAY of their common type.
Result<ResolvedFunction> WithElement(const Arguments& args, size_t position, Widening widening);

/// \brief Takes a MAP and a key, of a common type. Gives the type of the MAP's values.
Result<ResolvedFunction> WithMapKey(const Arguments& args, Widening widening);

Status NoCommonType(const arrow::DataType& left, const arrow::DataType& right);

/// \return Invalid for what is no key of a MAP
Status CheckMapKey(const arrow::DataType& type);

}  // namespace tarn::plan
