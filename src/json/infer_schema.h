#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "json/profile.h"

namespace tarn::json {

/// \brief A key that a schema can't have.
struct LeftOutKey {
  std::string path;    ///< `a.b`; elements and values of maps add nothing
  std::string reason;  ///< why it can't, as words for the user
};

struct InferredSchema {
  std::shared_ptr<arrow::Schema> schema;  ///< may have no field
  /// One per field; borrowed from the profile. Null for what others have added.
  std::vector<const ValueProfile*> columns;
  std::vector<LeftOutKey> left_out;  ///< also of objects inside the records
};

/// \brief The narrowest type that reads every value of the profile: a Scanner with the schema finds
/// no bad record among those that are valid JSON.
///
/// As Spark's inference: BIGINT, or DECIMAL(p,0) when integers pass it, or DOUBLE when they pass 38
/// digits or there are fractions; BOOLEAN; STRUCT; ARRAY; STRING for mixed kinds and where there
/// are only nulls. Beyond Spark's defaults: DATE and TIMESTAMP where every string is a whole ISO
/// date, or date with a time; MAP<STRING, …> for objects whose keys are data (see IsMap) or that
/// have none. Keys that are empty, and those that are another one but for case, are left out.
InferredSchema InferSchema(const Profile& profile);

/// \brief The type of one place's values, as InferSchema gives it.
std::shared_ptr<arrow::DataType> InferType(const ValueProfile& values);

/// \brief Whether the keys of an object are data, such as ids, rather than names: there are too
/// many to distinguish, or more than 32 of which an object has a quarter at most on average, and
/// all values are of one type.
bool IsMap(const ValueProfile& object);

}  // namespace tarn::json
