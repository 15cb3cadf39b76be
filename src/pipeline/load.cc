#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "config/config_keys.h"
#include "config/environment.h"
#include "config/toml.h"
#include "pipeline/graph_internal.h"
#include "pipeline/load_internal.h"
#include "pipeline/overrides_internal.h"
#include "sql/parse.h"

namespace tarn::pipeline {
namespace {

std::string StemOf(const sql::Text& text) { return std::filesystem::path(text.path).stem(); }

class Loader {
 public:
  Loader(const PipelineTexts& texts, const LoadOptions& options,
         std::vector<Diagnostic> diagnostics)
      : texts_(texts), options_(options), diagnostics_(std::move(diagnostics)) {}

  Result<std::unique_ptr<Pipeline>> Load() {
    const bool has_settings = LoadSettings();
    LoadQueries();
    if (has_settings) {
      JoinSettings();
      CheckNames();
      OrderTables(settings_.source_names, &tables_, &diagnostics_);
    }
    if (!diagnostics_.empty()) {
      SortDiagnostics();
      return MakeError(std::move(diagnostics_));
    }
    auto pipeline = std::make_unique<Pipeline>();
    pipeline->name = std::move(settings_.name);
    pipeline->directory = texts_.folders.pipeline;
    pipeline->input = std::move(settings_.input);
    pipeline->output = std::move(settings_.output);
    pipeline->toml_file = texts_.toml->path;
    pipeline->output_line = settings_.output_line;
    pipeline->run = std::move(settings_.run);
    pipeline->spark = settings_.spark;
    pipeline->dialect = settings_.dialect;
    pipeline->s3 = std::move(settings_.s3);
    pipeline->buckets = std::move(settings_.buckets);
    pipeline->sources = std::move(settings_.sources);
    pipeline->tables = std::move(tables_);
    return pipeline;
  }

 private:
  bool LoadSettings() {
    if (texts_.toml == nullptr) return false;
    Result<ConfigValue> root = ParseToml(texts_.toml);
    if (!root.ok()) {
      for (const Diagnostic& d : DiagnosticsOf(root.status())) diagnostics_.push_back(d);
      return false;
    }
    ApplyOverrides(options_.overrides, &*root, &diagnostics_);
    ExpandEnvironment("", &*root, &diagnostics_);
    settings_ = ReadSettings(*root, texts_.folders, &diagnostics_);
    return true;
  }

  void LoadQueries() {
    for (const auto& text : texts_.sql) {
      Table table;
      table.name = StemOf(*text);
      table.text = text;
      if (!IsTableName(table.name)) {
        Report(text->path, "the file's name cannot be a table's: " + table.name,
               "use letters, digits and _, a letter first");
      }
      auto query = sql::Parse(text, settings_.dialect.double_quotes);
      if (query.ok()) {
        table.query = *std::move(query);
      } else {
        for (const Diagnostic& d : DiagnosticsOf(query.status())) diagnostics_.push_back(d);
      }
      tables_.push_back(std::move(table));
    }
  }

  // Each table of a file takes over what [table.X] says.
  void JoinSettings() {
    for (size_t i = 0; i < settings_.tables.size(); ++i) {
      Table& settings = settings_.tables[i];
      auto table = std::find_if(tables_.begin(), tables_.end(), [&](const Table& candidate) {
        return SameName(candidate.name, settings.name);
      });
      if (table == tables_.end()) {
        ReportNoQuery(settings_.table_names[i]);
        continue;
      }
      settings.name = table->name;
      settings.text = table->text;
      settings.query = table->query;
      *table = std::move(settings);
    }
    for (Table& table : tables_) table.toml_file = texts_.toml->path;
    if (tables_.empty() && settings_.tables.empty()) {
      Report(texts_.toml->path, "the pipeline has no tables",
             "write one SELECT per table into a file beside it, such as songs.sql");
    }
  }

  void ReportNoQuery(const Declaration& declaration) {
    std::vector<std::string> names;
    for (const Table& table : tables_) names.push_back(table.name);
    diagnostics_.push_back(MakeDiagnostic(
        declaration.at, "table." + declaration.name, "there is no SQL file for this table",
        DidYouMean(declaration.name, names,
                   fmt::format("write its SELECT into {}.sql, or remove this section",
                               declaration.name))));
  }

  void CheckNames() {
    for (size_t i = 0; i < tables_.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (!SameName(tables_[j].name, tables_[i].name)) continue;
        Report(tables_[i].text->path,
               fmt::format("this name is already used (names are case-insensitive): {}",
                           tables_[i].name),
               "rename one of the files");
      }
    }
    for (const Declaration& source : settings_.source_names) {
      for (const Table& table : tables_) {
        if (!SameName(source.name, table.name)) continue;
        diagnostics_.push_back(MakeDiagnostic(
            source.at, "source." + source.name,
            "a source and a table have the same name: " + table.name, "rename one of them"));
      }
    }
  }

  void Report(const std::string& file, std::string message, std::string hint) {
    Diagnostic diagnostic;
    diagnostic.file = file;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    diagnostics_.push_back(std::move(diagnostic));
  }

  // The command line first, then tarn.toml, then the SQL files, each from top to bottom.
  void SortDiagnostics() {
    auto rank = [&](const Diagnostic& d) {
      const bool is_toml = texts_.toml != nullptr && d.file == texts_.toml->path;
      return std::tuple(d.file.empty() ? 0 : is_toml ? 1 : 2, d.file, d.line, d.column);
    };
    std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                     [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  }

  const PipelineTexts& texts_;
  const LoadOptions& options_;
  std::vector<Diagnostic> diagnostics_;
  Settings settings_;
  std::vector<Table> tables_;
};

}  // namespace

Result<std::unique_ptr<Pipeline>> LoadTexts(const PipelineTexts& texts, const LoadOptions& options,
                                            std::vector<Diagnostic> diagnostics) {
  return Loader(texts, options, std::move(diagnostics)).Load();
}

}  // namespace tarn::pipeline
