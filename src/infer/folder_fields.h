#pragma once

#include <arrow/type.h>

#include <vector>

#include "json/infer_schema.h"
#include "storage/storage.h"

namespace tarn::infer {

/// \brief The columns that the folders `name=value` right above all of the files name, outermost
/// first, with the types that Spark infers of their values. None where the files differ in names.
arrow::FieldVector FolderFields(const std::vector<storage::ObjectInfo>& files);

/// \brief Put columns of folders into `schema`: in the place of a key of the same name, or behind
/// all keys. They have no profile.
void AddFolderFields(const arrow::FieldVector& fields, json::InferredSchema* schema);

}  // namespace tarn::infer
