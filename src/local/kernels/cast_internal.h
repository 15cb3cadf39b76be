#pragma once

#include <string>
#include <string_view>

#include "local/kernels/cast.h"

/// The families of casts; each handles nulls and takes arrays and scalars.
namespace tarn::local {

/// \brief Any atomic type to STRING.
Result<arrow::Datum> CastToText(const KernelContext& context, const arrow::Datum& value);

/// \brief STRING to any atomic type.
Result<arrow::Datum> CastFromText(const KernelContext& context, const arrow::Datum& value);

/// \brief Between numbers, and between numbers and BOOLEAN.
Result<arrow::Datum> CastNumber(const KernelContext& context, const arrow::Datum& value);

/// \brief Between intervals, between them and whole numbers or DECIMAL, and to STRING.
Result<arrow::Datum> CastInterval(const KernelContext& context, const arrow::Datum& value);

/// \brief From TIME to STRING, numbers, timestamps and TIME of other digits; from timestamps to
/// TIME.
Result<arrow::Datum> CastTime(const KernelContext& context, const arrow::Datum& value);

/// \brief STRING to TIME.
Result<arrow::Datum> TimeFromText(const KernelContext& context, const arrow::Datum& value);

/// \brief STRING to an interval.
Result<arrow::Datum> IntervalFromText(const KernelContext& context, const arrow::Datum& value);

/// \brief Between DATE, TIMESTAMP and TIMESTAMP_NTZ, and between TIMESTAMP (as seconds) and
/// numbers.
Result<arrow::Datum> CastTemporal(const KernelContext& context, const arrow::Datum& value);

/// \brief Between ARRAYs, between MAPs, between STRUCTs: part by part.
Result<arrow::Datum> CastNested(const KernelContext& context, const arrow::Datum& value);

/// \brief An ARRAY, MAP or STRUCT to STRING: `[1, null]`, `{k -> v}`, `{1, a}`.
Result<arrow::Datum> CastNestedToText(const KernelContext& context, const arrow::Datum& value);

Status InvalidText(const KernelContext& context, std::string_view text);
Status CastOverflow(const KernelContext& context, const std::string& value);

}  // namespace tarn::local
