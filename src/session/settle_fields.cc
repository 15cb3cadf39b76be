#include "session/settle_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "infer/added_fields.h"
#include "infer/folder_fields.h"
#include "infer/survey.h"
#include "pipeline/rescued_column.h"
#include "plan/file_columns.h"
#include "session/made_of.h"
#include "session/schema_lock.h"

namespace tarn::session {
namespace {

constexpr size_t kAddedMax = 1000;

class Settling {
 public:
  // \param[in] pipeline with the fields of the lock
  Settling(const SettleInput& input, const RunDecision& decision,
           const pipeline::Pipeline& pipeline, SchemaLock* lock)
      : input_(input), decision_(decision), lock_(*lock), made_of_(WhatTablesAreMadeOf(pipeline)) {}

  // \return whether the lock has other fields than before
  Result<bool> Run() {
    bool has_changed = false;
    for (size_t i = 0; i < input_.plan->sources.size(); ++i) {
      const pipeline::Source& source = *input_.plan->sources[i].source;
      if (source.on_new_field != pipeline::OnNewField::kAdd) continue;
      storage::Listing files = FilesToRead(source, decision_.sources[i]);
      if (files.files.empty()) continue;
      ARROW_RETURN_NOT_OK(CheckSize(source, files));
      ARROW_ASSIGN_OR_RAISE(const bool has_more, Settle(source, std::move(files)));
      has_changed |= has_more;
    }
    return has_changed;
  }

 private:
  storage::Listing FilesToRead(const pipeline::Source& source, const SourceNow& now) const {
    storage::Listing files = now.listing;
    files.dangling_links.clear();
    const bool is_known = now.before && now.changes.only_added() && WasReadLikeThis(source);
    if (is_known) files.files = now.changes.added;
    return files;
  }

  // Whether all tables that were made of the source were so of its schema and settings now.
  bool WasReadLikeThis(const pipeline::Source& source) const {
    const std::string part = "source " + source.name;
    bool was_read = false;
    for (const auto& [table, parts] : made_of_) {
      const auto now = parts.find(part);
      const auto before = decision_.before->tables.find(table);
      if (now == parts.end() || before == decision_.before->tables.end()) continue;
      const auto then = before->second.made_of.find(part);
      if (then == before->second.made_of.end() || then->second != now->second) return false;
      was_read = true;
    }
    return was_read;
  }

  // On a cluster what is large is not for this machine.
  Status CheckSize(const pipeline::Source& source, const storage::Listing& files) const {
    if (!input_.engine->asks_sql()) return Status::OK();
    int64_t num_bytes = 0;
    for (const storage::ObjectInfo& file : files.files) num_bytes += file.size_bytes;
    if (num_bytes <= input_.plan->pipeline->spark.small_bytes) return Status::OK();
    return MakeError(
        ErrorKind::kUsage,
        fmt::format("source {}: on_new_field = \"add\" has tarn look for fields in files that no "
                    "run has read yet, which are too large for that beside Spark: {} in {}",
                    source.name, FormatBytes(num_bytes),
                    FormatCount(std::ssize(files.files), "file")),
        "raise small in [spark], run once with --engine local, or set on_new_field = \"report\"");
  }

  Result<bool> Settle(const pipeline::Source& source, storage::Listing files) {
    const std::vector<std::string> reserved = ReservedNames(source, files);
    infer::SurveyOptions options;
    options.format = source.format;
    options.record_bytes_max = source.record_bytes_max;
    options.extent.whole = true;
    ARROW_ASSIGN_OR_RAISE(const infer::Survey survey,
                          infer::SurveyListing(std::move(files), options));
    const arrow::FieldVector& declared = source.declared->fields();
    const arrow::FieldVector before = lock_.FieldsOf(source.name);
    arrow::FieldVector after =
        infer::Widened(before, infer::FieldsBeside(declared, survey.profile.record(), reserved));
    const std::vector<infer::AddedField> all = infer::ListAdded(declared, after);
    if (all.size() > kAddedMax) return TooManyError(source, all.size());
    run::FieldsAdded added{source.name, lock_.path(), {}};
    const std::vector<infer::AddedField> known = infer::ListAdded(declared, before);
    for (const infer::AddedField& field : all) {
      const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& other) {
        return other.path == field.path && other.type == field.type;
      });
      if (!is_known) added.fields.push_back({field.path, field.type});
    }
    if (added.fields.empty()) return false;
    lock_.Set(source.name, std::move(after));
    input_.observer->OnEvent(added);
    return true;
  }

  // What is a column for another reason.
  static std::vector<std::string> ReservedNames(const pipeline::Source& source,
                                                const storage::Listing& files) {
    std::vector<std::string> names = {plan::FieldOfFile(plan::FileColumn::kMetadata)->name()};
    if (source.on_bad_type == pipeline::OnBadType::kRescue) {
      names.emplace_back(pipeline::kRescuedColumn);
    }
    for (const auto& field : infer::FolderFields(files.files)) names.push_back(field->name());
    return names;
  }

  static Status TooManyError(const pipeline::Source& source, size_t num_fields) {
    Diagnostic error;
    error.file = source.toml_file;
    error.line = source.toml_line;
    error.subject = fmt::format("source.{}.on_new_field", source.name);
    error.message =
        fmt::format("the files have {} fields beside the schema, and at most {} are added",
                    num_fields, kAddedMax);
    error.hint =
        "declare objects whose keys are data as MAP<STRING, …>, or set on_new_field = \"report\"";
    return MakeError({std::move(error)});
  }

  const SettleInput& input_;
  const RunDecision& decision_;
  SchemaLock& lock_;
  const std::map<std::string, MadeOf> made_of_;
};

bool HaveSameSchemas(const pipeline::Pipeline& a, const pipeline::Pipeline& b) {
  return std::equal(
      a.sources.begin(), a.sources.end(), b.sources.begin(), b.sources.end(),
      [](const auto& one, const auto& other) { return one.schema->Equals(*other.schema); });
}

// A pipeline with the fields of the lock.
Result<std::unique_ptr<pipeline::Pipeline>> Applied(const SchemaLock& lock,
                                                    const pipeline::Pipeline& pipeline) {
  auto applied = std::make_unique<pipeline::Pipeline>(pipeline);
  ARROW_RETURN_NOT_OK(lock.ApplyTo(applied.get()));
  return applied;
}

// Null where its schemas are those of `plan`.
Result<std::unique_ptr<SettledPlan>> PlanOf(std::unique_ptr<pipeline::Pipeline> pipeline,
                                            const plan::Plan& plan,
                                            const std::vector<std::string>& select,
                                            const engine::Engine& engine) {
  if (HaveSameSchemas(*plan.pipeline, *pipeline)) return nullptr;
  auto settled = std::make_unique<SettledPlan>();
  settled->pipeline = std::move(pipeline);
  ARROW_ASSIGN_OR_RAISE(settled->plan, plan::Bind(*settled->pipeline, {select}));
  ARROW_RETURN_NOT_OK(engine.Check(*settled->plan));
  return settled;
}

}  // namespace

Result<std::unique_ptr<SettledPlan>> PlanOfLock(const plan::Plan& plan,
                                                const std::vector<std::string>& select,
                                                const engine::Engine& engine,
                                                storage::Storages* storages) {
  if (!AddsFields(*plan.pipeline)) return nullptr;
  ARROW_ASSIGN_OR_RAISE(const SchemaLock lock, SchemaLock::Read(*plan.pipeline, storages));
  ARROW_ASSIGN_OR_RAISE(auto applied, Applied(lock, *plan.pipeline));
  return PlanOf(std::move(applied), plan, select, engine);
}

Result<std::unique_ptr<SettledPlan>> SettleFields(const SettleInput& input,
                                                  const RunDecision& decision) {
  const plan::Plan& plan = *input.plan;
  if (!AddsFields(*plan.pipeline)) return nullptr;
  // Another run may have written it since the pipeline was opened.
  ARROW_ASSIGN_OR_RAISE(SchemaLock lock, SchemaLock::Read(*plan.pipeline, input.storages));
  ARROW_ASSIGN_OR_RAISE(const auto before, Applied(lock, *plan.pipeline));
  ARROW_ASSIGN_OR_RAISE(const bool has_changed, Settling(input, decision, *before, &lock).Run());
  ARROW_ASSIGN_OR_RAISE(auto after, Applied(lock, *plan.pipeline));
  ARROW_ASSIGN_OR_RAISE(auto settled, PlanOf(std::move(after), plan, input.select, *input.engine));
  if (has_changed) ARROW_RETURN_NOT_OK(lock.Write(input.storages));
  return settled;
}

}  // namespace tarn::session
