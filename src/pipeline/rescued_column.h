#pragma once

#include <arrow/type.h>

#include <memory>

#include "pipeline/pipeline.h"

/// The column of a source with OnBadType::kRescue that has, as JSON, what did not fit others.
namespace tarn::pipeline {

inline constexpr const char* kRescuedColumn = "_rescued";

/// \brief Give the source the column, behind all others.
void AddRescuedColumn(Source* source);

/// \brief The index of the column in Source::schema; -1: there is none.
int RescuedColumnOf(const Source& source);

/// \brief The columns that files have: all but this one, with the same indexes.
std::shared_ptr<arrow::Schema> SchemaOfFiles(const Source& source);

}  // namespace tarn::pipeline
