#include "run/recorded_error.h"

namespace tarn::run {
namespace {

using Json = nlohmann::ordered_json;

Json KnownNumber(int64_t number, int64_t number_min) {
  return number >= number_min ? Json(number) : Json();
}

Json PlaceObject(const ErrorPlace& place) {
  if (place.file.empty()) return nullptr;
  return {{"file", place.file},
          {"line", KnownNumber(place.line, 1)},
          {"column", KnownNumber(place.column, 1)},
          {"byte_offset", KnownNumber(place.byte_offset, 0)}};
}

int64_t ReadNumber(const Json& object, const char* key, int64_t unknown) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? unknown : found->get<int64_t>();
}

}  // namespace

std::string_view NameOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kBadInput:
      return "bad_input";
    case ErrorKind::kCheckFailed:
      return "check_failed";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kFailed:
      break;
  }
  return "failed";
}

RecordedError Describe(const Status& error) {
  return {std::string(NameOf(KindOf(error))), TextOf(error), DiagnosticsOf(error)};
}

Json ErrorObject(const RecordedError& error) {
  Json diagnostics = Json::array();
  for (const Diagnostic& diagnostic : error.diagnostics) {
    diagnostics.push_back({{"file", diagnostic.file},
                           {"line", diagnostic.line},
                           {"column", diagnostic.column},
                           {"subject", diagnostic.subject},
                           {"message", diagnostic.message},
                           {"hint", diagnostic.hint},
                           {"excerpt", diagnostic.excerpt}});
  }
  return {{"kind", error.kind},
          {"message", error.text.message},
          {"hint", error.text.hint},
          {"place", PlaceObject(error.text.place)},
          {"diagnostics", std::move(diagnostics)}};
}

RecordedError ReadErrorObject(const Json& object) {
  RecordedError error;
  error.kind = object.value("kind", "");
  error.text.message = object.value("message", "");
  error.text.hint = object.value("hint", "");
  for (const Json& item : object.value("diagnostics", Json::array())) {
    error.diagnostics.push_back({item.value("file", ""), item.value("line", 0),
                                 item.value("column", 0), item.value("subject", ""),
                                 item.value("message", ""), item.value("hint", ""),
                                 item.value("excerpt", "")});
  }
  const auto place = object.find("place");
  if (place == object.end() || !place->is_object()) return error;
  error.text.place = {place->value("file", ""), ReadNumber(*place, "line", 0),
                      ReadNumber(*place, "column", 0), ReadNumber(*place, "byte_offset", -1)};
  return error;
}

}  // namespace tarn::run
