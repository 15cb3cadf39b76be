#pragma once

#include <string>
#include <string_view>

namespace tarn::sql {

/// \brief The value of a quoted string as Spark reads it: `''` is a quote, `\n` a newline, `\u00e9`
/// é; in a raw string (`r'\n'`) everything is itself.
///
/// \param[in] literal as written, from quote to quote, with the `r` of a raw string; a token.
/// Source: SparkParserUtils.unescapeSQLString.
std::string UnescapeString(std::string_view literal);

}  // namespace tarn::sql
