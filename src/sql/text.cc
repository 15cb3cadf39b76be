#include "sql/text.h"

#include <algorithm>

namespace tarn::sql {

Diagnostic MakeDiagnostic(const Location& at, std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  if (at.text == nullptr) return diagnostic;
  const std::string& sql = at.text->sql;
  size_t begin = std::min<size_t>(std::max(at.begin, 0), sql.size());
  size_t end = std::min<size_t>(std::max(at.end, 0), sql.size());
  LineColumn where = LocateOffset(sql, begin);
  diagnostic.file = at.text->path;
  diagnostic.line = where.line;
  diagnostic.column = where.column;
  diagnostic.excerpt = Excerpt(sql, begin, end > begin ? end - begin : 1);
  return diagnostic;
}

}  // namespace tarn::sql
