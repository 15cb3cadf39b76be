#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "pipeline/load_internal.h"
#include "pipeline/paths_internal.h"
#include "system/text_file.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr char kTomlName[] = "tarn.toml";

Status MakePathError(const std::string& path, std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.file = path;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  return MakeError({std::move(diagnostic)});
}

// An error quotes the file: what is shown is the pipeline's own, not what a link of it leads to.
Result<std::string> ReadFile(const fs::path& folder, const fs::path& path) {
  if (LinkLeavesFolder(folder, path)) {
    return MakePathError(path.string(), "this link leads out of the pipeline's folder",
                         "put the file itself here, or a link to one within the folder");
  }
  Result<std::string> text = ReadTextFile(path);
  if (!text.ok()) return MakePathError(path.string(), MessageOf(text.status()), "");
  return text;
}

// Folders below `directory` that are pipelines: what may have been meant.
std::string SuggestFolder(const fs::path& directory) {
  std::error_code ignored;
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    if (fs::exists(entry.path() / kTomlName, ignored)) found.push_back(entry.path().string());
  }
  if (found.empty()) return fmt::format("`tarn init {}` writes a new pipeline", directory.string());
  return fmt::format("did you mean {}?", *std::min_element(found.begin(), found.end()));
}

Status CheckFolder(const fs::path& directory) {
  std::error_code ignored;
  const fs::file_status status = fs::status(directory, ignored);
  if (!fs::exists(status)) {
    return MakePathError(directory.string(), "there is no such folder",
                         fmt::format("`tarn init {}` writes a new pipeline", directory.string()));
  }
  if (!fs::is_directory(status)) {
    fs::path parent = directory.parent_path();
    return MakePathError(directory.string(), "a pipeline is a folder, and this is a file",
                         fmt::format("did you mean {}?", parent.empty() ? "." : parent.string()));
  }
  if (!fs::exists(directory / kTomlName, ignored)) {
    return MakePathError(directory.string(), "there is no tarn.toml in this folder",
                         SuggestFolder(directory));
  }
  return Status::OK();
}

Result<std::vector<fs::path>> ListQueries(const fs::path& directory) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const bool is_hidden = entry.path().filename().string().starts_with('.');
    std::error_code ignored;
    if (entry.path().extension() == ".sql" && !is_hidden && !entry.is_directory(ignored)) {
      paths.push_back(entry.path());
    }
  }
  if (error) {
    return MakePathError(directory.string(), "cannot list the folder: " + error.message(), "");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Load(const std::string& directory, const LoadOptions& options) {
  const fs::path named = fs::path(directory.empty() ? "." : directory).lexically_normal();
  ARROW_RETURN_NOT_OK(CheckFolder(named));
  std::error_code error;
  PipelineTexts texts;
  texts.folders.current = fs::current_path(error).string();
  texts.folders.pipeline = ResolvePath(texts.folders.current, named.string());

  std::vector<Diagnostic> diagnostics;
  auto add = [&](const Status& status) {
    const auto& more = DiagnosticsOf(status);
    diagnostics.insert(diagnostics.end(), more.begin(), more.end());
  };
  auto name_of = [&](const fs::path& path) { return path.lexically_normal().string(); };
  const fs::path toml_path = named / kTomlName;
  if (auto content = ReadFile(named, toml_path); content.ok()) {
    texts.toml = std::make_shared<ConfigText>(ConfigText{name_of(toml_path), *content});
  } else {
    add(content.status());
  }
  ARROW_ASSIGN_OR_RAISE(std::vector<fs::path> queries, ListQueries(named));
  for (const fs::path& path : queries) {
    if (auto content = ReadFile(named, path); content.ok()) {
      texts.sql.push_back(std::make_shared<sql::Text>(sql::Text{name_of(path), *content}));
    } else {
      add(content.status());
    }
  }
  return LoadTexts(texts, options, std::move(diagnostics));
}

Result<std::unique_ptr<Pipeline>> LoadFiles(
    const std::string& directory, const std::vector<std::pair<std::string, std::string>>& files,
    const LoadOptions& options) {
  std::error_code error;
  PipelineTexts texts;
  texts.folders.current = fs::current_path(error).string();
  texts.folders.pipeline = directory;
  for (const auto& [path, content] : files) {
    if (fs::path(path).filename() == kTomlName) {
      texts.toml = std::make_shared<ConfigText>(ConfigText{path, content});
    } else {
      texts.sql.push_back(std::make_shared<sql::Text>(sql::Text{path, content}));
    }
  }
  if (texts.toml == nullptr) {
    return MakePathError(directory, "there is no tarn.toml here",
                         "a pipeline is a folder with a tarn.toml and a .sql file per table");
  }
  return LoadTexts(texts, options, {});
}

}  // namespace tarn::pipeline
