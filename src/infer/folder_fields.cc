#include "infer/folder_fields.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "lake/partition_path.h"
#include "lake/partition_value.h"

namespace tarn::infer {

arrow::FieldVector FolderFields(const std::vector<storage::ObjectInfo>& files) {
  std::vector<std::string> names;
  std::vector<std::vector<std::optional<std::string>>> values;
  for (size_t i = 0; i < files.size(); ++i) {
    std::vector<lake::PartitionEntry> entries = lake::PartitionAbove(files[i].path);
    std::reverse(entries.begin(), entries.end());
    if (i == 0) {
      for (const lake::PartitionEntry& entry : entries) names.push_back(entry.column);
      values.resize(names.size());
    }
    const bool are_same =
        std::equal(names.begin(), names.end(), entries.begin(), entries.end(),
                   [](const std::string& name, const lake::PartitionEntry& entry) {
                     return SameName(name, entry.column);
                   });
    if (!are_same) return {};
    for (size_t k = 0; k < entries.size(); ++k) {
      std::optional<std::string>& value = entries[k].value;
      if (values[k].empty() || values[k].back() != value) values[k].push_back(std::move(value));
    }
  }
  arrow::FieldVector fields;
  for (size_t i = 0; i < names.size(); ++i) {
    fields.push_back(arrow::field(names[i], lake::InferPartitionType(values[i])));
  }
  return fields;
}

void AddFolderFields(const arrow::FieldVector& fields, json::InferredSchema* schema) {
  arrow::FieldVector all = schema->schema->fields();
  for (const auto& field : fields) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const auto& known) {
      return SameName(known->name(), field->name());
    });
    if (same == all.end()) {
      all.push_back(field);
      schema->columns.push_back(nullptr);
    } else {
      schema->columns[static_cast<size_t>(same - all.begin())] = nullptr;
      *same = field;
    }
  }
  schema->schema = arrow::schema(std::move(all));
}

}  // namespace tarn::infer
