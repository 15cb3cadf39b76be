#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"
#include "plan/plan.h"

/// Pipelines made in memory, for this folder's tests.
namespace tarn::plan {

/// \brief A pipeline under construction. Texts must be right where they are parsed.
class TestPipeline {
 public:
  /// \brief A source of files `NAME/*.json`.
  TestPipeline& Source(const std::string& name, const std::string& ddl);

  /// \brief A table; its text is called `NAME.sql`, its settings are on line 7 of tarn.toml.
  TestPipeline& Table(const std::string& name, const std::string& sql);

  /// \brief The table added last, for its settings.
  pipeline::Table& last();

  TestPipeline& Check(const std::string& expression);

  /// \brief A key of [pipeline], time_zone or double_quotes; before what it is for.
  TestPipeline& Setting(const std::string& name, const std::string& value);

  /// \brief The session's time zone, which there must be.
  TestPipeline& Zone(const std::string& name);

  const pipeline::Pipeline& get() const { return pipeline_; }

  /// \brief The whole plan as text; the error's text when there is one.
  std::string Explain(const std::string& table = "", const std::vector<std::string>& select = {});

  /// \brief The tree of the last table, without its heading.
  std::string Tree();

  /// \brief What is read of the sources.
  std::string Sources();

  /// \brief The errors of Bind, rendered without their excerpts, one a line.
  std::string Errors();

 private:
  pipeline::Pipeline pipeline_;
};

/// \brief Sources a (id INT, x STRING, n BIGINT, ok BOOLEAN) and b (id INT, y STRING, r DOUBLE).
TestPipeline TwoSources();

/// \brief The tree of a table that `sql` makes of TwoSources().
std::string OptimizedTree(const std::string& sql);

}  // namespace tarn::plan
