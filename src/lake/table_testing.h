#pragma once

#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/checked_cast.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lake/lake.h"

namespace tarn::lake {

/// \brief A batch from a JSON array of rows, each an array of its values.
inline std::shared_ptr<arrow::RecordBatch> Batch(const std::shared_ptr<arrow::Schema>& schema,
                                                 const std::string& rows) {
  const auto array = arrow::json::ArrayFromJSONString(arrow::struct_(schema->fields()), rows);
  EXPECT_TRUE(array.ok()) << array.status();
  return arrow::RecordBatch::FromStructArray(*array).ValueOrDie();
}

/// \brief Relative paths of all files below `folder`, hidden ones too, sorted.
inline std::vector<std::string> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entries(folder, error), end;
       !error && entries != end; entries.increment(error)) {
    if (entries->is_directory()) continue;
    files.push_back(entries->path().lexically_relative(folder).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// \brief Relative paths of all folders below `folder`, sorted.
inline std::vector<std::string> FoldersBelow(const std::string& folder) {
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path().lexically_relative(folder).string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// \brief All rows of the table at `path`, as the lake reads it.
inline std::shared_ptr<arrow::RecordBatch> ReadAll(const std::string& path) {
  const auto table = DescribeTable(path);
  EXPECT_TRUE(table.ok()) << table.status();
  const auto rows = ReadHead(*table, table->stats.num_rows + 1);
  EXPECT_TRUE(rows.ok()) << rows.status();
  return *rows;
}

}  // namespace tarn::lake
