#include "spark/runner/new_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "spark/runner/names.h"
#include "spark/runner/source_view.h"

namespace tarn::spark {
namespace {

using Steps = std::vector<std::string>;  // as in JobObject

// The first key in what the files have that is not known.
std::optional<Steps> FindUnknown(const arrow::DataType& type, const JobSource& source,
                                 const Steps& steps) {
  const auto descend = [&](const std::string& step, const arrow::DataType& inner) {
    Steps below = steps;
    below.push_back(step);
    return FindUnknown(inner, source, below);
  };
  if (type.id() == arrow::Type::LIST) return descend("[]", *type.field(0)->type());
  if (type.id() != arrow::Type::STRUCT) return std::nullopt;
  const auto known = std::find_if(source.known_keys.begin(), source.known_keys.end(),
                                  [&](const JobObject& object) { return object.steps == steps; });
  for (const auto& field : type.fields()) {
    const std::string step = "." + field->name();
    std::optional<Steps> unknown;
    if (known == source.known_keys.end()) {
      unknown = descend("*", *field->type());  // a map's value, or nothing that has known keys
    } else if (std::find(known->keys.begin(), known->keys.end(), field->name()) ==
               known->keys.end()) {
      unknown = steps;
      unknown->push_back(step);
    } else {
      unknown = descend(step, *field->type());
    }
    if (unknown.has_value()) return unknown;
  }
  return std::nullopt;
}

// As the engine on this machine names it: "o.key", "o[].key", "o.*.key".
std::string PathOf(const Steps& steps) {
  std::string path = steps[0].substr(1);
  for (size_t i = 1; i < steps.size(); ++i) path += steps[i] == "*" ? ".*" : steps[i];
  return path;
}

// SQL of the first value that steps [from, …) lead to inside the JSON text that `text` gives, as
// far as get_json_object follows them.
std::string ValueAt(const std::string& text, const Steps& steps, size_t from) {
  std::string path;
  size_t i = from;
  for (; i < steps.size() && steps[i] != "*"; ++i) {
    const std::string& step = steps[i];
    if (step == "." || step.find_first_of("'\\?*") != std::string::npos) break;
    path += step == "[]" ? "[*]" : "[\\'" + step.substr(1) + "\\']";
  }
  const std::string value =
      path.empty() ? text : fmt::format("get_json_object({}, '${}')", text, path);
  if (i == steps.size() || steps[i] != "*") return value;
  const std::string item = fmt::format("v{}", i);
  return fmt::format(
      "get(filter(transform(map_values(from_json({}, 'MAP<STRING, STRING>')), {} -> {}), "
      "{} -> {} IS NOT NULL), 0)",
      value, item, ValueAt(item, steps, i + 1), item, item);
}

// The key's value in the first file that has one.
Result<NewKey> Find(connect::Session* session, const JobSource& source, const Steps& steps) {
  connect::ReadSpec spec = JsonFiles(source);
  const std::string column = Quoted(steps[0].substr(1));
  spec.schema = column + " STRING";
  const std::string value = ValueAt(column, steps, 1);
  const auto records = connect::Filter(connect::Read(spec), value + " IS NOT NULL");
  ARROW_ASSIGN_OR_RAISE(const auto found,
                        session->Collect(connect::Project(
                            records, {"min(_metadata.file_path)",
                                      fmt::format("min_by({}, _metadata.file_path)", value)})));
  const auto text = [&](int column) -> Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, found->column(column)->GetScalar(0));
    return scalar->is_valid ? scalar->ToString() : "";
  };
  ARROW_ASSIGN_OR_RAISE(const std::string path, text(0));
  ARROW_ASSIGN_OR_RAISE(const std::string example, text(1));
  return NewKey{source.name, PathOf(steps), path, example};
}

}  // namespace

Status SendNewKey(connect::Session* session, const JobSource& source, MessageWriter* writer) {
  if (source.known_keys.empty()) return Status::OK();
  connect::ReadSpec spec = JsonFiles(source);
  spec.options["mode"] = "DROPMALFORMED";
  ARROW_ASSIGN_OR_RAISE(const auto keys, session->Schema(connect::Read(spec)));
  const std::optional<Steps> unknown = FindUnknown(*arrow::struct_(keys->fields()), source, {});
  if (!unknown.has_value()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(NewKey found, Find(session, source, *unknown));
  writer->Send(std::move(found));
  return Status::OK();
}

}  // namespace tarn::spark
