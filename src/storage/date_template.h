#pragma once

#include <compare>
#include <string_view>

#include "base/period.h"

namespace tarn::storage {

/// \brief What the date templates of a glob took from a path; kUnknown where there was none.
struct DateParts {
  static constexpr int kUnknown = -1;

  int year = kUnknown;
  int month = kUnknown;
  int day = kUnknown;
  int hour = kUnknown;

  auto operator<=>(const DateParts&) const = default;
};

/// \brief One of `{yyyy}`, `{MM}`, `{dd}` and `{HH}`.
struct DateTemplate {
  std::string_view text;  ///< as it stands in a glob
  int DateParts::*part;   ///< that it fills
  int num_digits;         ///< exactly this many
  int value_min;
  int value_max;
};

/// \brief The template at the start of `glob`, null when none stands there.
const DateTemplate* DateTemplateAt(std::string_view glob);

/// \brief Take the template's digits from the start of `name` into `parts`.
///
/// \return false when there are no such digits, or the date is none (February 30), or another one
///   than `parts` has already
bool TakeDate(const DateTemplate& date_template, std::string_view* name, DateParts* parts);

/// \brief Whether there can be such a date, as far as its parts are known.
bool IsRealDate(const DateParts& parts);

/// \brief From the beginning to the end of the finest unit that is known together with all coarser
/// ones; all time without a year.
Period SpanOf(const DateParts& parts);

}  // namespace tarn::storage
