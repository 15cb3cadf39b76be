#pragma once

#include <arrow/util/decimal.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/record/document.h"

/// JSON as Spark's functions write it, which is Jackson's way.
namespace tarn::local {

/// \brief How characters past U+FFFF are written. Jackson has two writers that differ in that.
enum class WidePairs {
  kPlain,    ///< as they are
  kEscaped,  ///< as two escape sequences
};

/// \brief Append a string in quotes. Half a surrogate pair is escaped.
void AppendJsonString(std::string_view text, WidePairs pairs, std::string* out);

/// \brief Append a decimal as Java's BigDecimal.toString: `1.50`, `1E-9`.
void AppendJavaDecimal(const arrow::Decimal128& value, int32_t scale, std::string* out);

/// \brief Append a node and what is in it, without white space; numbers as Java has them.
void AppendJsonNode(const json::Document& document, size_t node, WidePairs pairs, std::string* out);

/// \brief Whether a string of a Document has half a surrogate pair, which is no text.
bool HasHalfPair(std::string_view text);

/// \brief A string of a Document as text: `?` for half a surrogate pair.
std::string WithoutHalfPairs(std::string_view text);

/// \brief The value of a number of a Document, NaN and infinities included.
double JsonDoubleOf(const json::Value& number);

/// \brief Whether a number of a Document is NaN or an infinity by name.
bool IsNonFinite(const json::Value& value);

}  // namespace tarn::local
