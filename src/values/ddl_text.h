#pragma once

#include <arrow/type.h>

#include <string>

namespace tarn {

/// \brief A type in Spark's DDL: `STRING`, `ARRAY<STRING>`, `DECIMAL(10,2)`, `TIMESTAMP`.
///
/// A type that DDL has no word for (such as uint64) is given by Arrow's name.
std::string DdlOf(const arrow::DataType& type);

/// \brief A schema's columns in Spark's DDL: `id INT, tags ARRAY<STRING>`.
std::string DdlOf(const arrow::Schema& schema);

/// \brief A column's name as DDL takes it: in backticks when it is not plain.
std::string DdlNameOf(const std::string& name);

}  // namespace tarn
