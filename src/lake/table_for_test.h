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
#include "storage/storages_for_test.h"

namespace tarn::lake {

/// \brief A batch from a JSON array of rows, each an array of its values.
inline std::shared_ptr<arrow::RecordBatch> Batch(const std::shared_ptr<arrow::Schema>& schema,
                                                 const std::string& rows) {
  const auto array = arrow::json::ArrayFromJSONString(arrow::struct_(schema->fields()), rows);
  EXPECT_TRUE(array.ok()) << array.status();
  return arrow::RecordBatch::FromStructArray(*array).ValueOrDie();
}

/// \brief A file's path without the token in its name, which no two runs share.
inline std::string WithoutToken(std::string path) {
  constexpr size_t kTokenBytes = 1 + 16;
  const size_t token = path.rfind('-');
  const size_t end = path.find('.', token == std::string::npos ? 0 : token);
  if (token != std::string::npos && end != std::string::npos && end - token == kTokenBytes) {
    path.erase(token, kTokenBytes);
  }
  return path;
}

/// \brief Relative paths of all files below `folder`, hidden ones too, without tokens, sorted.
inline std::vector<std::string> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entries(folder, error), end;
       !error && entries != end; entries.increment(error)) {
    if (entries->is_directory()) continue;
    files.push_back(WithoutToken(entries->path().lexically_relative(folder).string()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// \brief The path of the file that FilesBelow calls `name`.
inline std::string FileBelow(const std::string& folder, const std::string& name) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().lexically_relative(folder).string();
    if (WithoutToken(path) == name) return entry.path().string();
  }
  ADD_FAILURE() << "no file " << name << " below " << folder;
  return {};
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
/// \param[in] declared what partition columns are; null: texts
inline std::shared_ptr<arrow::RecordBatch> ReadAll(const std::string& path,
                                                   const arrow::Schema* declared = nullptr) {
  auto table = DescribeTable(storage::TestStorages()->For(path).ValueOrDie().get(), path);
  EXPECT_TRUE(table.ok()) << table.status();
  if (declared != nullptr) table = WithPartitionTypes(*table, *declared);
  const auto rows =
      ReadHead(storage::TestStorages()->For(path).ValueOrDie(), *table, table->stats.num_rows + 1);
  EXPECT_TRUE(rows.ok()) << rows.status();
  return *rows;
}

}  // namespace tarn::lake
