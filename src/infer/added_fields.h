#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "json/profile.h"

/// Fields that files have beside those of a declared schema: on_new_field = "add".
///
/// They are written as fields of their own: `city STRING, o STRUCT<b: INT>` adds `city`, and `b` to
/// the STRUCT `o` that is declared, or to the STRUCTs in it where `o` is declared as ARRAY or MAP.
namespace tarn::infer {

/// \brief What was seen of records beside the declared fields, with the types that inference gives
/// it.
///
/// What tells no type, as nulls and empty arrays, is left out; so are keys that are empty, that are
/// another one but for case, or that are `reserved`, also but for case.
arrow::FieldVector FieldsBeside(const arrow::FieldVector& declared,
                                const json::ValueProfile& record,
                                const std::vector<std::string>& reserved);

/// \brief The fields of both, of the types that have the values of both, as inference over all of
/// them gives it: BIGINT and DOUBLE are DOUBLE, STRUCTs have the fields of both, what differs else
/// is STRING. Those of `before` come first.
arrow::FieldVector Widened(const arrow::FieldVector& before, const arrow::FieldVector& found);

/// \brief The declared fields with those that are added, behind them at each level.
/// \return Invalid with the path of a field that is declared and added with another type
Result<arrow::FieldVector> WithAdded(const arrow::FieldVector& declared,
                                     const arrow::FieldVector& added);

/// A field that is added, by its path: "city", "o.b", "l[].b", "m.*.b".
struct AddedField {
  std::string path;
  std::string type;  ///< as DDL
};

/// \brief Each of them.
std::vector<AddedField> ListAdded(const arrow::FieldVector& declared,
                                  const arrow::FieldVector& added);

}  // namespace tarn::infer
