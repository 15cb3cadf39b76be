#pragma once

#include <arrow/array.h>

#include <string>

#include "values/time_zone.h"

namespace tarn::cli {

/// \brief A value as Spark casts it to a string, whole and as it is; lists, maps and structs as
/// JSON. A NULL is empty.
/// \param[in] zone whose clocks a TIMESTAMP shows, outside of JSON
std::string PlainText(const arrow::Array& column, int64_t row,
                      const TimeZone& zone = TimeZone::Utc());

/// \brief A value as JSON: numbers as such with all digits, NaN and the infinities as strings, as
/// are dates and timestamps (`2018-11-21T21:56:47.796Z`), BINARY in base64. A MAP is an object.
std::string JsonText(const arrow::Array& column, int64_t row);

/// \brief A string of JSON, in quotes. What is no UTF-8 is replaced by U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace tarn::cli
