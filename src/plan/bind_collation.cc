#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "pipeline/ddl.h"
#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"

// COLLATE: what texts compare by. All compare by their bytes, as UTF8_BINARY has it.
namespace tarn::plan {
namespace {

// Those of Spark that are of no language.
constexpr std::string_view kCollations[] = {"UTF8_BINARY", "UTF8_LCASE", "UNICODE",
                                            "UNICODE_CI",  "UNICODE_AI", "UNICODE_CI_AI"};

constexpr std::string_view kTrimmed = "_RTRIM";

bool IsCollation(std::string_view name) {
  if (name.ends_with(kTrimmed)) name.remove_suffix(kTrimmed.size());
  return std::find(std::begin(kCollations), std::end(kCollations), name) != std::end(kCollations);
}

}  // namespace

ExprPtr ExprBinder::BindNode(const sql::Collate& collate, const sql::Location& at) {
  const ExprPtr value = Bind(*collate.value);
  if (value == nullptr) return nullptr;
  const arrow::Type::type type = value->type->id();
  if (type == arrow::Type::STRING || type == arrow::Type::NA) return CastTo(value, arrow::utf8());
  diagnostics_->Add(at,
                    fmt::format("COLLATE is of a STRING, not {}", pipeline::DdlOf(*value->type)));
  return nullptr;
}

ExprPtr ExprBinder::BindCollation(const sql::Collate& collate, const sql::Location& at) {
  if (BindNode(collate, at) == nullptr) return nullptr;
  std::string name = collate.collation;
  for (char& c : name) c = ToUpper(c);
  if (IsCollation(name)) {
    return MakeLiteral(std::make_shared<arrow::StringScalar>("SYSTEM.BUILTIN." + name), at);
  }
  diagnostics_->Add(at, "there is no collation " + collate.collation,
                    "those of languages are not supported");
  return nullptr;
}

}  // namespace tarn::plan
