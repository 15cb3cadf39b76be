#pragma once

#include "plan/function.h"

/// The functions that the planner and the engines make calls of themselves, or look for.
namespace tarn::plan {

extern const Function& kAnd;
extern const Function& kOr;
extern const Function& kNot;
extern const Function& kIsNull;
extern const Function& kEq;
extern const Function& kNe;
extern const Function& kLt;
extern const Function& kLe;
extern const Function& kGt;
extern const Function& kGe;
extern const Function& kNullSafeEq;
extern const Function& kIn;
extern const Function& kNullIf;
extern const Function& kCoalesce;
extern const Function& kIf;
extern const Function& kNvl2;
extern const Function& kCount;
extern const Function& kSubscript;
extern const Function& kNamedStruct;
extern const Function& kMap;
extern const Function& kArraysZip;
extern const Function& kTransform;
extern const Function& kArrayFilter;
extern const Function& kArrayExists;
extern const Function& kForAll;
extern const Function& kArrayAggregate;
extern const Function& kZipWith;
extern const Function& kArraySort;
extern const Function& kMapFilter;
extern const Function& kTransformKeys;
extern const Function& kTransformValues;
extern const Function& kMapZipWith;

}  // namespace tarn::plan
