#pragma once

#include <cstddef>
#include <string_view>

#include "sql/token_list.h"

/// Statements that come line by line, such as from a person who types them.
namespace tarn::sql {

/// \brief Where the first statement of a text ends.
struct StatementEnd {
  bool has_tokens = false;  ///< false: blanks and comments alone, up to the `;` if there is one
  /// Behind the `;`, which is no part of a string, a name or a comment; npos when there is none
  /// yet.
  size_t offset = std::string_view::npos;
};

/// \param[in] sql UTF-8; a string, name or comment may be open at its end, and counts as a token
StatementEnd FindStatementEnd(std::string_view sql, DoubleQuotes double_quotes);

}  // namespace tarn::sql
