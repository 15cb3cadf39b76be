#include "cli/json_document.h"

#include "base/json_utf8.h"
#include "pipeline/ddl.h"
#include "run/recorded_error.h"

namespace tarn::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string Join(std::string_view command, Json error, Json data) {
  Json document = {{"command", command.empty() ? Json() : Json(command)},
                   {"error", std::move(error)}};
  for (auto& [name, member] : data.items()) document.emplace(name, std::move(member));
  // A message may quote bytes that are not UTF-8.
  EscapeNonUtf8Strings(&document);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string Document(std::string_view command, Json data) {
  return Join(command, nullptr, std::move(data));
}

std::string FailureDocument(std::string_view command, const Status& error, Json known) {
  return Join(command, run::ErrorObject(run::Describe(error)), std::move(known));
}

Json ColumnsJson(const arrow::Schema& schema) {
  Json columns = Json::array();
  for (const auto& field : schema.fields()) {
    columns.push_back({{"name", field->name()}, {"type", pipeline::DdlOf(*field->type())}});
  }
  return columns;
}

}  // namespace tarn::cli
