#pragma once

#include <string>
#include <vector>

#include "config/config_tree.h"
#include "pipeline/pipeline.h"

namespace tarn::pipeline {

/// \brief What a declaration in tarn.toml is called and where.
struct Declaration {
  std::string name;
  ConfigLocation at;
};

/// \brief What tarn.toml says, before the SQL files are looked at.
struct Settings {
  std::string name;
  std::string input;
  std::string output;
  int output_line = 0;  ///< 0: of the command line
  RunLimits run;
  SparkSettings spark;
  Dialect dialect;
  BucketSettings s3;
  std::vector<std::pair<std::string, BucketSettings>> buckets;
  std::vector<Source> sources;
  std::vector<Declaration> source_names;  ///< of every [source.X], wrong ones too
  std::vector<Table> tables;              ///< without text, query and inputs; one per [table.X]
  std::vector<Declaration> table_names;   ///< as `tables`
};

/// Folders that relative paths are relative to. Absolute.
struct BaseFolders {
  std::string pipeline;  ///< for those in tarn.toml
  std::string current;   ///< for those from `--set`
};

/// \brief Check and convert every setting below `root`; errors are added to `diagnostics`.
Settings ReadSettings(const ConfigValue& root, const BaseFolders& folders,
                      std::vector<Diagnostic>* diagnostics);

}  // namespace tarn::pipeline
