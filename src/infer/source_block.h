#pragma once

#include <string>
#include <vector>

#include "infer/survey.h"
#include "json/infer_schema.h"

namespace tarn::infer {

/// \brief A source as it is written into tarn.toml.
struct SourceText {
  std::string name;
  std::vector<std::string> paths;  ///< globs, absolute or URIs
  pipeline::RecordFormat format = pipeline::RecordFormat::kAuto;
};

/// \brief A name for a source of these files: the last part of the path that has no wildcard.
std::string NameOfPath(const std::string& path);

/// \brief "12.5 %" of `total`; what is not none or all is never shown as that.
std::string ShareText(int64_t count, int64_t total);

/// \brief How many records have no such key, or null there, the kinds of values when they are
/// several, their range, and examples: one line.
std::string DescribeColumn(const json::ValueProfile& column, int64_t num_records);

/// \brief The section `[source.NAME]`, ready to paste: a column a line, with what was seen in it.
std::string SourceBlock(const SourceText& source, const Survey& survey,
                        const json::InferredSchema& inferred);

}  // namespace tarn::infer
