#pragma once

#include "plan/functions/family_internal.h"

namespace tarn::plan {

/// \brief Whether an operand is a date, a time, a timestamp or an interval.
bool IsTemporalArithmetic(const Arguments& args);

/// \brief The types of `left op right` where IsTemporalArithmetic: intervals added to moments and
/// to each other, moments subtracted, intervals multiplied and divided, days added to a DATE.
/// Source: Spark's BinaryArithmeticWithDatetimeResolver.
Result<ResolvedFunction> TemporalArithmetic(char op, const Arguments& args);

/// \brief The types of `left DIV right` where IsTemporalArithmetic: how often one interval is in
/// another one of its kind.
Result<ResolvedFunction> QuotientOfIntervals(const Arguments& args);

}  // namespace tarn::plan
