#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "values/ddl_text.h"

namespace tarn::pipeline {

/// \brief Columns from Spark DDL: `song_id STRING, tags ARRAY<STRING>, at TIMESTAMP NOT NULL`.
///
/// STRING utf8, BOOLEAN bool, TINYINT/SMALLINT/INT/BIGINT int8..int64, FLOAT/DOUBLE, DECIMAL(p,s)
/// decimal128, DATE date32, TIMESTAMP timestamp[us, UTC], BINARY, ARRAY<t>, STRUCT<n: t>, MAP<k,
/// v>. Names are plain, `backticked` or "double-quoted". Comments (`--`, `/* */`, COMMENT '…') are
/// read over.
/// \return the schema, or kBadInput with diagnostics whose line and column are within `ddl`: every
///   unknown type and repeated name, up to the first syntax error.
Result<std::shared_ptr<arrow::Schema>> ParseDdl(const std::string& ddl);

/// \brief A type name as in DDL or CAST, upper or lower case.
Result<std::shared_ptr<arrow::DataType>> ParseDdlType(const std::string& ddl);

/// \brief The reverse of ParseDdlType.
using tarn::DdlNameOf;
using tarn::DdlOf;

}  // namespace tarn::pipeline
