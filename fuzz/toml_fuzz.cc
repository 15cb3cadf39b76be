// Whatever the bytes, a pipeline loads or says where it is wrong. The first byte chooses what the
// others are: column types, a tarn.toml, or the value of a `--set`.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "pipeline/load_internal.h"

namespace tarn::pipeline {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void RequireDiagnostics(const Status& status) {
  Require(KindOf(status) == ErrorKind::kBadInput);
  Require(!DiagnosticsOf(status).empty());
}

// Types that are read are written as DDL again, and read as the same.
void FuzzDdl(const std::string& ddl) {
  auto schema = ParseDdl(ddl);
  if (!schema.ok()) {
    RequireDiagnostics(schema.status());
    return;
  }
  for (const auto& field : (*schema)->fields()) {
    auto again = ParseDdlType(DdlOf(*field->type()));
    Require(again.ok() && (*again)->Equals(*field->type()));
  }
}

void FuzzLoad(std::string toml, LoadOptions options) {
  PipelineTexts texts;
  texts.folders = {"/pipeline", "/current"};
  texts.toml = std::make_shared<ConfigText>(ConfigText{"tarn.toml", std::move(toml)});
  texts.sql.push_back(
      std::make_shared<sql::Text>(sql::Text{"a.sql", "SELECT x FROM events GROUP BY x"}));
  auto pipeline = LoadTexts(texts, options, {});
  if (!pipeline.ok()) RequireDiagnostics(pipeline.status());
}

}  // namespace
}  // namespace tarn::pipeline

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr char kToml[] =
      "[lake]\ninput = 'in'\noutput = 'out'\n"
      "[source.events]\npath = '*.json'\nschema = 'x INT'\n[table.a]\n";
  switch (data[0] % 4) {
    case 0:
      tarn::pipeline::FuzzDdl(text);
      break;
    case 1:
      tarn::pipeline::FuzzLoad(kToml, {{{"table.a.row_group_size", text}, {"table.a.key", text}}});
      break;
    case 2:
      tarn::pipeline::FuzzLoad(kToml + text, {});
      break;
    default:
      tarn::pipeline::FuzzLoad(static_cast<char>(data[0]) + text,
                               {});  // `#` too comes here: a file as it is
      break;
  }
  return 0;
}
