#include "spark/runner/new_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "spark/runner/names.h"
#include "spark/runner/source_view.h"

namespace tarn::spark {
namespace {

using Steps = std::vector<std::string>;  // as in JobObject

constexpr size_t kKeysMax = 100;    // that are reported of one source
constexpr size_t kKeysAtOnce = 25;  // that one pass over the files looks for
constexpr char kFile[] = "_metadata.file_path";

// The keys in what the files have that are not known, each once.
void AddUnknown(const arrow::DataType& type, const JobSource& source, const Steps& steps,
                std::vector<Steps>* unknown) {
  const auto descend = [&](const std::string& step, const arrow::DataType& inner) {
    Steps below = steps;
    below.push_back(step);
    AddUnknown(inner, source, below, unknown);
  };
  if (type.id() == arrow::Type::LIST) return descend("[]", *type.field(0)->type());
  if (type.id() != arrow::Type::STRUCT) return;
  const auto known = std::find_if(source.known_keys.begin(), source.known_keys.end(),
                                  [&](const JobObject& object) { return object.steps == steps; });
  for (const auto& field : type.fields()) {
    const std::string step = "." + field->name();
    if (known == source.known_keys.end()) {
      descend("*", *field->type());  // a map's value, or nothing that has known keys
    } else if (std::find(known->keys.begin(), known->keys.end(), field->name()) !=
               known->keys.end()) {
      descend(step, *field->type());
    } else {
      Steps found = steps;
      found.push_back(step);
      const bool is_new = std::find(unknown->begin(), unknown->end(), found) == unknown->end();
      if (is_new) unknown->push_back(std::move(found));
    }
  }
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

// Of each key, the first file that has a value of it, that value, and how many records have one.
Result<std::vector<NewKey>> Find(connect::Session* session, const JobSource& source,
                                 std::span<const Steps> keys) {
  std::vector<std::string> columns, values;
  for (const Steps& steps : keys) {
    const std::string column = Quoted(steps[0].substr(1));
    values.push_back(ValueAt(column, steps, 1));
    const std::string field = column + " STRING";
    if (std::find(columns.begin(), columns.end(), field) == columns.end()) {
      columns.push_back(field);
    }
  }
  connect::ReadSpec spec = ReadSpecOf(source);
  spec.schema = fmt::format("{}", fmt::join(columns, ", "));
  std::vector<std::string> questions;
  for (const std::string& value : values) {
    const std::string path = fmt::format("CASE WHEN {} IS NOT NULL THEN {} END", value, kFile);
    questions.push_back(fmt::format("min({})", path));
    questions.push_back(fmt::format("min_by({}, {})", value, path));
    questions.push_back(fmt::format("CAST(count({}) AS STRING)", value));
  }
  ARROW_ASSIGN_OR_RAISE(const auto found,
                        session->Collect(connect::Project(connect::Read(spec), questions)));
  const auto text = [&](size_t column) -> Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, found->column(static_cast<int>(column))->GetScalar(0));
    return scalar->is_valid ? scalar->ToString() : "";
  };
  std::vector<NewKey> new_keys;
  for (size_t i = 0; i < keys.size(); ++i) {
    NewKey& key = new_keys.emplace_back(NewKey{source.name, PathOf(keys[i]), "", "", 0});
    ARROW_ASSIGN_OR_RAISE(key.path, text(3 * i));
    ARROW_ASSIGN_OR_RAISE(key.value, text(3 * i + 1));
    ARROW_ASSIGN_OR_RAISE(const std::string count, text(3 * i + 2));
    key.num_records = std::atoll(count.c_str());
  }
  return new_keys;
}

// The keys that are not known, by a schema that Spark infers.
Result<std::vector<Steps>> InferUnknown(connect::Session* session, const JobSource& source) {
  connect::ReadSpec spec = ReadSpecOf(source);
  spec.options["mode"] = "DROPMALFORMED";
  ARROW_ASSIGN_OR_RAISE(const auto schema, session->Schema(connect::Read(spec)));
  std::vector<Steps> unknown;
  AddUnknown(*arrow::struct_(schema->fields()), source, {}, &unknown);
  return unknown;
}

}  // namespace

Result<bool> SendNewKeys(connect::Session* session, const JobSource& source,
                         const std::optional<std::vector<std::string>>& found,
                         MessageWriter* writer) {
  if (source.known_keys.empty()) return false;
  std::vector<Steps> unknown;
  if (found.has_value()) {
    for (const std::string& key : *found) unknown.push_back({"." + key});
  } else {
    ARROW_ASSIGN_OR_RAISE(unknown, InferUnknown(session, source));
  }
  const size_t num_told = std::min(unknown.size(), source.refuses_new_keys ? 1 : kKeysMax);
  for (size_t begin = 0; begin < num_told; begin += kKeysAtOnce) {
    const size_t end = std::min(begin + kKeysAtOnce, num_told);
    ARROW_ASSIGN_OR_RAISE(
        std::vector<NewKey> keys,
        Find(session, source, std::span<const Steps>(unknown).subspan(begin, end - begin)));
    for (NewKey& key : keys) {
      if (source.refuses_new_keys) {
        key.num_records = 0;
      } else if (key.num_records == 0) {
        continue;  // all of its values are null
      }
      writer->Send(std::move(key));
    }
  }
  return unknown.size() > num_told;
}

}  // namespace tarn::spark
