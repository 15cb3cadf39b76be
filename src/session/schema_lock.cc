#include "session/schema_lock.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "config/section_reader.h"
#include "config/toml.h"
#include "infer/added_fields.h"
#include "infer/toml_text.h"
#include "pipeline/ddl.h"
#include "pipeline/rescued_column.h"
#include "s3/uri.h"
#include "system/text_file.h"
#include "values/nullable.h"

namespace tarn::session {
namespace {

namespace fs = std::filesystem;

constexpr char kFileName[] = "schema.lock.toml";

constexpr char kHead[] =
    "# Written by tarn: fields that files have and tarn.toml does not declare, which on_new_field "
    "=\n"
    "# \"add\" makes columns. To give one another type, declare it in tarn.toml and delete it "
    "here.\n";

constexpr char kWayOut[] =
    "mend it, or delete the file: the next run looks for the fields in all files again";

constexpr ConfigKey kSourceKeys[] = {
    {.name = "schema", .takes_string = true, .is_code = true},
};

constexpr ConfigSection kSections[] = {
    {.name = "source", .is_named = true, .keys = kSourceKeys},
};

Status DamageError(std::vector<Diagnostic> diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    diagnostic.hint += (diagnostic.hint.empty() ? "" : "; else ") + std::string(kWayOut);
  }
  return MakeError(std::move(diagnostics));
}

std::string SourceText(const std::string& source, const arrow::FieldVector& fields) {
  std::string text = fmt::format("\n[source.{}]\nschema = \"\"\"\n", source);
  for (const auto& field : fields) {
    const std::string column =
        pipeline::DdlNameOf(field->name()) + " " + pipeline::DdlOf(*field->type());
    text += fmt::format("  {}{}\n", infer::EscapeToml(column), field == fields.back() ? "" : ",");
  }
  return text + "\"\"\"\n";
}

}  // namespace

bool AddsFields(const pipeline::Pipeline& pipeline) {
  return std::any_of(pipeline.sources.begin(), pipeline.sources.end(), [](const auto& source) {
    return source.on_new_field == pipeline::OnNewField::kAdd;
  });
}

std::string SchemaLock::PathFor(const pipeline::Pipeline& pipeline) {
  if (!s3::IsS3Uri(pipeline.directory)) {
    const fs::path beside = fs::path(pipeline.directory) / kFileName;
    std::error_code error;
    if (fs::exists(beside, error) || access(pipeline.directory.c_str(), W_OK) == 0) return beside;
  }
  return storage::JoinPath(pipeline.output, std::string("_tarn/") + kFileName);
}

Result<SchemaLock> SchemaLock::Read(const pipeline::Pipeline& pipeline,
                                    storage::Storages* storages) {
  SchemaLock lock(PathFor(pipeline));
  ARROW_ASSIGN_OR_RAISE(const storage::Listing found,
                        storages->List({storage::EscapeGlob(lock.path_)}));
  if (found.files.empty()) return lock;
  ARROW_RETURN_NOT_OK(WithContext(CheckTextSize(found.files[0].size_bytes), lock.path_));
  ARROW_ASSIGN_OR_RAISE(const auto content, found.storage->Read(found.files[0]));
  ARROW_RETURN_NOT_OK(lock.Parse(content->ToString()));
  return lock;
}

Status SchemaLock::Parse(std::string text) {
  const auto file = std::make_shared<const ConfigText>(ConfigText{path_, std::move(text)});
  const Result<ConfigValue> root = ParseToml(file);
  if (!root.ok()) return DamageError(DiagnosticsOf(root.status()));
  std::vector<Diagnostic> diagnostics;
  CheckSections(kSections, *root, &diagnostics);
  const ConfigEntry* const sources = FindSectionEntry(kSections, *root, "source", &diagnostics);
  for (size_t i = 0; sources != nullptr && i < sources->value.table()->size(); ++i) {
    const ConfigEntry& entry = (*sources->value.table())[i];
    const std::string path = "source." + entry.key;
    if (entry.value.table() == nullptr) {
      diagnostics.push_back(MakeDiagnostic(entry.key_at, path, "this is no section", ""));
      continue;
    }
    SectionReader reader(kSections[0], *entry.value.table(), path, entry.key_at, &diagnostics);
    reader.Require("schema", "write schema = \"city STRING\"");
    const auto item = reader.String("schema");
    if (!item) continue;
    const auto schema = pipeline::ParseDdl(item->value());
    for (const Diagnostic& inner : DiagnosticsOf(schema.status())) {
      diagnostics.push_back(
          MoveDiagnostic(inner, item->value(), 0, *item->string, item->at, item->path));
    }
    if (schema.ok()) entries_.push_back({entry.key, AsNullable(**schema)->fields(), item->at});
  }
  return diagnostics.empty() ? Status::OK() : DamageError(std::move(diagnostics));
}

arrow::FieldVector SchemaLock::FieldsOf(const std::string& source) const {
  for (const Entry& entry : entries_) {
    if (entry.source == source) return entry.fields;
  }
  return {};
}

void SchemaLock::Set(const std::string& source, arrow::FieldVector fields) {
  for (Entry& entry : entries_) {
    if (entry.source != source) continue;
    entry.fields = std::move(fields);
    return;
  }
  entries_.push_back({source, std::move(fields)});
}

Status SchemaLock::Write(storage::Storages* storages) const {
  std::string text = kHead;
  for (const Entry& entry : entries_) text += SourceText(entry.source, entry.fields);
  ARROW_ASSIGN_OR_RAISE(const auto storage, storages->For(path_));
  ARROW_ASSIGN_OR_RAISE(const auto file, storage->Create(path_));
  ARROW_RETURN_NOT_OK(file->Write(text));
  return file->Close();
}

Status SchemaLock::ApplyTo(pipeline::Pipeline* pipeline) const {
  std::vector<Diagnostic> conflicts;
  for (pipeline::Source& source : pipeline->sources) {
    if (source.on_new_field != pipeline::OnNewField::kAdd) continue;
    arrow::FieldVector declared = source.declared->fields();
    for (const Entry& entry : entries_) {
      if (entry.source != source.name) continue;
      auto all = infer::WithAdded(declared, entry.fields);
      if (all.ok()) {
        declared = *std::move(all);
        continue;
      }
      conflicts.push_back(MakeDiagnostic(
          entry.at, fmt::format("source.{}.schema", source.name),
          "tarn.toml declares this field with another type: " + all.status().message(),
          "delete it here: what tarn.toml declares counts"));
    }
    source.schema = arrow::schema(std::move(declared));
    if (source.on_bad_type == pipeline::OnBadType::kRescue) AddRescuedColumn(&source);
  }
  return conflicts.empty() ? Status::OK() : MakeError(std::move(conflicts));
}

}  // namespace tarn::session
