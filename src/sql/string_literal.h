#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn::sql {

/// \brief The value of a quoted string as Spark reads it: `''` is a quote, `\n` a newline, `\u00e9`
/// é.
///
/// \param[in] literal as written, from quote to quote.
/// \return nothing when Spark would end the string elsewhere than PostgreSQL does, as in `'a\'`.
/// Source: SparkParserUtils.unescapeSQLString.
std::optional<std::string> UnescapeString(std::string_view literal);

}  // namespace tarn::sql
