#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sql/token_list.h"

/// How what a person types can go on.
namespace tarn::cli {

/// \brief What may stand in the place of the last bytes before the cursor.
struct Completion {
  size_t num_replaced = 0;  ///< bytes before the cursor: those of the word that was begun
  /// Sorted, each once; each begins with these bytes, but for case and quotes.
  std::vector<std::string> candidates = {};
  bool is_path = false;  ///< more of the same word may follow

  /// \brief What all candidates begin with, but for case, as the first one has it.
  std::string CommonStart() const;

  /// \brief The candidates for a person to choose from: lines of columns, each with its newline,
  /// none wider than `width`. Of very many, the first ones and the number of the others.
  std::string Listing(size_t width) const;

  /// \brief The words that begin as `begun` does, in any case.
  static Completion Of(std::string_view begun, const std::vector<std::string>& words);
};

/// \brief The names that SQL can use. What cannot be found out has none.
class CompletionNames {
 public:
  virtual ~CompletionNames() = default;

  /// \brief Of what can be read from.
  virtual std::vector<std::string> Tables() = 0;

  /// \brief Of one of them.
  virtual std::vector<std::string> Columns(const std::string& table) = 0;
};

/// \brief Complete the word before the cursor: in quotes of text a path, behind FROM and JOIN a
/// table, behind a dot a column, elsewhere also a keyword or a function. Columns are those of the
/// tables that the statement names. Where no word was begun, only names are offered.
/// \param[in] before the statement as far as the cursor, all of its lines
/// \param[in] after the rest of it
/// \param[in] folder of paths that are relative; ends with `/` unless it is empty
Completion CompleteSql(std::string_view before, std::string_view after,
                       sql::DoubleQuotes double_quotes, const std::string& folder,
                       CompletionNames* names);

}  // namespace tarn::cli
