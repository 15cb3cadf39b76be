// Whatever the bytes, Parse and ParseExpression return: a tree whose every location lies in the
// text, or diagnostics.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sql/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto text = std::make_shared<const tarn::sql::Text>(
      tarn::sql::Text{"fuzz.sql", std::string(reinterpret_cast<const char*>(data), size)});
  auto query = tarn::sql::Parse(text);
  if (query.ok()) {
    for (const auto& reference : tarn::sql::References(**query)) {
      bool is_inside = reference.at.begin <= reference.at.end &&
                       reference.at.end <= static_cast<int>(text->sql.size());
      if (!is_inside) std::abort();
    }
  } else if (tarn::DiagnosticsOf(query.status()).empty()) {
    std::abort();
  }
  auto expr = tarn::sql::ParseExpression(text);
  if (!expr.ok() && tarn::DiagnosticsOf(expr.status()).empty()) std::abort();
  return 0;
}
