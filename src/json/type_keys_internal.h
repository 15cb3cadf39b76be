#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

#include "json/record/key_tree.h"
#include "json/record/value_tree.h"

namespace tarn::json {

/// \brief The keys that objects inside a value of a type may have.
/// \param[in] path of the value: see KeyTree.
/// \return null when the type has no STRUCT: what lies in such a value has no names.
std::unique_ptr<KeyTree> MakeKeyTree(const std::string& path, const arrow::DataType& type);

/// \brief Where the values inside a value of a type go.
std::unique_ptr<ValueTree> MakeValueTree(const arrow::DataType& type);

}  // namespace tarn::json
