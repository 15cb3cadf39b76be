#pragma once

#include <string>
#include <string_view>

namespace tarn::pipeline {

/// \brief One word, quoted name, number, string or mark of a DDL text.
struct DdlToken {
  enum class Kind {
    kEnd,
    kWord,        ///< letters, digits, `_`; not digits only
    kQuotedName,  ///< `…` or "…"
    kNumber,      ///< digits only
    kString,      ///< '…'
    kMark,        ///< one of < > ( ) , :
    kBad,         ///< `value` says why
  };
  Kind kind = Kind::kEnd;
  size_t begin = 0;
  size_t end = 0;
  std::string value;  ///< the name or text without its quotes

  bool IsMark(char mark) const { return kind == Kind::kMark && value[0] == mark; }
};

/// \brief The first token of `ddl` at or after byte `offset`, past blanks and comments.
DdlToken NextDdlToken(std::string_view ddl, size_t offset);

}  // namespace tarn::pipeline
