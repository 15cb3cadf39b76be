#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn {

/// \brief How fields are told apart.
struct CsvSyntax {
  std::string separator = ",";  ///< not empty
  char quote = '"';             ///< '\0': fields have none
  char escape = '\\';           ///< before a quote inside a quoted field; may be the quote
};

/// \brief The fields of a line of CSV as Spark reads them, quotes and escapes taken away.
///
/// Ends of lines are text like any other. A quoted field that goes on after its closing quote is
/// taken as it stands, up to the separator. Source: univocity-parsers' CsvParser, which stops at
/// the delimiter.
/// \return by field: its text, or nothing where there is none, not even quotes; an empty line has
///   no field
std::vector<std::optional<std::string>> SplitCsvLine(std::string_view line,
                                                     const CsvSyntax& syntax);

/// \brief What is wrong with a line of so many fields: "2 fields, not 3".
std::string WrongFieldCountText(size_t num_fields, size_t num_wanted);

/// \brief Append a field to a line: in quotes where it has to be, blanks around it left out.
/// \param[in] is_first whether it is the line's first field, where a # would begin a comment
/// \param[in] always whether quotes are there in any case
void AppendCsvField(std::string_view field, std::string_view separator, bool is_first, bool always,
                    std::string* line);

}  // namespace tarn
