#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/config_tree.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::session {

/// \brief Whether some source of the pipeline has on_new_field = "add".
bool AddsFields(const pipeline::Pipeline& pipeline);

/// \brief The file schema.lock.toml: the fields that runs have added to sources, as
/// infer/added_fields.h writes them. Threads: one at a time.
class SchemaLock {
 public:
  /// \brief Where the pipeline's file is: beside its tarn.toml, where that is on a disk and the
  /// file is there or can be; else in the lake.
  static std::string PathFor(const pipeline::Pipeline& pipeline);

  /// \brief Read the pipeline's file; one that is not there has no fields.
  /// \return kBadInput, with its place, for one that tarn would not write
  static Result<SchemaLock> Read(const pipeline::Pipeline& pipeline, storage::Storages* storages);

  const std::string& path() const { return path_; }

  /// \brief The fields that are added to a source.
  arrow::FieldVector FieldsOf(const std::string& source) const;

  /// \brief In the place of those before. Write() publishes them.
  void Set(const std::string& source, arrow::FieldVector fields);

  /// \brief Replace the file, in one step.
  Status Write(storage::Storages* storages) const;

  /// \brief Set the schemas of the sources that add fields: those that tarn.toml declares, and
  /// these.
  /// \return kBadInput with each field that both have, of other types
  Status ApplyTo(pipeline::Pipeline* pipeline) const;

 private:
  struct Entry {
    std::string source;
    arrow::FieldVector fields;
    ConfigLocation at{};  ///< of its schema
  };

  explicit SchemaLock(std::string path) : path_(std::move(path)) {}

  Status Parse(std::string text);

  std::string path_;
  std::vector<Entry> entries_;  // in the order of the file
};

}  // namespace tarn::session
