#pragma once

#include <string>
#include <vector>

#include "local/batch/operator.h"
#include "plan/plan.h"

/// In-memory inputs and expectations for tests of operators and accumulators.
namespace tarn::local {

/// \brief A batch with columns by DDL and rows as a JSON array of objects or arrays.
BatchPtr MakeBatch(const std::string& ddl, const std::string& rows);

/// \brief Puts out the given batches; empty ones are left out, as Operator demands.
OperatorPtr MakeInput(const std::string& ddl, const std::vector<std::string>& batches);

/// \brief Column `name` of the columns `ddl`.
plan::ExprPtr ColumnOf(const std::string& ddl, const std::string& name);

/// \brief Expects everything that `output` puts out, in order, to be `rows`.
void ExpectRows(Operator* output, const std::string& rows);

/// \brief Expects one array with these values, given as JSON.
void ExpectArray(const arrow::Array& found, const std::string& values);

}  // namespace tarn::local
